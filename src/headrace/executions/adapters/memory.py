"""The journal in memory: for tests, and for runs that leave nothing behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from headrace.executions.commits import Commits
from headrace.executions.errors import (
    Duplicate,
    ExecutionNotFound,
    LeaseHeld,
    LeaseLost,
    NotEnded,
    VersionConflict,
)
from headrace.executions.feeding import without_data
from headrace.executions.ports import DeadLetter, FeedEntry, FeedPage, Lease
from headrace.executions.public import (
    PROGRESS,
    Event,
    ExecutionQuery,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSummary,
    ExecutionSuspended,
    Mode,
    NodeSucceeded,
    PausedQueue,
    Place,
    Status,
    Ticket,
    WorkflowStatistics,
    decode_event,
    encode_event,
)
from headrace.executions.retention import RetentionPolicy, expired
from headrace.executions.summary import matches, summarise, workflow_statistics
from headrace.kernel.ids import ExecutionId, TenantId


@dataclass
class _Stream:
    bodies: list[bytes] = field(default_factory=list)
    epoch: int = 0
    claims: int = 0
    family: ExecutionId | None = None
    awaited_by: ExecutionId | None = None
    waits_for: ExecutionId | None = None
    cancel_by: str | None = None
    ticket: Ticket | None = None
    dead: DeadLetter | None = None
    holder: str | None = None
    expires_at: datetime | None = None
    summary: ExecutionSummary | None = None

    @property
    def has_ended(self) -> bool:
        return self.summary is not None and self.summary.status.is_final


class MemoryJournal:
    """An `EventLog`, `Queues` and `ExecutionHistory` that forget.

    Events are kept encoded, as any other journal keeps them.
    """

    def __init__(self, commits: Commits | None = None) -> None:
        self._commits = commits or Commits()
        self._streams: dict[tuple[TenantId, ExecutionId], _Stream] = {}
        self._kept: dict[tuple[TenantId, ExecutionId], list[ExecutionId]] = {}
        """Owners whose streams were removed, by the family that may refer to their payloads."""

        self._feed: list[tuple[TenantId, ExecutionId, bytes]] = []
        self._paused: dict[tuple[TenantId, str], PausedQueue] = {}
        self._keys: dict[tuple[TenantId, str, str], tuple[ExecutionId, datetime]] = {}

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
        for event in events:
            if isinstance(event, ExecutionRequested):
                self._open(tenant, stream, event)
            if isinstance(event, ExecutionSuspended | ExecutionResumed):
                stream.waits_for = event.child if isinstance(event, ExecutionSuspended) else None
            stream.summary = summarise(stream.summary, event)
        bodies = [encode_event(event) for event in events]
        stream.bodies.extend(bodies)
        self._feed.extend((tenant, execution_id, body) for body in bodies)
        if events:
            self._streams[tenant, execution_id] = stream
        if any(isinstance(event, PROGRESS) for event in events):
            stream.claims = 0
        if stream.summary is not None and stream.summary.status is not Status.RUNNING:
            stream.holder = stream.expires_at = None
            if stream.summary.status.is_final:
                stream.dead = None
        self._commits.tell(tenant, execution_id, events)
        return len(stream.bodies)

    def _open(self, tenant: TenantId, stream: _Stream, request: ExecutionRequested) -> None:
        origin = request.retry_of or (request.parent if request.mode is Mode.INTEGRATED else None)
        if origin is not None:
            first = self._streams.get((tenant, origin))
            if first is None and request.retry_of is not None:
                raise ExecutionNotFound(request.retry_of)
            stream.family = (first.family if first is not None else None) or origin
        if request.dedup_key and request.dedup_until is not None:
            key = (tenant, request.workflow_id, request.dedup_key)
            taken = self._keys.get(key)
            if taken is not None and taken[1] > request.at:
                raise Duplicate(taken[0])
            self._keys[key] = (request.execution_id, request.dedup_until)
        stream.ticket = request.ticket
        stream.awaited_by = request.parent if request.awaited else None

    async def read(self, tenant: TenantId, execution_id: ExecutionId) -> tuple[Event, ...]:
        return tuple(decode_event(body) for body in self._stream(tenant, execution_id).bodies)

    async def walk(self, tenant: TenantId, execution_id: ExecutionId, *, after: int = 0) -> AsyncIterator[Event]:
        stream = self._streams.get((tenant, execution_id), _Stream())
        for body in stream.bodies[after:]:
            yield decode_event(body)

    async def node_run(self, tenant: TenantId, execution_id: ExecutionId, node: str, run: int) -> NodeSucceeded | None:
        runs = [
            event
            for event in await self.read(tenant, execution_id)
            if isinstance(event, NodeSucceeded) and event.node == node and run in (-1, event.run)
        ]
        return runs[-1] if runs else None

    async def acquire(
        self, tenant: TenantId, execution_id: ExecutionId, *, holder: str, now: datetime, ttl: timedelta
    ) -> Lease:
        stream = self._stream(tenant, execution_id)
        if stream.holder not in (None, holder) and stream.expires_at and stream.expires_at > now:
            raise LeaseHeld(execution_id, holder=stream.holder or "")
        stream.epoch += 1
        stream.claims += 1
        stream.holder, stream.expires_at = holder, now + ttl
        return Lease(execution_id, holder, stream.epoch, now + ttl, stream.claims, stream.cancel_by)

    async def renew(self, tenant: TenantId, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        stream = self._stream(tenant, lease.execution_id)
        if stream.epoch != lease.epoch:
            raise LeaseLost(lease.execution_id, epoch=lease.epoch)
        stream.expires_at = now + ttl
        return Lease(lease.execution_id, lease.holder, lease.epoch, now + ttl, lease.claims, stream.cancel_by)

    async def release(self, tenant: TenantId, lease: Lease) -> None:
        stream = self._streams.get((tenant, lease.execution_id))
        if stream is not None and stream.epoch == lease.epoch:
            stream.holder = stream.expires_at = None

    async def ask_cancel(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str) -> None:
        stream = self._stream(tenant, execution_id)
        stream.cancel_by = stream.cancel_by or reason

    async def to_cancel(self) -> Sequence[tuple[TenantId, ExecutionId]]:
        return [key for key, stream in self._streams.items() if stream.cancel_by and not stream.has_ended]

    async def tenant_of(self, execution_id: ExecutionId) -> TenantId | None:
        tenants = [tenant for tenant, known in self._streams if known == execution_id]
        return tenants[0] if len(tenants) == 1 else None

    async def holders(self) -> Sequence[tuple[TenantId, ExecutionId, str]]:
        return [(*key, stream.holder) for key, stream in self._streams.items() if stream.holder is not None]

    async def expire(self, tenant: TenantId, execution_id: ExecutionId, *, holder: str) -> None:
        stream = self._streams.get((tenant, execution_id))
        if stream is not None and stream.holder == holder:
            stream.holder = stream.expires_at = None

    async def unfinished(self, *, now: datetime, limit: int = 10_000) -> Sequence[Ticket]:
        found: defaultdict[TenantId, list[Ticket]] = defaultdict(list)
        for (tenant, _), stream in self._streams.items():
            if stream.ticket is not None and self._is_open(tenant, stream, stream.ticket, now):
                found[tenant].append(stream.ticket)
        first = [
            ticket
            for tickets in found.values()
            for ticket in sorted(tickets, key=lambda ticket: ticket.execution_id)[:limit]
        ]
        return sorted(first, key=lambda ticket: ticket.execution_id)

    async def queued(
        self, tenant: TenantId, *, now: datetime, workflow_id: str | None = None, limit: int = 100
    ) -> Sequence[Ticket]:
        found = [
            stream.ticket
            for (owner, _), stream in self._streams.items()
            if owner == tenant
            and stream.ticket is not None
            and workflow_id in (None, stream.ticket.workflow_id)
            and self._is_open(tenant, stream, stream.ticket, now, also_paused=True)
        ]
        return sorted(found, key=lambda ticket: (-ticket.priority, ticket.execution_id))[:limit]

    def _is_open(
        self, tenant: TenantId, stream: _Stream, ticket: Ticket, now: datetime, *, also_paused: bool = False
    ) -> bool:
        parent = self._streams.get((tenant, stream.awaited_by)) if stream.awaited_by is not None else None
        return (
            stream.summary is not None
            and stream.summary.status is Status.RUNNING
            and stream.dead is None
            and (stream.expires_at is None or stream.expires_at <= now)
            and (also_paused or (tenant, ticket.workflow_id) not in self._paused)
            and (parent is None or parent.summary is None or parent.summary.status is not Status.RUNNING)
        )

    async def due(self, *, now: datetime, limit: int = 10_000) -> Sequence[tuple[TenantId, ExecutionId]]:
        waits = [
            (stream.summary.wait_till, key)
            for key, stream in self._streams.items()
            if stream.summary is not None and stream.summary.status is Status.WAITING and stream.summary.wait_till
        ]
        timed = [key for until, key in sorted(waits) if until <= now]
        return [*timed, *sorted(key for key, stream in self._streams.items() if self._child_ended(key[0], stream))][
            :limit
        ]

    def _child_ended(self, tenant: TenantId, stream: _Stream) -> bool:
        if stream.summary is None or stream.summary.status is not Status.WAITING or stream.waits_for is None:
            return False
        child = self._streams.get((tenant, stream.waits_for))
        return child is None or child.has_ended

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

    async def pause(self, tenant: TenantId, workflow_id: str, *, at: datetime) -> None:
        self._paused.setdefault((tenant, workflow_id), PausedQueue(tenant, workflow_id, at))

    async def resume(self, tenant: TenantId, workflow_id: str) -> bool:
        return self._paused.pop((tenant, workflow_id), None) is not None

    async def paused(self, tenant: TenantId | None = None) -> Sequence[PausedQueue]:
        found = [queue for queue in self._paused.values() if tenant in (None, queue.tenant)]
        return sorted(found, key=lambda queue: (queue.tenant, queue.workflow_id))

    async def remove(self, tenant: TenantId, execution_id: ExecutionId) -> Sequence[str]:
        stream = self._stream(tenant, execution_id)
        if not stream.has_ended:
            raise NotEnded(execution_id)
        del self._streams[tenant, execution_id]
        family = stream.family or execution_id
        if any(owner == tenant and family in (id_, other.family) for (owner, id_), other in self._streams.items()):
            self._kept.setdefault((tenant, family), []).append(execution_id)
            return ()
        return (execution_id, *self._kept.pop((tenant, family), []))

    async def feed(self, after: int, *, tenant: TenantId | None = None, limit: int) -> FeedPage:
        page = self._feed[after : after + limit]
        entries = [
            FeedEntry(position, owner, execution_id, without_data(decode_event(body)))
            for position, (owner, execution_id, body) in enumerate(page, start=after + 1)
            if tenant in (None, owner) and (owner, execution_id) in self._streams
        ]
        return FeedPage(entries, after + len(page))

    async def head(self) -> int:
        return len(self._feed)

    async def owners_in_use(self, tenant: TenantId, owners: Collection[str]) -> frozenset[str]:
        held = {id_ for owner, id_ in self._streams if owner == tenant}
        held.update(owner for (of, _), kept in self._kept.items() if of == tenant for owner in kept)
        return frozenset(owners) & held

    async def find(
        self,
        tenant: TenantId,
        query: ExecutionQuery | None = None,
        *,
        before: Place | None = None,
        limit: int = 50,
    ) -> Sequence[ExecutionSummary]:
        found = [
            summary
            for summary in self._summaries(tenant)
            if matches(summary, query or ExecutionQuery()) and (before is None or summary.place < before)
        ]
        return sorted(found, key=lambda summary: summary.place, reverse=True)[:limit]

    async def statistics(self, tenant: TenantId, query: ExecutionQuery | None = None) -> Sequence[WorkflowStatistics]:
        of_workflow: defaultdict[str, list[ExecutionSummary]] = defaultdict(list)
        for summary in await self.find(tenant, query, limit=len(self._streams)):
            of_workflow[summary.workflow_id].append(summary)
        found = [workflow_statistics(summaries) for summaries in of_workflow.values()]
        return sorted(found, key=lambda one: (one.last_requested_at, one.workflow_id), reverse=True)

    async def expired(
        self, policy: RetentionPolicy, *, now: datetime, limit: int = 200
    ) -> Sequence[tuple[TenantId, ExecutionId]]:
        summaries = [(tenant, stream.summary) for (tenant, _), stream in self._streams.items() if stream.summary]
        found = sorted(expired(summaries, policy, now))
        return [(tenant, ExecutionId(execution_id)) for tenant, execution_id in found][:limit]

    def _summaries(self, tenant: TenantId) -> list[ExecutionSummary]:
        return [stream.summary for (owner, _), stream in self._streams.items() if owner == tenant and stream.summary]

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
