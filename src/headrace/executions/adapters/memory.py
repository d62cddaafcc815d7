"""The journal in memory: for tests, and for runs that leave nothing behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from headrace.executions.errors import ExecutionNotFound, LeaseHeld, LeaseLost, VersionConflict
from headrace.executions.ports import DeadLetter, Lease
from headrace.executions.public import (
    PROGRESS,
    Event,
    ExecutionRequested,
    ExecutionSummary,
    Status,
    Ticket,
    decode_event,
    encode_event,
)
from headrace.executions.summary import summarise
from headrace.kernel.ids import ExecutionId, TenantId


@dataclass
class _Stream:
    bodies: list[bytes] = field(default_factory=list)
    epoch: int = 0
    claims: int = 0
    ticket: Ticket | None = None
    dead: DeadLetter | None = None
    holder: str | None = None
    expires_at: datetime | None = None
    summary: ExecutionSummary | None = None


class MemoryJournal:
    """An `EventLog` and `ExecutionHistory` that forget. Events are kept encoded, as any other journal keeps them."""

    def __init__(self) -> None:
        self._streams: dict[tuple[TenantId, ExecutionId], _Stream] = {}

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
        await self.append(tenant, execution_id, events, expected_version=0)
        return await self.acquire(tenant, execution_id, holder=holder, now=now, ttl=ttl)

    async def append(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        events: Sequence[Event],
        *,
        expected_version: int,
        epoch: int | None = None,
    ) -> int:
        stream = self._streams.get((tenant, execution_id), _Stream())
        if epoch is not None and epoch != stream.epoch:
            raise LeaseLost(execution_id, epoch=epoch)
        if len(stream.bodies) != expected_version:
            raise VersionConflict(execution_id, expected=expected_version, actual=len(stream.bodies))
        stream.bodies.extend(encode_event(event) for event in events)
        for event in events:
            if isinstance(event, ExecutionRequested):
                stream.ticket = event.ticket
            stream.summary = summarise(stream.summary, event)
        if events:
            self._streams[tenant, execution_id] = stream
        if any(isinstance(event, PROGRESS) for event in events):
            stream.claims = 0
        if stream.summary is not None and stream.summary.status is not Status.RUNNING:
            stream.holder = stream.expires_at = None
        return len(stream.bodies)

    async def read(self, tenant: TenantId, execution_id: ExecutionId) -> tuple[Event, ...]:
        return tuple(decode_event(body) for body in self._stream(tenant, execution_id).bodies)

    async def acquire(
        self, tenant: TenantId, execution_id: ExecutionId, *, holder: str, now: datetime, ttl: timedelta
    ) -> Lease:
        stream = self._stream(tenant, execution_id)
        if stream.holder not in (None, holder) and stream.expires_at and stream.expires_at > now:
            raise LeaseHeld(execution_id, holder=stream.holder or "")
        stream.epoch += 1
        stream.claims += 1
        stream.holder, stream.expires_at = holder, now + ttl
        return Lease(execution_id, holder, stream.epoch, now + ttl, stream.claims)

    async def renew(self, tenant: TenantId, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        stream = self._stream(tenant, lease.execution_id)
        if stream.epoch != lease.epoch:
            raise LeaseLost(lease.execution_id, epoch=lease.epoch)
        stream.expires_at = now + ttl
        return Lease(lease.execution_id, lease.holder, lease.epoch, now + ttl)

    async def release(self, tenant: TenantId, lease: Lease) -> None:
        stream = self._streams.get((tenant, lease.execution_id))
        if stream is not None and stream.epoch == lease.epoch:
            stream.holder = stream.expires_at = None

    async def holders(self) -> Sequence[tuple[TenantId, ExecutionId, str]]:
        return [(*key, stream.holder) for key, stream in self._streams.items() if stream.holder is not None]

    async def expire(self, tenant: TenantId, execution_id: ExecutionId, *, holder: str) -> None:
        stream = self._streams.get((tenant, execution_id))
        if stream is not None and stream.holder == holder:
            stream.holder = stream.expires_at = None

    async def unfinished(self, *, now: datetime, limit: int = 10_000) -> Sequence[Ticket]:
        found = [
            stream.ticket
            for stream in self._streams.values()
            if stream.ticket is not None
            and stream.summary is not None
            and stream.summary.status is Status.RUNNING
            and stream.dead is None
            and (stream.expires_at is None or stream.expires_at <= now)
        ]
        return sorted(found, key=lambda ticket: ticket.execution_id)[:limit]

    async def due(self, *, now: datetime, limit: int = 10_000) -> Sequence[tuple[TenantId, ExecutionId]]:
        waits = [
            (stream.summary.wait_till, key)
            for key, stream in self._streams.items()
            if stream.summary is not None and stream.summary.status is Status.WAITING and stream.summary.wait_till
        ]
        return [key for until, key in sorted(waits) if until <= now][:limit]

    async def bury(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str, at: datetime) -> None:
        self._stream(tenant, execution_id).dead = DeadLetter(execution_id, reason, at)

    async def buried(self, tenant: TenantId) -> Sequence[DeadLetter]:
        found = [stream.dead for (owner, _), stream in self._streams.items() if owner == tenant and stream.dead]
        return sorted(found, key=lambda letter: letter.at, reverse=True)

    async def unbury(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        stream = self._stream(tenant, execution_id)
        if stream.dead is None:
            raise ExecutionNotFound(execution_id)
        stream.dead, stream.claims = None, 0

    async def delete(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        self._streams.pop((tenant, execution_id), None)

    async def find(
        self,
        tenant: TenantId,
        *,
        workflow_id: str | None = None,
        status: Status | None = None,
        before: ExecutionId | None = None,
        limit: int = 50,
    ) -> Sequence[ExecutionSummary]:
        found = [
            stream.summary
            for (owner, execution_id), stream in self._streams.items()
            if owner == tenant
            and stream.summary is not None
            and (workflow_id is None or stream.summary.workflow_id == workflow_id)
            and (status is None or stream.summary.status is status)
            and (before is None or execution_id < before)
        ]
        return sorted(found, key=lambda summary: summary.id, reverse=True)[:limit]

    async def get(self, tenant: TenantId, execution_id: ExecutionId) -> ExecutionSummary:
        summary = self._stream(tenant, execution_id).summary
        if summary is None:
            raise ExecutionNotFound(execution_id)
        return summary

    async def rebuild(self) -> int:
        count = 0
        for stream in self._streams.values():
            stream.summary = None
            for body in stream.bodies:
                stream.summary = summarise(stream.summary, decode_event(body))
                count += 1
        return count

    def _stream(self, tenant: TenantId, execution_id: ExecutionId) -> _Stream:
        try:
            return self._streams[tenant, execution_id]
        except KeyError as missing:
            raise ExecutionNotFound(execution_id) from missing
