"""Answers in SQLite."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import apsw
import msgspec

from headrace.gateway.domain import ABANDONED_AFTER, KEPT_FOR
from headrace.gateway.errors import IdempotencyKeyReused, StillAtWork
from headrace.gateway.ports import KeptAnswer
from headrace.infra.sqlite import Sqlite

_MIGRATIONS = (
    """
    CREATE TABLE answer (
        name TEXT PRIMARY KEY,
        body TEXT NOT NULL,
        at REAL NOT NULL,              -- seconds since 1970
        status INTEGER,                -- null while it is being carried out
        headers BLOB,
        answer BLOB
    ) WITHOUT ROWID;
    CREATE INDEX answer_at ON answer (at);
    """,
)


class SqliteAnswers:
    """An `Answers` over one file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, _MIGRATIONS)

    async def begin(self, name: str, body: str, *, now: datetime) -> KeptAnswer | None:
        moment = now.timestamp()

        def take(db: apsw.Connection) -> KeptAnswer | None:
            db.execute("DELETE FROM answer WHERE at <= ?", (moment - KEPT_FOR.total_seconds(),))
            row = db.execute("SELECT body, at, status, headers, answer FROM answer WHERE name = ?", (name,)).fetchone()
            if row is not None and (row[2] is not None or row[1] > moment - ABANDONED_AFTER.total_seconds()):
                if row[0] != body:
                    raise IdempotencyKeyReused
                if row[2] is None:
                    raise StillAtWork
                headers = msgspec.json.decode(row[3], type=tuple[tuple[str, str], ...])
                return KeptAnswer(status=row[2], headers=headers, body=row[4])
            db.execute("INSERT OR REPLACE INTO answer (name, body, at) VALUES (?, ?, ?)", (name, body, moment))
            return None

        return await self._db.write(take)

    async def keep(self, name: str, answer: KeptAnswer) -> None:
        values = (answer.status, msgspec.json.encode(answer.headers), answer.body, name)
        await self._db.write(
            lambda db: db.execute("UPDATE answer SET status = ?, headers = ?, answer = ? WHERE name = ?", values)
        )

    async def release(self, name: str) -> None:
        await self._db.write(lambda db: db.execute("DELETE FROM answer WHERE name = ?", (name,)))

    async def close(self) -> None:
        await self._db.close()
