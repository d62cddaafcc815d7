"""Filter: keeps the items that meet the conditions."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.filter_ import v1, v2
from headrace.sdk.errors import NodeError
from headrace.sdk.testing import try_node

ITEMS = [{"n": 1}, {"n": 2}, {"n": 3}]
AT_LEAST_2 = {
    "combinator": "and",
    "conditions": [{"leftValue": "={{ n }}", "rightValue": 2, "operator": {"type": "number", "operation": "gte"}}],
}


def n(_: str, index: int, __: Any) -> Any:
    return ITEMS[index]["n"]


@pytest.mark.parametrize("version", [2, 2.1, 2.2, 2.3])
async def test_kept_items_come_first_and_dropped_ones_can_be_had(version: float) -> None:
    run = await try_node(v2, parameters={"conditions": AT_LEAST_2}, items=ITEMS, evaluate=n, version=version)

    assert run.json == [[{"n": 2}, {"n": 3}], [{"n": 1}]]
    assert [item.paired_item for item in run.outputs[0]] == [1, 2]


async def test_an_item_that_fails_is_dropped_when_the_node_goes_on() -> None:
    run = await try_node(
        v2, parameters={"conditions": AT_LEAST_2}, evaluate=lambda *_: "x", on_error="continueRegularOutput"
    )

    assert run.json == [[], [{}]]


async def test_an_item_that_fails_stops_the_run() -> None:
    with pytest.raises(NodeError) as failure:
        await try_node(v2, parameters={"conditions": AT_LEAST_2}, evaluate=lambda *_: "x")

    assert failure.value.item_index == 0


@pytest.mark.parametrize(("combine", "kept"), [("AND", [{"n": 2}]), ("OR", ITEMS)])
async def test_version_1_combines_its_conditions(combine: str, kept: list[Any]) -> None:
    conditions = {
        "number": [
            {"value1": "={{ n }}", "operation": "larger", "value2": 1},
            {"value1": "={{ n }}", "operation": "smaller", "value2": 3},
        ]
    }

    run = await try_node(
        v1, parameters={"conditions": conditions, "combineConditions": combine}, items=ITEMS, evaluate=n
    )

    assert run.json[0] == kept


async def test_version_1_names_the_item_that_it_cannot_compare() -> None:
    conditions = {"dateTime": [{"value1": "={{ n }}", "value2": "2024-01-01"}]}

    with pytest.raises(NodeError) as failure:
        await try_node(
            v1,
            parameters={"conditions": conditions},
            items=ITEMS,
            evaluate=lambda _, index, __: ["2024-05-05", "2024-05-06", "never"][index],
        )

    assert failure.value.item_index == 2
