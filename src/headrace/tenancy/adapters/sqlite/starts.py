"""Starts in the last minute, counted in SQLite: by all processes that share the file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import apsw
import msgspec

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId
from headrace.tenancy.domain.rates import RecentStarts

_COUNTS = msgspec.json.Decoder(tuple[tuple[int, int], ...])


class SqliteStarts:
    """A `StartCounter` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def start(self, tenant: TenantId, limit: int, now: datetime) -> timedelta | None:
        def work(db: apsw.Connection) -> timedelta | None:
            row: Any = db.execute("SELECT counts FROM recent_starts WHERE tenant = ?", (tenant,)).fetchone()
            recent = RecentStarts() if row is None else RecentStarts(_COUNTS.decode(row[0]))
            after = recent.start(limit, now)
            if isinstance(after, timedelta):
                return after
            counts = msgspec.json.encode(after.counts).decode()
            db.execute("INSERT OR REPLACE INTO recent_starts (tenant, counts) VALUES (?, ?)", (tenant, counts))
            return None

        return await self._db.write(work)
