"""What a partial run takes over from an earlier one."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.executions.plan import Plan
from headrace.executions.public import ErrorInfo, Event, ExecutionRequested, Mode, NodeSucceeded
from headrace.executions.reusing import changed_nodes, earlier_start, reused
from tests.unit.executions.simulating import drive, plan, request
from tests.unit.executions.test_domain import plans

LINE = plan(3, [(0, 0, 1, 0), (1, 0, 2, 0)], "v1")


def asked(destination: str | None = None, **workflow: Any) -> ExecutionRequested:
    nodes = workflow.pop("nodes", [{"name": f"n{number}", "parameters": {}} for number in range(3)])
    source = msgspec.Raw(msgspec.json.encode({"nodes": nodes, **workflow}))
    return msgspec.structs.replace(request(destination=destination), workflow=source)


def names(carried: list[Any]) -> list[str]:
    return [event.node for event in carried]


def history(of: Plan = LINE, first: ExecutionRequested | None = None, seed: int = 0) -> list[Event]:
    return drive(of, [first or asked()], seed)


@pytest.mark.parametrize(("destination", "kept"), [("n2", ["n0", "n1"]), ("n1", ["n0"]), ("n0", [])])
def test_what_leads_to_the_destination_is_taken_over_and_the_destination_runs(
    destination: str, kept: list[str]
) -> None:
    carried = reused(LINE, asked(destination), history())

    assert names(carried) == kept
    assert all(event.carried for event in carried)


@given(plans(), st.integers(0, 1000), st.data())
def test_whatever_is_taken_over_the_run_does_what_it_would_have_done(of: Plan, seed: int, data: st.DataObject) -> None:
    first = asked(nodes=[{"name": name} for name in of.nodes])
    destination = data.draw(st.sampled_from(sorted(of.nodes)))
    wanted = msgspec.structs.replace(first, destination=destination)

    carried = reused(of, wanted, drive(of, [first], seed))
    partial = drive(of, [wanted, *carried], seed)

    def done(events: list[Event]) -> list[tuple[object, ...]]:
        return [(event.node, event.run, event.outputs) for event in events if isinstance(event, NodeSucceeded)]

    assert done(partial) == done(drive(of, [wanted], seed))


@pytest.mark.parametrize(
    "change",
    [
        {"nodes": [{"name": "n0"}, {"name": "n1", "parameters": {"x": 1}}, {"name": "n2"}]},
        {"nodes": [{"name": "n0"}, {"name": "n1", "disabled": True}, {"name": "n2"}]},
        {"pinData": {"n1": [{"json": {"x": 1}}]}},
    ],
)
def test_a_node_that_changed_runs_again_with_all_that_follows(change: dict[str, Any]) -> None:
    before = asked(nodes=[{"name": f"n{number}"} for number in range(3)])
    changed = asked("n2", **{"nodes": msgspec.json.decode(before.workflow)["nodes"], **change})

    assert names(reused(LINE, changed, history(first=before))) == ["n0"]


def test_where_a_node_stands_and_what_is_noted_about_it_changes_nothing() -> None:
    before = asked(nodes=[{"name": "n0", "position": [0, 0], "notes": "a"}])
    after = asked(nodes=[{"name": "n0", "position": [9, 9], "notes": "b"}])

    assert changed_nodes(before, after) == frozenset()


def test_pins_count_only_where_they_stand_in_for_nodes() -> None:
    pinned = asked(pinData={"n0": [{"json": {}}]})
    served = msgspec.structs.replace(asked(), mode=Mode.WEBHOOK)

    assert changed_nodes(asked(), pinned) == {"n0"}
    assert changed_nodes(served, asked()) == frozenset()


def test_what_came_by_another_way_is_not_taken_over() -> None:
    detour = plan(3, [(0, 0, 2, 0), (2, 0, 1, 0)], "v1")

    assert names(reused(detour, asked("n1"), history())) == ["n0"]


def test_a_node_that_failed_and_was_passed_over_runs_again() -> None:
    broken = [
        msgspec.structs.replace(event, error=ErrorInfo(message="it broke"))
        if isinstance(event, NodeSucceeded) and event.node == "n1"
        else event
        for event in history()
    ]

    assert names(reused(LINE, asked("n2"), broken)) == ["n0"]


def test_a_run_that_began_elsewhere_is_of_no_use() -> None:
    elsewhere = msgspec.structs.replace(asked("n2"), start="n1")

    assert reused(LINE, elsewhere, history()) == []


def test_the_earlier_start_is_taken_as_long_as_it_is_there() -> None:
    assert earlier_start(history(), asked().workflow) == "n0"
    assert earlier_start(history(), asked(nodes=[{"name": "other"}]).workflow) is None
    assert earlier_start((), asked().workflow) is None
