"""Ports in SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import msgspec

from headrace.executions.public import ExecutionRequested
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId
from headrace.schedules.errors import AnotherLooked
from headrace.schedules.ports import Find, PollState
from headrace.sdk.values import encode_special

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
    """
    CREATE TABLE poll (
        tenant TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        node TEXT NOT NULL,
        looks INTEGER NOT NULL,
        data BLOB NOT NULL,            -- JSON
        looked_at REAL NOT NULL,       -- seconds since 1970
        PRIMARY KEY (tenant, workflow_id, node)
    ) WITHOUT ROWID;
    CREATE TABLE find (                -- what was found, until its run is durable
        execution_id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        node TEXT NOT NULL,
        request BLOB NOT NULL          -- JSON
    );
    """,
)

_encoder = msgspec.json.Encoder(enc_hook=encode_special, decimal_format="number")


class SqliteSchedules:
    """The file that the adapters of this context share."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, _MIGRATIONS)
        self.firings = SqliteFirings(self._db)
        self.polls = SqlitePollStates(self._db)

    async def close(self) -> None:
        await self._db.close()


class SqliteFirings:
    """A `Firings` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

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


class SqlitePollStates:
    """A `PollStates` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def begun(self, tenant: TenantId, workflow_id: str, node: str, *, now: datetime) -> PollState:
        key = (tenant, workflow_id, node)

        def work(db: apsw.Connection) -> tuple[int, bytes, float]:
            db.execute("INSERT OR IGNORE INTO poll VALUES (?, ?, ?, 0, '{}', ?)", (*key, now.timestamp()))
            row = db.execute(
                "SELECT looks, data, looked_at FROM poll WHERE tenant = ? AND workflow_id = ? AND node = ?", key
            ).fetchone()
            assert row is not None
            return row[0], row[1], row[2]

        looks, data, looked_at = await self._db.write(work)
        return PollState(looks=looks, data=msgspec.json.decode(data), looked_at=datetime.fromtimestamp(looked_at, UTC))

    async def looked(
        self,
        tenant: TenantId,
        workflow_id: str,
        node: str,
        *,
        looks: int,
        data: Mapping[str, Any],
        find: Find | None,
        now: datetime,
    ) -> None:
        text = _encoder.encode(data)
        request = msgspec.json.encode(find.request) if find is not None else b""

        def work(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE poll SET looks = looks + 1, data = ?, looked_at = ?"
                " WHERE tenant = ? AND workflow_id = ? AND node = ? AND looks = ?",
                (text, now.timestamp(), tenant, workflow_id, node, looks),
            )
            if not db.changes():
                raise AnotherLooked(node)
            if find is not None:
                row = (find.request.execution_id, find.tenant, find.workflow_id, find.node, request)
                db.execute("INSERT INTO find VALUES (?, ?, ?, ?, ?)", row)

        await self._db.write(work)

    async def unstarted(self) -> Sequence[Find]:
        rows: list[Any] = await self._db.read(
            lambda db: db.execute("SELECT tenant, workflow_id, node, request FROM find ORDER BY rowid").fetchall()
        )
        return [
            Find(
                tenant=TenantId(tenant),
                workflow_id=workflow_id,
                node=node,
                request=msgspec.json.decode(request, type=ExecutionRequested),
            )
            for tenant, workflow_id, node, request in rows
        ]

    async def started(self, find: Find) -> None:
        key = (find.tenant, find.request.execution_id)
        await self._db.write(lambda db: db.execute("DELETE FROM find WHERE tenant = ? AND execution_id = ?", key))

    async def forget(self, tenant: TenantId, workflow_id: str) -> None:
        await self._db.write(
            lambda db: db.execute("DELETE FROM poll WHERE tenant = ? AND workflow_id = ?", (tenant, workflow_id))
        )
