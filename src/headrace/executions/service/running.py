"""Use cases: request an execution, claim it for running, cancel and resume it, and read what happened."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from headrace.executions.domain import Execution, evolve, fold
from headrace.executions.errors import BrokenHistory, LeaseHeld, LeaseLost, NotRunnable
from headrace.executions.plan import Plan
from headrace.executions.ports import EventLog, Lease, Planner
from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSuspended,
    Output,
    RunEntry,
    Status,
    Step,
)
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import ExecutionId, TenantId

log = logging.getLogger(__name__)

LEASE_TTL = timedelta(seconds=30)
_GATHER = timedelta(milliseconds=5)
"""How long a recorded event may wait for others to be written with, while nobody flushes."""

_RENEW_AT = 0.4
"""Fraction of the lease's life after which it is renewed: one failed renewal does not lose it."""


class Executions:
    """Start, follow and stop executions.

    Args:
        planner: Turns a workflow's JSON into the graph that the rules walk.
        holder: Name of this process, as others see it in leases.
    """

    def __init__(self, log: EventLog, planner: Planner, now: Callable[[], datetime], *, holder: str) -> None:
        self._log = log
        self._planner = planner
        self._now = now
        self._holder = holder

    async def request(self, request: ExecutionRequested, carried: Sequence[Event] = ()) -> ExecutionId:
        """Make a run durable; from here on it will be executed, whatever happens to this process.

        Args:
            carried: What a retry keeps of the execution that it retries, as `domain.carried_over` has it.

        Raises:
            NotRunnable: the start node or the destination is not in the workflow.
            VersionConflict: an execution of that id exists.
            Duplicate: the workflow takes each key once, and this one was taken.
            ExecutionNotFound: the execution to be retried is gone.
        """
        self._plan(request)
        await self._log.append(request.tenant, request.execution_id, [request, *carried], expected_version=0)
        return request.execution_id

    async def begin(self, request: ExecutionRequested, carried: Sequence[Event] = ()) -> ClaimedRun:
        """Make a run durable and claim it, in one commit.

        Raises:
            NotRunnable, VersionConflict, Duplicate, ExecutionNotFound: as `request`.
        """
        plan = self._plan(request)
        events = [request, *carried]
        lease = await self._log.begin(
            request.tenant, request.execution_id, events, holder=self._holder, now=self._now(), ttl=LEASE_TTL
        )
        return ClaimedRun(self._log, request.tenant, lease, fold(plan, events), self._now)

    async def bury(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str) -> None:
        """Give an execution up that nobody can run; a person may have it tried again."""
        await self._log.bury(tenant, execution_id, reason=reason, at=self._now())

    def _plan(self, request: ExecutionRequested) -> Plan:
        plan = self._planner.plan(request)
        for name in (request.start, request.destination):
            if name is not None and name not in plan.nodes:
                raise NotRunnable(f'there is no node "{name}" in workflow "{request.workflow_name}"')
        return plan

    async def claim(self, tenant: TenantId, execution_id: ExecutionId) -> ClaimedRun:
        """Take the lease on an execution and fold its history. One that is to end is ended, and not run.

        Raises:
            ExecutionNotFound: there is no such execution for this tenant.
            LeaseHeld: another process runs it.
            NotRunnable: it has ended.
        """
        run = await self._claim(tenant, execution_id)
        if run.cancel_by is not None:
            await _end(run, ExecutionCanceled(reason=run.cancel_by, at=self._now()))
            raise NotRunnable(f"execution {execution_id} has ended: {run.status}")
        return run

    async def _claim(self, tenant: TenantId, execution_id: ExecutionId) -> ClaimedRun:
        lease = await self._log.acquire(tenant, execution_id, holder=self._holder, now=self._now(), ttl=LEASE_TTL)
        try:
            execution = await self._fold(tenant, execution_id)
            if execution.status.is_final:
                raise NotRunnable(f"execution {execution_id} has ended: {execution.status}")
        except BaseException:
            await self._log.release(tenant, lease)
            raise
        return ClaimedRun(self._log, tenant, lease, execution, self._now)

    async def ask_cancel(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str = "request") -> None:
        """Leave word, durably, that an execution is to end: whatever happens to any process, it does not go on.

        Raises:
            ExecutionNotFound: there is no such execution for this tenant.
        """
        await self._log.ask_cancel(tenant, execution_id, reason=reason)

    async def cancel(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str = "request") -> bool:
        """Have an execution end that does not run in this process: at once if nobody runs it, else as soon as its
        executor notices.

        Returns:
            Whether it has ended already.

        Raises:
            ExecutionNotFound: there is no such execution for this tenant.
            NotRunnable: it has ended before.
        """
        await self._log.ask_cancel(tenant, execution_id, reason=reason)
        try:
            run = await self._claim(tenant, execution_id)
        except LeaseHeld:
            return False
        child = run.suspension.child if run.suspension is not None else None
        await _end(run, ExecutionCanceled(reason=run.cancel_by or reason, at=self._now()))
        if child is not None:
            # It was started for this one alone.
            with contextlib.suppress(HeadraceError):
                await self.cancel(tenant, child, reason=reason)
        return True

    async def discard(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str) -> None:
        """End an execution as failed that was given up.

        Raises:
            ExecutionNotFound, LeaseHeld, NotRunnable: it cannot be claimed.
        """
        run = await self._claim(tenant, execution_id)
        error = ErrorInfo(message=reason, name="ExecutionGivenUp")
        await _end(run, ExecutionFailed(error=error, at=self._now()))

    async def resume(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        *,
        by: str,
        output: Output | None = None,
        to: int = 0,
        waits: ExecutionSuspended | None = None,
    ) -> None:
        """End a wait: the waiting node puts out *output*, or what it had set aside when that is None. One that waits
        for a sub-execution runs again instead.

        Args:
            to: On which of the node's outputs *output* goes.
            waits: The wait that is meant, which another may have ended; None: whatever it waits for.

        Raises:
            NotRunnable: the execution does not wait, or for another thing by now.
        """
        run = await self.claim(tenant, execution_id)
        try:
            suspension = run.execution.suspension
            if run.status is not Status.WAITING or suspension is None:
                raise NotRunnable(f"execution {execution_id} does not wait for anything")
            if waits is not None and suspension != waits:
                raise NotRunnable(f"execution {execution_id} waits for another thing by now")
            again = output is None and suspension.child is not None
            place = to if output is not None else suspension.timed_out_to
            resumed = ExecutionResumed(
                by=suspension.resume if again else by,
                output=output or suspension.output,
                to=place,
                again=again,
                at=self._now(),
            )
            run.record(resumed)
            await run.flush()
        finally:
            await run.release()

    async def history(self, tenant: TenantId, execution_id: ExecutionId) -> Sequence[Event]:
        """Raises: ExecutionNotFound: there is no such execution for this tenant."""
        return await self._log.read(tenant, execution_id)

    async def inspect(self, tenant: TenantId, execution_id: ExecutionId) -> RunView:
        """Return an execution as it stands now, without claiming it."""
        return RunView(await self._fold(tenant, execution_id))

    async def _fold(self, tenant: TenantId, execution_id: ExecutionId) -> Execution:
        events = await self._log.read(tenant, execution_id)
        first = events[0]
        if not isinstance(first, ExecutionRequested):
            raise BrokenHistory(f"the history of execution {execution_id} begins with {type(first).__name__}")
        return fold(self._planner.plan(first), events)


async def _end(run: ClaimedRun, end: Event) -> None:
    try:
        run.record(end)
        await run.flush()
    finally:
        await run.release()


class RunView:
    """What can be seen of an execution from outside its context."""

    def __init__(self, execution: Execution) -> None:
        self.execution = execution

    @property
    def request(self) -> ExecutionRequested:
        if self.execution.request is None:
            raise BrokenHistory("the execution was never requested")
        return self.execution.request

    @property
    def plan(self) -> Plan:
        return self.execution.plan

    @property
    def status(self) -> Status:
        return self.execution.status

    @property
    def current(self) -> Step | None:
        return self.execution.current

    @property
    def waits_in(self) -> Step | None:
        return self.execution.waits_in

    @property
    def stuck(self) -> str | None:
        return self.execution.stuck

    @property
    def attempts(self) -> int:
        return self.execution.attempts

    @property
    def retry_at(self) -> datetime | None:
        return self.execution.retry_at

    @property
    def resumed(self) -> ExecutionResumed | None:
        return self.execution.resumed

    @property
    def error(self) -> ErrorInfo | None:
        return self.execution.error

    @property
    def canceled_by(self) -> str | None:
        return self.execution.canceled_by

    @property
    def suspension(self) -> ExecutionSuspended | None:
        return self.execution.suspension

    @property
    def static_data(self) -> Mapping[str, object] | None:
        return self.execution.static_data

    @property
    def last_node(self) -> str | None:
        return self.execution.last_node

    @property
    def runs(self) -> Mapping[str, Sequence[RunEntry]]:
        return self.execution.runs

    def ancestors(self, node: str) -> Sequence[str]:
        return self.execution.plan.ancestors(node)

    def run_index(self, node: str) -> int:
        return self.execution.run_index(node)


class ClaimedRun(RunView):
    """An execution under this process's lease: the only way to extend its history.

    Events are folded at once and written behind: `record` returns immediately, writing goes on while the next node
    runs, and `flush` waits until all that was recorded is durable. Who calls `flush` before and after every step
    that changes the outside world gets exactly what a flush after every event would give, for the price of a few.
    """

    def __init__(
        self, log: EventLog, tenant: TenantId, lease: Lease, execution: Execution, now: Callable[[], datetime]
    ) -> None:
        super().__init__(execution)
        self.when_lost: Callable[[], None] = lambda: None
        """Called when the lease is gone: stop at once, nothing more will be written."""

        self.when_canceled: Callable[[str], None] = lambda reason: None
        """Called with the reason when somebody wants the execution to end."""

        self._log = log
        self._tenant = tenant
        self._lease = lease
        self.cancel_by = lease.cancel_by
        """Why the execution is to end, as far as is known here; None: it is not."""

        self.claims = lease.claims
        """How often it was claimed, this time included, since it last got anywhere."""

        self._now = now
        self._written = execution.version
        self._pending: list[Event] = []
        self._writing: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._failure: BaseException | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._renewal = self._renew_later()

    def record(self, event: Event) -> None:
        """Fold *event* and have it written.

        Raises:
            BrokenHistory: it does not fit; nothing was recorded.
        """
        evolve(self.execution, event)
        self._pending.append(event)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def flush(self) -> None:
        """Wait until every recorded event is durable.

        Raises:
            LeaseLost, VersionConflict, Unavailable: some could not be written; the run must be dropped.
        """
        self._hurry.set()
        while self._failure is None and self._writing is not None and not (self._writing.done() and not self._pending):
            await asyncio.shield(self._writing)
        if self._failure is not None:
            raise self._failure

    async def release(self) -> None:
        """Give the lease back; the run must not be used any more."""
        self._renewal.cancel()
        if self._renewing is not None:
            self._renewing.cancel()
        over = self.status.is_final or self.status is Status.WAITING
        if self._failure is None and not (over and self._written == self.execution.version):
            # What ends a run, or puts it aside, gives the lease back as it is written.
            await self._log.release(self._tenant, self._lease)

    async def _write(self) -> None:
        while self._pending and self._failure is None:
            # A moment's patience makes one commit of many quick steps; whoever flushes is not kept waiting.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), _GATHER.total_seconds())
            self._hurry.clear()
            events, self._pending = self._pending, []
            try:
                self._written = await self._log.append(
                    self._tenant,
                    self._lease.execution_id,
                    events,
                    expected_version=self._written,
                    epoch=self._lease.epoch,
                )
            except Exception as failure:  # noqa: BLE001 - handed to whoever waits in flush()
                self._failure = failure
                self.when_lost()

    def _renew_later(self) -> asyncio.TimerHandle:
        # A timer, not a task that sleeps: most runs are over long before.
        return asyncio.get_running_loop().call_later(LEASE_TTL.total_seconds() * _RENEW_AT, self._renew_now)

    def _renew_now(self) -> None:
        self._renewing = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        try:
            self._lease = await self._log.renew(self._tenant, self._lease, now=self._now(), ttl=LEASE_TTL)
        except LeaseLost as lost:
            self._failure = lost
            self.when_lost()
            return
        except HeadraceError as failure:
            log.warning("the lease on execution %s could not be renewed yet: %s", self._lease.execution_id, failure)
        if self._lease.cancel_by is not None:
            self.cancel_by = self._lease.cancel_by
            self.when_canceled(self.cancel_by)
        self._renewal = self._renew_later()
