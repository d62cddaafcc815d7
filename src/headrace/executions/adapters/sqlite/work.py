"""Work to be done: what nobody runs, what is due, what is to end, and what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import apsw
import msgspec

from headrace.executions.errors import ExecutionNotFound
from headrace.executions.ports import DeadLetter
from headrace.executions.public import PausedQueue, Ticket
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ExecutionId, TenantId

# Not "ended" follows from what a status is, but SQLite uses the index of open streams only where that is said.
_OPEN = """
    stream.status <> 'ended' AND stream.status = 'running' AND (stream.expires_at IS NULL OR stream.expires_at <= :now)
    AND NOT EXISTS (
        SELECT 1 FROM dead_letter AS dead
        WHERE dead.tenant = stream.tenant AND dead.execution_id = stream.execution_id
    )
    AND (stream.awaited_by IS NULL OR NOT EXISTS (
        SELECT 1 FROM stream AS parent
        WHERE parent.tenant = stream.tenant AND parent.execution_id = stream.awaited_by AND parent.status = 'running'
    ))
"""
_UNFINISHED = f"""
    SELECT tenant, execution_id, ticket FROM (
        SELECT tenant, execution_id, ticket,
            ROW_NUMBER() OVER (PARTITION BY tenant ORDER BY execution_id) AS place
        FROM stream
        WHERE {_OPEN} AND NOT EXISTS (
            SELECT 1 FROM paused_queue AS queue
            WHERE queue.tenant = stream.tenant AND queue.workflow_id = json_extract(stream.ticket, '$.workflow_id')
        )
    ) WHERE place <= :limit ORDER BY execution_id
"""  # noqa: S608 - made of constants
_QUEUED = f"""
    SELECT tenant, execution_id, ticket FROM stream
    WHERE {_OPEN} AND tenant = :tenant
    AND (:workflow IS NULL OR json_extract(ticket, '$.workflow_id') = :workflow)
    ORDER BY json_extract(ticket, '$.priority') DESC, execution_id LIMIT :limit
"""  # noqa: S608 - made of constants
# Two looks, each by an index of its own: there may be many that wait for neither.
_DUE = """
    SELECT tenant, execution_id FROM (
        SELECT tenant, execution_id, wake_at FROM stream
        WHERE status <> 'ended' AND status = 'waiting' AND wake_at <= ?
        UNION ALL
        SELECT tenant, execution_id, NULL FROM stream
        WHERE waits_for IS NOT NULL AND status = 'waiting' AND NOT EXISTS (
            SELECT 1 FROM stream AS child
            WHERE child.tenant = stream.tenant AND child.execution_id = stream.waits_for AND child.status <> 'ended'
        )
    ) ORDER BY wake_at IS NULL, wake_at, execution_id LIMIT ?
"""


class WorkTables:
    """The part of `EventLog` that concerns work to be done; and `Queues`."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def ask_cancel(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str) -> None:
        def work(db: apsw.Connection) -> None:
            row = db.execute(
                "UPDATE stream SET cancel_by = COALESCE(cancel_by, ?)"
                " WHERE tenant = ? AND execution_id = ? RETURNING 1",
                (reason, tenant, execution_id),
            ).fetchone()
            if row is None:
                raise ExecutionNotFound(execution_id)

        await self._db.write(work)

    async def to_cancel(self) -> Sequence[tuple[TenantId, ExecutionId]]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT tenant, execution_id FROM stream WHERE cancel_by IS NOT NULL AND status <> 'ended'"
            ).fetchall()
        )
        return [(TenantId(str(tenant)), ExecutionId(str(execution_id))) for tenant, execution_id in rows]

    async def tenant_of(self, execution_id: ExecutionId) -> TenantId | None:
        def work(db: apsw.Connection) -> TenantId | None:
            rows = db.execute("SELECT tenant FROM stream WHERE execution_id = ? LIMIT 2", (execution_id,)).fetchall()
            return TenantId(str(rows[0][0])) if len(rows) == 1 else None

        return await self._db.read(work)

    async def holders(self) -> Sequence[tuple[TenantId, ExecutionId, str]]:
        def work(db: apsw.Connection) -> list[tuple[TenantId, ExecutionId, str]]:
            rows = db.execute(
                "SELECT tenant, execution_id, holder FROM stream WHERE status <> 'ended' AND holder IS NOT NULL"
            )
            return [(TenantId(str(row[0])), ExecutionId(str(row[1])), str(row[2])) for row in rows]

        return await self._db.read(work)

    async def expire(self, tenant: TenantId, execution_id: ExecutionId, *, holder: str) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE stream SET holder = NULL, expires_at = NULL"
                " WHERE tenant = ? AND execution_id = ? AND holder = ?",
                (tenant, execution_id, holder),
            )

        await self._db.write(work)

    async def unfinished(self, *, now: datetime, limit: int = 10_000) -> Sequence[Ticket]:
        return await self._tickets(_UNFINISHED, {"now": now.timestamp(), "limit": limit})

    async def queued(
        self, tenant: TenantId, *, now: datetime, workflow_id: str | None = None, limit: int = 100
    ) -> Sequence[Ticket]:
        return await self._tickets(
            _QUEUED, {"now": now.timestamp(), "tenant": tenant, "workflow": workflow_id, "limit": limit}
        )

    async def _tickets(self, query: str, values: dict[str, Any]) -> Sequence[Ticket]:
        rows = await self._db.read(lambda db: db.execute(query, values).fetchall())
        return [
            msgspec.json.decode(str(ticket), type=Ticket)
            if ticket is not None  # written by a version that knew no tickets
            else Ticket(tenant=TenantId(str(tenant)), execution_id=ExecutionId(str(id_)), workflow_id="")
            for tenant, id_, ticket in rows
        ]

    async def due(self, *, now: datetime, limit: int = 10_000) -> Sequence[tuple[TenantId, ExecutionId]]:
        rows = await self._db.read(
            lambda db: db.execute(
                _DUE,
                (now.timestamp(), limit),
            ).fetchall()
        )
        return [(TenantId(str(tenant)), ExecutionId(str(execution_id))) for tenant, execution_id in rows]

    async def bury(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str, at: datetime) -> None:
        await self._db.write(
            lambda db: db.execute(
                "INSERT OR REPLACE INTO dead_letter (tenant, execution_id, reason, at) VALUES (?, ?, ?, ?)",
                (tenant, execution_id, reason, at.timestamp()),
            )
        )

    async def buried(self, tenant: TenantId) -> Sequence[DeadLetter]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT execution_id, reason, at FROM dead_letter WHERE tenant = ? ORDER BY at DESC", (tenant,)
            ).fetchall()
        )
        return [
            DeadLetter(ExecutionId(str(id_)), str(why), datetime.fromtimestamp(float(str(at)), UTC))
            for id_, why, at in rows
        ]

    async def unbury(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        key = (tenant, execution_id)

        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM dead_letter WHERE tenant = ? AND execution_id = ?", key)
            if not db.changes():
                raise ExecutionNotFound(execution_id)
            db.execute("UPDATE stream SET claims = 0 WHERE tenant = ? AND execution_id = ?", key)

        await self._db.write(work)

    async def pause(self, tenant: TenantId, workflow_id: str, *, at: datetime) -> None:
        await self._db.write(
            lambda db: db.execute(
                "INSERT OR IGNORE INTO paused_queue (tenant, workflow_id, at) VALUES (?, ?, ?)",
                (tenant, workflow_id, at.timestamp()),
            )
        )

    async def resume(self, tenant: TenantId, workflow_id: str) -> bool:
        def work(db: apsw.Connection) -> bool:
            db.execute("DELETE FROM paused_queue WHERE tenant = ? AND workflow_id = ?", (tenant, workflow_id))
            return db.changes() > 0

        return await self._db.write(work)

    async def paused(self, tenant: TenantId | None = None) -> Sequence[PausedQueue]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT tenant, workflow_id, at FROM paused_queue WHERE ?1 IS NULL OR tenant = ?1"
                " ORDER BY tenant, workflow_id",
                (tenant,),
            ).fetchall()
        )
        return [
            PausedQueue(TenantId(str(owner)), str(id_), datetime.fromtimestamp(float(str(at)), UTC))
            for owner, id_, at in rows
        ]
