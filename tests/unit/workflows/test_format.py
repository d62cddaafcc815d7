"""Reading and writing workflows: nothing is lost, and what is wrong is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.workflows.errors import WorkflowInvalid
from headrace.workflows.public import MAX_DEPTH, MAX_NODES, Connection, Workflow

Json = dict[str, Any]


def drawn(*names: str, **more: Any) -> Json:
    nodes = [{"name": name, "type": "n8n-nodes-base.noOp", "typeVersion": 1, "parameters": {}} for name in names]
    return {"name": "W", "nodes": nodes, "connections": {}, **more}


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé$ .", max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, VALUES)
def test_unknown_keys_and_options_survive(extra: Any, option: Any) -> None:
    value = drawn("A", custom=extra)
    value["nodes"][0]["parameters"]["anything"] = option
    value["nodes"][0]["unknownSetting"] = extra
    text = json.dumps(value)

    written = Workflow.from_json(text).to_json()

    # As text, so that 1 and 1.0, and the order of keys, count.
    assert json.dumps(json.loads(written)) == text


def test_a_pretty_workflow_says_the_same() -> None:
    workflow = Workflow.from_json(json.dumps(drawn("A", "B")))

    assert json.loads(workflow.to_json(indent=2)) == json.loads(workflow.to_json())


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert Workflow.from_json(b"\xef\xbb\xbf" + json.dumps(drawn("A")).encode()).name == "W"


def test_outputs_keep_their_places_where_nothing_is_connected() -> None:
    end = {"node": "B", "type": "main", "index": 1}

    workflow = Workflow.from_json(drawn("A", "B", connections={"A": {"main": [None, [end]]}}))

    assert [list(targets) for targets in workflow.connections["A"]["main"]] == [[], [Connection("B", "main", 1)]]


@pytest.mark.parametrize(
    ("settings", "meant"),
    [
        ({}, "stopWorkflow"),
        ({"continueOnFail": True}, "continueRegularOutput"),
        ({"continueOnFail": True, "onError": "continueErrorOutput"}, "continueErrorOutput"),
        ({"onError": "stopWorkflow"}, "stopWorkflow"),
    ],
)
def test_what_follows_an_error_is_read_from_old_and_new_settings(settings: Json, meant: str) -> None:
    value = drawn("A")
    value["nodes"][0].update(settings)

    assert Workflow.from_json(value).nodes["A"].on_error == meant


def test_all_problems_are_named_at_once() -> None:
    value = {"nodes": [{"type": "x"}, {"name": "B"}, 7], "connections": []}

    with pytest.raises(WorkflowInvalid) as refused:
        Workflow.from_json(value)

    assert len(refused.value.problems) == 4


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"null",
        b'{"nodes": 1}',
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1),
        json.dumps({"nodes": [{}] * (MAX_NODES + 1)}).encode(),
        json.dumps(drawn("A", connections={"A": {"main": [[{"node": "A", "index": 10**9}]]}})).encode(),
        json.dumps(drawn("A", connections={"A": {"main": [[{"node": "A", "index": -1}]]}})).encode(),
    ],
    ids=lambda text: text[:20].decode("latin-1"),
)
def test_what_is_no_workflow_is_refused_with_a_reason(text: bytes) -> None:
    with pytest.raises(WorkflowInvalid) as refused:
        Workflow.from_json(text)

    assert str(refused.value)
