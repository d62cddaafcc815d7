"""IF: items go to the first output when the conditions hold, else to the second."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.if_ import v1, v2
from headrace.sdk.errors import NodeError
from headrace.sdk.testing import NodeRun, try_node


def when(type_: str, operation: str, left: Any, right: Any = "", **options: Any) -> dict[str, Any]:
    condition = {"leftValue": left, "rightValue": right, "operator": {"type": type_, "operation": operation}}
    return {"combinator": "and", "conditions": [condition], **({"options": options} if options else {})}


async def old(version_1: dict[str, Any], combine: str = "all", items: list[Any] | None = None) -> NodeRun:
    return await try_node(v1, parameters={"conditions": version_1, "combineOperation": combine}, items=items or [{}])


async def test_items_go_on_unchanged_and_linked_through_the_output_of_their_condition() -> None:
    items = [{"n": 1}, {"n": 5}, {"n": 3}]

    run = await try_node(
        v2,
        parameters={"conditions": when("number", "gt", "={{ $json.n }}", 2)},
        items=items,
        evaluate=lambda _, index, __: items[index]["n"],
    )

    assert run.json == [[{"n": 5}, {"n": 3}], [{"n": 1}]]
    assert [item.paired_item for item in run.outputs[0]] == [1, 2]


async def test_the_options_of_the_node_count_where_the_conditions_hold_none() -> None:
    conditions = when("string", "equals", "A", "a")

    strict = await try_node(v2, parameters={"conditions": conditions})
    ignoring = await try_node(v2, parameters={"conditions": conditions, "options": {"ignoreCase": True}})

    assert [len(output) for output in strict.outputs] == [0, 1]
    assert [len(output) for output in ignoring.outputs] == [1, 0]


async def test_the_options_saved_with_the_conditions_win() -> None:
    conditions = when("string", "equals", "A", "a", caseSensitive=False, typeValidation="strict", version=2)

    run = await try_node(v2, parameters={"conditions": conditions})

    assert len(run.outputs[0]) == 1


@pytest.mark.parametrize(
    ("version", "parameters"),
    [(2, {"options": {"looseTypeValidation": True}}), (2.1, {"looseTypeValidation": True})],
)
async def test_loose_validation_converts_and_is_a_parameter_of_its_own_from_2_1_on(
    version: float, parameters: dict[str, Any]
) -> None:
    conditions = when("number", "equals", "5", 5)

    run = await try_node(v2, parameters={"conditions": conditions, **parameters}, version=version)

    assert len(run.outputs[0]) == 1


async def test_a_value_of_the_wrong_type_stops_the_run() -> None:
    with pytest.raises(NodeError, match=r"^Wrong type: 'x' is a string but was expecting a number"):
        await try_node(v2, parameters={"conditions": when("number", "gt", "x", 1)})


async def test_an_item_that_fails_counts_as_false_when_the_node_goes_on() -> None:
    run = await try_node(
        v2, parameters={"conditions": when("number", "gt", "x", 1)}, on_error="continueRegularOutput", items=[{"a": 1}]
    )

    assert run.json == [[], [{"a": 1}]]


@pytest.mark.parametrize(
    ("kind", "condition", "expected"),
    [
        ("boolean", {"value1": True, "value2": True}, True),
        ("boolean", {"value1": True, "operation": "notEqual", "value2": True}, False),
        ("number", {"value1": 1, "value2": 2}, True),
        ("number", {"value1": "10", "operation": "larger", "value2": 9}, True),
        ("number", {"value1": "b", "operation": "larger", "value2": "a"}, True),
        ("number", {"value1": "x", "operation": "larger", "value2": 1}, False),
        ("number", {"value1": None, "operation": "largerEqual", "value2": 0}, True),
        ("number", {"value1": "5", "operation": "equal", "value2": 5}, False),
        ("number", {"value1": 0, "operation": "isEmpty"}, False),
        ("string", {"value1": "", "operation": "isEmpty"}, True),
        ("string", {"value1": {}, "operation": "isEmpty"}, True),
        ("string", {"value1": [0], "operation": "isNotEmpty"}, True),
        ("string", {"value1": "abc", "operation": "contains", "value2": "b"}, True),
        ("string", {"value1": 12, "operation": "contains", "value2": 2}, True),
        ("string", {"value1": "abc", "operation": "notContains", "value2": "x"}, True),
        ("string", {"value1": "abc", "operation": "startsWith", "value2": "ab"}, True),
        ("string", {"value1": "abc", "operation": "notStartsWith", "value2": "ab"}, False),
        ("string", {"value1": "abc", "operation": "endsWith", "value2": "bc"}, True),
        ("string", {"value1": "abc", "operation": "notEndsWith", "value2": "x"}, True),
        ("string", {"value1": "ABC", "operation": "regex", "value2": "/b/i"}, True),
        ("string", {"value1": "abc", "operation": "notRegex", "value2": "^b"}, True),
        ("string", {"value1": "a", "value2": "a"}, True),
        ("dateTime", {"value1": "2024-02-01", "value2": "2024-01-31T23:59:59Z"}, True),
        ("dateTime", {"value1": 5, "operation": "before", "value2": "1970-01-01T00:00:01Z"}, True),
    ],
)
async def test_version_1_compares_as_javascript_does(kind: str, condition: dict[str, Any], expected: bool) -> None:
    run = await old({kind: [condition]})

    assert [len(output) for output in run.outputs] == ([1, 0] if expected else [0, 1])


@pytest.mark.parametrize(("combine", "expected"), [("all", [0, 1]), ("any", [1, 0])])
async def test_version_1_asks_for_all_conditions_or_for_any(combine: str, expected: list[int]) -> None:
    conditions = {"number": [{"value1": 1, "value2": 2}], "string": [{"value1": "a", "value2": "b"}]}

    run = await old(conditions, combine)

    assert [len(output) for output in run.outputs] == expected


@pytest.mark.parametrize(("combine", "expected"), [("all", [1, 0]), ("any", [0, 1])])
async def test_version_1_without_conditions_holds_for_all_of_them_and_for_none(
    combine: str, expected: list[int]
) -> None:
    run = await old({}, combine)

    assert [len(output) for output in run.outputs] == expected


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"dateTime": [{"value1": "soon", "value2": "2024-01-01"}]}, 'The value "soon" is not a valid DateTime.'),
        ({"string": [{"value1": 5, "operation": "endsWith", "value2": "5"}]}, "value1.endsWith is not a function"),
        ({"string": [{"value1": "a", "operation": "sounds", "value2": "b"}]}, 'The operation "sounds" is not known'),
    ],
)
async def test_version_1_stops_on_what_it_cannot_compare(conditions: dict[str, Any], message: str) -> None:
    with pytest.raises(NodeError) as failure:
        await old(conditions)

    assert failure.value.message == message
    assert failure.value.item_index == 0


async def test_a_pattern_that_takes_for_ever_is_stopped() -> None:
    condition = {"value1": "a" * 60 + "!", "operation": "regex", "value2": r"^(a|a|aa)+$"}

    with pytest.raises(NodeError, match="limit"):
        await old({"string": [condition]})
