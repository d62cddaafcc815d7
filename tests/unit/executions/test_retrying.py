"""A retry goes on exactly where the other execution was."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headrace.executions.domain import fold
from headrace.executions.errors import NotRetryable
from headrace.executions.plan import Plan
from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionSucceeded,
    NodeEndedBranch,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    Output,
)
from headrace.executions.retrying import carried_over, check_retry, failed_place
from tests.unit.executions.simulating import NOON, drive, plan, request
from tests.unit.executions.test_domain import plans

LINE = plan(3, [(0, 0, 1, 0), (1, 0, 2, 0)], "v1")
BROKE = ErrorInfo(message="it broke")


def started(node: str, run: int = 0) -> NodeStarted:
    return NodeStarted(node=node, run=run, at=NOON)


def done(node: str, run: int = 0, error: ErrorInfo | None = None) -> NodeSucceeded:
    return NodeSucceeded(
        node=node,
        run=run,
        outputs=(Output(items=1),),
        error=error,
        static_data={"seen": 1},
        responded=True,
        custom_data={"customer": "7"},
        at=NOON,
    )


def failed(node: str) -> list[Event]:
    return [NodeFailed(node=node, run=0, error=BROKE, at=NOON), ExecutionFailed(error=BROKE, node=node, at=NOON)]


def _done(history: list[Event]) -> list[tuple[object, ...]]:
    return [
        (event.node, event.run, getattr(event, "outputs", None))
        for event in history
        if isinstance(event, NodeSucceeded | NodeEndedBranch)
    ]


@given(plans(), st.integers(0, 1000), st.data())
def test_a_retry_from_any_node_does_what_the_other_execution_did(of: Plan, seed: int, data: st.DataObject) -> None:
    history = drive(of, [request()], seed)
    places = [(event.node, event.run) for event in history if isinstance(event, NodeSucceeded | NodeFailed)]
    assume(places)
    place = data.draw(st.sampled_from(places))

    carried = carried_over(history, place)
    check_retry(of, request(), carried, place)
    retried = drive(of, [request(), *carried], seed)

    assert _done(retried) == _done(history)
    assert type(retried[-1]) is type(history[-1])
    assert [event for event in retried if getattr(event, "carried", False)] == carried


def test_what_is_kept_is_marked_and_neither_remembers_nor_answers_again() -> None:
    history = [request(), started("n0"), done("n0"), started("n1"), *failed("n1")]

    (kept,) = carried_over(history, ("n1", 0))

    assert isinstance(kept, NodeSucceeded)
    assert (kept.carried, kept.static_data, kept.responded) == (True, None, False)
    assert kept.custom_data == {"customer": "7"}


@pytest.mark.parametrize(
    ("rest", "place"),
    [
        ([started("n0"), done("n0"), started("n1"), *failed("n1")], ("n1", 0)),
        ([started("n0"), done("n0"), started("n1"), ExecutionCanceled(reason="timeout", at=NOON)], ("n1", 0)),
        (
            [done("n0"), done("n1", error=BROKE), ExecutionFailed(error=BROKE, node="n1", at=NOON)],
            ("n1", 0),
        ),
    ],
    ids=["failed", "canceled", "ended on an error"],
)
def test_a_retry_goes_on_from_where_it_failed(rest: list[Event], place: tuple[str, int]) -> None:
    assert failed_place([request(), *rest]) == place


@pytest.mark.parametrize(
    "rest",
    [
        [done("n0"), ExecutionSucceeded(at=NOON)],
        [started("n0"), done("n0"), started("n1")],
        [done("n0"), ExecutionFailed(error=BROKE, at=NOON)],
    ],
    ids=["succeeded", "running", "between nodes"],
)
def test_where_nothing_failed_the_node_must_be_named(rest: list[Event]) -> None:
    with pytest.raises(NotRetryable, match="name the node"):
        failed_place([request(), *rest])


def test_a_run_that_did_not_take_place_is_no_place_to_go_on_from() -> None:
    history = [request(), done("n0"), ExecutionSucceeded(at=NOON)]

    with pytest.raises(NotRetryable, match='no run 1 of a node "n0"'):
        carried_over(history, ("n0", 1))


def test_a_node_that_was_changed_goes_on_and_one_that_moved_does_not() -> None:
    carried = carried_over([request(), done("n0"), started("n1"), *failed("n1")], ("n1", 0))
    check_retry(LINE, request(), carried, ("n1", 0))
    assert fold(LINE, [request(), *carried]).current is not None

    elsewhere = plan(3, [(0, 0, 2, 0), (2, 0, 1, 0)], "v1")
    with pytest.raises(NotRetryable, match="changed before"):
        check_retry(elsewhere, request(), carried, ("n1", 0))
    without = plan(1, [], "v1")
    with pytest.raises(NotRetryable, match="changed before"):
        check_retry(without, request(), carried, ("n1", 0))
    with pytest.raises(NotRetryable, match="changed before"):
        check_retry(without, msgspec.structs.replace(request(), start="gone"), carried, ("n1", 0))
