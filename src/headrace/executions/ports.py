"""What executions need from outside: the journal, leases, and read models over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from headrace.executions.plan import Plan
from headrace.executions.public import (
    Event,
    ExecutionQuery,
    ExecutionRequested,
    ExecutionSummary,
    NodeSucceeded,
    Output,
    PausedQueue,
    Place,
    Ticket,
    WorkflowChoice,
    WorkflowStatistics,
)
from headrace.executions.retention import RetentionPolicy
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId
from headrace.payloads.public import StoredOwner
from headrace.sdk.items import Item


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one execution, until it expires or is taken over."""

    execution_id: ExecutionId
    holder: str
    epoch: int
    """Grows with each holder; the journal refuses writes of an earlier one."""

    expires_at: datetime
    claims: int = 1
    """How often the execution was claimed since it last got anywhere: more than a few times says that it takes its
    process with it."""

    cancel_by: str | None = None
    """Why somebody wants the execution to end; None: nobody does."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An execution that was given up without an end."""

    execution_id: ExecutionId
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One event, at its place among those of all executions."""

    position: int
    tenant: TenantId
    execution_id: ExecutionId
    event: Event


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A stretch of the journal."""

    entries: Sequence[FeedEntry]
    reached: int
    """Up to where the journal was read: ask for what comes after this next."""


class Planner(Protocol):
    """Knows workflows and node types; the rules know neither."""

    def plan(self, request: ExecutionRequested) -> Plan:
        """Return the graph of the requested workflow.

        Raises:
            Invalid: the workflow's JSON is none.
        """
        ...


class EventLog(Protocol):
    """Append-only history, one stream per execution, and the lease on each stream."""

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
        """Start a stream and take its lease in one go; durable on return.

        Raises:
            VersionConflict, Duplicate, ExecutionNotFound: as `append` for a new stream; nothing was written.
        """
        ...

    async def append(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        events: Sequence[Event],
        *,
        expected_version: int,
        epoch: int | None = None,
    ) -> int:
        """Add *events* to the stream, all or none; durable on return. Return the new version.

        Events that end the execution or put it aside give the lease back as well.

        Args:
            expected_version: Number of events the caller has seen; 0 for a new stream.
            epoch: The caller's lease; None for writers that hold none (a request, a cancel).

        Raises:
            VersionConflict: the stream is at another version; nothing was written.
            LeaseLost: a later lease exists; nothing was written.
            Duplicate: a new stream's request has a key that was used not long ago; nothing was written.
            ExecutionNotFound: a new stream retries one that is gone; nothing was written.
        """
        ...

    async def read(self, tenant: TenantId, execution_id: ExecutionId) -> tuple[Event, ...]:
        """Return the whole stream, oldest first.

        Raises:
            ExecutionNotFound: there is no such stream for this tenant.
        """
        ...

    def walk(self, tenant: TenantId, execution_id: ExecutionId, *, after: int = 0) -> AsyncIterator[Event]:
        """Return the events of a stream past its first *after*, oldest first, a few in memory at a time; none if there
        is no such stream for this tenant."""
        ...

    async def node_run(self, tenant: TenantId, execution_id: ExecutionId, node: str, run: int) -> NodeSucceeded | None:
        """Return what a run of a node put out, one event in memory at a time; None if it put out nothing.

        Args:
            run: From 0; -1 is the last one.

        Raises:
            ExecutionNotFound: there is no such stream for this tenant.
        """
        ...

    async def acquire(
        self, tenant: TenantId, execution_id: ExecutionId, *, holder: str, now: datetime, ttl: timedelta
    ) -> Lease:
        """Take the lease, if it is free, expired or already the caller's.

        Raises:
            LeaseHeld: another holder has it and it has not expired.
            ExecutionNotFound: there is no such stream for this tenant.
        """
        ...

    async def renew(self, tenant: TenantId, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        """Put off the lease's end.

        Raises:
            LeaseLost: a later lease exists.
        """
        ...

    async def release(self, tenant: TenantId, lease: Lease) -> None:
        """Give the lease back; nothing happens if a later one exists."""
        ...

    async def ask_cancel(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str) -> None:
        """Leave word that an execution is to end: whoever holds it, or claims it next, sees to that. Durable on
        return; nothing happens to one that has ended.

        Raises:
            ExecutionNotFound: there is no such stream for this tenant.
        """
        ...

    async def to_cancel(self) -> Sequence[tuple[TenantId, ExecutionId]]:
        """Return executions of all tenants that are to end and have not."""
        ...

    async def holders(self) -> Sequence[tuple[TenantId, ExecutionId, str]]:
        """Return the executions of all tenants that are under lease with their holders, expired or not."""
        ...

    async def expire(self, tenant: TenantId, execution_id: ExecutionId, *, holder: str) -> None:
        """End the lease of a holder that is known to be gone; nothing happens if another holds it by now."""
        ...

    async def unfinished(self, *, now: datetime, limit: int = 10_000) -> Sequence[Ticket]:
        """Return executions of all tenants that nobody runs and somebody should, oldest first.

        They have not ended, are not put aside, have no live lease, are no dead letters, their workflow's queue is not
        paused, and no parent that runs waits for them, which would drive them itself.

        Args:
            limit: Of each tenant, so that a long queue of one hides nothing of the others.
        """
        ...

    async def queued(
        self, tenant: TenantId, *, now: datetime, workflow_id: str | None = None, limit: int = 100
    ) -> Sequence[Ticket]:
        """Return a tenant's executions that wait for their turn, those of paused queues included: what is of higher
        priority first, then what is older."""
        ...

    async def due(self, *, now: datetime, limit: int = 10_000) -> Sequence[tuple[TenantId, ExecutionId]]:
        """Return executions of all tenants that were put aside until a moment that has come, the longest overdue
        first, then those until the end of another execution, which has ended."""
        ...

    async def bury(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str, at: datetime) -> None:
        """Put an execution that cannot be run on the list of dead letters: it is no open work until it is taken off."""
        ...

    async def buried(self, tenant: TenantId) -> Sequence[DeadLetter]:
        """Return the dead letters, the newest first."""
        ...

    async def unbury(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        """Make a dead letter open work again.

        Raises:
            ExecutionNotFound: it is no dead letter of this tenant.
        """
        ...

    async def remove(self, tenant: TenantId, execution_id: ExecutionId) -> Sequence[str]:
        """Remove the stream of an execution that has ended, and what was derived from it.

        Executions that hand items to each other (sub-workflows, retries) are one family. Payloads of all its members
        are kept as long as one of them is.

        Returns:
            The owners whose payloads nobody refers to any more.

        Raises:
            ExecutionNotFound: there is no such stream for this tenant.
            NotEnded: it runs or waits; nothing was removed.
        """
        ...

    async def owners_in_use(self, tenant: TenantId, owners: Collection[str]) -> frozenset[str]:
        """Return those of *owners* whose payloads an execution may refer to."""
        ...


class Owners(Protocol):
    """Says whose executions are, for those who know nothing of one but its id: from an address that it told others."""

    async def tenant_of(self, execution_id: ExecutionId) -> TenantId | None:
        """Return the tenant of an execution; None if there is none, or if several have one of that id."""
        ...


class EventFeed(Protocol):
    """The events of all executions in the order they were committed, without their data (`feeding.without_data`);
    those of removed executions are missing."""

    async def feed(self, after: int, *, tenant: TenantId | None = None, limit: int) -> FeedPage:
        """Read the next *limit* positions past *after* and return their events, of one tenant or of all.

        A page may be empty though more follow; there is no more when `reached` is *after*.
        """
        ...

    async def head(self) -> int:
        """Return the position of the last event; 0 if there was none."""
        ...


class Queues(Protocol):
    """Which workflows' executions do not start for now; in the same store as the journal."""

    async def pause(self, tenant: TenantId, workflow_id: str, *, at: datetime) -> None:
        """Have executions of a workflow queue up; pausing twice is pausing once."""
        ...

    async def resume(self, tenant: TenantId, workflow_id: str) -> bool:
        """Have them start again; False if they were not paused."""
        ...

    async def paused(self, tenant: TenantId | None = None) -> Sequence[PausedQueue]:
        """Return what is paused, of one tenant or of all."""
        ...


class ExecutionHistory(Protocol):
    """The list of executions: a projection of the journal, which can be rebuilt from it at any time."""

    async def find(
        self,
        tenant: TenantId,
        query: ExecutionQuery | None = None,
        *,
        before: Place | None = None,
        limit: int = 50,
    ) -> Sequence[ExecutionSummary]:
        """Return executions, newest first.

        Args:
            before: Only those that stand further down than this place: that of the last of the page before.
            limit: 1 to 1,000.
        """
        ...

    async def get(self, tenant: TenantId, execution_id: ExecutionId) -> ExecutionSummary:
        """Raises: ExecutionNotFound: there is no such execution for this tenant."""
        ...

    async def statistics(self, tenant: TenantId, query: ExecutionQuery | None = None) -> Sequence[WorkflowStatistics]:
        """Return how the executions of each workflow went, the workflow that ran last first."""
        ...

    async def expired(
        self, policy: RetentionPolicy, *, now: datetime, limit: int = 200
    ) -> Sequence[tuple[TenantId, ExecutionId]]:
        """Return executions of all tenants that are to be kept no longer, in no order: see `retention.expired`."""
        ...

    async def rebuild(self) -> int:
        """Forget the projection and fold the whole journal anew; return the number of events read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnableWorkflow:
    """A workflow as it is to be run."""

    id: str
    name: str
    project: ProjectId
    source: msgspec.Raw
    """n8n JSON."""

    start: str | None
    """Where a run begins when nobody says where; None: nothing in it can begin."""


class Workflows(Protocol):
    """Where workflows to be run come from."""

    async def to_run(self, tenant: TenantId, workflow_id: str, version: WorkflowChoice) -> RunnableWorkflow:
        """Raises: NotFound, Conflict: there is no such workflow, or version of it, for this tenant."""
        ...

    def read(self, source: msgspec.Raw | bytes, *, project: ProjectId) -> RunnableWorkflow:
        """Raises: Invalid: it is no workflow."""
        ...

    def problems(self, workflow: RunnableWorkflow, start: str, *, pinned: bool) -> Sequence[str]:
        """Return what keeps a run from beginning at *start*, a sentence each."""
        ...


class Dispatch(Protocol):
    """Gets executions run, and stopped."""

    async def submit(self, request: ExecutionRequested, carried: Sequence[Event] = ()) -> object:
        """Make an execution durable and have it run; raises as `Executions.request`."""
        ...

    async def cancel(self, tenant: TenantId, execution_id: ExecutionId) -> bool:
        """Have an execution end; whether it has ended already, else it does in a moment.

        Raises:
            ExecutionNotFound, NotRunnable: there is none, or it has ended before.
        """
        ...

    def pause(self, tenant: TenantId, workflow_id: str) -> None:
        """Take notice at once of a queue that was paused."""
        ...

    def resume(self, tenant: TenantId, workflow_id: str) -> None: ...


class ItemStore(Protocol):
    """Items of executions, in events and in the payload store."""

    async def store(self, tenant: TenantId, owner: str, items: Sequence[Item]) -> Output:
        """Keep items of the execution *owner*."""
        ...

    async def page(self, tenant: TenantId, output: Output, start: int, count: int) -> Sequence[msgspec.Raw]:
        """Return some of an output's items as JSON, with little more than those in memory.

        Raises:
            PayloadNotFound, PayloadDamaged: the payload store has lost them.
        """
        ...


class Payloads(Protocol):
    """Where executions' large outputs and files are, as far as reading files and forgetting goes."""

    def stream(self, tenant: TenantId, key: str) -> AsyncIterator[bytes]:
        """Return the bytes of a file in parts.

        Raises:
            BadKey, PayloadNotFound, PayloadDamaged: there is none under this key; when it is first read from.
        """
        ...

    async def delete_owned(self, tenant: TenantId, owner: str) -> int: ...

    def owners(self) -> AsyncIterator[StoredOwner]:
        """Return everybody who has payloads, of all tenants."""
        ...
