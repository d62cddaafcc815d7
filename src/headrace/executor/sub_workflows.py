"""Executions that other executions start: sub-workflows and error workflows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from headrace.executions.public import ErrorInfo, ExecutionRequested, Mode, Output, Status
from headrace.executor.errors import TooDeep
from headrace.executor.ports import ClaimedRun, Finished, Nodes, RunState, Workflows
from headrace.executor.run_data import RunData
from headrace.kernel.errors import Conflict, HeadraceError, NotFound
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.workflows.public import Node, Workflow

if TYPE_CHECKING:
    from headrace.executor.service import Executor

ERROR_TRIGGER = "n8n-nodes-base.errorTrigger"
_MOST_ERROR_WORKFLOWS = 10
"""One after the other, each for the failure of the one before: two that handle each other's errors would go on for
ever."""
SUB_WORKFLOW_TRIGGER = "n8n-nodes-base.executeWorkflowTrigger"


def child_id(parent: ExecutionId, node: str, run: int, call: int) -> ExecutionId:
    """Return the id of a sub-execution: the same whenever that call is made again.

    A crash inside the calling node makes it run again; it then finds what it had started, finished or not, and
    nothing of it runs twice.
    """
    digest = hashlib.sha256(f"{parent}/{node}/{run}/{call}".encode()).hexdigest()
    return ExecutionId(f"{parent[:9]}{digest[:32]}")


class SubWorkflowWaits(Exception):
    """A sub-execution was put aside, and so must be the one that waits for it; its node runs again afterwards."""

    def __init__(self, execution_id: ExecutionId) -> None:
        super().__init__(f"execution {execution_id} waits")
        self.execution_id = execution_id


class SubWorkflowCalls:
    """Runs sub-workflows for one run of one node."""

    def __init__(
        self, executor: Executor, tenant: TenantId, run: ClaimedRun, data: RunData, node: Node, run_index: int
    ) -> None:
        self._executor = executor
        self._tenant = tenant
        self._run = run
        self._data = data
        self._node = node
        self._run_index = run_index

    async def run(self, workflow: Any, items: Sequence[Item], *, wait: bool, call: int) -> Sequence[Sequence[Item]]:
        """Run *workflow*, an id or a whole one, and return the outputs of its last node.

        Raises:
            NodeError: there is no such workflow, it cannot start, or it failed.
            SubWorkflowWaits: it was put aside.
        """
        request = self._run.request
        limit = self._executor.settings.max_depth
        if request.depth >= limit:
            raise NodeError(str(TooDeep(limit)))
        called = await self._load(workflow)
        start = self._start_of(called)
        execution_id = child_id(request.execution_id, self._node.name, self._run_index, call)
        child = ExecutionRequested(
            execution_id=execution_id,
            tenant=self._tenant,
            workflow_id=called.id or "",
            workflow_name=called.name or "",
            workflow=msgspec.Raw(called.to_json()),
            mode=Mode.INTEGRATED,
            start=start,
            given=await self._data.store(list(items)),
            use_pins=False,
            parent=request.execution_id,
            project=request.project,
            awaited=wait,
            depth=request.depth + 1,
            at=self._executor.now(),
        )
        try:
            await self._executor.executions.request(child)
        except Conflict:
            pass  # it was started before a crash
        except HeadraceError as refused:
            raise NodeError(str(refused)) from refused
        if not wait:
            self._executor.start_in_background(self._tenant, execution_id)
            return []
        finished = await self._finish(execution_id)
        if finished.status is Status.ERROR:
            raise NodeError(finished.error.message if finished.error else "The sub-workflow failed")
        if finished.status is Status.CANCELED:
            raise NodeError("The sub-workflow was canceled")
        if finished.status is Status.WAITING:
            raise SubWorkflowWaits(execution_id)
        return [list(await self._data.decode(output)) for output in finished.outputs]

    async def _load(self, workflow: Any) -> Workflow:
        try:
            if isinstance(workflow, dict):
                return Workflow.from_json(workflow)
            return await self._executor.workflows.get(self._tenant, str(workflow))
        except NotFound as missing:
            raise NodeError(f'Workflow does not exist: "{workflow}"', description=str(missing)) from missing
        except HeadraceError as invalid:
            raise NodeError(f"The sub-workflow cannot be run: {invalid}") from invalid

    def _start_of(self, workflow: Workflow) -> str:
        enabled = (node for node in workflow.nodes.values() if not node.disabled)
        called = (node.name for node in enabled if node.type == SUB_WORKFLOW_TRIGGER)
        start = next(called, None) or start_node(workflow, self._executor.nodes)
        if start is None:
            raise NodeError(
                "Missing node to start execution",
                description="Please make sure the workflow you're calling has a trigger for sub-workflows.",
            )
        return start

    async def _finish(self, execution_id: ExecutionId) -> Finished:
        state = await self._executor.executions.inspect(self._tenant, execution_id)
        if state.status.is_final:
            return Finished.of(execution_id, state)
        return await self._executor.drive(self._tenant, execution_id)


def start_node(workflow: Workflow, nodes: Nodes) -> str | None:
    """Return where a run starts when nothing says so: the first trigger, else the first manual kind of start.

    Source: n8n's rule. A workflow of one enabled node starts there.
    """
    enabled = [node for node in workflow.nodes.values() if not node.disabled]
    first_manual: dict[str, str] = {}
    for node in enabled:
        try:
            kind = nodes.find(node.type, node.type_version).DESCRIPTION.trigger
        except HeadraceError:
            continue
        if kind in ("event", "schedule", "webhook", "poll"):
            return node.name
        if kind:
            first_manual.setdefault(kind, node.name)
    for kind in ("manual", "subworkflow", "error", "form"):
        if kind in first_manual:
            return first_manual[kind]
    return enabled[0].name if len(enabled) == 1 else None


async def error_workflow_request(
    state: RunState, error: ErrorInfo, *, workflows: Workflows, now: datetime, base_url: str
) -> ExecutionRequested | None:
    """Return the request for the error workflow of a production run that fails; None when there is none to start."""
    request = state.request
    if request.mode in (Mode.MANUAL, Mode.INTEGRATED):
        return None
    handled = request.depth + 1 if request.mode is Mode.ERROR else 0
    if handled >= _MOST_ERROR_WORKFLOWS:
        return None
    failed = Workflow.from_json(request.workflow)
    handler = failed
    named = failed.settings.get("errorWorkflow")
    if isinstance(named, str) and named and named != request.workflow_id:
        try:
            handler = await workflows.get(request.tenant, named)
        except NotFound:
            return None
    if handler is failed and request.mode is Mode.ERROR:
        return None  # a workflow that handles its own errors must not do so for ever
    triggers = (node.name for node in handler.nodes.values() if node.type == ERROR_TRIGGER and not node.disabled)
    start = next(triggers, None)
    if start is None:
        return None
    item = Item(
        json={
            "execution": {
                "id": request.execution_id,
                "url": f"{base_url}/workflow/{request.workflow_id}/executions/{request.execution_id}",
                **({"retryOf": request.retry_of} if request.retry_of else {}),
                "error": msgspec.to_builtins(error),
                "lastNodeExecuted": error.node or state.last_node,
                "mode": request.mode,
            },
            "workflow": {"id": request.workflow_id, "name": request.workflow_name},
        }
    )
    return ExecutionRequested(
        # The same id each time: a crash between this request and the record of the failure starts no second one.
        execution_id=child_id(request.execution_id, "error workflow", 0, 0),
        tenant=request.tenant,
        workflow_id=handler.id or request.workflow_id,
        workflow_name=handler.name or request.workflow_name,
        workflow=msgspec.Raw(handler.to_json()),
        mode=Mode.ERROR,
        depth=handled,
        start=start,
        given=Output(items=1, inline=msgspec.Raw(msgspec.json.encode([item]))),
        use_pins=False,
        parent=request.execution_id,
        project=request.project,
        at=now,
    )
