"""What changed between two drawings."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from headrace.workflows.domain.differences import Difference, ValueChange, Wire, difference, value_changes
from headrace.workflows.public import Workflow

Json = dict[str, Any]


def node(name: str, id_: str | None = None, position: tuple[int, int] = (0, 0), **more: Any) -> Json:
    found = {"name": name, "type": "t", "position": list(position), "parameters": {}, **more}
    return found if id_ is None else {**found, "id": id_}


def drawn(*nodes: Json, links: tuple[tuple[str, str], ...] = (), **more: Any) -> Workflow:
    connections: Json = {}
    for source, target in links:
        ends = connections.setdefault(source, {"main": [[]]})["main"][0]
        ends.append({"node": target, "type": "main", "index": 0})
    return Workflow.from_json({"nodes": list(nodes), "connections": connections, **more})


def wire(source: str, target: str) -> Wire:
    return Wire(source, "main", 0, target, "main", 0)


def test_nodes_come_and_go_with_their_connections() -> None:
    before = drawn(node("A", "1"), node("B", "2"), links=(("A", "B"),))
    after = drawn(node("A", "1"), node("C", "3"), links=(("A", "C"),))

    found = difference(before, after)

    assert (found.added, found.removed, found.changed) == (["C"], ["B"], [])
    assert (found.wires_added, found.wires_removed) == ([wire("A", "C")], [wire("A", "B")])


def test_a_renamed_node_keeps_its_connections() -> None:
    before = drawn(node("A", "1"), node("B", "2"), links=(("A", "B"), ("B", "A")))
    after = drawn(node("A", "1"), node("New", "2"), links=(("A", "New"), ("New", "A")))

    found = difference(before, after)

    (change,) = found.changed
    assert (change.name, change.renamed_from, change.moved) == ("New", "B", None)
    assert (found.added, found.removed, found.wires_added, found.wires_removed) == ([], [], [], [])


def test_a_moved_node_says_from_where_to_where() -> None:
    (change,) = difference(drawn(node("A", "1")), drawn(node("A", "1", (20, 40)))).changed

    assert change.moved == ((0.0, 0.0), (20.0, 40.0))
    assert (change.renamed_from, change.parameters, change.other) == (None, [], [])


def test_parameters_are_compared_as_deep_as_they_go() -> None:
    before = node("A", "1", parameters={"options": {"limit": 1, "old": True}, "rows": [{"a": 1}, {"a": 2}]})
    after = node("A", "1", parameters={"options": {"limit": True, "new": None}, "rows": [{"a": 1}]}, typeVersion=2)

    (change,) = difference(drawn(before), drawn(after)).changed

    assert change.parameters == [
        ValueChange(("options", "limit"), "changed", 1, True),
        ValueChange(("options", "old"), "removed", True, None),
        ValueChange(("options", "new"), "added", None, None),
        ValueChange(("rows", 1), "removed", {"a": 2}, None),
    ]
    assert change.other == [ValueChange(("typeVersion",), "added", None, 2)]


def test_nodes_without_ids_are_the_same_by_name() -> None:
    found = difference(drawn(node("A"), node("B")), drawn(node("A", "1"), node("C", "2")))

    assert (found.added, found.removed, found.changed) == (["C"], ["B"], [])


def test_two_nodes_with_one_id_are_told_apart_by_name() -> None:
    before = drawn(node("A", "1"), node("B", "1"))
    after = drawn(node("B", "1"), node("A", "1", notes="x"))

    (change,) = difference(before, after).changed

    assert (change.name, change.renamed_from) == ("A", None)


def test_names_that_change_places_are_renames() -> None:
    found = difference(drawn(node("A", "1"), node("B", "2")), drawn(node("B", "1"), node("A", "2")))

    assert [(change.renamed_from, change.name) for change in found.changed] == [("A", "B"), ("B", "A")]


def test_settings_and_all_else_have_their_places() -> None:
    before = drawn(settings={"timezone": "UTC"}, name="Old", id="1")
    after = drawn(settings={"timezone": "Europe/Rome"}, name="New", id="2", pinData={"A": []})

    found = difference(before, after)

    assert found.settings == [ValueChange(("timezone",), "changed", "UTC", "Europe/Rome")]
    assert found.other == [
        ValueChange(("name",), "changed", "Old", "New"),
        ValueChange(("pinData",), "added", None, {"A": []}),
    ]


NAMES = st.lists(st.sampled_from("ABCD"), unique=True, max_size=4)


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    names = draw(NAMES)
    nodes = [
        node(
            name,
            draw(st.none() | st.just(f"id {name}")),
            (draw(st.integers(0, 1)), 0),
            parameters=draw(st.dictionaries(st.sampled_from("pq"), st.integers(0, 1) | st.booleans(), max_size=2)),
        )
        for name in names
    ]
    links = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=3)) if names else []
    return drawn(*nodes, links=tuple(links), settings=draw(st.dictionaries(st.just("s"), st.integers(0, 1))))


@given(workflows())
def test_nothing_is_different_from_itself(workflow: Workflow) -> None:
    assert difference(workflow, Workflow.from_json(workflow.to_json())).is_empty


@given(workflows(), workflows())
def test_what_is_not_the_same_has_a_difference(before: Workflow, after: Workflow) -> None:
    def shape(workflow: Workflow) -> str:
        """All but the order of nodes and connections, ids, and connections drawn twice."""
        nodes = sorted(json.dumps({**one.raw, "id": None}, sort_keys=True) for one in workflow.nodes.values())
        wires = sorted({(source, end["node"]) for source, ends in links(workflow) for end in ends})
        return json.dumps([nodes, wires, workflow.raw["settings"]], sort_keys=True)

    def links(workflow: Workflow) -> Any:
        return [(source, by_type["main"][0]) for source, by_type in workflow.raw["connections"].items()]

    assert difference(before, after).is_empty is (shape(before) == shape(after))


@given(workflows(), workflows())
def test_going_back_undoes_what_going_forth_did(before: Workflow, after: Workflow) -> None:
    forth, back = difference(before, after), difference(after, before)

    def paths(found: Difference) -> list[object]:
        return sorted([len(one.parameters), one.moved is not None] for one in found.changed)

    assert sorted(forth.added) == sorted(back.removed)
    assert sorted(forth.removed) == sorted(back.added)
    assert paths(forth) == paths(back)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_a_value_is_no_change_of_itself(value: Any) -> None:
    assert list(value_changes(value, json.loads(json.dumps(value)))) == []
