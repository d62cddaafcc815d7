"""Switch: each item goes to the output of a rule, or to the one that an expression names."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.switch_ import v1, v2, v3
from headrace.sdk.errors import NodeError
from headrace.sdk.testing import try_node

ITEMS = [{"c": "red"}, {"c": "blue"}, {"c": "green"}, {"c": "red"}]


def colour(_: str, index: int, __: Any) -> Any:
    return ITEMS[index]["c"]


def rule(operation: str, right: Any, **rest: Any) -> dict[str, Any]:
    condition = {
        "leftValue": "={{ c }}",
        "rightValue": right,
        "operator": {"type": "string", "operation": operation},
    }
    return {"conditions": {"combinator": "and", "conditions": [condition]}, **rest}


def colours(outputs: list[list[Any]]) -> list[list[str]]:
    return [[item["c"] for item in output] for output in outputs]


async def switch(options: dict[str, Any], *rules: dict[str, Any], **more: Any) -> list[list[str]]:
    run = await try_node(
        v3, parameters={"rules": {"values": list(rules)}, "options": options}, items=ITEMS, evaluate=colour, **more
    )
    return colours(run.json)


async def test_an_item_goes_to_the_first_rule_it_meets_or_nowhere() -> None:
    outputs = await switch({}, rule("equals", "red"), rule("contains", "e"))

    assert outputs == [["red", "red"], ["blue", "green"]]


async def test_an_item_goes_to_all_rules_it_meets_when_asked_to() -> None:
    outputs = await switch({"allMatchingOutputs": True}, rule("equals", "red"), rule("contains", "e"))

    assert outputs == [["red", "red"], ["red", "blue", "green", "red"]]


async def test_items_without_a_rule_go_to_one_more_output() -> None:
    outputs = await switch({"fallbackOutput": "extra"}, rule("equals", "red"))

    assert outputs == [["red", "red"], ["blue", "green"]]


async def test_items_without_a_rule_go_to_the_output_of_a_rule() -> None:
    outputs = await switch({"fallbackOutput": 1}, rule("equals", "red"), rule("equals", "green"))

    assert outputs == [["red", "red"], ["blue", "green"]]


async def test_ignoring_case_is_an_option() -> None:
    outputs = await switch({"ignoreCase": True}, rule("equals", "RED"))

    assert outputs == [["red", "red"]]


async def test_an_expression_names_the_output() -> None:
    run = await try_node(
        v3,
        parameters={"mode": "expression", "numberOutputs": 3, "output": "={{ o }}"},
        items=[{"c": "a"}, {"c": "b"}],
        evaluate=lambda _, index, __: [2, "0"][index],
    )

    assert colours(run.json) == [["b"], [], ["a"]]


@pytest.mark.parametrize(
    ("output", "message"),
    [(4, "The ouput 4 is not allowed. "), (9, "The ouput 9 is not allowed"), (-1, "The ouput -1 is not allowed")],
)
async def test_an_output_that_is_not_there_stops_the_run(output: int, message: str) -> None:
    with pytest.raises(NodeError) as failure:
        await try_node(v3, parameters={"mode": "expression", "output": output})

    assert failure.value.message == message


async def test_a_failed_item_goes_on_as_an_error_at_the_first_output() -> None:
    run = await try_node(
        v3, parameters={"mode": "expression", "output": 9}, items=[{"c": "x"}], on_error="continueRegularOutput"
    )

    assert run.json[0] == [{"error": "The ouput 9 is not allowed"}]


@pytest.mark.parametrize(
    ("parameters", "labels"),
    [
        ({"mode": "expression", "numberOutputs": 2}, ["0", "1"]),
        ({"rules": {"values": [{"outputKey": "hot"}, {}]}}, ["hot", "1"]),
        ({"rules": {"values": [{}]}, "options": {"fallbackOutput": "extra"}}, ["0", "Fallback"]),
        (
            {"rules": {"values": [{}]}, "options": {"fallbackOutput": "extra", "renameFallbackOutput": "else"}},
            ["0", "else"],
        ),
    ],
)
def test_the_number_of_outputs_follows_the_parameters(parameters: dict[str, Any], labels: list[str]) -> None:
    assert v3.outputs(parameters) == labels


async def test_version_2_has_one_output_for_each_rule() -> None:
    rules = [{"value2": "red", "outputKey": "warm"}, {"value2": "blue", "outputKey": "cold"}]

    run = await try_node(
        v2,
        parameters={"dataType": "string", "value1": "={{ c }}", "rules": {"rules": rules}, "fallbackOutput": 1},
        items=ITEMS,
        evaluate=colour,
    )

    assert colours(run.json) == [["red", "red"], ["blue", "green"]]
    assert v2.outputs({"rules": {"rules": rules}}) == ["warm", "cold"]


async def test_version_2_names_the_outputs_it_has() -> None:
    with pytest.raises(NodeError) as failure:
        await try_node(v2, parameters={"mode": "expression", "outputsAmount": 2, "output": "2"})

    assert failure.value.message == "The ouput 2 is not allowed. It has to be between 0 and 1!"


async def test_version_1_sends_an_item_to_the_output_of_its_rule() -> None:
    rules = [{"value2": "red", "output": 3}, {"operation": "contains", "value2": "ee", "output": 1}]

    run = await try_node(
        v1,
        parameters={"dataType": "string", "value1": "={{ c }}", "rules": {"rules": rules}},
        items=ITEMS,
        evaluate=colour,
    )

    assert colours(run.json) == [[], ["green"], [], ["red", "red"]]


async def test_version_1_compares_numbers_and_dates_and_falls_back() -> None:
    numbers = await try_node(
        v1,
        parameters={
            "value1": 5,
            "rules": {"rules": [{"operation": "larger", "value2": 9, "output": 1}]},
            "fallbackOutput": 2,
        },
    )
    dates = await try_node(
        v1,
        parameters={
            "dataType": "dateTime",
            "value1": "2024-01-02",
            "rules": {"rules": [{"value2": "2024-01-01", "output": 1}]},
        },
    )

    assert [len(output) for output in numbers.outputs] == [0, 0, 1, 0]
    assert [len(output) for output in dates.outputs] == [0, 1, 0, 0]


async def test_version_1_has_four_outputs() -> None:
    with pytest.raises(NodeError, match=r"^The ouput 4 is not allowed\. It has to be between 0 and 3!$"):
        await try_node(v1, parameters={"mode": "expression", "output": 4})
