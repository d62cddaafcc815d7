"""The outbox in SQLite: an event is a row from its change's transaction on until it was handed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import apsw

from headrace.infra.sqlite import Sqlite
from headrace.workflows.public import OutboxEntry, WorkflowEvent, decode_event, encode_event


class SqliteOutbox:
    """An `Outbox` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def pending(self, limit: int, *, after: int = 0) -> Sequence[OutboxEntry]:
        rows: Any = await self._db.read(
            lambda db: db.execute(
                "SELECT position, event FROM outbox WHERE position > ? ORDER BY position LIMIT ?", (after, limit)
            ).fetchall()
        )
        return [OutboxEntry(position, decode_event(event)) for position, event in rows]

    async def mark_sent(self, positions: Sequence[int]) -> None:
        await self._db.write(
            lambda db: db.executemany("DELETE FROM outbox WHERE position = ?", [(one,) for one in positions])
        )


def tell(db: apsw.Connection, events: Iterable[WorkflowEvent]) -> None:
    """Put events in the outbox, in the transaction that *db* is in."""
    db.executemany("INSERT INTO outbox (event) VALUES (?)", [(encode_event(event),) for event in events])
