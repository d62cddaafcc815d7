"""Sessions in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import apsw

from headrace.identity.adapters.sqlite.schema import read, written
from headrace.identity.adapters.sqlite.users import COLUMNS, user_from
from headrace.identity.domain.sessions import MAX_SESSIONS
from headrace.identity.errors import SessionNotFound
from headrace.identity.public import Session, SessionId, User
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import UserId

_SESSION = "session.id, session.user_id, session.created_at, session.seen_at, session.address, session.agent"
_FIND = (
    f"SELECT {_SESSION}, {COLUMNS} FROM session JOIN user ON user.id = session.user_id"  # noqa: S608 - constants
    " WHERE session.token_hash = ?"
)
_LIST = f"SELECT {_SESSION} FROM session WHERE user_id = ? ORDER BY seen_at DESC, id DESC"  # noqa: S608 - constants


class SqliteSessions:
    """A `SessionStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, session: Session, token_hash: str, *, created_after: datetime, seen_after: datetime) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(
                "DELETE FROM session WHERE created_at <= ? OR seen_at <= ?",
                (written(created_after), written(seen_after)),
            )
            db.execute(
                "INSERT INTO session (token_hash, id, user_id, created_at, seen_at, address, agent)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    token_hash,
                    session.id,
                    session.user,
                    written(session.created_at),
                    written(session.seen_at),
                    session.address,
                    session.agent,
                ),
            )
            db.execute(
                "DELETE FROM session WHERE token_hash IN (SELECT token_hash FROM session WHERE user_id = ?"
                " ORDER BY seen_at DESC, created_at DESC LIMIT -1 OFFSET ?)",
                (session.user, MAX_SESSIONS),
            )

        await self._db.write(work)

    async def find(self, token_hash: str) -> tuple[Session, User] | None:
        row = await self._db.read(lambda db: db.execute(_FIND, (token_hash,)).fetchone())
        return None if row is None else (_session(row[:6]), user_from(row[6:]))

    async def note(self, session: SessionId, seen_at: datetime) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("UPDATE session SET seen_at = ? WHERE id = ?", (written(seen_at), session))

        await self._db.write(work)

    async def list(self, user: UserId) -> Sequence[Session]:
        rows = await self._db.read(lambda db: db.execute(_LIST, (user,)).fetchall())
        return [_session(row) for row in rows]

    async def remove(self, user: UserId, session: SessionId) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM session WHERE user_id = ? AND id = ?", (user, session))
            if not db.changes():
                raise SessionNotFound(session)

        await self._db.write(work)


def _session(row: Sequence[Any]) -> Session:
    id_, user, created_at, seen_at, address, agent = row
    return Session(id=id_, user=user, created_at=read(created_at), seen_at=read(seen_at), address=address, agent=agent)
