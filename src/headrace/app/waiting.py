"""Executions that wait for a request, as the journal and the executor know them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from headrace.executions.public import ExecutionSuspended, Status, Step
from headrace.executions.service import RunView
from headrace.executor.ports import ClaimedRun
from headrace.executor.run_data import RunData
from headrace.executor.stepping import NodeStepper, timezone_of
from headrace.kernel.errors import NotFound
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Items
from headrace.webhooks.errors import BadForm
from headrace.webhooks.ports import ShownNode, Standing
from headrace.webhooks.public import FORM, FORM_TRIGGER
from headrace.webhooks.routing import has_pages_of
from headrace.workflows.public import Node, Workflow

if TYPE_CHECKING:
    from headrace.app.local import Headrace

_KEPT = 500
"""Nodes whose parameters are kept evaluated: people look at a page more than once, and it stays the same page."""

_REQUESTS = ("webhook", "form", "approval")


class JournalWaits:
    """The `Waits` of webhooks in one process."""

    def __init__(self, headrace: Headrace) -> None:
        self._headrace = headrace
        self._kept: OrderedDict[tuple[ExecutionId, str, int], ShownNode] = OrderedDict()

    async def find(self, execution_id: ExecutionId) -> Standing | None:
        tenant = await self._headrace.journal.tenant_of(execution_id)
        if tenant is None:
            return None
        try:
            view = await self._headrace.executions.inspect(tenant, execution_id)
        except NotFound:
            return None
        workflow = self._headrace.executor.versions.read(view.request.workflow).workflow
        waits = view.suspension if view.status is Status.WAITING else None
        shown: ShownNode | None = None
        if waits is not None and waits.resume in _REQUESTS and view.waits_in is not None:
            shown = await self._shown(view, workflow, view.waits_in, waits.run)
        elif waits is None and (ending := _ending_of(view, workflow)) is not None:
            shown = await self._shown(view, workflow, *ending)
        start = workflow.nodes[view.request.start]
        first = await self._first(view, workflow, start) if start.type == FORM_TRIGGER else None
        return Standing(
            request=view.request,
            status=view.status,
            suspension=waits,
            node=shown,
            first=first,
            timezone=timezone_of(workflow, self._headrace.settings.timezone),
            is_form=first is not None
            or (waits is not None and waits.resume == "form")
            or any(_is_page(workflow.nodes.get(name)) for name in view.runs),
            has_pages=has_pages_of(workflow, besides=shown.name if shown is not None else None),
        )

    async def suspension(
        self, tenant: TenantId, execution_id: ExecutionId
    ) -> tuple[ProjectId, ExecutionSuspended | None]:
        view = await self._headrace.executions.inspect(tenant, execution_id)
        return view.request.project, view.suspension if view.status is Status.WAITING else None

    async def _first(self, view: RunView, workflow: Workflow, node: Node) -> ShownNode:
        _, parameters, _, _ = self._stepper(view, workflow).drawn(node)
        return _shown_node(node, parameters, parameters, None)

    async def _shown(self, view: RunView, workflow: Workflow, step: Step, run: int) -> ShownNode:
        """Return a node with its parameters as its first item makes them.

        Raises:
            BadForm: an expression of it fails.
        """
        key = (view.request.execution_id, step.node, run)
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known
        node = workflow.nodes[step.node]
        try:
            shown = await self._evaluated(view, workflow, node, step, run)
        except NodeError as failed:
            raise BadForm(f'the settings of node "{node.name}" cannot be worked out') from failed
        self._kept[key] = shown
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return shown

    async def _evaluated(self, view: RunView, workflow: Workflow, node: Node, step: Step, run: int) -> ShownNode:
        data = self._data(view)
        inputs: Sequence[Items | None] = [await data.arrived(arrival) for arrival in step.inputs]
        module, drawn, dynamic, _ = (stepper := self._stepper(view, workflow, data)).drawn(node)
        context = await stepper.context(node, module, drawn, dynamic, step, run, inputs)
        items = list((inputs[0] or ())[:1]) if inputs else []
        await context.prepare(0, items or [Item(json={})])
        parameters = {**drawn, **{name: context.param(name) for name in dynamic}}
        if not view.status.is_final and view.status is not Status.WAITING:
            return _shown_node(node, parameters, drawn, items[0] if items else None)
        # Nobody runs it now, so that nobody else would.
        await self._headrace.executor.evaluator.forget(f"{view.request.tenant}/{view.request.execution_id}")
        return _shown_node(node, parameters, drawn, items[0] if items else None)

    def _data(self, view: RunView) -> RunData:
        request = view.request
        return RunData(view, self._headrace.payloads, request.tenant, request.execution_id, request.given)

    def _stepper(self, view: RunView, workflow: Workflow, data: RunData | None = None) -> NodeStepper:
        executor = self._headrace.executor
        drawn = executor.versions.read(view.request.workflow).drawn
        # It is only looked at: nothing is recorded, so that no lease is needed.
        run = cast("ClaimedRun", view)
        return NodeStepper(executor, view.request.tenant, run, workflow, data or self._data(view), _nothing, drawn)


def _nothing(event: object) -> None:
    raise AssertionError(f"{event!r} would be recorded of an execution that is only looked at")


def _ending_of(view: RunView, workflow: Workflow) -> tuple[Step, int] | None:
    """Return the ending of a form that was reached last, and which run of its node that was."""
    reached = [
        (entries[-1], len(entries) - 1)
        for name, entries in view.runs.items()
        if (node := workflow.nodes.get(name)) is not None
        and node.type == FORM
        and not node.disabled
        and node.parameters.get("operation") == "completion"
    ]
    if not reached:
        return None
    entry, run = max(reached, key=lambda one: one[0].index)
    return entry.step, run


def _is_page(node: Node | None) -> bool:
    return node is not None and (node.type == FORM or node.parameters.get("resume") == "form")


def _shown_node(node: Node, parameters: Mapping[str, Any], drawn: Mapping[str, Any], item: Item | None) -> ShownNode:
    return ShownNode(
        name=node.name,
        type=node.type,
        version=node.type_version,
        parameters=parameters,
        drawn=drawn,
        credentials=node.credentials,
        item=item,
    )
