"""Commands from outside: start, cancel, retry, delete; one execution or many."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from headrace.executions.errors import ExecutionNotFound, NotRetryable, NotRunnable
from headrace.executions.ports import (
    DeadLetter,
    Dispatch,
    EventLog,
    ExecutionHistory,
    ItemStore,
    Payloads,
    Planner,
    Queues,
    RunnableWorkflow,
    Workflows,
)
from headrace.executions.public import (
    BulkAction,
    BulkFailure,
    BulkOutcome,
    Event,
    ExecutionQuery,
    ExecutionRequested,
    ExecutionSummary,
    Mode,
    PausedQueue,
    Status,
    Ticket,
    Which,
    WorkflowChoice,
)
from headrace.executions.retrying import carried_over, check_retry, failed_place
from headrace.executions.reusing import earlier_start, reused
from headrace.executions.service.reading import read_cursor, write_cursor
from headrace.executions.service.running import Executions
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.sdk.items import Item

MAX_BULK = 1_000

_CAN_BE = {
    BulkAction.CANCEL: frozenset({Status.RUNNING, Status.WAITING}),
    BulkAction.RETRY: frozenset({Status.ERROR, Status.CANCELED}),
    BulkAction.DELETE: frozenset({Status.SUCCESS, Status.ERROR, Status.CANCELED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """A run that somebody asks for."""

    workflow_id: str
    version: WorkflowChoice = Which.DRAFT
    start: str | None = None
    """Name of the node to start at; None: the workflow's trigger."""

    destination: str | None = None
    """Only what leads to this node runs, and nothing after it."""

    items: Sequence[Item] = (Item(json={}),)
    """What the start node gets."""

    pin_data: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
    """Items that stand in for nodes, by their names, beside those of the workflow."""

    use_pins: bool = True
    priority: int = 0

    reuse: ExecutionId | None = None
    """An earlier execution of the workflow: what leads to the destination and would come out as it did there is taken
    over. None, or one that is gone or not over: everything runs."""


class ExecutionCommands:
    """What people and programs ask of executions."""

    def __init__(
        self,
        *,
        log: EventLog,
        history: ExecutionHistory,
        queues: Queues,
        executions: Executions,
        planner: Planner,
        workflows: Workflows,
        dispatch: Dispatch,
        items: ItemStore,
        payloads: Payloads,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._log = log
        self._history = history
        self._queues = queues
        self._executions = executions
        self._planner = planner
        self._workflows = workflows
        self._dispatch = dispatch
        self._items = items
        self._payloads = payloads
        self._now = now
        self._new_id = new_id

    async def workflow(self, tenant: TenantId, workflow_id: str, version: WorkflowChoice) -> RunnableWorkflow:
        """Raises: NotFound: there is no such workflow or version for this tenant."""
        return await self._workflows.to_run(tenant, workflow_id, version)

    async def start(self, tenant: TenantId, wanted: StartRun) -> ExecutionId:
        """Have a workflow run, as a person's manual run; durable on return.

        Raises:
            NotFound: there is no such workflow or version for this tenant.
            NotRunnable: it cannot begin there; every reason is named.
        """
        workflow = await self._workflows.to_run(tenant, wanted.workflow_id, wanted.version)
        if wanted.pin_data:
            workflow = self._pinned(workflow, wanted.pin_data)
        earlier = await self._earlier(tenant, wanted, workflow)
        start = wanted.start or earlier_start(earlier, workflow.source) or workflow.start
        if start is None:
            raise NotRunnable(f'workflow "{workflow.name}" has no trigger to start at; name a node')
        problems = self._workflows.problems(workflow, start, pinned=wanted.use_pins)
        if problems:
            raise NotRunnable("; ".join(problems))
        execution_id = ExecutionId(self._new_id())
        request = ExecutionRequested(
            execution_id=execution_id,
            tenant=tenant,
            workflow_id=workflow.id,
            workflow_name=workflow.name,
            workflow=workflow.source,
            project=workflow.project,
            mode=Mode.MANUAL,
            start=start,
            given=await self._items.store(tenant, execution_id, wanted.items),
            destination=wanted.destination,
            use_pins=wanted.use_pins,
            priority=wanted.priority,
            at=self._now(),
        )
        carried = reused(self._planner.plan(request), request, earlier) if earlier else []
        if carried:
            # It is the owner of what is taken over, and is not deleted before this one.
            request = msgspec.structs.replace(request, retry_of=wanted.reuse)
        await self._dispatch.submit(request, carried)
        return execution_id

    async def _earlier(self, tenant: TenantId, wanted: StartRun, workflow: RunnableWorkflow) -> Sequence[Event]:
        """Return the history that may be taken over; nothing if there is none."""
        if wanted.reuse is None or wanted.destination is None:
            return ()
        try:
            history = await self._log.read(tenant, wanted.reuse)
            over = (await self._history.get(tenant, wanted.reuse)).status.is_final
        except ExecutionNotFound:
            return ()
        first = history[0]
        assert isinstance(first, ExecutionRequested)
        same = first.workflow_id == workflow.id and first.project == workflow.project
        return history if same and over else ()

    def _pinned(
        self, workflow: RunnableWorkflow, pin_data: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> RunnableWorkflow:
        raw = msgspec.json.decode(workflow.source)
        raw["pinData"] = {**(raw.get("pinData") or {}), **pin_data}
        read = self._workflows.read(msgspec.json.encode(raw), project=workflow.project)
        return replace(read, id=workflow.id, name=workflow.name)

    async def cancel(self, tenant: TenantId, execution_id: ExecutionId) -> bool:
        """Have an execution end, wherever it runs, waits or queues.

        Returns:
            Whether it has ended already; if it runs, it does in a moment, whatever happens to its process.

        Raises:
            ExecutionNotFound, NotRunnable: there is none for this tenant, or it has ended before.
        """
        return await self._dispatch.cancel(tenant, execution_id)

    async def retry(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        *,
        node: str | None = None,
        run: int = 0,
        version: WorkflowChoice | None = None,
    ) -> ExecutionId:
        """Start a new execution that keeps what another one did before a node, and goes on from there.

        Args:
            node: None: where it failed. What ran after the node runs again, branches beside it included.
            run: Which run of the node, from 0.
            version: Of the workflow; None: the one that ran.

        Raises:
            ExecutionNotFound: there is no such execution for this tenant.
            NotRetryable: it has not ended, did not fail, or the workflow was changed before the node.
            NotFound: the workflow, or that version of it, is gone.
        """
        history = await self._log.read(tenant, execution_id)
        first = history[0]
        assert isinstance(first, ExecutionRequested)
        status = (await self._history.get(tenant, execution_id)).status
        if not status.is_final:
            raise NotRetryable(f"execution {execution_id} has not ended; cancel it first")
        place = (node, run) if node is not None else failed_place(history)
        carried = carried_over(history, place)
        request = msgspec.structs.replace(
            first,
            execution_id=ExecutionId(self._new_id()),
            mode=Mode.RETRY,
            use_pins=first.pinned,
            parent=None,
            awaited=False,
            depth=0,
            retry_of=execution_id,
            dedup_key="",
            dedup_until=None,
            at=self._now(),
        )
        if version is not None:
            workflow = await self._workflows.to_run(tenant, first.workflow_id, version)
            if workflow.project != first.project:
                # Who may retry what ran in one project need not be allowed to run anything in another.
                raise NotRetryable(
                    f'workflow "{workflow.name}" belongs to another project by now; retry with the version that ran'
                )
            request = msgspec.structs.replace(request, workflow=workflow.source, workflow_name=workflow.name)
        check_retry(self._planner.plan(request), request, carried, place)
        await self._dispatch.submit(request, carried)
        return request.execution_id

    async def delete(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        """Forget an execution that has ended, with its items and files as far as no other one refers to them.

        Raises:
            ExecutionNotFound: there is no such execution for this tenant.
            NotEnded: it runs or waits.
        """
        for owner in await self._log.remove(tenant, execution_id):
            await self._payloads.delete_owned(tenant, owner)

    async def bulk(
        self,
        tenant: TenantId,
        action: BulkAction,
        query: ExecutionQuery,
        *,
        limit: int = 100,
        cursor: str | None = None,
        version: WorkflowChoice | None = None,
    ) -> BulkOutcome:
        """Cancel, retry or delete executions, the newest first: one stretch of the list at a time.

        Of those that *query* finds, only those are taken that the action fits: what has not ended for cancel, what
        failed for retry, what has ended for delete. What has a retry already that has not failed is not retried again.

        Args:
            limit: How many executions at once, 1,000 at most.
            cursor: Where the stretch before ended.

        Raises:
            BadCursor: the cursor is none that an outcome came with.
        """
        fitting = _CAN_BE[action]
        query = replace(query, statuses=query.statuses & fitting if query.statuses else fitting)
        if not query.statuses:
            return BulkOutcome((), (), None)
        limit = max(1, min(limit, MAX_BULK))
        before = read_cursor(cursor) if cursor else None
        found = await self._history.find(tenant, query, before=before, limit=limit)
        done: list[ExecutionId] = []
        failed: list[BulkFailure] = []
        for one in found:
            try:
                await self._act(tenant, action, one, version)
            except HeadraceError as failure:
                failed.append(BulkFailure(one.id, failure.code, str(failure)))
            else:
                done.append(one.id)
        return BulkOutcome(done, failed, write_cursor(found[-1].place) if len(found) == limit else None)

    async def _act(
        self, tenant: TenantId, action: BulkAction, one: ExecutionSummary, version: WorkflowChoice | None
    ) -> None:
        match action:
            case BulkAction.CANCEL:
                await self.cancel(tenant, one.id)
            case BulkAction.DELETE:
                await self.delete(tenant, one.id)
            case BulkAction.RETRY:
                retries = await self._history.find(tenant, ExecutionQuery(retry_of=one.id), limit=MAX_BULK)
                for earlier in retries:
                    if earlier.status not in _CAN_BE[BulkAction.RETRY]:
                        raise NotRetryable(f"execution {one.id} is retried by {earlier.id}: {earlier.status}")
                await self.retry(tenant, one.id, version=version)

    async def pause(self, tenant: TenantId, workflow_id: str) -> None:
        """Have new executions of a workflow queue up; those that run go on. It lasts until it is lifted."""
        await self._queues.pause(tenant, workflow_id, at=self._now())
        self._dispatch.pause(tenant, workflow_id)

    async def resume(self, tenant: TenantId, workflow_id: str) -> bool:
        """Lift a pause; False if there was none."""
        lifted = await self._queues.resume(tenant, workflow_id)
        self._dispatch.resume(tenant, workflow_id)
        return lifted

    async def paused(self, tenant: TenantId) -> Sequence[PausedQueue]:
        return await self._queues.paused(tenant)

    async def queued(self, tenant: TenantId, workflow_id: str | None = None, *, limit: int = 100) -> Sequence[Ticket]:
        """Return executions that wait for their turn: what is of higher priority first, then what is older."""
        return await self._log.queued(tenant, now=self._now(), workflow_id=workflow_id, limit=limit)

    async def dead_letters(self, tenant: TenantId) -> Sequence[DeadLetter]:
        """Return the executions that were given up because each try ended their process, the newest first."""
        return await self._log.buried(tenant)

    async def requeue(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        """Have a dead letter tried again.

        Raises:
            ExecutionNotFound: it is no dead letter of this tenant.
        """
        await self._log.unbury(tenant, execution_id)

    async def discard(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        """End a dead letter as failed; it can then be retried or deleted like any other.

        Raises:
            ExecutionNotFound: it is no dead letter of this tenant.
        """
        letters = [letter for letter in await self._log.buried(tenant) if letter.execution_id == execution_id]
        if not letters:
            raise ExecutionNotFound(execution_id)
        with contextlib.suppress(NotRunnable):  # it has ended since, which takes it off the list as well
            await self._executions.discard(tenant, execution_id, reason=letters[0].reason)
