"""A driver without nodes: what each run puts out follows from a number, so that any two drivers agree."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from headrace.executions.domain import Execution, evolve, fold
from headrace.executions.plan import Plan, PlanNode, Target
from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSuspended,
    Mode,
    NodeEndedBranch,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    Output,
    Status,
    Step,
)
from headrace.kernel.ids import ExecutionId, TenantId

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
MAX_RUNS = 40
"""Loops end here: from then on nodes put nothing out."""


def request(start: str = "n0", destination: str | None = None) -> ExecutionRequested:
    return ExecutionRequested(
        execution_id=ExecutionId("e1"),
        tenant=TenantId("default"),
        workflow_id="w1",
        workflow_name="W",
        workflow=msgspec.Raw(b"{}"),
        mode=Mode.MANUAL,
        start=start,
        given=Output(items=1),
        destination=destination,
        at=NOON,
    )


def plan(nodes: int, edges: list[tuple[int, int, int, int]], order: str, **marks: set[int]) -> Plan:
    """Make a plan of nodes n0.. with edges (source, output, target, input)."""
    outgoing: dict[str, list[list[Target]]] = {f"n{number}": [[] for _ in range(3)] for number in range(nodes)}
    for source, output, target, input_ in edges:
        outgoing[f"n{source}"][output].append(Target(f"n{target}", input_))
    return Plan(
        nodes={
            f"n{number}": PlanNode(
                name=f"n{number}",
                position=(float(number * 7 % 5), float(number * 3 % 4)),
                disabled=number in marks.get("disabled", ()),
                always_output_data=number in marks.get("always", ()),
            )
            for number in range(nodes)
        },
        outgoing=outgoing,
        order=order,
    )


def _number(seed: int, step: Step, run: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{step.node}/{run}/{step.inputs}".encode()).digest()[:4])


def next_events(execution: Execution, seed: int) -> list[Event]:
    """Return what a driver would record next; nothing when the run is over."""
    if execution.status.is_final:
        return []
    if execution.status is Status.WAITING:
        return [ExecutionResumed(by="time", output=Output(items=1), at=NOON)]
    step = execution.current
    if step is None:
        if execution.error is not None:
            return [ExecutionFailed(error=execution.error, node=execution.last_node, at=NOON)]
        if execution.stuck:
            return [ExecutionFailed(error=ErrorInfo(message=execution.stuck), at=NOON)]
        return [ExecutionSucceeded(last_node=execution.last_node, at=NOON)]
    run = execution.run_index(step.node)
    if execution.resumed is not None:
        outputs = (execution.resumed.output,)
        return [NodeSucceeded(node=step.node, run=run, outputs=outputs, sources=step.sources, at=NOON)]
    number = _number(seed, step, run)
    started = NodeStarted(node=step.node, run=run, at=NOON)
    if number % 97 == 0:
        error = ErrorInfo(message="it broke")
        failed = NodeFailed(node=step.node, run=run, error=error, at=NOON)
        return [started, failed, ExecutionFailed(error=error, node=step.node, at=NOON)]
    if number % 29 == 0:
        return [started, NodeEndedBranch(node=step.node, run=run, at=NOON)]
    if number % 23 == 0:
        return [
            started,
            ExecutionSuspended(node=step.node, run=run, until=NOON, resume="time", output=Output(items=1), at=NOON),
        ]
    counts = [(number >> shift) % 3 if execution.executed < MAX_RUNS else 0 for shift in (4, 8, 12)]
    outputs = tuple(Output(items=count) for count in counts[: 1 + number % 3])
    return [started, NodeSucceeded(node=step.node, run=run, outputs=outputs, sources=step.sources, at=NOON)]


def drive(of: Plan, history: list[Event], seed: int) -> list[Event]:
    """Fold *history* and go on to the end; return all events."""
    events = list(history)
    execution = fold(of, events)
    while True:
        following = next_events(execution, seed)
        if not following:
            return events
        for event in following:
            evolve(execution, event)
            events.append(event)
