"""Tenants, projects and members in SQLite: every port of tenancy that keeps something, over one file."""

from __future__ import annotations

from pathlib import Path

from headrace.infra.sqlite import Sqlite
from headrace.tenancy.adapters.sqlite.members import SqliteMembers
from headrace.tenancy.adapters.sqlite.projects import SqliteProjects
from headrace.tenancy.adapters.sqlite.schema import MIGRATIONS
from headrace.tenancy.adapters.sqlite.starts import SqliteStarts
from headrace.tenancy.adapters.sqlite.tenants import SqliteTenants


class SqliteTenancy:
    """Every port of tenancy that keeps something, over one file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, MIGRATIONS)
        self.tenants = SqliteTenants(self._db)
        self.projects = SqliteProjects(self._db)
        self.members = SqliteMembers(self._db)
        self.starts = SqliteStarts(self._db)

    async def close(self) -> None:
        await self._db.close()
