"""What expressions would give, for whoever writes them: against the data of an execution, pinned items, or none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from headrace.executions.public import (
    Arrival,
    ExecutionRequested,
    Mode,
    Output,
    RunEntry,
    Step,
)
from headrace.executor.errors import NotLoaded
from headrace.executor.ports import Evaluator, Payloads, RunState, Variables
from headrace.executor.run_data import RunData
from headrace.executor.scope import RunScope
from headrace.executor.stepping import pins_of, timezone_of
from headrace.executor.variables import variables_of
from headrace.kernel.errors import HeadraceError, NotFound
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId
from headrace.sdk.context import ExecutionInfo, NodeInfo, WorkflowInfo
from headrace.sdk.errors import ExpressionError
from headrace.sdk.items import Item, ItemList, Items, SourceRef
from headrace.workflows.public import Node, Workflow

MAX_VALUE_BYTES = 64 * 1024
"""A preview is for the eye: larger values are told by their size."""


_MAX_INPUTS = 63

MAX_WAIT = timedelta(seconds=3)
"""For all expressions of a call: somebody sits before them."""


class Inspects(Protocol):
    """Where executions are looked at."""

    async def inspect(self, tenant: TenantId, execution_id: ExecutionId) -> RunState:
        """Raises: ExecutionNotFound: there is no such execution for this tenant."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewWanted:
    """Expressions of one node of a workflow as it is drawn at this moment."""

    workflow_id: str
    project: ProjectId
    drawn: msgspec.Raw
    node: str
    expressions: Mapping[str, str]
    """By whatever the asker calls them; each begins with "="."""

    execution_id: ExecutionId | None = None
    run: int = -1
    """Which run of the node; -1: its last."""

    item: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What an expression gives: a JSON value, or why there is none."""

    value: Any = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An execution as far as it got, or none: what a scope asks of a run."""

    request: ExecutionRequested
    runs: Mapping[str, Sequence[RunEntry]] = field(default_factory=dict)
    parents: Mapping[str, frozenset[str]]

    def run_index(self, node: str) -> int:
        return len(self.runs.get(node, ()))

    def ancestors(self, node: str) -> Sequence[str]:
        found: dict[str, None] = {}
        left = [*self.parents.get(node, ())]
        while left:
            one = left.pop()
            if one not in found:
                found[one] = None
                left.extend(self.parents.get(one, ()))
        return tuple(found)


class Previews:
    """Evaluates expressions that do not run yet. They see what the run of the node would see, and nothing secret."""

    def __init__(
        self,
        *,
        executions: Inspects,
        evaluator: Evaluator,
        payloads: Payloads,
        variables: Variables,
        timezone: str,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._executions = executions
        self._evaluator = evaluator
        self._payloads = payloads
        self._variables = variables
        self._timezone = timezone
        self._now = now
        self._new_id = new_id

    async def preview(self, tenant: TenantId, wanted: PreviewWanted) -> dict[str, Preview]:
        """Return what each expression gives, by its name.

        Raises:
            NotFound: the workflow has no such node.
            WorkflowInvalid: what is drawn is no workflow.
        """
        workflow = Workflow.from_json(wanted.drawn)
        node = workflow.nodes.get(wanted.node)
        if node is None:
            raise NotFound(f'there is no node "{wanted.node}" in the workflow')
        seen = await self._seen(tenant, wanted, workflow)
        # The data of the execution is found by its own name; what runs here has another, and is forgotten at once.
        owner = str(wanted.execution_id or seen.request.execution_id)
        data = RunData(seen, self._payloads, tenant, owner, seen.request.given)
        scope = await self._scope(tenant, wanted, workflow, node, seen, data)
        items = scope.inputs[0] if scope.inputs and scope.inputs[0] is not None else ()
        place = max(0, min(wanted.item, len(items) - 1))
        try:
            async with asyncio.timeout(MAX_WAIT.total_seconds()):
                columns = await self._resolve(list(wanted.expressions.values()), scope, data, place)
        except TimeoutError:
            late = Preview(error=f"It took longer than {MAX_WAIT.total_seconds():g} seconds.")
            return dict.fromkeys(wanted.expressions, late)
        finally:
            await self._evaluator.forget(scope.key)
        return {name: _shown(column[0]) for name, column in zip(wanted.expressions, columns, strict=True)}

    async def _resolve(
        self, expressions: Sequence[str], scope: RunScope, data: RunData, place: int
    ) -> Sequence[Sequence[Any]]:
        while True:
            try:
                return await self._evaluator.resolve(expressions, scope, place, 1)
            except NotLoaded as missing:
                await data.load(missing.place)

    async def _seen(self, tenant: TenantId, wanted: PreviewWanted, workflow: Workflow) -> _Seen:
        parents: dict[str, set[str]] = {}
        for source, kinds in workflow.connections.items():
            for outputs in kinds.values():
                for connection in (one for targets in outputs for one in targets):
                    parents.setdefault(connection.node, set()).add(source)
        above = {name: frozenset(found) for name, found in parents.items()}
        runs: Mapping[str, Sequence[RunEntry]] = {}
        request = ExecutionRequested(
            execution_id=ExecutionId(f"preview-{self._new_id()}"),
            tenant=tenant,
            workflow_id=wanted.workflow_id,
            workflow_name=str(workflow.raw.get("name", "")),
            workflow=wanted.drawn,
            project=wanted.project,
            mode=Mode.MANUAL,
            start=wanted.node,
            given=Output(items=1),
            at=self._now(),
        )
        if wanted.execution_id is not None:
            run = await self._looked_at(tenant, wanted)
            if run is not None:
                runs = run.runs
                request = msgspec.structs.replace(request, given=run.request.given, mode=run.request.mode)
        return _Seen(request=request, runs=runs, parents=above)

    async def _looked_at(self, tenant: TenantId, wanted: PreviewWanted) -> RunState | None:
        assert wanted.execution_id is not None
        try:
            run = await self._executions.inspect(tenant, wanted.execution_id)
        except NotFound:
            return None
        # Who may write in one workflow need not be allowed to read what another one did.
        same = run.request.workflow_id == wanted.workflow_id and run.request.project == wanted.project
        return run if same else None

    async def _scope(
        self, tenant: TenantId, wanted: PreviewWanted, workflow: Workflow, node: Node, seen: _Seen, data: RunData
    ) -> RunScope:
        pins = pins_of(workflow)
        entries = seen.runs.get(node.name, ())
        inputs: list[Items | None]
        if entries:
            entry = entries[wanted.run if -len(entries) <= wanted.run < len(entries) else -1]
            step = entry.step
            inputs = [await data.arrived(arrival) for arrival in step.inputs]
        else:
            step, inputs = await self._step(workflow, node, seen, data, pins)
        if node.execute_once:
            inputs = [items[:1] if items is not None else None for items in inputs]
        zone = timezone_of(workflow, self._timezone)
        return RunScope(
            run=seen,
            workflow=workflow,
            node=node,
            step=step,
            inputs=inputs,
            data=data,
            pins=pins,
            variables=variables_of(
                node=NodeInfo(
                    id=node.id,
                    name=node.name,
                    type=node.type,
                    version=node.type_version,
                    webhook_id=node.webhook_id,
                    on_error=node.on_error,
                ),
                workflow=WorkflowInfo(
                    id=wanted.workflow_id,
                    name=seen.request.workflow_name,
                    active=bool(workflow.raw.get("active", False)),
                    timezone=zone,
                    settings=workflow.settings,
                ),
                # An address that ends a wait is told to runs only, not to whoever may look at one.
                execution=ExecutionInfo(
                    id=wanted.execution_id or ExecutionId("preview"),
                    mode=Mode.MANUAL,
                    resume_url="",
                    resume_form_url="",
                ),
                run_index=max(0, wanted.run),
                source=step.sources[0] if step.sources else None,
                parameters=node.parameters,
                environment={},
                custom=await self._variables.values(tenant, wanted.project),
            ),
            timezone=zone,
            static_data={},
        )

    async def _step(
        self, workflow: Workflow, node: Node, seen: _Seen, data: RunData, pins: Mapping[str, Sequence[Item]]
    ) -> tuple[Step, list[Items | None]]:
        """Return what would reach a node that has not run: of each input, the last that its first feeder put out."""
        arrivals: dict[int, tuple[Arrival, SourceRef, Items]] = {}
        for source, kinds in workflow.connections.items():
            for output, targets in enumerate(kinds.get("main", ())):
                for target in targets:
                    if target.node != node.name or target.index in arrivals or target.index > _MAX_INPUTS:
                        continue
                    entries = seen.runs.get(source, ())
                    if entries and output < len(entries[-1].outputs):
                        run = len(entries) - 1
                        arrival = Arrival(items=entries[-1].outputs[output].items, node=source, run=run, output=output)
                        items = await data.arrived(arrival)
                        if items is not None:
                            arrivals[target.index] = (arrival, SourceRef(source, output, run), items)
                    elif source in pins and output == 0:
                        pinned = ItemList(list(pins[source]))
                        arrivals[target.index] = (Arrival(items=len(pinned)), SourceRef(source), pinned)
        if not arrivals:
            blank = Arrival(items=1)
            return Step(node.name, (blank,), (None,)), [ItemList([Item(json={})])]
        width = max(arrivals) + 1
        slots = [arrivals.get(index) for index in range(width)]
        step = Step(
            node.name,
            tuple(slot[0] if slot is not None else None for slot in slots),
            tuple(slot[1] if slot is not None else None for slot in slots),
        )
        return step, [slot[2] if slot is not None else None for slot in slots]


def _shown(found: Any) -> Preview:
    if isinstance(found, ExpressionError):
        return Preview(error=str(found))
    try:
        size = len(msgspec.json.encode(found))
    except (TypeError, ValueError, RecursionError, HeadraceError):
        return Preview(error="The result is no JSON value.")
    if size > MAX_VALUE_BYTES:
        return Preview(error=f"The result is too large to be shown here: {size:,} bytes of JSON.")
    return Preview(value=found)
