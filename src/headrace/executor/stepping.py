"""Running one node: what it gets, how often it is tried, and what becomes of its output and its errors."""

from __future__ import annotations

import copy
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import msgspec

from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeEndedBranch,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    Output,
    RunEntry,
    Step,
)
from headrace.executor.node_context import RunContext
from headrace.executor.ports import ClaimedRun
from headrace.executor.retrying import Retries, retries_of
from headrace.executor.run_data import RunData
from headrace.executor.scope import RunScope
from headrace.executor.secrets import ShownCredentials, StepCredentials
from headrace.executor.sub_workflows import SubWorkflowCalls, SubWorkflowWaits
from headrace.executor.variables import variables_of
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.sdk.context import ExecutionInfo, NodeInfo, RunRecord, WorkflowInfo
from headrace.sdk.description import Effects
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, ItemList, Items, Link
from headrace.sdk.outcome import NodeModule, Suspend
from headrace.sdk.parameters import has_expression, resolve_parameters
from headrace.sdk.running import failed_items, run_node, show_errors
from headrace.workflows.public import Node, Workflow

if TYPE_CHECKING:
    from headrace.executor.service import Executor

log = logging.getLogger(__name__)

_MIN_TRIES, _DEFAULT_TRIES, _MAX_TRIES = 2, 3, 5
_READS_VARIABLES = b"$vars"
_DEFAULT_PAUSE_MS, _MAX_PAUSE_MS = 1_000, 5_000


class StepFailed(Exception):
    """The node failed and the workflow stops on its errors. It is recorded already."""

    def __init__(self, error: ErrorInfo) -> None:
        super().__init__(error.message)
        self.error = error


Drawn = tuple[NodeModule, Mapping[str, Any], frozenset[str], Effects]
"""A node's module, its parameters with defaults, those with expressions, and its effects."""


class NodeStepper:
    """Runs the nodes of one execution, one after the other."""

    def __init__(
        self,
        executor: Executor,
        tenant: TenantId,
        run: ClaimedRun,
        workflow: Workflow,
        data: RunData,
        record: Callable[[Event], None],
        drawn: dict[str, Drawn],
    ) -> None:
        self._executor = executor
        self._tenant = tenant
        self._run = run
        self._workflow = workflow
        self._data = data
        self._record = record
        self._pins = pins_of(workflow) if run.request.pinned else {}
        self._timezone = timezone_of(workflow, executor.settings.timezone)
        self._static_data: dict[str, Any] | None = None
        self._drawn_nodes = drawn
        self._variables: Mapping[str, str] | None = None

    async def run(self, step: Step) -> None:
        """Run the node of *step* and record what came of it.

        Raises:
            StepFailed: it failed, and that ends the execution.
        """
        node = self._workflow.nodes[step.node]
        run_index = self._run.run_index(step.node)
        inputs = [await self._data.arrived(arrival) for arrival in step.inputs]
        if node.execute_once:
            inputs = [items[:1] if items is not None else None for items in inputs]
        if node.disabled:
            await self._succeed(step, [list_of(inputs[0])], started=time.monotonic())
        elif step.node in self._pins:
            await self._succeed(step, [self._pins[step.node]], started=time.monotonic())
        elif not any(inputs) and node.always_output_data:
            blank = Item(json={}, paired_item=[])
            await self._succeed(step, [[blank]], started=time.monotonic())
        else:
            await self._attempts(node, step, run_index, inputs)

    async def _attempts(self, node: Node, step: Step, run_index: int, inputs: Sequence[Items | None]) -> None:
        retries = retries_of(node)
        attempt = self._run.attempts
        if attempt and self._run.retry_at is not None:
            await self._executor.sleep(max(0.0, (self._run.retry_at - self._executor.now()).total_seconds()))
        while True:
            attempt += 1
            started = time.monotonic()
            try:
                module, parameters, dynamic, effects = self.drawn(node)
            except NodeError as unknown:
                self._record(NodeStarted(node=node.name, run=run_index, attempt=attempt, at=self._executor.now()))
                await self._fail(node, step, unknown, None, started)
                return
            self._record(NodeStarted(node=node.name, run=run_index, attempt=attempt, at=self._executor.now()))
            if effects is Effects.WRITES:
                await self._run.flush()
            ctx: RunContext | None = None
            try:
                ctx = await self.context(node, module, parameters, dynamic, step, run_index, inputs)
                result = await run_node(module, ctx)
            except NodeError as failure:
                if attempt < retries.tries:
                    await self._retry(node, run_index, attempt, _error_info(failure, node, run_index), retries)
                    continue
                await self._fail(node, step, failure, ctx, started)
                return
            except SubWorkflowWaits as waits:
                await self._wait_for(step, run_index, waits.execution_id)
                return
            except HeadraceError as failure:
                await self._fail(node, step, NodeError(str(failure)), ctx, started)
                return
            except RecursionError:
                await self._fail(node, step, NodeError("The data is nested too deeply"), ctx, started)
                return
            except Exception as bug:
                log.exception('node "%s" (%s) failed in a way it does not know', node.name, node.type)
                defect = NodeError(f"{type(bug).__name__}: {bug}", description="This is a defect of the node.")
                await self._fail(node, step, defect, ctx, started)
                return
            first = result[0][0] if isinstance(result, list) and result and result[0] else None
            if attempt < retries.tries and first is not None and first.json.get("error"):
                error = ErrorInfo(message=str(first.json["error"]), node=node.name)
                await self._retry(node, run_index, attempt, error, retries)
                continue
            await self._finish(node, step, result, ctx, effects, inputs, started)
            return

    async def _wait_for(self, step: Step, run_index: int, child: ExecutionId) -> None:
        self._record(
            ExecutionSuspended(
                node=step.node,
                run=run_index,
                until=None,
                resume="execution",
                output=Output(items=0),
                child=child,
                at=self._executor.now(),
            )
        )
        await self._run.flush()

    def drawn(self, node: Node) -> Drawn:
        """Return what follows from the drawing of a node alone; worked out once for each version of a workflow.

        Raises:
            NodeError: its type or version is not known here.
        """
        known = self._drawn_nodes.get(node.name)
        if known is None:
            module = self._find(node)
            parameters = resolve_parameters(module.DESCRIPTION.parameters, node.parameters, version=node.type_version)
            dynamic = frozenset(name for name, value in parameters.items() if has_expression(value))
            known = self._drawn_nodes[node.name] = (module, parameters, dynamic, _effects(module, parameters))
        return known

    def _find(self, node: Node) -> NodeModule:
        try:
            return self._executor.nodes.find(node.type, node.type_version)
        except HeadraceError as unknown:
            raise NodeError(str(unknown), description="The workflow cannot run past this node.") from unknown

    async def _retry(self, node: Node, run_index: int, attempt: int, error: ErrorInfo, retries: Retries) -> None:
        now = self._executor.now()
        pause = retries.pause_after(attempt, random.random())  # noqa: S311 - it spreads load, and guards nothing
        self._record(
            NodeAttemptFailed(node=node.name, run=run_index, attempt=attempt, error=error, retry_at=now + pause, at=now)
        )
        await self._executor.sleep(pause.total_seconds())

    async def _finish(
        self,
        node: Node,
        step: Step,
        result: list[list[Item]] | Suspend | None,
        ctx: RunContext,
        effects: Effects,
        inputs: Sequence[Items | None],
        started: float,
    ) -> None:
        if isinstance(result, Suspend):
            output = await self._data.store(list(result.output))
            self._record(
                ExecutionSuspended(
                    node=step.node,
                    run=ctx.run_index,
                    until=result.until,
                    resume=result.resume,
                    output=output,
                    webhook_suffix=result.webhook_suffix,
                    timed_out_to=result.timed_out_to,
                    at=self._executor.now(),
                )
            )
            await self._run.flush()
            return
        outputs = result
        if outputs is not None and node.on_error == "continueErrorOutput":
            outputs = failed_items(outputs, inputs)
        if not (outputs and outputs[0]) and node.always_output_data:
            links = [
                Link(item=index, input=place)
                for place, items in enumerate(inputs)
                for index in range(len(items) if items is not None else 0)
            ]
            outputs = [[Item(json={}, paired_item=links)], *(outputs or [])[1:]]
        if outputs is None:
            self._record(NodeEndedBranch(node=step.node, run=ctx.run_index, at=self._executor.now()))
            return
        show_errors(outputs)
        try:
            await self._succeed(step, outputs, started=started, ctx=ctx, durable=effects is Effects.WRITES)
        except NodeError as unwritable:
            await self._fail(node, step, unwritable, ctx, started)

    async def _succeed(
        self,
        step: Step,
        outputs: Sequence[Sequence[Item]],
        *,
        started: float,
        ctx: RunContext | None = None,
        error: ErrorInfo | None = None,
        durable: bool = False,
    ) -> None:
        run_index = self._run.run_index(step.node)
        stored: list[Output] = []
        for output in outputs:
            stored.append(await self._data.store(output))
        self._record(
            NodeSucceeded(
                node=step.node,
                run=run_index,
                outputs=tuple(stored),
                sources=step.sources,
                seconds=round(time.monotonic() - started, 6),
                state=copy.deepcopy(ctx.state) if ctx is not None else {},
                error=error,
                hints=tuple(ctx.hints) if ctx is not None else (),
                custom_data=ctx.custom_data if ctx is not None else {},
                tiers=ctx.tiers if ctx is not None else (),
                console=tuple(ctx.console) if ctx is not None else (),
                static_data=self._changed_static_data(ctx),
                responded=ctx is not None and ctx.reply is not None,
                at=self._executor.now(),
            )
        )
        for place, (output, held) in enumerate(zip(outputs, stored, strict=True)):
            if output:
                items = ItemList(output if isinstance(output, list) else list(output))
                self._data.keep((step.node, run_index, place), items, held.bytes)
        if durable:
            await self._run.flush()

    def _changed_static_data(self, ctx: RunContext | None) -> dict[str, Any] | None:
        if ctx is None or ctx.all_static_data is None or ctx.all_static_data == ctx.static_data_before:
            return None
        return copy.deepcopy(ctx.all_static_data)

    async def _fail(self, node: Node, step: Step, failure: NodeError, ctx: RunContext | None, started: float) -> None:
        run_index = self._run.run_index(step.node)
        error = _error_info(failure, node, run_index)
        if node.on_error != "stopWorkflow":
            passed = await self._data.arrived(step.inputs[0]) if step.inputs else None
            await self._succeed(step, [list_of(passed)], started=started, ctx=ctx, error=error)
            return
        self._record(
            NodeFailed(
                node=step.node,
                run=run_index,
                error=error,
                sources=step.sources,
                seconds=round(time.monotonic() - started, 6),
                tiers=ctx.tiers if ctx is not None else (),
                console=tuple(ctx.console) if ctx is not None else (),
                at=self._executor.now(),
            )
        )
        raise StepFailed(error)

    @cached_property
    def _execution(self) -> ExecutionInfo:
        execution_id, settings = self._run.request.execution_id, self._executor.settings
        return ExecutionInfo(
            id=execution_id,
            mode=self._run.request.mode,
            resume_url=settings.base_url + settings.wait_path("webhook-waiting", execution_id, ""),
            resume_form_url=settings.base_url + settings.wait_path("form-waiting", execution_id, ""),
            approval_url=settings.base_url + settings.wait_path("approve", execution_id, ""),
        )

    async def context(
        self,
        node: Node,
        module: NodeModule,
        parameters: Mapping[str, Any],
        dynamic: frozenset[str],
        step: Step,
        run_index: int,
        inputs: Sequence[Items | None],
    ) -> RunContext:
        """Return what a run of a node sees, ready to have its parameters evaluated."""
        executor, request = self._executor, self._run.request
        remembers = module.DESCRIPTION.remembers
        if remembers and self._static_data is None:
            left = self._run.static_data
            stored = left if left is not None else await executor.static_data.read(self._tenant, request.workflow_id)
            self._static_data = copy.deepcopy(dict(stored))
        if self._variables is None and _READS_VARIABLES in bytes(request.workflow):
            # As they are when the first node asks: a run does not see them change.
            self._variables = await executor.variables.values(self._tenant, request.project)
        info = NodeInfo(
            id=node.id,
            name=node.name,
            type=node.type,
            version=node.type_version,
            webhook_id=node.webhook_id,
            on_error=node.on_error,
        )
        workflow = WorkflowInfo(
            id=request.workflow_id,
            name=request.workflow_name,
            active=bool(self._workflow.raw.get("active", False)),
            timezone=self._timezone,
            settings=self._workflow.settings,
        )
        scope = RunScope(
            run=self._run,
            workflow=self._workflow,
            node=node,
            step=step,
            inputs=inputs,
            data=self._data,
            pins=self._pins,
            variables=variables_of(
                node=info,
                workflow=workflow,
                execution=self._execution,
                run_index=run_index,
                source=step.sources[0] if step.sources else None,
                parameters=node.parameters,
                environment=executor.settings.environment or {},
                custom=self._variables or {},
            ),
            timezone=self._timezone,
            static_data=(self._static_data if remembers else None) or {},
        )
        credentials = StepCredentials(executor.credentials, self._tenant, node, project=request.project)
        entries = self._run.runs.get(node.name, ())
        return RunContext(
            node=info,
            workflow=workflow,
            execution=self._execution,
            run_index=run_index,
            tenant=self._tenant,
            scope=scope,
            parameters=parameters,
            dynamic=dynamic,
            per_item=module.DESCRIPTION.evaluates_per_item,
            streams=module.DESCRIPTION.works == "item",
            evaluator=executor.evaluator,
            data=self._data,
            payloads=executor.payloads,
            credentials=ShownCredentials(executor.credentials, credentials),
            http=lambda: executor.outside.http(self._tenant, credentials),
            files=executor.outside.files(self._tenant),
            tables=executor.tables.of_project(self._tenant, request.project),
            sub_workflows=SubWorkflowCalls(executor, self._tenant, self._run, self._data, node, run_index),
            earlier=_EarlierRuns(entries, self._data),
            state=copy.deepcopy(dict(entries[-1].state)) if entries else {},
            all_static_data=self._static_data if remembers else None,
            now=executor.now,
            sleep=executor.sleep,
            random_of=executor.random_of,
            approval_url=lambda key: (
                executor.settings.base_url + executor.settings.wait_path("approve", request.execution_id, key)
            ),
            on_reply=lambda reply: executor.replies.deliver(request.execution_id, reply),
            allow_commands=executor.settings.allow_commands,
            allow_insecure_tls=executor.settings.allow_insecure_tls_in_code,
        )


class _EarlierRuns(Sequence[RunRecord]):
    """Earlier runs of a node, made on demand: a loop of a thousand passes asks for two of them each time."""

    def __init__(self, entries: Sequence[RunEntry], data: RunData) -> None:
        self._entries = entries
        self._data = data

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> RunRecord: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[RunRecord]: ...
    def __getitem__(self, index: int | slice) -> RunRecord | Sequence[RunRecord]:
        places = range(len(self._entries))[index]
        if isinstance(places, range):
            return [self._record(place) for place in places]
        return self._record(places)

    def _record(self, place: int) -> RunRecord:
        entry = self._entries[place]

        async def load() -> Sequence[Items | None]:
            return [await self._data.arrived(arrival) for arrival in entry.step.inputs]

        return RunRecord(run_index=place, sources=entry.sources, state=entry.state, load=load)


def _effects(module: NodeModule, parameters: Mapping[str, Any]) -> Effects:
    decide = getattr(module, "effects", None)
    return Effects(decide(parameters)) if decide is not None else module.DESCRIPTION.effects


def _error_info(failure: NodeError, node: Node, run_index: int) -> ErrorInfo:
    context: dict[str, Any] = {**failure.context, "runIndex": run_index}
    if failure.item_index is not None:
        context["itemIndex"] = failure.item_index
    return ErrorInfo(
        message=failure.message,
        name=failure.name,
        description=failure.description,
        node=node.name,
        http_code=getattr(failure, "http_code", None),
        context=context,
    )


def list_of(items: Items | None) -> list[Item]:
    """Return input items as the output of a node that hands them on: each paired with its own place."""
    return [
        Item(json=item.json, binary=item.binary, paired_item=index, error=item.error)
        for index, item in enumerate(items or ())
    ]


def pins_of(workflow: Workflow) -> dict[str, list[Item]]:
    """Return the pinned items by node; pin data holds items, or (in old files) bare json objects."""
    return {
        name: [_pinned(value, index) for index, value in enumerate(values)]
        for name, values in workflow.pin_data.items()
        if isinstance(values, list)
    }


def _pinned(value: Any, index: int) -> Item:
    if isinstance(value, dict) and isinstance(value.get("json"), dict):
        binary = value.get("binary")
        return Item(
            json=value["json"],
            binary=msgspec.convert(binary, dict[str, Binary], strict=False) if _has_ids(binary) else None,
            paired_item=index,
        )
    return Item(json=value if isinstance(value, dict) else {"data": value}, paired_item=index)


def _has_ids(binary: Any) -> bool:
    """Pin data from n8n may hold references to n8n's own binary store, or inline bytes; neither is a payload here."""
    return isinstance(binary, dict) and all(isinstance(part, dict) and "id" in part for part in binary.values())


def timezone_of(workflow: Workflow, default: str) -> str:
    zone = workflow.settings.get("timezone")
    return zone if isinstance(zone, str) and zone not in ("", "DEFAULT") else default
