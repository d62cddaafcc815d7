"""Firings in SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import apsw

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId

_MIGRATIONS = (
    """
    CREATE TABLE firing (
        tenant TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        node TEXT NOT NULL,
        began_at REAL NOT NULL,        -- seconds since 1970
        seen_until REAL NOT NULL,
        PRIMARY KEY (tenant, workflow_id, node)
    ) WITHOUT ROWID;
    """,
)


class SqliteFirings:
    """A `Firings` in a file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, _MIGRATIONS)

    async def close(self) -> None:
        await self._db.close()

    async def begun(self, tenant: TenantId, workflow_id: str, node: str, *, now: datetime) -> tuple[datetime, datetime]:
        key = (tenant, workflow_id, node)

        def work(db: apsw.Connection) -> tuple[float, float]:
            db.execute("INSERT OR IGNORE INTO firing VALUES (?, ?, ?, ?, ?)", (*key, now.timestamp(), now.timestamp()))
            row = db.execute(
                "SELECT began_at, seen_until FROM firing WHERE tenant = ? AND workflow_id = ? AND node = ?", key
            ).fetchone()
            assert row is not None
            return row[0], row[1]

        began, seen = await self._db.write(work)
        return datetime.fromtimestamp(began, UTC), datetime.fromtimestamp(seen, UTC)

    async def seen(self, tenant: TenantId, workflow_id: str, node: str, *, until: datetime) -> None:
        await self._db.write(
            lambda db: db.execute(
                "UPDATE firing SET seen_until = max(seen_until, ?) WHERE tenant = ? AND workflow_id = ? AND node = ?",
                (until.timestamp(), tenant, workflow_id, node),
            )
        )

    async def forget(self, tenant: TenantId, workflow_id: str) -> None:
        await self._db.write(
            lambda db: db.execute("DELETE FROM firing WHERE tenant = ? AND workflow_id = ?", (tenant, workflow_id))
        )
