"""What a draft may hold, from whomever it comes."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.workflows.domain.drafts import MAX_NODE_NAME, content_hash, read_draft
from headrace.workflows.domain.names import MAX_NAME, checked_name, name_key
from headrace.workflows.errors import BadName, WorkflowInvalid
from headrace.workflows.public import MAX_BYTES, MAX_DEPTH, MAX_NODES

Json = dict[str, Any]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(10**300), 10**300) | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS | TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=12
)
KEYS = TEXT.map("x{}".format)


def node(name: str, **more: Any) -> Json:
    return {"name": name, "type": "n8n-nodes-base.noOp", "typeVersion": 1, "parameters": {}, **more}


def drawn(*nodes: Json, **more: Any) -> Json:
    return {"name": "W", "nodes": list(nodes), "connections": {}, **more}


@given(extra=st.dictionaries(KEYS, VALUES, max_size=4), in_node=st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_is_not_known_survives(extra: Json, in_node: Json) -> None:
    source = drawn(node("A", **in_node), **extra)

    read = read_draft(json.dumps(source), workflow_id="w")

    written = json.loads(read.to_json())
    # As text, so that 1 and 1.0, and the order of keys, count.
    assert json.dumps({key: value for key, value in written.items() if key != "id"}) == json.dumps(source)


def test_the_record_says_what_the_draft_would_say_twice() -> None:
    source = drawn(id="theirs", active=True, isArchived=True, tags=[{"name": "x"}], createdAt="", updatedAt="")

    assert read_draft(source, workflow_id="mine", name="Mine").raw == {
        "id": "mine",
        "name": "Mine",
        "nodes": [],
        "connections": {},
    }


def test_the_hash_is_of_the_drawing_alone() -> None:
    first = read_draft(drawn(node("A"), active=True), workflow_id="1")
    second = read_draft(drawn(node("A"), id="z", tags=[1]), workflow_id="2")
    other = read_draft(drawn(node("A", notes="")), workflow_id="1")

    assert content_hash(first) == content_hash(second) != content_hash(other)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (math.nan, "nodes[0].parameters.deep[1]"),
        (-math.inf, "nodes[0].parameters.deep[1]"),
        (10**400, "nodes[0].parameters.deep[1]"),
        ("\ud800", "nodes[0].parameters.deep[1]"),
        ({"\udfff": 1}, "nodes[0].parameters.deep[1]"),
        (b"bytes", "nodes[0].parameters.deep[1]"),
        ({1: 2}, "nodes[0].parameters.deep[1]"),
    ],
    ids=repr,
)
def test_what_json_cannot_hold_is_refused_with_its_place(value: Any, place: str) -> None:
    with pytest.raises(WorkflowInvalid) as refused:
        read_draft(drawn(node("A", parameters={"deep": [1, value]})), workflow_id="w")

    assert [problem.startswith(place) for problem in refused.value.problems] == [True]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "9" * 400, '"\\ud800"', '"\\udc00"', "1" * 5000])
def test_text_that_holds_no_json_value_is_refused(value: str) -> None:
    with pytest.raises(WorkflowInvalid):
        read_draft(json.dumps(drawn()).replace('"W"', value), workflow_id="w")


def test_nodes_of_one_name_are_refused_with_their_places() -> None:
    with pytest.raises(WorkflowInvalid) as refused:
        read_draft(drawn(node("A"), node("B"), node("A")), workflow_id="w")

    assert refused.value.problems == ('nodes[0] and nodes[2] have the same name "A"',)


def nested(depth: int) -> Json:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return drawn(deep=value)


@pytest.mark.parametrize(
    "source",
    [
        nested(MAX_DEPTH + 1),
        drawn(*[node(f"{number}") for number in range(MAX_NODES + 1)]),
        drawn(node("x" * (MAX_NODE_NAME + 1))),
        drawn(name="x" * (MAX_NAME + 1)),
        drawn(name="line\nbreak"),
        drawn(name=" "),
        drawn(big="x" * (MAX_BYTES + 1)),
        {"nodes": {}},
    ],
    ids=["deep", "nodes", "node name", "name", "control", "blank", "bytes", "no list"],
)
def test_limits_hold_for_decoded_json_as_for_text(source: Json) -> None:
    with pytest.raises(WorkflowInvalid):
        read_draft(source, workflow_id="w")
    with pytest.raises(WorkflowInvalid):
        read_draft(json.dumps(source), workflow_id="w")


def test_as_many_nodes_as_are_allowed_are_taken() -> None:
    read = read_draft(drawn(*[node(f"{number}") for number in range(MAX_NODES)]), workflow_id="w")

    assert len(read.nodes) == MAX_NODES


def test_a_refusal_is_short_however_much_is_wrong() -> None:
    with pytest.raises(WorkflowInvalid) as refused:
        read_draft(drawn(*[{"name": "x" * 10_000} for _ in range(1_000)]), workflow_id="w")

    assert len(str(refused.value)) < 100_000
    assert refused.value.problems[-1].startswith("and ")


@pytest.mark.parametrize("name", ["", " \t", "x" * (MAX_NAME + 1), "a\u0000b", "a\ud800"])
def test_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(BadName):
        checked_name("tag", name)


@given(TEXT)
def test_a_name_has_the_same_key_however_it_is_capitalised(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert name_key(name.casefold()) == name_key(name)
