"""Streams and their leases: what commands read and write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime, timedelta

import apsw
import msgspec

from headrace.executions.commits import Commits
from headrace.executions.errors import (
    Duplicate,
    ExecutionNotFound,
    LeaseHeld,
    LeaseLost,
    NotEnded,
    VersionConflict,
)
from headrace.executions.ports import Lease
from headrace.executions.public import (
    PROGRESS,
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSuspended,
    Mode,
    NodeSucceeded,
    decode_event,
    encode_event,
)
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ExecutionId, TenantId

_ENDS = (ExecutionSucceeded, ExecutionFailed, ExecutionCanceled)
_WALKED = 16
"""Events read at once: each may hold some megabytes."""


class _Header(msgspec.Struct):
    """What tells the event of one run of a node from others, without reading its items."""

    event: str
    node: str = ""
    run: int = 0


_header_of = msgspec.json.Decoder(_Header).decode


class StreamTables:
    """An `EventLog`, but for what concerns work to be done."""

    def __init__(self, db: Sqlite, commits: Commits | None = None) -> None:
        self._db = db
        self._commits = commits or Commits()

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

        def work(db: apsw.Connection) -> None:
            _open_stream(db, tenant, execution_id, events)
            db.execute(
                "UPDATE stream SET version = ?, epoch = 1, holder = ?, expires_at = ?, claims = 1"
                " WHERE tenant = ? AND execution_id = ?",
                (len(bodies), holder, expires_at.timestamp(), tenant, execution_id),
            )
            _insert(db, tenant, execution_id, 0, bodies)

        await self._db.write(work)
        self._commits.tell(tenant, execution_id, events)
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
        status, wake_at, waits_for = _standing(events)

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
            if row is None:
                _open_stream(db, tenant, execution_id, events)
            _insert(db, tenant, execution_id, version, bodies)
            if any(isinstance(event, PROGRESS) for event in events):
                db.execute(
                    "UPDATE stream SET claims = 0 WHERE tenant = ? AND execution_id = ? AND claims > 1",
                    (tenant, execution_id),
                )
            if status is None:
                db.execute(
                    "UPDATE stream SET version = ? WHERE tenant = ? AND execution_id = ?",
                    (version + len(bodies), tenant, execution_id),
                )
            else:
                if status == "ended":
                    db.execute("DELETE FROM dead_letter WHERE tenant = ? AND execution_id = ?", (tenant, execution_id))
                lease = "" if status == "running" else ", holder = NULL, expires_at = NULL"
                db.execute(
                    f"UPDATE stream SET version = ?, status = ?, wake_at = ?, waits_for = ?{lease}"  # noqa: S608 - one of two texts
                    " WHERE tenant = ? AND execution_id = ?",
                    (version + len(bodies), status, wake_at, waits_for, tenant, execution_id),
                )
            return int(version) + len(bodies)

        reached = await self._db.write(work)
        self._commits.tell(tenant, execution_id, events)
        return reached

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

    async def walk(self, tenant: TenantId, execution_id: ExecutionId, *, after: int = 0) -> AsyncIterator[Event]:
        while bodies := await self._bodies(tenant, execution_id, after):
            for body in bodies:
                yield decode_event(body)
            after += len(bodies)

    async def node_run(self, tenant: TenantId, execution_id: ExecutionId, node: str, run: int) -> NodeSucceeded | None:
        after = 0
        found: bytes | None = None
        while bodies := await self._bodies(tenant, execution_id, after):
            for body in bodies:
                header = _header_of(body)
                if (header.event, header.node) == ("NodeSucceeded", node) and run in (-1, header.run):
                    found = body
            if found is not None and run != -1:
                break
            after += len(bodies)
        if found is None:
            if not after:
                raise ExecutionNotFound(execution_id)
            return None
        event = decode_event(found)
        assert isinstance(event, NodeSucceeded)
        return event

    async def _bodies(self, tenant: TenantId, execution_id: ExecutionId, after: int) -> list[bytes]:
        def work(db: apsw.Connection) -> list[bytes]:
            rows = db.execute(
                "SELECT body FROM journal WHERE tenant = ? AND execution_id = ? AND version > ?"
                " ORDER BY version LIMIT ?",
                (tenant, execution_id, after, _WALKED),
            )
            return [body for (body,) in rows]

        return await self._db.read(work)

    async def acquire(
        self, tenant: TenantId, execution_id: ExecutionId, *, holder: str, now: datetime, ttl: timedelta
    ) -> Lease:
        expires_at = now + ttl

        def work(db: apsw.Connection) -> tuple[int, int, str | None]:
            row = db.execute(
                "SELECT epoch, holder, expires_at, claims, cancel_by FROM stream WHERE tenant = ? AND execution_id = ?",
                (tenant, execution_id),
            ).fetchone()
            if row is None:
                raise ExecutionNotFound(execution_id)
            epoch, current, until, claims, cancel_by = row
            if current not in (None, holder) and until > now.timestamp():
                raise LeaseHeld(execution_id, holder=current)
            db.execute(
                "UPDATE stream SET epoch = ?, holder = ?, expires_at = ?, claims = ?"
                " WHERE tenant = ? AND execution_id = ?",
                (epoch + 1, holder, expires_at.timestamp(), claims + 1, tenant, execution_id),
            )
            return int(epoch) + 1, int(claims) + 1, cancel_by

        epoch, claims, cancel_by = await self._db.write(work)
        return Lease(execution_id, holder, epoch, expires_at, claims, cancel_by)

    async def renew(self, tenant: TenantId, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        expires_at = now + ttl

        def work(db: apsw.Connection) -> str | None:
            row = db.execute(
                "UPDATE stream SET expires_at = ? WHERE tenant = ? AND execution_id = ? AND epoch = ?"
                " RETURNING cancel_by",
                (expires_at.timestamp(), tenant, lease.execution_id, lease.epoch),
            ).fetchone()
            if row is None:
                raise LeaseLost(lease.execution_id, epoch=lease.epoch)
            return str(row[0]) if row[0] is not None else None

        cancel_by = await self._db.write(work)
        return Lease(lease.execution_id, lease.holder, lease.epoch, expires_at, lease.claims, cancel_by)

    async def release(self, tenant: TenantId, lease: Lease) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE stream SET holder = NULL, expires_at = NULL"
                " WHERE tenant = ? AND execution_id = ? AND epoch = ?",
                (tenant, lease.execution_id, lease.epoch),
            )

        await self._db.write(work)

    async def remove(self, tenant: TenantId, execution_id: ExecutionId) -> Sequence[str]:
        def work(db: apsw.Connection) -> Sequence[str]:
            row = db.execute(
                "SELECT status, COALESCE(family, execution_id) FROM stream WHERE tenant = ? AND execution_id = ?",
                (tenant, execution_id),
            ).fetchone()
            if row is None:
                raise ExecutionNotFound(execution_id)
            status, family = row
            if status != "ended":
                raise NotEnded(execution_id)
            for table in ("journal", "stream", "execution_list"):
                db.execute(
                    f"DELETE FROM {table} WHERE tenant = ? AND execution_id = ?",  # noqa: S608 - names from above
                    (tenant, execution_id),
                )
            others = db.execute(
                "SELECT 1 FROM stream WHERE tenant = ?1 AND execution_id = ?2"
                " UNION ALL SELECT 1 FROM stream WHERE tenant = ?1 AND family = ?2 LIMIT 1",
                (tenant, family),
            ).fetchone()
            if others is not None:
                db.execute("INSERT INTO kept_owner VALUES (?, ?, ?)", (tenant, family, execution_id))
                return ()
            freed = db.execute(
                "DELETE FROM kept_owner WHERE tenant = ? AND family = ? RETURNING owner", (tenant, family)
            ).fetchall()
            return (execution_id, *(str(owner) for (owner,) in freed))

        return await self._db.write(work)

    async def owners_in_use(self, tenant: TenantId, owners: Collection[str]) -> frozenset[str]:
        wanted = msgspec.json.encode(list(owners)).decode()
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT execution_id FROM stream"
                " WHERE tenant = ?1 AND execution_id IN (SELECT value FROM json_each(?2))"
                " UNION SELECT owner FROM kept_owner"
                " WHERE tenant = ?1 AND owner IN (SELECT value FROM json_each(?2))",
                (tenant, wanted),
            ).fetchall()
        )
        return frozenset(str(owner) for (owner,) in rows)


def _open_stream(db: apsw.Connection, tenant: TenantId, execution_id: ExecutionId, events: Sequence[Event]) -> None:
    """Write the row of a new stream, at version 0.

    Raises:
        VersionConflict, Duplicate, ExecutionNotFound: as `EventLog.append`.
    """
    request = events[0]
    if not isinstance(request, ExecutionRequested):
        raise TypeError(f"a stream begins with {type(request).__name__}")
    try:
        db.execute(
            "INSERT INTO stream (tenant, execution_id, version, status, ticket, family, awaited_by)"
            " VALUES (?, ?, 0, 'running', ?, ?, ?)",
            (
                tenant,
                execution_id,
                msgspec.json.encode(request.ticket).decode(),
                _family(db, tenant, request),
                request.parent if request.awaited else None,
            ),
        )
    except apsw.ConstraintError as exists:
        raise VersionConflict(execution_id, expected=0, actual=1) from exists
    if request.dedup_key and request.dedup_until is not None:
        _take_key(db, tenant, execution_id, request, request.dedup_until)


def _family(db: apsw.Connection, tenant: TenantId, request: ExecutionRequested) -> str | None:
    """Return the family of an execution that takes items from another one; None if it takes none."""
    origin = request.retry_of or (request.parent if request.mode is Mode.INTEGRATED else None)
    if origin is None:
        return None
    row = db.execute(
        "SELECT COALESCE(family, execution_id) FROM stream WHERE tenant = ? AND execution_id = ?", (tenant, origin)
    ).fetchone()
    if row is None and request.retry_of is not None:
        # Its payloads may be gone as well.
        raise ExecutionNotFound(request.retry_of)
    return row[0] if row is not None else origin


def _take_key(
    db: apsw.Connection, tenant: TenantId, execution_id: ExecutionId, request: ExecutionRequested, until: datetime
) -> None:
    now = request.at.timestamp()
    db.execute("DELETE FROM dedup WHERE until <= ?", (now,))
    taken = db.execute(
        "SELECT execution_id FROM dedup WHERE tenant = ? AND workflow_id = ? AND key = ?",
        (tenant, request.workflow_id, request.dedup_key),
    ).fetchone()
    if taken is not None:
        raise Duplicate(ExecutionId(str(taken[0])))
    db.execute(
        "INSERT INTO dedup (tenant, workflow_id, key, execution_id, until) VALUES (?, ?, ?, ?, ?)",
        (tenant, request.workflow_id, request.dedup_key, execution_id, until.timestamp()),
    )


def _insert(db: apsw.Connection, tenant: str, execution_id: str, version: int, bodies: Sequence[bytes]) -> None:
    db.executemany(
        "INSERT INTO journal (tenant, execution_id, version, body) VALUES (?, ?, ?, ?)",
        [(tenant, execution_id, version + place, body) for place, body in enumerate(bodies, start=1)],
    )


def _standing(events: Sequence[Event]) -> tuple[str | None, float | None, ExecutionId | None]:
    """Return the stream's status, wake-up time and the execution it waits for after *events*; status None when they do
    not change it."""
    status: str | None = None
    wake_at: datetime | None = None
    waits_for: ExecutionId | None = None
    for event in events:
        if isinstance(event, ExecutionSuspended):
            status, wake_at, waits_for = "waiting", event.until, event.child
        elif isinstance(event, ExecutionResumed):
            status, wake_at, waits_for = "running", None, None
        elif isinstance(event, _ENDS):
            status, wake_at, waits_for = "ended", None, None
    return status, wake_at.astimezone(UTC).timestamp() if wake_at is not None else None, waits_for
