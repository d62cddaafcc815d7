"""Getting executions run: at once where there is room, in turn where there is not, and again after a crash."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from headrace.executions.errors import Duplicate, LeaseHeld, LeaseLost, VersionConflict
from headrace.executions.public import Event, ExecutionRequested, Status, Ticket
from headrace.executor.admission import Admission, AdmissionLimits
from headrace.executor.ports import ClaimedRun, Executions, Finished, OpenWork, RunRules, TenantLimits
from headrace.executor.service import Executor
from headrace.kernel.correlation import belonging_to
from headrace.kernel.errors import Conflict, HeadraceError, NotFound
from headrace.kernel.ids import ExecutionId, TenantId

log = logging.getLogger(__name__)

MAX_CLAIMS = 5
"""Times that an execution is tried without getting anywhere before it is given up as a dead letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSettings:
    limits: AdmissionLimits = field(default_factory=AdmissionLimits)
    look_every: timedelta = timedelta(seconds=1)
    """How often waits that are due and executions that nobody runs are looked for."""


class Dispatcher:
    """Hands executions to this process's executor, within limits.

    What is submitted is durable before `submit` returns; from then on it is run by this process or, after a crash, by
    the next one that looks for open work.
    """

    def __init__(
        self,
        executor: Executor,
        executions: Executions,
        work: OpenWork,
        *,
        now: Callable[[], datetime],
        limits: TenantLimits | None = None,
        rules: RunRules | None = None,
        settings: DispatchSettings | None = None,
    ) -> None:
        """Args:
        limits: None: tenants may start and run what they like.
        rules: None: workflows have no say in when they run.
        """
        self._executor = executor
        self._executions = executions
        self._work = work
        self._now = now
        self._limits = limits
        self._rules = rules
        self._settings = settings or DispatchSettings()
        self._admission = Admission(self._settings.limits)
        self._tasks: dict[ExecutionId, asyncio.Task[None]] = {}
        self._waiters: dict[ExecutionId, asyncio.Future[Finished]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._following: set[asyncio.Task[Finished]] = set()
        self._stopping = False

    def start(self) -> None:
        """Begin to look for open work: what a crash left behind, and waits that are due."""
        self._looking = asyncio.create_task(self._look_forever())

    async def submit(self, request: ExecutionRequested, carried: Sequence[Event] = ()) -> asyncio.Future[Finished]:
        """Make an execution durable and have it run.

        Args:
            carried: What a retry keeps of the execution that it retries.

        Returns:
            What becomes done when the run has ended or was put aside. If the workflow takes each key once, and this one
            was taken, that is the run which took it.

        Raises:
            NotRunnable, VersionConflict, ExecutionNotFound: as `Executions.request`; nothing was started.
            Denied, LimitExceeded, NotFound: as `TenantLimits.check_start`; nothing was started.
        """
        if self._limits is not None:
            await self._limits.check_start(request.tenant)
            await self._learn_limit(request.tenant)
        if self._rules is not None:
            request = await self._rules.ruled(request)
        try:
            return await self._submit(request, carried)
        except Duplicate as taken:
            following = asyncio.create_task(self._end_of(request.tenant, taken.first))
            self._following.add(following)
            following.add_done_callback(self._following.discard)
            return following

    async def _end_of(self, tenant: TenantId, execution_id: ExecutionId) -> Finished:
        """Wait for the end of an execution that runs here or elsewhere."""
        while True:
            state = await self._executions.inspect(tenant, execution_id)
            if state.status.is_final or state.status is Status.WAITING:
                return Finished.of(execution_id, state)
            await asyncio.sleep(self._settings.look_every.total_seconds())

    async def _submit(self, request: ExecutionRequested, carried: Sequence[Event]) -> asyncio.Future[Finished]:
        ticket = request.ticket
        # Added before it is durable, so that whoever looks for open work meanwhile does not run it as well.
        if not self._admission.add(ticket):
            # It is here already, and what is kept of it must not be undone by a second request that fails.
            raise VersionConflict(request.execution_id, expected=0, actual=1)
        finished = self._waiter(request.execution_id)
        admitted = self._admission.admit() if not self._stopping else None
        try:
            if admitted is not None and admitted.execution_id == request.execution_id:
                run = await self._executions.begin(request, carried)
                self._run(ticket.tenant, ticket.execution_id, run)
            else:
                await self._executions.request(request, carried)
                if admitted is not None:
                    self._run(admitted.tenant, admitted.execution_id)
        except BaseException:
            self._admission.drop(request.execution_id)
            self._admission.done(request.execution_id)
            self._waiters.pop(request.execution_id, None)
            if admitted is not None and admitted.execution_id != request.execution_id:
                self._run(admitted.tenant, admitted.execution_id)
            raise
        return finished

    def enqueue(self, ticket: Ticket) -> asyncio.Future[Finished]:
        """Have an execution run that is durable already; as `submit`."""
        finished = self._waiter(ticket.execution_id)
        self._admission.add(ticket)
        self._pump()
        return finished

    async def cancel(self, tenant: TenantId, execution_id: ExecutionId) -> bool:
        """Have an execution end, whether it runs here or elsewhere, waits for its turn or is put aside.

        Returns:
            Whether it has ended already; if it runs, it does in a moment.

        Raises:
            ExecutionNotFound, NotRunnable: there is none, or it has ended before.
        """
        # Durable first: it must end even if this process does not live to see to it.
        await self._executions.ask_cancel(tenant, execution_id)
        if self._executor.cancel(execution_id) or not await self._executions.cancel(tenant, execution_id):
            return False
        if self._admission.drop(execution_id):
            self._tell_end(execution_id, None)
        return True

    def pause(self, tenant: TenantId, workflow_id: str) -> None:
        """Start no more executions of a workflow; those that run go on, and new ones queue up.

        What is to last must be in `OpenWork.paused` as well, whose word counts from the next look on.
        """
        self._admission.pause(tenant, workflow_id)

    def resume(self, tenant: TenantId, workflow_id: str) -> None:
        self._admission.resume(tenant, workflow_id)
        self._pump()

    def waiting_of(self, tenant: TenantId, workflow_id: str | None = None) -> list[Ticket]:
        """Return a tenant's executions that wait for their turn, in the order they came."""
        return self._admission.waiting_of(tenant, workflow_id)

    @property
    def load(self) -> tuple[int, int]:
        """How many executions run here, and how many wait for their turn."""
        return self._admission.running, len(self._admission)

    async def stop(self, *, grace: timedelta) -> None:
        """Start nothing more, and let what runs end; what has not ended after *grace* goes on in the next process."""
        self._stopping = True
        if self._looking is not None:
            self._looking.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()), timeout=grace.total_seconds())
        for task in list(self._tasks.values()):
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()))
        for waiter in (*self._waiters.values(), *self._following):
            waiter.cancel()
        self._waiters.clear()

    def _waiter(self, execution_id: ExecutionId) -> asyncio.Future[Finished]:
        waiter = self._waiters.get(execution_id)
        if waiter is None:
            waiter = self._waiters[execution_id] = asyncio.get_running_loop().create_future()
        return waiter

    def _tell_end(self, execution_id: ExecutionId, finished: Finished | None) -> None:
        waiter = self._waiters.pop(execution_id, None)
        if waiter is not None and not waiter.done():
            if finished is not None:
                waiter.set_result(finished)
            else:
                waiter.cancel()

    def _pump(self) -> None:
        while not self._stopping and (ticket := self._admission.admit()) is not None:
            self._run(ticket.tenant, ticket.execution_id)

    def _run(self, tenant: TenantId, execution_id: ExecutionId, run: ClaimedRun | None = None) -> None:
        # One that waited for its turn is started by the end of another, whose request is not its own.
        with belonging_to(anew=run is None, tenant=tenant, execution=execution_id):
            self._tasks[execution_id] = asyncio.create_task(self._drive(tenant, execution_id, run))

    async def _drive(self, tenant: TenantId, execution_id: ExecutionId, run: ClaimedRun | None) -> None:
        finished: Finished | None = None
        try:
            if run is None:
                run = await self._executions.claim(tenant, execution_id)
                if run.claims > MAX_CLAIMS:
                    reason = f"it was tried {MAX_CLAIMS} times, and each time its process ended before any node did"
                    await run.release()
                    await self._executions.bury(tenant, execution_id, reason=reason)
                    log.error("execution %s is a dead letter now: %s", execution_id, reason)
                    return
            finished = await self._executor.drive_claimed(tenant, run)
        except (LeaseHeld, LeaseLost, NotFound, VersionConflict) as elsewhere:
            log.info("execution %s is not run here: %s", execution_id, elsewhere)
        except Conflict as over:
            log.info("execution %s needs no run: %s", execution_id, over)
        except HeadraceError as failure:
            log.warning("execution %s could not be driven to its end: %s", execution_id, failure)
        except Exception:
            log.exception("execution %s could not be driven to its end", execution_id)
        finally:
            del self._tasks[execution_id]
            self._admission.done(execution_id)
            self._tell_end(execution_id, finished)
            self._pump()

    async def _learn_limit(self, tenant: TenantId) -> None:
        if self._limits is not None:
            try:
                self._admission.limit(tenant, await self._limits.concurrency(tenant))
            except NotFound:
                self._admission.limit(tenant, 0)

    async def _look_forever(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(self._settings.look_every.total_seconds())

    async def _look(self) -> None:
        try:
            self._admission.keep_paused({(one.tenant, one.workflow_id) for one in await self._work.paused()})
            for tenant, execution_id in await self._work.to_cancel():
                if not self._executor.cancel(execution_id):
                    with contextlib.suppress(HeadraceError):  # it has ended, or another process sees to it
                        await self.cancel(tenant, execution_id)
            for tenant, execution_id in await self._work.due(now=self._now()):
                with contextlib.suppress(HeadraceError):  # somebody else was quicker
                    await self._executions.resume(tenant, execution_id, by="time")
            waiting = await self._work.unfinished(now=self._now())
            for tenant in {ticket.tenant for ticket in waiting}:
                await self._learn_limit(tenant)
            for ticket in waiting:
                self._admission.add(ticket)
        except HeadraceError as failure:
            log.warning("open work could not be looked for: %s", failure)
        self._pump()
