"""Code and the older Function nodes: what may be returned, and how it becomes items."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.nodes.builtin.code_ import code, function, function_item
from headrace.sdk.context import UNDEFINED, CodeFailure, CodeRequest, CodeResult
from headrace.sdk.description import Effects
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Link, SourceRef
from headrace.sdk.testing import NodeRun, try_node

EACH = {"mode": "runOnceForEachItem"}


async def returning(
    node: Any, *values: Any, items: list[Any] | None = None, on_error: str = "stopWorkflow", **parameters: Any
) -> NodeRun:
    """Run *node* as if its code had returned *values*: one for all items, or one for each."""
    return await try_node(
        node,
        parameters=parameters,
        items=items if items is not None else [{}] * (len(values) if parameters or node is function_item else 1),
        code=lambda _: CodeResult(values=values),
        on_error=on_error,
    )


@pytest.mark.parametrize(
    ("returned", "json"),
    [
        ([{"a": 1}, {"b": 2}], [{"a": 1}, {"b": 2}]),
        ([{"json": {"a": 1}}, {"json": {"b": 2}, "pairedItem": 0}], [{"a": 1}, {"b": 2}]),
        ({"a": 1}, [{"a": 1}]),
        ({"json": {"a": 1}, "other": 2}, [{"a": 1}]),
        ({"binary": {"x": 1}}, [{"binary": {"x": 1}}]),
        ([], []),
        (None, []),
        ([{}], [{}]),
    ],
)
async def test_objects_become_items(returned: Any, json: list[Any]) -> None:
    assert (await returning(code, returned)).json == [json]


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (UNDEFINED, "Code doesn't return items properly"),
        (5, "Code doesn't return items properly"),
        ("text", "Code doesn't return items properly"),
        ([None], "Code doesn't return items properly"),
        ([{"a": 1}, None], "Code doesn't return items properly"),
        ([1, 2], "A 'json' property isn't an object [item 0]"),
        ([{"a": 1}, "b"], "A 'json' property isn't an object [item 1]"),
        ([{"json": {}}, {"json": None}], "A 'json' property isn't an object [item 1]"),
        ({"json": [1]}, "A 'json' property isn't an object [item 0]"),
        ({"json": "text"}, "A 'json' property isn't an object [item 0]"),
        ([{"json": {}, "binary": "text"}], "A 'binary' property isn't an object [item 0]"),
        ([{"json": {}, "binary": None}], "A 'binary' property isn't an object [item 0]"),
        ([{"json": {}}, {"a": 1}], "Unknown top-level item key: a [item 1]"),
        ([{"a": 1}, {"a": 1, "index": 2}], "Unknown top-level item key: a [item 0]"),
        ([{"a": 1, "index": 2}], "Invalid output format [item 0]"),
        ([{"json": {}, "a": 1}], "Invalid output format [item 0]"),
    ],
)
async def test_anything_else_is_refused_by_name(returned: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        await returning(code, returned)

    assert caught.value.message == message
    assert caught.value.description


@pytest.mark.parametrize(
    ("written", "linked"),
    [
        (1, 1),
        ({"item": 1}, 1),
        ({"item": 1, "input": 1}, Link(item=1, input=1)),
        ([0, {"item": 1}], [Link(item=0), Link(item=1)]),
        (
            {"item": 0, "sourceOverwrite": {"previousNode": "Loop", "previousNodeRun": 2}},
            Link(item=0, source_overwrite=SourceRef("Loop", 0, 2)),
        ),
        ("no link", None),
        (True, None),
        (-1, None),
        ({"item": "x"}, None),
        ([], None),
    ],
)
async def test_links_that_code_writes_are_kept_and_others_are_unknown(written: Any, linked: Any) -> None:
    run = await returning(code, [{"json": {}, "pairedItem": written}], items=[{}, {}, {}])

    assert run.outputs[0][0].paired_item == linked


async def test_bytes_in_the_answer_are_stored_and_references_are_kept() -> None:
    text = base64.b64encode(b"hello").decode()
    inline = {"data": text, "mimeType": "text/plain", "fileName": "greeting.txt"}
    kept = {"id": "k", "data": "marker", "mimeType": "image/png", "fileName": None, "bytes": 3}

    run = await returning(code, [{"json": {}, "binary": {"new": inline, "old": kept}}])

    ((item,),) = run.outputs
    assert item.binary is not None
    assert item.binary["old"] == Binary(id="k", mime_type="image/png", bytes=3)
    stored = item.binary["new"]
    assert run.ctx.payloads[stored.id] == b"hello"
    assert (stored.mime_type, stored.file_name, stored.file_size) == ("text/plain", "greeting.txt", "5 B")


@pytest.mark.parametrize("part", ["text", {"data": "not base64 at all!"}, {"id": "k", "bytes": "many"}])
async def test_bytes_that_are_none_are_refused(part: Any) -> None:
    with pytest.raises(NodeError, match="binary property 'data'"):
        await returning(code, [{"json": {}, "binary": {"data": part}}])


async def test_each_item_may_return_one_object_or_null_to_be_left_out() -> None:
    run = await returning(code, {"a": 1}, None, {"json": {"c": 3}, "pairedItem": 0}, **EACH)

    assert run.json == [[{"a": 1}, {"c": 3}]]
    assert [item.paired_item for item in run.outputs[0]] == [0, 2]


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (UNDEFINED, "Code doesn't return an object [item 1]"),
        (5, "Code doesn't return an object [item 1]"),
        ([{"a": 1}], "Code doesn't return a single object [item 1]"),
        ({"json": 1}, "A 'json' property isn't an object [item 1]"),
        ({"json": {}, "a": 1}, "Invalid output format [item 1]"),
    ],
)
async def test_what_is_returned_for_an_item_is_refused_with_its_number(returned: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        await returning(code, {}, returned, **EACH)

    assert caught.value.message == message
    assert caught.value.item_index == 1


BROKEN = CodeFailure(message="x is not defined", name="ReferenceError", line=3)


async def test_an_error_names_the_line() -> None:
    with pytest.raises(NodeError, match=r"^x is not defined \[line 3\]$") as caught:
        await returning(code, BROKEN)

    assert caught.value.description == "ReferenceError"


async def test_an_error_for_an_item_names_the_line_and_the_item() -> None:
    with pytest.raises(NodeError, match=r"^x is not defined \[line 3, for item 1\]$"):
        await returning(code, {}, BROKEN, **EACH)


async def test_going_on_after_errors_makes_items_of_them() -> None:
    whole = await returning(code, BROKEN, on_error="continueRegularOutput")
    each = await returning(code, {"a": 1}, BROKEN, 5, on_error="continueRegularOutput", **EACH)

    assert whole.json == [[{"error": "x is not defined [line 3]"}]]
    assert each.json == [
        [
            {"a": 1},
            {"error": "x is not defined [line 3, for item 1]"},
            {"error": "Code doesn't return an object [item 2]"},
        ]
    ]


async def test_the_code_is_sent_as_drawn_in_the_language_and_style_chosen() -> None:
    sent: list[CodeRequest] = []

    def run(request: CodeRequest) -> CodeResult:
        sent.append(request)
        return CodeResult(values=[{}])

    await try_node(code, parameters={"jsCode": "=return 1"}, code=run)
    await try_node(code, parameters={"language": "python", "pythonCode": "return _item", **EACH}, code=run)

    assert (sent[0].source, sent[0].language, sent[0].style) == ("=return 1", "javascript", "all")
    assert (sent[1].source, sent[1].language, sent[1].style) == ("return _item", "python", "each")


async def test_python_is_answered_in_its_own_words() -> None:
    with pytest.raises(NodeError, match="isn't a dictionary"):
        await returning(code, {"json": 1}, language="python")


def test_only_code_that_uses_helpers_may_change_the_outside() -> None:
    assert code.effects({"jsCode": "return items"}) is Effects.NONE
    assert code.effects({"jsCode": "await this.helpers.httpRequest({})"}) is Effects.WRITES


async def test_function_takes_items_and_keeps_their_links_and_files() -> None:
    part = {"json": {"a": 1}, "pairedItem": {"item": 2}, "binary": {"data": {"id": "k", "mimeType": "a/b"}}}

    run = await returning(function, [part], items=[{}, {}, {}])

    ((item,),) = run.outputs
    assert (item.json, item.paired_item, item.binary) == ({"a": 1}, 2, {"data": Binary(id="k", mime_type="a/b")})


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (UNDEFINED, "No data got returned. Always return an Array of items!"),
        ("text", "Always an Array of items has to be returned!"),
        ([{"json": 5}], "The json-property has to be an object!"),
        ([{"json": {}, "binary": 5}], "The binary-property has to be an object!"),
        ([{"json": {}}, {"a": 1}], "Inconsistent item format"),
    ],
)
async def test_function_refuses_what_are_no_items(returned: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        await returning(function, returned)

    assert caught.value.message == message


async def test_function_names_the_line_only_when_it_stops() -> None:
    with pytest.raises(NodeError, match=r"^x is not defined \[Line 3\]$"):
        await returning(function, BROKEN)
    assert (await returning(function, BROKEN, on_error="continueRegularOutput")).json == [
        [{"error": "x is not defined"}]
    ]


async def test_function_item_returns_the_json_of_each_item_and_its_files() -> None:
    run = await returning(
        function_item,
        {"json": {"a": 1}, "binary": {"data": {"id": "k"}}},
        {"json": {"a": 2}},
    )

    assert run.json == [[{"a": 1}, {"a": 2}]]
    assert [item.binary for item in run.outputs[0]] == [{"data": Binary(id="k")}, None]
    assert [item.paired_item for item in run.outputs[0]] == [0, 1]


@pytest.mark.parametrize("returned", [{}, {"json": 5}, {"json": None}])
async def test_function_item_refuses_what_is_no_object(returned: Any) -> None:
    with pytest.raises(NodeError, match=r"^No data got returned\. Always an object has to be returned!$"):
        await returning(function_item, returned)


async def test_function_item_names_line_and_item() -> None:
    with pytest.raises(NodeError, match=r"^x is not defined \[Line 3 \| Item Index: 1\]$"):
        await returning(function_item, {"json": {}}, BROKEN)


async def test_the_input_is_never_changed() -> None:
    given = Item(json={"a": [1]})

    run = await try_node(code, items=[given], code=lambda _: CodeResult(values=[[{"a": [1, 2]}]]))

    assert run.json == [[{"a": [1, 2]}]]
    assert given.json == {"a": [1]}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(UNDEFINED),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["json", "binary", "pairedItem", "item", "input", "error", "index", "id", "data", "a"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(returned=JSON_VALUES, other=JSON_VALUES)
@settings(max_examples=200)
async def test_whatever_code_returns_becomes_items_or_an_error_for_its_author(returned: Any, other: Any) -> None:
    for node, mode, value in [
        (code, {}, returned),
        (code, EACH, returned),
        (function, {}, returned),
        (function, {}, [{"json": {}, "binary": returned, "pairedItem": other}]),
        (code, {}, [{"json": {}, "binary": {"a": returned}, "pairedItem": other}]),
        (function_item, {}, {"json": {"a": returned}, "binary": other}),
    ]:
        try:
            run = await returning(node, value, items=[{}], **mode)
        except NodeError:
            continue
        assert all(isinstance(item.json, dict) for item in run.outputs[0])
