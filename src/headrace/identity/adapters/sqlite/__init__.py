"""Users, sessions, keys and invitations in SQLite: every port of identity that keeps something, over one file."""

from __future__ import annotations

from pathlib import Path

from headrace.identity.adapters.sqlite.invitations import SqliteInvitations
from headrace.identity.adapters.sqlite.keys import SqliteKeys
from headrace.identity.adapters.sqlite.schema import MIGRATIONS
from headrace.identity.adapters.sqlite.sessions import SqliteSessions
from headrace.identity.adapters.sqlite.users import SqliteUsers
from headrace.infra.sqlite import Sqlite


class SqliteIdentity:
    """Every port of identity that keeps something for long, over one file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, MIGRATIONS)
        self.users = SqliteUsers(self._db)
        self.sessions = SqliteSessions(self._db)
        self.keys = SqliteKeys(self._db)
        self.invitations = SqliteInvitations(self._db)

    async def close(self) -> None:
        await self._db.close()
