"""What executions need from outside: the journal, leases, and read models over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from headrace.executions.plan import Plan
from headrace.executions.public import Event, ExecutionRequested, ExecutionSummary, Status, Ticket
from headrace.kernel.ids import ExecutionId, TenantId


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


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An execution that was given up without an end."""

    execution_id: ExecutionId
    reason: str
    at: datetime


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
            VersionConflict: there is such a stream already; nothing was written.
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
        """
        ...

    async def read(self, tenant: TenantId, execution_id: ExecutionId) -> tuple[Event, ...]:
        """Return the whole stream, oldest first.

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

    async def holders(self) -> Sequence[tuple[TenantId, ExecutionId, str]]:
        """Return the executions of all tenants that are under lease with their holders, expired or not."""
        ...

    async def expire(self, tenant: TenantId, execution_id: ExecutionId, *, holder: str) -> None:
        """End the lease of a holder that is known to be gone; nothing happens if another holds it by now."""
        ...

    async def unfinished(self, *, now: datetime, limit: int = 10_000) -> Sequence[Ticket]:
        """Return executions of all tenants that have not ended, are not put aside and have no live lease, oldest
        first."""
        ...

    async def due(self, *, now: datetime, limit: int = 10_000) -> Sequence[tuple[TenantId, ExecutionId]]:
        """Return executions of all tenants that were put aside until a moment that has come, the longest overdue
        first."""
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

    async def delete(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        """Remove a stream and what was derived from it; none is no error."""
        ...


class ExecutionHistory(Protocol):
    """The list of executions: a projection of the journal, which can be rebuilt from it at any time."""

    async def find(
        self,
        tenant: TenantId,
        *,
        workflow_id: str | None = None,
        status: Status | None = None,
        before: ExecutionId | None = None,
        limit: int = 50,
    ) -> Sequence[ExecutionSummary]:
        """Return executions, newest first.

        Args:
            before: Only those requested before this one: the last of the page before.
            limit: 1 to 1,000.
        """
        ...

    async def get(self, tenant: TenantId, execution_id: ExecutionId) -> ExecutionSummary:
        """Raises: ExecutionNotFound: there is no such execution for this tenant."""
        ...

    async def rebuild(self) -> int:
        """Forget the projection and fold the whole journal anew; return the number of events read."""
        ...
