"""Credentials in SQLite."""

from __future__ import annotations

from pathlib import Path

from headrace.credentials.adapters.sqlite.authorizations import SqliteAuthorizations
from headrace.credentials.adapters.sqlite.credentials import SqliteCredentials
from headrace.credentials.adapters.sqlite.data_keys import SqliteDataKeys
from headrace.credentials.adapters.sqlite.schema import MIGRATIONS
from headrace.infra.sqlite import Sqlite


class SqliteSafe:
    """Every store of the Credential Service, over one file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, MIGRATIONS)
        self.credentials = SqliteCredentials(self._db)
        self.authorizations = SqliteAuthorizations(self._db)
        self.keys = SqliteDataKeys(self._db)

    async def close(self) -> None:
        await self._db.close()
