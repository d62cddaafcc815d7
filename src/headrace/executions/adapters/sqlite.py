"""The journal in SQLite: streams and leases in one file, and the projection that lists executions.

Commands touch `stream` and `journal` only. `execution_list` is a projection: it remembers the position in the journal
up to which it has folded, catches up when it is asked, and can be thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import apsw
import msgspec

from headrace.executions.errors import ExecutionNotFound, LeaseHeld, LeaseLost, VersionConflict
from headrace.executions.ports import DeadLetter, Lease
from headrace.executions.public import (
    PROGRESS,
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSummary,
    ExecutionSuspended,
    Status,
    Ticket,
    decode_event,
    encode_event,
)
from headrace.executions.summary import summarise
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ExecutionId, TenantId

_MIGRATIONS = (
    """
    CREATE TABLE stream (
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        status TEXT NOT NULL,          -- running, waiting or ended: what recovery and timers look for
        wake_at REAL,                  -- seconds since 1970, for a wait that ends by itself
        epoch INTEGER NOT NULL DEFAULT 0,
        holder TEXT,
        expires_at REAL,
        PRIMARY KEY (tenant, execution_id)
    ) WITHOUT ROWID;
    CREATE INDEX stream_open ON stream (tenant, status, wake_at) WHERE status <> 'ended';
    CREATE TABLE journal (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (tenant, execution_id, version)
    );
    CREATE TABLE projection (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE execution_list (
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        workflow_id TEXT NOT NULL,
        status TEXT NOT NULL,
        summary BLOB NOT NULL,
        PRIMARY KEY (tenant, execution_id)
    ) WITHOUT ROWID;
    CREATE INDEX execution_list_workflow ON execution_list (tenant, workflow_id, execution_id);
    CREATE INDEX execution_list_status ON execution_list (tenant, status, execution_id);
    """,
    """
    DROP INDEX stream_open;
    CREATE INDEX stream_open ON stream (status, wake_at) WHERE status <> 'ended';
    ALTER TABLE stream ADD COLUMN claims INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE stream ADD COLUMN ticket TEXT;   -- what admission needs to know of it, JSON
    CREATE TABLE dead_letter (
        tenant TEXT NOT NULL,
        execution_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (tenant, execution_id)
    ) WITHOUT ROWID;
    """,
)

_ENDS = (ExecutionSucceeded, ExecutionFailed, ExecutionCanceled)
_CATCH_UP = 2_000
"""Events folded in one transaction; a projection far behind must not hold up the journal's own writes."""


class SqliteJournal:
    """An `EventLog` and `ExecutionHistory` in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, _MIGRATIONS)

    async def close(self) -> None:
        await self._db.close()

    async def begin(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        events: Sequence[Event],
        *,
        holder: str,
        now: datetime,
        ttl: timedelta,
    ) -> Lease:
        bodies = [encode_event(event) for event in events]
        expires_at = now + ttl
        ticket = _ticket(events)

        def work(db: apsw.Connection) -> None:
            try:
                db.execute(
                    "INSERT INTO stream"
                    " (tenant, execution_id, version, status, epoch, holder, expires_at, claims, ticket)"
                    " VALUES (?, ?, ?, 'running', 1, ?, ?, 1, ?)",
                    (tenant, execution_id, len(bodies), holder, expires_at.timestamp(), ticket),
                )
            except apsw.ConstraintError as exists:
                raise VersionConflict(execution_id, expected=0, actual=1) from exists
            _insert(db, tenant, execution_id, 0, bodies)

        await self._db.write(work)
        return Lease(execution_id, holder, 1, expires_at)

    async def append(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        events: Sequence[Event],
        *,
        expected_version: int,
        epoch: int | None = None,
    ) -> int:
        bodies = [encode_event(event) for event in events]
        status, wake_at = _standing(events)
        ticket = _ticket(events) if expected_version == 0 else None

        def work(db: apsw.Connection) -> int:
            row = db.execute(
                "SELECT version, epoch FROM stream WHERE tenant = ? AND execution_id = ?", (tenant, execution_id)
            ).fetchone()
            version, current = row if row is not None else (0, 0)
            if epoch is not None and epoch != current:
                raise LeaseLost(execution_id, epoch=epoch)
            if version != expected_version:
                raise VersionConflict(execution_id, expected=expected_version, actual=version)
            if not bodies:
                return expected_version
            _insert(db, tenant, execution_id, version, bodies)
            if any(isinstance(event, PROGRESS) for event in events):
                db.execute(
                    "UPDATE stream SET claims = 0 WHERE tenant = ? AND execution_id = ? AND claims > 1",
                    (tenant, execution_id),
                )
            if row is None:
                db.execute(
                    "INSERT INTO stream (tenant, execution_id, version, status, wake_at, ticket)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (tenant, execution_id, len(bodies), status or "running", wake_at, ticket),
                )
            elif status is None:
                db.execute(
                    "UPDATE stream SET version = ? WHERE tenant = ? AND execution_id = ?",
                    (version + len(bodies), tenant, execution_id),
                )
            else:
                lease = "" if status == "running" else ", holder = NULL, expires_at = NULL"
                db.execute(
                    f"UPDATE stream SET version = ?, status = ?, wake_at = ?{lease}"  # noqa: S608 - one of two texts
                    " WHERE tenant = ? AND execution_id = ?",
                    (version + len(bodies), status, wake_at, tenant, execution_id),
                )
            return int(version) + len(bodies)

        return await self._db.write(work)

    async def read(self, tenant: TenantId, execution_id: ExecutionId) -> tuple[Event, ...]:
        def work(db: apsw.Connection) -> list[bytes]:
            rows = db.execute(
                "SELECT body FROM journal WHERE tenant = ? AND execution_id = ? ORDER BY version",
                (tenant, execution_id),
            )
            return [body for (body,) in rows]

        bodies = await self._db.read(work)
        if not bodies:
            raise ExecutionNotFound(execution_id)
        return tuple(decode_event(body) for body in bodies)

    async def acquire(
        self, tenant: TenantId, execution_id: ExecutionId, *, holder: str, now: datetime, ttl: timedelta
    ) -> Lease:
        expires_at = now + ttl

        def work(db: apsw.Connection) -> tuple[int, int]:
            row = db.execute(
                "SELECT epoch, holder, expires_at, claims FROM stream WHERE tenant = ? AND execution_id = ?",
                (tenant, execution_id),
            ).fetchone()
            if row is None:
                raise ExecutionNotFound(execution_id)
            epoch, current, until, claims = row
            if current not in (None, holder) and until > now.timestamp():
                raise LeaseHeld(execution_id, holder=current)
            db.execute(
                "UPDATE stream SET epoch = ?, holder = ?, expires_at = ?, claims = ?"
                " WHERE tenant = ? AND execution_id = ?",
                (epoch + 1, holder, expires_at.timestamp(), claims + 1, tenant, execution_id),
            )
            return int(epoch) + 1, int(claims) + 1

        epoch, claims = await self._db.write(work)
        return Lease(execution_id, holder, epoch, expires_at, claims)

    async def renew(self, tenant: TenantId, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        expires_at = now + ttl

        def work(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE stream SET expires_at = ? WHERE tenant = ? AND execution_id = ? AND epoch = ?",
                (expires_at.timestamp(), tenant, lease.execution_id, lease.epoch),
            )
            if db.changes() == 0:
                raise LeaseLost(lease.execution_id, epoch=lease.epoch)

        await self._db.write(work)
        return Lease(lease.execution_id, lease.holder, lease.epoch, expires_at)

    async def release(self, tenant: TenantId, lease: Lease) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE stream SET holder = NULL, expires_at = NULL"
                " WHERE tenant = ? AND execution_id = ? AND epoch = ?",
                (tenant, lease.execution_id, lease.epoch),
            )

        await self._db.write(work)

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
        def work(db: apsw.Connection) -> list[Ticket]:
            rows = db.execute(
                "SELECT tenant, execution_id, ticket FROM stream WHERE status = 'running'"
                " AND (expires_at IS NULL OR expires_at <= ?)"
                " AND NOT EXISTS (SELECT 1 FROM dead_letter AS dead"
                " WHERE dead.tenant = stream.tenant AND dead.execution_id = stream.execution_id)"
                " ORDER BY execution_id LIMIT ?",
                (now.timestamp(), limit),
            ).fetchall()
            return [
                msgspec.json.decode(str(ticket), type=Ticket)
                if ticket is not None  # written by a version that knew no tickets
                else Ticket(tenant=TenantId(str(tenant)), execution_id=ExecutionId(str(id_)), workflow_id="")
                for tenant, id_, ticket in rows
            ]

        return await self._db.read(work)

    async def due(self, *, now: datetime, limit: int = 10_000) -> Sequence[tuple[TenantId, ExecutionId]]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT tenant, execution_id FROM stream WHERE status = 'waiting' AND wake_at <= ?"
                " ORDER BY wake_at, execution_id LIMIT ?",
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

    async def delete(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        def work(db: apsw.Connection) -> None:
            for table in ("journal", "stream", "execution_list", "dead_letter"):
                db.execute(
                    f"DELETE FROM {table} WHERE tenant = ? AND execution_id = ?",  # noqa: S608 - names from the line above
                    (tenant, execution_id),
                )

        await self._db.write(work)

    async def find(
        self,
        tenant: TenantId,
        *,
        workflow_id: str | None = None,
        status: Status | None = None,
        before: ExecutionId | None = None,
        limit: int = 50,
    ) -> Sequence[ExecutionSummary]:
        await self._catch_up()

        def work(db: apsw.Connection) -> list[bytes]:
            rows = db.execute(
                "SELECT summary FROM execution_list WHERE tenant = :tenant"
                " AND (:workflow IS NULL OR workflow_id = :workflow)"
                " AND (:status IS NULL OR status = :status)"
                " AND (:before IS NULL OR execution_id < :before)"
                " ORDER BY execution_id DESC LIMIT :limit",
                {"tenant": tenant, "workflow": workflow_id, "status": status, "before": before, "limit": limit},
            )
            return [summary for (summary,) in rows]

        return [_decode(summary) for summary in await self._db.read(work)]

    async def get(self, tenant: TenantId, execution_id: ExecutionId) -> ExecutionSummary:
        await self._catch_up()

        def work(db: apsw.Connection) -> bytes | None:
            row = db.execute(
                "SELECT summary FROM execution_list WHERE tenant = ? AND execution_id = ?", (tenant, execution_id)
            ).fetchone()
            return row[0] if row is not None else None

        summary = await self._db.read(work)
        if summary is None:
            raise ExecutionNotFound(execution_id)
        return _decode(summary)

    async def rebuild(self) -> int:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM execution_list")
            db.execute("DELETE FROM projection WHERE name = 'execution_list'")

        await self._db.write(work)
        return await self._catch_up()

    async def _catch_up(self) -> int:
        total = 0
        while True:
            folded = await self._db.write(_fold_next)
            total += folded
            if folded < _CATCH_UP:
                return total


def _ticket(events: Sequence[Event]) -> str | None:
    first = events[0] if events else None
    return msgspec.json.encode(first.ticket).decode() if isinstance(first, ExecutionRequested) else None


def _insert(db: apsw.Connection, tenant: str, execution_id: str, version: int, bodies: Sequence[bytes]) -> None:
    db.executemany(
        "INSERT INTO journal (tenant, execution_id, version, body) VALUES (?, ?, ?, ?)",
        [(tenant, execution_id, version + place, body) for place, body in enumerate(bodies, start=1)],
    )


def _fold_next(db: apsw.Connection) -> int:
    """Fold the next events into `execution_list` and return how many there were."""
    row = db.execute("SELECT position FROM projection WHERE name = 'execution_list'").fetchone()
    position = row[0] if row is not None else 0
    rows = db.execute(
        "SELECT position, tenant, execution_id, body FROM journal WHERE position > ? ORDER BY position LIMIT ?",
        (position, _CATCH_UP),
    ).fetchall()
    events = cast("list[tuple[int, str, str, bytes]]", rows)
    if not events:
        return 0
    summaries: dict[tuple[str, str], ExecutionSummary] = {}
    for _, tenant, execution_id, body in events:
        key = (tenant, execution_id)
        known = summaries.get(key)
        if known is None:
            held = db.execute(
                "SELECT summary FROM execution_list WHERE tenant = ? AND execution_id = ?", key
            ).fetchone()
            known = _decode(held[0]) if held is not None else None
        summaries[key] = summarise(known, decode_event(body))
    db.executemany(
        "INSERT OR REPLACE INTO execution_list (tenant, execution_id, workflow_id, status, summary)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (tenant, execution_id, summary.workflow_id, summary.status, msgspec.json.encode(summary))
            for (tenant, execution_id), summary in summaries.items()
        ],
    )
    db.execute("INSERT OR REPLACE INTO projection (name, position) VALUES ('execution_list', ?)", (events[-1][0],))
    return len(events)


def _decode(summary: bytes) -> ExecutionSummary:
    return msgspec.json.decode(summary, type=ExecutionSummary)


def _standing(events: Sequence[Event]) -> tuple[str | None, float | None]:
    """Return the stream's status and wake-up time after *events*; status None when they do not change it."""
    status: str | None = None
    wake_at: datetime | None = None
    for event in events:
        if isinstance(event, ExecutionSuspended):
            status, wake_at = "waiting", event.until
        elif isinstance(event, ExecutionResumed):
            status, wake_at = "running", None
        elif isinstance(event, _ENDS):
            status, wake_at = "ended", None
    return status, wake_at.astimezone(UTC).timestamp() if wake_at is not None else None
