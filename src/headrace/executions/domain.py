"""The rules of a run: `evolve` folds events into an `Execution`, whose `current` is what runs next.

No I/O, no clock, no randomness, and no items: the rules need only how many items each output has. Source of the
rules: n8n's behaviour (both execution orders, waiting of multi-input nodes, partial runs), see docs/engine.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from headrace.executions.errors import BrokenHistory
from headrace.executions.plan import Plan, PlanNode, Target
from headrace.executions.public import (
    NOTHING,
    ONE_BLANK,
    Arrival,
    ErrorInfo,
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeEndedBranch,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    Output,
    RunEntry,
    Status,
    Step,
)
from headrace.sdk.items import SourceRef

T = TypeVar("T")


@dataclass(slots=True)
class Execution:
    """All that is known of a run so far, folded from its events."""

    plan: Plan
    request: ExecutionRequested | None = None
    status: Status = Status.NEW
    version: int = 0
    """How many events have been folded."""

    stack: deque[Step] = field(default_factory=deque)
    waiting: dict[str, dict[int, Step]] = field(default_factory=dict)
    """Multi-input nodes that lack data, by arrival; the inner key counts arrivals."""

    runs: dict[str, list[RunEntry]] = field(default_factory=dict)
    executed: int = 0
    last_node: str | None = None
    attempts: int = 0
    """Failed attempts of the current step so far."""

    started: bool = False
    """Whether an attempt of the current step was started and is not known to be over."""

    retry_at: datetime | None = None
    suspension: ExecutionSuspended | None = None
    resumed: ExecutionResumed | None = None
    static_data: dict[str, object] | None = None
    """The workflow's static data as nodes of this run left it; None when none changed it."""

    error: ErrorInfo | None = None
    canceled_by: str | None = None
    """What ended a canceled run: "request" or "timeout"."""

    stuck: str | None = None
    """Why the run cannot go on; the executor ends it with this error."""

    ended_at: datetime | None = None
    wanted: frozenset[str] | None = None
    """Partial run: the only nodes that may run."""

    last_put_off: tuple[str, int] | None = None

    @property
    def current(self) -> Step | None:
        """The node to run next; None when there is none left, or the run is over or put aside."""
        if self.status is not Status.RUNNING or not self.stack or self.stuck or self.error is not None:
            return None
        return self.stack[0]

    @property
    def waits_in(self) -> Step | None:
        """The node that put the run aside; None when none did."""
        return self.stack[0] if self.status is Status.WAITING and self.stack else None

    def run_index(self, node: str) -> int:
        """How many finished runs *node* has, which is the index of its next one."""
        return len(self.runs.get(node, ()))


def fold(plan: Plan, events: Iterable[Event]) -> Execution:
    """Return the execution that *events* tell of, from its first event on."""
    execution = Execution(plan)
    for event in events:
        evolve(execution, event)
    return execution


def evolve(execution: Execution, event: Event) -> Execution:
    """Apply one event, in place, and return *execution*.

    Raises:
        BrokenHistory: the event cannot follow what came before.
    """
    if execution.status.is_final:
        raise BrokenHistory(f"{type(event).__name__} follows the end of the execution")
    match event:
        case ExecutionRequested():
            _request(execution, event)
        case NodeStarted():
            _expect(execution, event.node, event.run)
            execution.started = True
            execution.retry_at = None
        case NodeAttemptFailed():
            _expect(execution, event.node, event.run)
            execution.attempts = event.attempt
            execution.started = False
            execution.retry_at = event.retry_at
        case NodeSucceeded():
            _succeed(execution, event)
        case NodeEndedBranch():
            _expect(execution, event.node, event.run)
            _pop(execution)
            _settle(execution)
        case NodeFailed():
            _expect(execution, event.node, event.run)
            execution.last_node = event.node
            execution.error = event.error
            execution.started = False
        case ExecutionSuspended():
            _expect(execution, event.node, event.run)
            execution.suspension = event
            execution.started = False
            execution.status = Status.WAITING
        case ExecutionResumed():
            if execution.suspension is None:
                raise BrokenHistory("an execution was resumed that was not put aside")
            execution.status = Status.RUNNING
            if event.again:
                execution.suspension = None
            else:
                execution.resumed = event
        case ExecutionSucceeded() | ExecutionFailed() | ExecutionCanceled():
            _end(execution, event)
    execution.version += 1
    return execution


def _request(execution: Execution, event: ExecutionRequested) -> None:
    if execution.request is not None:
        raise BrokenHistory("an execution was requested twice")
    if event.start not in execution.plan.nodes:
        raise BrokenHistory(f"the start node {event.start!r} is not in the workflow")
    execution.request = event
    execution.status = Status.RUNNING
    if event.destination is not None:
        execution.wanted = execution.plan.path_to(event.destination)
    given = Arrival(items=event.given.items, given=True)
    execution.stack.append(Step(event.start, (given,), ()))
    _settle(execution)


def _end(execution: Execution, event: ExecutionSucceeded | ExecutionFailed | ExecutionCanceled) -> None:
    execution.ended_at = event.at
    execution.suspension = None
    match event:
        case ExecutionSucceeded():
            execution.status = Status.SUCCESS
        case ExecutionFailed():
            execution.status = Status.ERROR
            execution.error = event.error
        case ExecutionCanceled():
            execution.status = Status.CANCELED
            execution.canceled_by = event.reason


def _expect(execution: Execution, node: str, run: int) -> Step:
    step = execution.stack[0] if execution.stack else None
    if step is None or step.node != node or execution.run_index(node) != run:
        expected = f"run {execution.run_index(step.node)} of {step.node!r}" if step else "the end"
        raise BrokenHistory(f"run {run} of {node!r} was recorded where {expected} comes next")
    return step


def _pop(execution: Execution) -> Step:
    execution.attempts = 0
    execution.started = False
    execution.retry_at = None
    execution.suspension = None
    execution.resumed = None
    return execution.stack.popleft()


def _succeed(execution: Execution, event: NodeSucceeded) -> None:
    step = _expect(execution, event.node, event.run)
    _pop(execution)
    execution.runs.setdefault(event.node, []).append(
        RunEntry(execution.executed, event.outputs, step, event.state, event.error)
    )
    execution.executed += 1
    execution.last_node = event.node
    if event.static_data is not None:
        execution.static_data = event.static_data
    if execution.request is None or event.node != execution.request.destination:
        _queue_successors(execution, event.node, event.run, event.outputs)
    _settle(execution)


def _queue_successors(execution: Execution, node: str, run: int, outputs: Sequence[Output]) -> None:
    plan = execution.plan
    reached: list[tuple[int, Target]] = []
    for output, targets in enumerate(plan.outgoing.get(node, ())):
        if output >= len(outputs):
            break
        count = outputs[output].items
        reached.extend(
            (output, target)
            for target in targets
            # v0: an output that is there but empty still feeds a second, "optional" input.
            if target.node in plan.nodes and (count > 0 or (plan.legacy and target.input > 0))
        )
    if not plan.legacy:
        # Each is put on the front of the stack in turn, so the one to run first comes last: the top-most, then the
        # left-most. The sort is stable, so of two at the same place the one drawn later runs first.
        reached.sort(key=lambda pair: (-plan.nodes[pair[1].node].position[1], -plan.nodes[pair[1].node].position[0]))
    for output, target in reached:
        arrival = Arrival(items=outputs[output].items, node=node, run=run, output=output)
        _deliver(execution, target, arrival, SourceRef(node, output, run))


def _enqueue(execution: Execution, step: Step) -> None:
    if execution.plan.legacy:
        execution.stack.append(step)
    else:
        execution.stack.appendleft(step)


def _deliver(execution: Execution, target: Target, arrival: Arrival, source: SourceRef) -> None:
    """Hand data to one input: the node is queued, or waits until its other inputs have some, too."""
    inputs = len(execution.plan.incoming[target.node])
    if inputs <= 1:
        _enqueue(execution, Step(target.node, (arrival,), (source,)))
        return
    first_of_its_kind = target.node not in execution.waiting
    entries = execution.waiting.setdefault(target.node, {})
    key = next((key for key, entry in entries.items() if entry.inputs[target.input] is None), None)
    if key is None:
        key = len(entries)
        while key in entries:
            key += 1
        entries[key] = Step(target.node, (None,) * inputs, (None,) * inputs)
    waiting = entries[key]
    filled = Step(
        target.node,
        _with(waiting.inputs, target.input, arrival),
        _with(waiting.sources, target.input, source),
    )
    if all(slot is not None for slot in filled.inputs):
        _forget_waiting(execution, target.node, key)
        _enqueue(execution, filled)
        return
    entries[key] = filled
    if first_of_its_kind and execution.plan.legacy:
        _force_other_inputs(execution, target.node, source, arrival)


def _with(values: tuple[T | None, ...], index: int, value: T) -> tuple[T | None, ...]:
    return (*values[:index], value, *values[index + 1 :])


def _forget_waiting(execution: Execution, node: str, key: int) -> None:
    del execution.waiting[node][key]
    if not execution.waiting[node]:
        del execution.waiting[node]


def _force_other_inputs(execution: Execution, node: str, source: SourceRef, arrival: Arrival) -> None:
    """v0: run the nodes that feed the other inputs of a node that has begun to wait and would not run by themselves."""
    plan = execution.plan
    parent, run = source.previous_node, source.previous_node_run
    siblings = {target.node for targets in plan.outgoing.get(parent, ()) for target in targets}
    for origins in plan.incoming[node]:
        for origin in origins:
            if origin.node == parent or origin.node not in plan.nodes:
                continue
            # A child of the same parent is queued anyway, unless what it gets is empty.
            if origin.node in siblings and not _input_is_empty(execution, origin.node, run):
                continue
            if origin.node in execution.runs or _is_queued(execution, origin.node):
                continue
            candidate = _first_to_force(execution, origin.node, siblings)
            if candidate is None:
                continue
            if arrival.items == 0 and parent in plan.ancestors(candidate):
                continue  # the parent sent nothing, so what hangs on it must not run either
            if not plan.incoming.get(candidate) or _input_is_empty(execution, candidate, run):
                _enqueue(execution, Step(candidate, (ONE_BLANK,), (source,)))


def _first_to_force(execution: Execution, feeder: str, siblings: set[str]) -> str | None:
    """Walk up from *feeder* to the farthest node that has neither run nor is queued; None when one already is."""
    candidate: str | None = feeder
    for name in reversed((*execution.plan.ancestors(feeder), feeder)):
        if name != feeder and name in siblings:
            return None
        if _is_queued(execution, name):
            return None
        if name in execution.runs:
            break
        candidate = name
    return candidate


def _is_queued(execution: Execution, node: str) -> bool:
    return any(step.node == node for step in execution.stack)


def _input_is_empty(execution: Execution, node: str, run: int) -> bool:
    """Whether nothing that feeds the node's first input put anything out in that run."""
    inputs = execution.plan.incoming.get(node, ())
    for origin in inputs[0] if inputs else ():
        runs = execution.runs.get(origin.node, ())
        if run < len(runs) and origin.output < len(runs[run].outputs) and runs[run].outputs[origin.output].items:
            return False
    return True


def _settle(execution: Execution) -> None:
    """Bring the stack to where its first entry is a node to run, or empty it."""
    while execution.stuck is None:
        while execution.stack:
            verdict = _judge(execution, execution.stack[0])
            if verdict == "run":
                return
            step = execution.stack.popleft()
            if verdict == "drop":
                continue
            # v0: put off until the missing input has arrived.
            attempt = (step.node, execution.run_index(step.node))
            if attempt == execution.last_put_off:
                execution.stuck = "Stopped execution because it seems to be in an endless loop"
                return
            execution.last_put_off = attempt
            execution.stack.append(step)
        if not _release_waiting(execution):
            return


def _judge(execution: Execution, step: Step) -> Literal["run", "drop", "later"]:
    """Return "run", "drop" (the branch ends here) or "later" (v0: an input has not arrived yet)."""
    if execution.wanted is not None and step.node not in execution.wanted:
        return "drop"
    plan = execution.plan
    node = plan.nodes[step.node]
    if not _inputs_suffice(plan, step):
        return "later"
    if node.disabled:
        return "run" if step.inputs and step.inputs[0] is not None else "drop"
    if node.pinned or node.always_output_data:
        return "run"
    return "run" if _main_input_items(plan, step) else "drop"


def _inputs_suffice(plan: Plan, step: Step) -> bool:
    for index in range(len(plan.incoming.get(step.node, ()))):
        if not plan.has_live_source(step.node, index):
            return True
        if plan.legacy and (len(step.inputs) < index or (index < len(step.inputs) and step.inputs[index] is None)):
            return False
    return True


def _main_input_items(plan: Plan, step: Step) -> int:
    """How many items the input has that decides whether the node runs: the first in v0, the first with any in v1."""
    if plan.legacy:
        first = step.inputs[0] if step.inputs else None
        return first.items if first else 0
    return next((arrival.items for arrival in step.inputs if arrival is not None and arrival.items), 0)


def _release_waiting(execution: Execution) -> bool:
    """Nothing is queued: start one waiting node with what it has. Returns whether anything was queued."""
    plan = execution.plan
    while True:
        for name in execution.waiting:
            required = None if plan.legacy else plan.nodes[name].required_inputs
            if _needs_all(plan.nodes[name], required):
                continue
            if any(ancestor in execution.waiting for ancestor in plan.ancestors(name)):
                continue  # what it waits for may still come
            key = min(execution.waiting[name])
            entry = execution.waiting[name][key]
            if not _has_required(entry, required):
                continue
            _forget_waiting(execution, name, key)
            inputs = tuple(slot if slot is not None else NOTHING for slot in entry.inputs)
            inputs += (NOTHING,) * (plan.nodes[name].inputs - len(inputs))
            if any(slot.items for slot in inputs):
                execution.stack.append(Step(name, inputs, entry.sources))
                return True
            break  # it had nothing at all: forgotten, and those that waited for it are looked at again
        else:
            return False


def _needs_all(node: PlanNode, required: int | tuple[int, ...] | None) -> bool:
    if required is None:
        return False
    return (required if isinstance(required, int) else len(required)) == node.inputs


def _has_required(entry: Step, required: int | tuple[int, ...] | None) -> bool:
    if required is None:
        return True
    arrived = {index for index, slot in enumerate(entry.inputs) if slot is not None}
    if isinstance(required, int):
        return len(arrived) >= required
    return arrived.issuperset(required)
