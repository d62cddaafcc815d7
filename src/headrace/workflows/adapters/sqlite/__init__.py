"""Workflows in SQLite: every port of the Workflow Service over one file."""

from __future__ import annotations

from pathlib import Path

from headrace.infra.sqlite import Sqlite
from headrace.workflows.adapters.sqlite.folders import SqliteFolders
from headrace.workflows.adapters.sqlite.outbox import SqliteOutbox
from headrace.workflows.adapters.sqlite.records import SqliteRecords
from headrace.workflows.adapters.sqlite.schema import MIGRATIONS
from headrace.workflows.adapters.sqlite.tags import SqliteTags
from headrace.workflows.adapters.sqlite.variables import SqliteVariables


class SqliteLibrary:
    """Every port of the Workflow Service, over one file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, MIGRATIONS)
        self.records = SqliteRecords(self._db)
        self.folders = SqliteFolders(self._db)
        self.tags = SqliteTags(self._db)
        self.variables = SqliteVariables(self._db)
        self.outbox = SqliteOutbox(self._db)

    async def close(self) -> None:
        await self._db.close()
