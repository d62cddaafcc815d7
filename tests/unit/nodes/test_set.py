"""Set: fields by type, by path, kept or dropped, and whole items as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from headrace.nodes.builtin.set_ import v1, v3
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.testing import NodeRun, try_node

PHOTO = {"photo": Binary(id="p", mime_type="image/png")}


def assign(*entries: tuple[str, str, Any]) -> dict[str, Any]:
    return {"assignments": {"assignments": [{"name": n, "type": t, "value": v} for n, t, v in entries]}}


async def edit(items: list[Any], version: float = 3.4, **parameters: Any) -> NodeRun:
    return await try_node(v3, parameters=parameters, items=items, version=version)


async def test_only_the_new_fields_are_put_out_unless_others_are_included() -> None:
    run = await edit([{"a": 1}], **assign(("b", "string", "x")))

    assert run.json == [[{"b": "x"}]]


async def test_included_fields_keep_their_place_and_new_ones_follow() -> None:
    run = await edit([{"a": 1, "b": 2}], includeOtherFields=True, **assign(("c", "number", 3), ("a", "string", "x")))

    assert run.json == [[{"a": "x", "b": 2, "c": 3}]]
    assert list(run.json[0][0]) == ["a", "b", "c"]


async def test_a_name_with_dots_reaches_into_the_item_without_changing_the_input() -> None:
    given = {"user": {"names": ["Ada"], "age": 1}}

    run = await edit([given], includeOtherFields=True, **assign(("user.names[1]", "string", "Eve")))

    assert run.json == [[{"user": {"names": ["Ada", "Eve"], "age": 1}}]]
    assert given == {"user": {"names": ["Ada"], "age": 1}}


async def test_a_field_whose_name_has_a_dot_is_set_as_it_is() -> None:
    run = await edit([{"a.b": 1}], includeOtherFields=True, **assign(("a.b", "number", 2)))

    assert run.json == [[{"a.b": 2}]]


async def test_without_dot_notation_a_dot_is_part_of_the_name() -> None:
    run = await edit([{}], options={"dotNotation": False}, **assign(("a.b", "number", 1), ("['c.d']", "number", 2)))

    assert run.json == [[{"a.b": 1, "c.d": 2}]]


async def test_an_index_past_the_limit_is_refused() -> None:
    with pytest.raises(NodeError, match="past the limit"):
        await edit([{}], **assign(("a[99999999]", "number", 1)))


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ("all", {"a": 1, "b": {"c": 2, "d": 3}, "n": 9}),
        ("selected", {"a": 1, "c": 2, "n": 9}),
        ("except", {"b": {"d": 3}, "n": 9}),
    ],
)
async def test_fields_are_included_all_by_selection_or_by_exception(include: str, expected: Mapping[str, Any]) -> None:
    given = {"a": 1, "b": {"c": 2, "d": 3}}

    run = await edit(
        [given],
        includeOtherFields=True,
        include=include,
        includeFields="a, b.c, missing",
        excludeFields="a, b.c, missing",
        **assign(("n", "number", 9)),
    )

    assert run.json == [[expected]]


async def test_version_3_0_includes_all_fields_by_default() -> None:
    fields = {"values": [{"name": "b", "stringValue": "x"}, {"name": "c", "type": "numberValue", "numberValue": "3"}]}

    run = await edit([{"a": 1}], version=3, fields=fields)

    assert run.json == [[{"a": 1, "b": "x", "c": 3}]]


async def test_version_3_0_can_include_none() -> None:
    run = await edit([{"a": 1}], version=3, include="none", fields={"values": [{"name": "b", "stringValue": "x"}]})

    assert run.json == [[{"b": "x"}]]


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("string", 12, "12"),
        ("string", 1.0, "1"),
        ("string", {"a": [1]}, '{"a":[1]}'),
        ("string", True, "true"),
        ("number", "12.5", 12.5),
        ("boolean", "TRUE", True),
        ("boolean", 0, False),
        ("array", "[1, 2]", [1, 2]),
        ("object", "{'a': 1}", {"a": 1}),
        ("number", None, None),
        ("string", None, None),
    ],
)
async def test_a_value_is_converted_to_the_type_of_its_field(type_: str, value: Any, expected: Any) -> None:
    run = await edit([{}], **assign(("f", type_, value)))

    assert run.json == [[{"f": expected}]]


async def test_a_value_that_does_not_fit_stops_the_run() -> None:
    with pytest.raises(NodeError) as failure:
        await edit([{}], **assign(("age", "number", "old")))

    assert failure.value.message == "'age' expects a number but we got 'old' [item 0]"


async def test_a_value_that_does_not_fit_is_kept_when_errors_are_ignored() -> None:
    run = await edit([{}], options={"ignoreConversionErrors": True}, **assign(("age", "number", "old")))

    assert run.json == [[{"age": "old"}]]


async def test_version_3_1_refuses_null_for_text() -> None:
    with pytest.raises(NodeError, match="'a' expects a string but we got 'null'"):
        await edit([{}], version=3.1, fields={"values": [{"name": "a", "stringValue": None}]})


async def test_a_failed_item_goes_on_as_an_error_when_the_node_does() -> None:
    run = await try_node(
        v3,
        parameters=assign(("n", "number", "={{ $json.n }}")),
        items=[{"n": "1"}, {"n": "x"}],
        on_error="continueRegularOutput",
        evaluate=lambda _, index, __: ["1", "x"][index],
    )

    assert run.json == [[{"n": 1}, {"error": "'n' expects a number but we got 'x' [item 1]"}]]


async def test_binary_stays_with_other_fields_from_3_4_on() -> None:
    item = Item(json={"a": 1}, binary=PHOTO)

    kept = await edit([item], includeOtherFields=True)
    stripped = await edit([item], includeOtherFields=True, options={"stripBinary": True})
    alone = await edit([item])

    assert [run.outputs[0][0].binary for run in (kept, stripped, alone)] == [PHOTO, None, None]


async def test_binary_is_dropped_before_3_4_unless_asked_for() -> None:
    item = Item(json={"a": 1}, binary=PHOTO)

    dropped = await edit([item], version=3.3, includeOtherFields=True)
    kept = await edit([item], version=3.3, options={"includeBinary": True})

    assert dropped.outputs[0][0].binary is None
    assert kept.outputs[0][0].binary == PHOTO


async def test_a_binary_can_be_assigned_by_its_name() -> None:
    run = await edit([Item(json={}, binary=PHOTO)], **assign(("copy", "binary", "photo")))

    assert run.outputs[0][0].binary == {"copy": PHOTO["photo"]}


async def test_a_binary_that_is_not_there_stops_the_run() -> None:
    with pytest.raises(NodeError, match="Could not find binary data specified in field copy"):
        await edit([{}], **assign(("copy", "binary", "photo")))


async def test_raw_json_makes_the_whole_item() -> None:
    run = await edit([{"a": 1}], mode="raw", jsonOutput='{"b": [1, {"c": null}]}')

    assert run.json == [[{"b": [1, {"c": None}]}]]


async def test_values_in_raw_json_are_filled_in_as_json() -> None:
    values = {"{{ a }}": {"x": 1}, "{{ b }}": 2, "{{ c }}": None, "{{ d }}": 'say "$&"'}

    run = await try_node(
        v3,
        parameters={"mode": "raw", "jsonOutput": '={"a": {{ a }}, "b": "{{ b }}", "c": {{ c }}}'},
        evaluate=lambda expression, _, __: values.get(expression, expression),
    )

    assert run.json == [[{"a": {"x": 1}, "b": "2", "c": None}]]


async def test_an_expression_may_give_the_whole_object() -> None:
    run = await try_node(v3, parameters={"mode": "raw", "jsonOutput": "={{ o }}"}, evaluate=lambda *_: {"x": 1})

    assert run.json == [[{"x": 1}]]


@pytest.mark.parametrize("text", ["{'a': 1}", "{a: 1}", '{"a": 1,}', '{"a": 1},'])
async def test_slightly_wrong_json_is_repaired(text: str) -> None:
    run = await edit([{}], mode="raw", jsonOutput=text)

    assert run.json == [[{"a": 1}]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{a", "The 'JSON Output' in item 0 contains invalid JSON"),
        ("[1]", "The 'JSON Output' in item 0 does not contain a valid JSON object"),
        ("7", "The 'JSON Output' in item 0 does not contain a valid JSON object"),
        ("null", "Cannot convert undefined or null to object"),
    ],
)
async def test_raw_json_that_is_no_object_stops_the_run(text: str, message: str) -> None:
    with pytest.raises(NodeError) as failure:
        await edit([{}], mode="raw", jsonOutput=text)

    assert failure.value.message == message


async def test_an_object_field_of_the_first_versions_is_parsed_after_its_expressions() -> None:
    fields = {"values": [{"name": "o", "type": "objectValue", "objectValue": '={"n": {{ n }}}'}]}

    run = await try_node(
        v3,
        parameters={"fields": fields, "include": "none"},
        version=3.2,
        evaluate=lambda expression, *_: 5 if expression == "{{ n }}" else expression,
    )

    assert run.json == [[{"o": {"n": 5}}]]


async def test_items_are_duplicated_in_manual_runs_only() -> None:
    parameters = {"duplicateItem": True, "duplicateCount": 2, **assign(("a", "number", 1))}

    manual = await try_node(v3, parameters=parameters, mode="manual")
    production = await try_node(v3, parameters=parameters, mode="trigger")

    assert manual.json == [[{"a": 1}] * 3]
    assert production.json == [[{"a": 1}]]


async def test_every_item_is_linked_to_its_input() -> None:
    run = await edit([{}, {}], **assign(("a", "number", 1)))

    assert [item.paired_item for item in run.outputs[0]] == [0, 1]


VALUES = {
    "boolean": [{"name": "ok", "value": 1}],
    "number": [{"name": "n", "value": "12"}],
    "string": [{"name": "user.name", "value": "Ada"}, {"value": "default"}],
}


async def test_version_1_keeps_a_number_as_the_text_it_was_given_as() -> None:
    run = await try_node(v1, parameters={"values": VALUES}, items=[{"a": 1}], version=1)

    assert run.json == [[{"a": 1, "ok": True, "n": "12", "user": {"name": "Ada"}, "propertyName": "default"}]]


async def test_version_2_makes_a_number_of_it_and_can_keep_only_what_is_set() -> None:
    run = await try_node(
        v1,
        parameters={"values": VALUES, "keepOnlySet": True, "options": {"dotNotation": False}},
        items=[Item(json={"a": 1}, binary=PHOTO)],
        version=2,
    )

    assert run.json == [[{"ok": True, "n": 12, "user.name": "Ada", "propertyName": "default"}]]
    assert run.outputs[0][0].binary is None


async def test_version_2_leaves_text_that_is_no_number() -> None:
    run = await try_node(v1, parameters={"values": {"number": [{"name": "n", "value": "x"}]}}, version=2)

    assert run.json == [[{"n": "x"}]]
