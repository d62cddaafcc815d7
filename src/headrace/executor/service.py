"""Running executions: from the lease to the end, a suspension, or a loss of the lease."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom

from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionSucceeded,
    Mode,
    NodeSucceeded,
    Output,
    Status,
    Step,
)
from headrace.executor.ports import (
    ClaimedRun,
    Credentials,
    Evaluator,
    Executions,
    Finished,
    Nodes,
    Outside,
    Payloads,
    Replies,
    RunTables,
    StaticData,
    Variables,
    WaitPath,
    Watcher,
    Workflows,
)
from headrace.executor.run_data import RunData
from headrace.executor.stepping import NodeStepper, StepFailed
from headrace.executor.sub_workflows import error_workflow_request
from headrace.executor.versions import Versions
from headrace.kernel.errors import Conflict, HeadraceError
from headrace.kernel.ids import ExecutionId, TenantId

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutorSettings:
    timezone: str = "America/New_York"
    """Zone of workflows that name none; n8n's own default."""

    timeout: timedelta | None = None
    """How long an execution may run when its workflow does not say; None: for ever."""

    max_depth: int = 50
    """How deep sub-workflows may call each other."""

    base_url: str = "http://localhost:8000"
    wait_path: WaitPath = lambda place, execution_id, suffix: f"/{place}/{execution_id}{suffix and '/'}{suffix}"

    allow_commands: bool = False
    """Whether Execute Command nodes run: they are as powerful as the server's own account."""

    allow_insecure_tls_in_code: bool = False
    """Whether requests that code asks for may leave the server's certificate unchecked."""

    environment: Mapping[str, str] | None = None
    """What expressions see as `$env`; nothing by default."""


class Executor:
    """Runs executions to their end.

    Every event goes through the claimed run, so a lost lease stops the work at the next event; a node that changes the
    world outside starts only when all before it is durable, and nothing starts after it before its success is.
    """

    def __init__(
        self,
        *,
        executions: Executions,
        workflows: Workflows,
        nodes: Nodes,
        evaluator: Evaluator,
        payloads: Payloads,
        credentials: Credentials,
        outside: Outside,
        static_data: StaticData,
        variables: Variables,
        tables: RunTables,
        versions: Versions,
        replies: Replies,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random_of: Callable[[str], Random] = lambda _: SystemRandom(),
        settings: ExecutorSettings | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self.executions = executions
        self.workflows = workflows
        self.nodes = nodes
        self.evaluator = evaluator
        self.payloads = payloads
        self.credentials = credentials
        self.outside = outside
        self.static_data = static_data
        self.variables = variables
        self.tables = tables
        self.now = now
        self.sleep = sleep
        self.random_of = random_of
        """The random numbers of a run of a node, by its idempotency key."""

        self.settings = settings or ExecutorSettings()
        self.watcher = watcher
        self.versions = versions
        self.replies = replies
        self._driven: dict[ExecutionId, _Drive] = {}
        self._background: set[asyncio.Task[Finished]] = set()

    def cancel(self, execution_id: ExecutionId) -> bool:
        """Ask a run of this executor to stop, inside its node if need be. Returns whether it runs here."""
        drive = self._driven.get(execution_id)
        if drive is not None:
            drive.stop("request")
        return drive is not None

    def stop_awaited(self, parent: ExecutionId, reason: str) -> None:
        """Ask the sub-workflows that a run waits for to stop, too: nobody is left to take what they put out."""
        for drive in list(self._driven.values()):
            if drive.request.parent == parent and drive.request.awaited:
                drive.stop(reason)

    async def drive(self, tenant: TenantId, execution_id: ExecutionId) -> Finished:
        """Run an execution until it ends or is put aside; start its error workflow if it fails.

        Raises:
            ExecutionNotFound, LeaseHeld, NotRunnable: it cannot be claimed.
            LeaseLost, VersionConflict, Unavailable: its history can no longer be written; another executor goes on.
        """
        return await self.drive_claimed(tenant, await self.executions.claim(tenant, execution_id))

    async def drive_claimed(self, tenant: TenantId, run: ClaimedRun) -> Finished:
        """Run an execution that is under this process's lease already; else as `drive`."""
        execution_id = run.request.execution_id
        drive = _Drive(self, tenant, run)
        self._driven[execution_id] = drive
        try:
            finished = await drive.to_the_end()
            await run.flush()
        except asyncio.CancelledError:
            with contextlib.suppress(HeadraceError):  # who goes on with it finds what is durable
                await run.flush()
            raise
        finally:
            self._driven.pop(execution_id, None)
            await run.release()
            await self.evaluator.forget(f"{tenant}/{execution_id}")
        if drive.error_execution is not None:
            self.start_in_background(tenant, drive.error_execution)
        return finished

    def start_in_background(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        """Drive an execution that nobody waits for; `drain` waits for all of them."""
        task = asyncio.create_task(self.drive(tenant, execution_id))
        self._background.add(task)
        task.add_done_callback(self._background_done)

    def _background_done(self, task: asyncio.Task[Finished]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            log.error("an execution could not be driven to its end", exc_info=failure)

    async def drain(self) -> None:
        """Wait for executions that run in the background."""
        while self._background:
            await asyncio.wait(set(self._background))

    def tell(self, execution_id: ExecutionId, event: Event) -> None:
        if self.watcher is not None:
            self.watcher.on_event(execution_id, event)


class _Drive:
    """One run of one execution under one lease."""

    def __init__(self, executor: Executor, tenant: TenantId, run: ClaimedRun) -> None:
        self.executor = executor
        self.tenant = tenant
        self.run = run
        self._work_task: asyncio.Task[None] | None = None
        self._stopped_by: str | None = None
        self.request: ExecutionRequested = run.request
        self.version = executor.versions.read(self.request.workflow)
        self.workflow = self.version.workflow
        self.data = RunData(run, executor.payloads, tenant, self.request.execution_id, self.request.given)
        self.error_execution: ExecutionId | None = None

    def record(self, event: Event) -> None:
        self.run.record(event)
        self.executor.tell(self.request.execution_id, event)

    def stop(self, reason: str) -> None:
        """End the work, inside its node if need be."""
        if self._stopped_by is None:
            self._stopped_by = reason
            if reason != "lost":
                self.executor.stop_awaited(self.request.execution_id, reason)
            if self._work_task is not None:
                self._work_task.cancel()

    async def to_the_end(self) -> Finished:
        seconds = self._seconds_left()
        # A task of its own: what is stopped is the work, not whoever waits for its outcome.
        work = self._work_task = asyncio.create_task(self._work())
        self.run.when_lost = lambda: self.stop("lost")
        self.run.when_canceled = self.stop
        timer = asyncio.get_running_loop().call_later(seconds, self.stop, "timeout") if seconds is not None else None
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.wait({work})
            if self._stopped_by not in (None, "lost"):
                # Whoever waited for it was stopped with it; without an end it would be taken up again.
                self._record_stop()
            raise
        finally:
            if timer is not None:
                timer.cancel()
        if self._stopped_by == "lost":
            await self.run.flush()  # raises what went wrong
        if work.cancelled():
            self._record_stop()
        else:
            work.result()
        return self._finished()

    def _record_stop(self) -> None:
        if not self.run.status.is_final:
            self.record(ExecutionCanceled(reason=self._stopped_by or "request", at=self.executor.now()))

    def _seconds_left(self) -> float | None:
        """Return the time the run has until its timeout, counted from its request."""
        limit = self.workflow.settings.get("executionTimeout")
        if isinstance(limit, int | float) and not isinstance(limit, bool) and limit > 0:
            timeout = timedelta(seconds=min(limit, 10**8))
        elif self.executor.settings.timeout is not None:
            timeout = self.executor.settings.timeout
        else:
            return None
        spent = self.executor.now() - self.request.at if self.request.mode is not Mode.MANUAL else timedelta(0)
        return max((timeout - spent).total_seconds(), 0.0)

    async def _work(self) -> None:
        stepper = NodeStepper(
            self.executor, self.tenant, self.run, self.workflow, self.data, self.record, self.version.drawn
        )
        while (step := self.run.current) is not None:
            try:
                await self._step(stepper, step)
            except StepFailed as failed:
                await self._end_with(failed.error)
                return
            if self.run.status is Status.WAITING:
                await self._remember()
                return
        if self.run.error is not None:
            # A node's last failure was recorded, and then a crash came: what is left is the end.
            await self._end_with(self.run.error)
            return
        if self.run.stuck is not None:
            await self._end_with(ErrorInfo(message=self.run.stuck, name="WorkflowOperationError"))
            return
        error = self._last_error()
        if error is not None:
            await self._end_with(error)
            return
        await self._remember()
        self.record(ExecutionSucceeded(last_node=self.run.last_node, at=self.executor.now()))

    async def _remember(self) -> None:
        """Keep the workflow's static data; before the end is recorded, so that after a crash it is done again.
        Source: n8n's behaviour; manual runs leave no trace, failed ones do."""
        if self.run.static_data is not None and self.request.mode not in (Mode.MANUAL, Mode.INTEGRATED):
            await self.executor.static_data.write(self.tenant, self.request.workflow_id, self.run.static_data)

    def _last_error(self) -> ErrorInfo | None:
        """Return the error of the last node's last run: a run that ends on a node that failed as a whole has failed,
        though that node was to go on after errors. Source: n8n's behaviour."""
        entries = self.run.runs.get(self.run.last_node, ()) if self.run.last_node is not None else ()
        return entries[-1].error if entries else None

    async def _end_with(self, error: ErrorInfo) -> None:
        """Request the error workflow, then end: after a crash in between, both are done again, to the same effect."""
        await self._remember()
        now = self.executor.now()
        request = await error_workflow_request(
            self.run, error, workflows=self.executor.workflows, now=now, base_url=self.executor.settings.base_url
        )
        if request is not None:
            try:
                self.error_execution = await self.executor.executions.request(request)
            except Conflict:
                self.error_execution = request.execution_id
            except HeadraceError:
                log.exception("the error workflow of execution %s cannot be started", self.request.execution_id)
        self.record(ExecutionFailed(error=error, node=error.node, at=now))

    async def _step(self, stepper: NodeStepper, step: Step) -> None:
        resumed = self.run.resumed
        if resumed is None:
            await stepper.run(step)
            return
        self.record(
            NodeSucceeded(
                node=step.node,
                run=self.run.run_index(step.node),
                outputs=(*(Output(items=0) for _ in range(resumed.to)), resumed.output),
                sources=step.sources,
                at=self.executor.now(),
            )
        )
        await self.run.flush()

    def _finished(self) -> Finished:
        return Finished.of(self.request.execution_id, self.run)
