"""The journal as one stream of all executions."""

from __future__ import annotations

from typing import cast

import apsw

from headrace.executions.feeding import without_data
from headrace.executions.ports import FeedEntry, FeedPage
from headrace.executions.public import decode_event
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ExecutionId, TenantId

_Row = tuple[int, str, str, bytes]


class FeedTables:
    """An `EventFeed`: there is one writer at a time, so positions are given in the order of commits."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def feed(self, after: int, *, tenant: TenantId | None = None, limit: int) -> FeedPage:
        def work(db: apsw.Connection) -> FeedPage:
            # In one transaction, so that nothing is passed over that is committed between the two.
            with db:
                reached = max(after, min(after + limit, _head(db)))
                rows = db.execute(
                    "SELECT position, tenant, execution_id, body FROM journal WHERE position > ?1 AND position <= ?2"
                    " AND (?3 IS NULL OR tenant = ?3) ORDER BY position",
                    (after, reached, tenant),
                )
                # One after the other, without their data: a page of them whole could be a gigabyte.
                entries = [_entry(*cast("_Row", row)) for row in rows]
            return FeedPage(entries, reached)

        return await self._db.read(work)

    async def head(self) -> int:
        return await self._db.read(_head)


def _entry(position: int, tenant: str, execution_id: str, body: bytes) -> FeedEntry:
    return FeedEntry(position, TenantId(tenant), ExecutionId(execution_id), without_data(decode_event(body)))


def _head(db: apsw.Connection) -> int:
    # Not the last row's: that may have been removed.
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
    return cast("int", row[0]) if row is not None else 0
