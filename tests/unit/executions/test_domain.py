"""The rules of a run, for any graph."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.executions.domain import Execution, evolve, fold
from headrace.executions.errors import BrokenHistory
from headrace.executions.plan import Plan
from headrace.executions.public import (
    Event,
    ExecutionCanceled,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSuspended,
    NodeStarted,
    NodeSucceeded,
    Output,
    decode_event,
    encode_event,
)
from headrace.kernel.ids import ExecutionId
from tests.unit.executions.simulating import MAX_RUNS, NOON, drive, plan, request

_edges = st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(1, 6), st.integers(0, 2))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    return plan(
        7,
        draw(st.lists(_edges, max_size=14, unique=True)),
        draw(st.sampled_from(["v0", "v1"])),
        disabled=set(draw(st.lists(st.integers(1, 6), max_size=2))),
        always=set(draw(st.lists(st.integers(1, 6), max_size=2))),
    )


def _without_restarts(events: list[Event]) -> list[Event]:
    """Leave out starts: a node that a crash cut off is started again, and nothing else differs."""
    return [event for event in events if not isinstance(event, NodeStarted)]


@given(of=plans(), seed=st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_every_run_ends_and_nothing_follows_the_end(of: Plan, seed: int) -> None:
    events = drive(of, [request()], seed)

    finished = fold(of, events)
    assert finished.status.is_final
    assert finished.executed <= MAX_RUNS + 100
    with pytest.raises(BrokenHistory):
        evolve(finished, ExecutionSucceeded(at=NOON))


@given(of=plans(), seed=st.integers(0, 10_000), cut=st.integers(0, 400))
@settings(max_examples=150, deadline=None)
def test_every_prefix_folds_and_resuming_from_it_gives_the_same_end(of: Plan, seed: int, cut: int) -> None:
    whole = drive(of, [request()], seed)
    prefix = whole[: 1 + cut % len(whole)]

    resumed = drive(of, prefix, seed)

    assert _without_restarts(resumed) == _without_restarts(whole)


@given(of=plans(), seed=st.integers(0, 10_000))
@settings(max_examples=80, deadline=None)
def test_a_run_of_a_node_is_recorded_once(of: Plan, seed: int) -> None:
    events = drive(of, [request()], seed)

    finished = [(event.node, event.run) for event in events if isinstance(event, NodeSucceeded)]
    assert len(finished) == len(set(finished))


@given(of=plans(), seed=st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_events_survive_the_journal(of: Plan, seed: int) -> None:
    for event in drive(of, [request()], seed):
        assert decode_event(encode_event(event)) == event


@given(of=plans(), seed=st.integers(0, 10_000), destination=st.integers(1, 6))
@settings(max_examples=80, deadline=None)
def test_a_partial_run_stays_on_the_way_to_its_destination(of: Plan, seed: int, destination: int) -> None:
    events = drive(of, [request(destination=f"n{destination}")], seed)

    way = of.path_to(f"n{destination}")
    assert {event.node for event in events if isinstance(event, NodeSucceeded)} <= way


def test_a_canceled_run_takes_no_further_events() -> None:
    of = plan(2, [(0, 0, 1, 0)], "v1")
    execution = fold(of, [request(), ExecutionCanceled(reason="request", at=NOON)])

    with pytest.raises(BrokenHistory):
        evolve(execution, NodeStarted(node="n0", run=0, at=NOON))


def test_v1_finishes_the_topmost_branch_before_the_next() -> None:
    of = plan(5, [(0, 0, 1, 0), (0, 0, 2, 0), (1, 0, 3, 0), (2, 0, 4, 0)], "v1")

    positions = {name: node.position for name, node in of.nodes.items()}
    first, second = sorted(("n1", "n2"), key=lambda name: (positions[name][1], positions[name][0]))
    order = _order(of)
    assert order.index(first) < order.index({"n1": "n3", "n2": "n4"}[first]) < order.index(second)


def test_v0_runs_breadth_first_in_the_order_drawn() -> None:
    of = plan(5, [(0, 0, 1, 0), (0, 0, 2, 0), (1, 0, 3, 0), (2, 0, 4, 0)], "v0")

    assert _order(of) == ["n0", "n1", "n2", "n3", "n4"]


def test_a_node_with_two_inputs_waits_for_both() -> None:
    of = plan(4, [(0, 0, 1, 0), (0, 0, 2, 0), (1, 0, 3, 0), (2, 0, 3, 1)], "v1")

    assert _order(of)[-1] == "n3"
    assert _order(of).count("n3") == 1


def test_an_input_that_never_comes_does_not_keep_a_v1_node_from_running() -> None:
    of = plan(4, [(0, 0, 1, 0), (0, 1, 2, 0), (1, 0, 3, 0), (2, 0, 3, 1)], "v1")

    assert _order(of) == ["n0", "n1", "n3"]


def _order(of: Plan) -> list[str]:
    """Run with one item on output 0 of every node; return the nodes in order of execution."""
    execution: Execution = fold(of, [request()])
    order: list[str] = []
    while (step := execution.current) is not None:
        order.append(step.node)
        run = execution.run_index(step.node)
        evolve(execution, NodeSucceeded(node=step.node, run=run, outputs=(Output(items=1),), at=NOON))
    return order


def test_a_node_that_waited_for_a_sub_execution_runs_again() -> None:
    nothing = Output(items=0)
    suspended = ExecutionSuspended(
        node="n0", run=0, until=None, resume="execution", output=nothing, child=ExecutionId("e2"), at=NOON
    )
    execution = fold(plan(2, [], "v1"), [request(), NodeStarted(node="n0", run=0, at=NOON), suspended])
    assert execution.current is None

    evolve(execution, ExecutionResumed(by="execution", output=nothing, again=True, at=NOON))

    assert execution.current is not None
    assert (execution.current.node, execution.resumed, execution.suspension) == ("n0", None, None)
    evolve(execution, NodeStarted(node="n0", run=0, at=NOON))
    evolve(execution, NodeSucceeded(node="n0", run=0, outputs=(nothing,), at=NOON))
    assert execution.run_index("n0") == 1
