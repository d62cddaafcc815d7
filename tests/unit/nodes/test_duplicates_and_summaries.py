"""Remove Duplicates, Summarize and Item Lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.nodes.builtin import summarize
from headrace.nodes.builtin.item_lists import v1 as item_lists_v1
from headrace.nodes.builtin.item_lists import v3 as item_lists_v3
from headrace.nodes.builtin.lists.deduplicating import Comparison, remove_duplicates
from headrace.nodes.builtin.remove_duplicates import v1, v2
from headrace.nodes.builtin.remove_duplicates.history import History, after_latest, unseen
from headrace.sdk.context import CodeResult
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Link, items_from_json
from headrace.sdk.testing import try_node

PEOPLE = [{"id": 1, "who": {"name": "Ada"}}, {"id": 2, "who": {"name": "Ada"}}, {"id": 1, "who": {"name": "Ada"}}]

# Remove Duplicates


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [
        ({}, [0, 1]),
        ({"compare": "selectedFields", "fieldsToCompare": "who.name"}, [0]),
        ({"compare": "selectedFields", "fieldsToCompare": ["id"]}, [0, 1]),
        ({"compare": "allFieldsExcept", "fieldsToExclude": "id"}, [0]),
    ],
)
async def test_items_that_equal_an_earlier_one_are_dropped(parameters: dict[str, Any], kept: list[int]) -> None:
    run = await try_node(v1, parameters=parameters, items=PEOPLE)

    assert [item.paired_item for item in run.outputs[0]] == kept


async def test_only_the_compared_fields_can_be_kept() -> None:
    run = await try_node(
        v1,
        parameters={
            "compare": "selectedFields",
            "fieldsToCompare": "who.name",
            "options": {"removeOtherFields": True},
        },
        items=PEOPLE,
    )

    assert run.json == [[{"who": {"name": "Ada"}}]]


async def test_one_and_true_and_text_are_different() -> None:
    items = items_from_json([{"v": 1}, {"v": True}, {"v": "1"}, {"v": 1.0}])

    made = remove_duplicates(items, Comparison(check_types=False))

    assert [item.paired_item for item in made] == [0, 1, 2]


async def test_a_field_of_several_types_is_an_error() -> None:
    with pytest.raises(NodeError, match="'v' isn't always the same type") as caught:
        await try_node(v1, version=1.1, items=[{"v": 1}, {"v": "1"}])

    assert "in item [0] it's a number and in item [1] it's a string" in (caught.value.description or "")


async def test_null_is_of_any_type_from_version_1_1_on() -> None:
    items = [{"v": 1}, {"v": None}]

    run = await try_node(v1, version=1.1, items=items)

    assert len(run.outputs[0]) == 2
    with pytest.raises(NodeError, match="isn't always the same type"):
        await try_node(v1, version=1, items=items)


async def test_a_field_that_some_items_lack_is_an_error() -> None:
    with pytest.raises(NodeError, match="'b' field is missing from some input items"):
        await try_node(v1, items=[{"a": 1, "b": 1}, {"a": 1}])


@pytest.mark.parametrize(
    ("compare", "message"),
    [("selectedFields", "Please add a field to compare on"), ("allFieldsExcept", "to exclude from comparison")],
)
async def test_comparing_by_no_field_is_an_error(compare: str, message: str) -> None:
    with pytest.raises(NodeError, match=message):
        await try_node(v1, parameters={"compare": compare}, items=[{"a": 1}])


@given(values=st.lists(st.integers(0, 3)))
def test_no_two_equal_items_are_left_and_none_is_lost(values: list[int]) -> None:
    made = remove_duplicates(items_from_json([{"v": value} for value in values]), Comparison())

    assert [item.json["v"] for item in made] == list(dict.fromkeys(values))


# Remove Duplicates: history


class _Context:
    def __init__(self) -> None:
        self.hints: list[str] = []

    def hint(self, message: str) -> None:
        self.hints.append(message)


def _items(count: int) -> list[Item]:
    return [Item(json={"n": number}) for number in range(count)]


async def test_new_values_pass_and_known_ones_go_to_the_second_output() -> None:
    run = await try_node(
        v2,
        parameters={"operation": "removeItemsSeenInPreviousExecutions", "dedupeValue": "=x"},
        items=[{"n": 1}, {"n": 2}],
        evaluate=lambda _, index, __: index,
    )

    assert run.json == [[{"n": 1}, {"n": 2}], []]
    history = History(run.ctx.static_data)
    kept, dropped = unseen(_Context(), history, _items(3), ["1", "0", "5"], 10)  # type: ignore[arg-type] # hints only
    assert [item.json["n"] for item in kept] == [2]
    assert [item.json["n"] for item in dropped] == [0, 1]


def test_the_history_forgets_the_oldest_values_first() -> None:
    history, ctx = History({}), _Context()
    unseen(ctx, history, _items(3), ["a", "b", "c"], 2)  # type: ignore[arg-type] # hints only

    kept, _ = unseen(ctx, history, _items(2), ["a", "c"], 2)  # type: ignore[arg-type] # hints only

    assert [item.json["n"] for item in kept] == [0]
    assert "at most 2 values" in ctx.hints[0]


def test_only_values_above_all_earlier_ones_pass() -> None:
    history = History({})
    after_latest(history, _items(2), [5, 3], "incremental")

    kept, dropped = after_latest(history, _items(3), [4, 6, 5], "incremental")

    assert [item.json["n"] for item in kept] == [1]
    assert [item.json["n"] for item in dropped] == [0, 2]


async def test_dates_are_compared_as_moments() -> None:
    run = await try_node(
        v2,
        parameters={
            "operation": "removeItemsSeenInPreviousExecutions",
            "logic": "removeItemsUpToStoredDate",
            "dateDedupeValue": "=x",
        },
        items=[{}],
        evaluate=lambda *_: "2024-05-01T10:00:00+02:00",
    )

    kept = run.ctx.static_data["removeDuplicates"]["data"]
    assert kept == datetime(2024, 5, 1, 8, tzinfo=UTC).timestamp() * 1000


async def test_nodes_of_a_workflow_can_share_their_history() -> None:
    run = await try_node(
        v2,
        parameters={
            "operation": "removeItemsSeenInPreviousExecutions",
            "dedupeValue": "1",
            "options": {"scope": "workflow"},
        },
    )

    assert run.ctx.static_data == {}
    assert run.ctx.workflow_static_data["removeDuplicates"]["mode"] == "entries"


async def test_clearing_the_history_passes_the_items_on() -> None:
    run = await try_node(v2, parameters={"operation": "clearDeduplicationHistory"}, items=[{"a": 1}])

    assert run.json == [[{"a": 1}]]


def test_a_history_of_another_kind_is_an_error() -> None:
    history = History({})
    history.write("entries", ["x"])

    with pytest.raises(NodeError, match="made with another way to compare"):
        after_latest(history, _items(1), [1], "incremental")


@pytest.mark.parametrize(
    ("logic", "name", "message"),
    [
        ("removeItemsUpToStoredIncrementalKey", "incrementalDedupeValue", "is not a number"),
        ("removeItemsUpToStoredDate", "dateDedupeValue", "is not a valid date"),
    ],
)
async def test_a_value_that_cannot_be_compared_is_an_error(logic: str, name: str, message: str) -> None:
    with pytest.raises(NodeError, match=message):
        await try_node(
            v2,
            parameters={"operation": "removeItemsSeenInPreviousExecutions", "logic": logic, name: "soon"},
        )


# Summarize

SALES = [
    {"shop": "N", "kind": "tea", "sum": 2, "note": "x"},
    {"shop": "S", "kind": "tea", "sum": 4, "note": ""},
    {"shop": "N", "kind": "jam", "sum": None, "note": "y"},
    {"shop": "N", "kind": "tea", "sum": 3},
]


def _figures(*figures: tuple[str, str], **more: Any) -> list[dict[str, Any]]:
    return [{"aggregation": kind, "field": name, **more} for kind, name in figures]


def _summary(figures: list[dict[str, Any]], split_by: str = "", **options: Any) -> dict[str, Any]:
    return {"fieldsToSummarize": {"values": figures}, "fieldsToSplitBy": split_by, "options": options}


async def test_figures_over_all_items() -> None:
    kinds = ("append", "average", "count", "countUnique", "max", "min", "sum")

    run = await try_node(summarize, parameters=_summary(_figures(*((kind, "sum") for kind in kinds))), items=SALES)

    assert run.json == [
        [
            {
                "appended_sum": [2, 4, 3],
                "average_sum": 3,
                "count_sum": 3,
                "unique_count_sum": 3,
                "max_sum": 4,
                "min_sum": 2,
                "sum_sum": 9,
            }
        ]
    ]
    assert run.outputs[0][0].paired_item == [Link(item=place) for place in range(4)]


async def test_groups_become_items() -> None:
    run = await try_node(summarize, parameters=_summary(_figures(("sum", "sum")), "shop, kind"), items=SALES)

    assert run.json == [
        [
            {"shop": "N", "kind": "tea", "sum_sum": 5},
            {"shop": "N", "kind": "jam", "sum_sum": 0},
            {"shop": "S", "kind": "tea", "sum_sum": 4},
        ]
    ]
    assert run.outputs[0][0].paired_item == [Link(item=0), Link(item=3)]


async def test_groups_can_be_nested_in_one_item() -> None:
    run = await try_node(
        summarize, parameters=_summary(_figures(("count", "kind")), "shop", outputFormat="singleItem"), items=SALES
    )

    assert run.json == [[{"N": {"count_kind": 3}, "S": {"count_kind": 1}}]]


async def test_texts_are_joined_and_empty_ones_left_out_unless_wanted() -> None:
    bare = await try_node(
        summarize,
        parameters=_summary(_figures(("concatenate", "note"), separateBy="other", customSeparator=" + ")),
        items=SALES,
    )
    every = await try_node(
        summarize, parameters=_summary(_figures(("concatenate", "note"), includeEmpty=True)), items=SALES
    )

    assert bare.json == [[{"concatenated_note": "x + y"}]]
    assert every.json == [[{"concatenated_note": "x,,y,undefined"}]]


async def test_groups_keep_the_type_of_their_value_from_version_1_1_on() -> None:
    items = [{"g": 1}, {"g": None}, {}]
    parameters = _summary(_figures(("count", "g"), includeEmpty=True), "g")

    new = await try_node(summarize, parameters=parameters, items=items, version=1.1)
    old = await try_node(summarize, parameters=parameters, items=items, version=1)

    assert new.json == [[{"g": 1, "count_g": 1}, {"g": None, "count_g": 1}, {"count_g": 1}]]
    assert [row["g"] for row in old.json[0]] == ["1", "null", "undefined"]


async def test_items_without_a_group_can_be_left_out() -> None:
    run = await try_node(
        summarize,
        parameters=_summary(_figures(("count", "n")), "g", skipEmptySplitFields=True),
        items=[{"g": "", "n": 1}, {"n": 1}, {"g": 0, "n": 1}],
    )

    assert run.json == [[{"g": 0, "count_n": 1}]]


async def test_names_of_figures_have_no_dots_or_blanks() -> None:
    run = await try_node(
        summarize, parameters=_summary(_figures(("sum", "a.b c"))), items=[{"a": {"b c": 1}}, {"a": {"b c": 2}}]
    )

    assert run.json == [[{"sum_a_b_c": 3}]]


async def test_a_field_that_no_item_has_is_an_error_in_version_1_only() -> None:
    parameters = _summary(_figures(("sum", "x")))

    with pytest.raises(NodeError, match="The field 'x' does not exist in any items"):
        await try_node(summarize, parameters=parameters, items=SALES, version=1)
    lenient = await try_node(
        summarize, parameters=_summary(_figures(("sum", "x")), continueIfFieldNotFound=True), items=SALES, version=1
    )
    new = await try_node(summarize, parameters=parameters, items=SALES, version=1.1)

    assert lenient.json == [[{}]]
    assert new.json == [[{"sum_x": 0}]]
    assert new.ctx.hints == ["The field 'x' does not exist in any items"]


async def test_summarizing_nothing_is_an_error() -> None:
    with pytest.raises(NodeError, match="at least one aggregation"):
        await try_node(summarize, parameters=_summary(_figures(("sum", ""))), items=SALES)


# Item Lists


async def test_the_first_version_wants_a_list_to_split() -> None:
    with pytest.raises(NodeError, match="The provided field 'a' is not an array"):
        await try_node(item_lists_v1, parameters={"fieldToSplitOut": "a"}, items=[{"a": {"b": 1}}], version=1)
    run = await try_node(item_lists_v1, parameters={"fieldToSplitOut": "a"}, items=[{"a": {"b": 1}}], version=2)

    assert run.json == [[{"a": 1}]]


async def test_a_missing_list_is_an_error_before_version_2_1() -> None:
    with pytest.raises(NodeError, match="Couldn't find the field 'a' in the input data"):
        await try_node(item_lists_v1, parameters={"fieldToSplitOut": "a"}, items=[{}], version=2)
    run = await try_node(item_lists_v1, parameters={"fieldToSplitOut": "a"}, items=[{}], version=2.1)

    assert run.json == [[]]


async def test_the_first_versions_name_fields_one_by_one() -> None:
    run = await try_node(
        item_lists_v1,
        parameters={
            "operation": "removeDuplicates",
            "compare": "selectedFields",
            "fieldsToCompare": {"fields": [{"fieldName": "who.name"}]},
        },
        items=PEOPLE,
        version=1,
    )

    assert len(run.outputs[0]) == 1


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"operation": "limit", "maxItems": 1, "keep": "lastItems"}, [{"n": 2}]),
        (
            {"operation": "sort", "sortFieldsUi": {"sortField": [{"fieldName": "n", "order": "descending"}]}},
            [{"n": 2}, {"n": 1}],
        ),
        (
            {"operation": "summarize", "fieldsToSummarize": {"values": [{"aggregation": "sum", "field": "n"}]}},
            [{"sum_n": 3}],
        ),
    ],
)
@pytest.mark.parametrize("version", [1, 2.2, 3, 3.1])
async def test_every_version_has_the_other_operations(
    parameters: dict[str, Any], expected: list[dict[str, int]], version: float
) -> None:
    node = item_lists_v1 if version < 3 else item_lists_v3

    run = await try_node(node, parameters=parameters, items=[{"n": 1}, {"n": 2}], version=version)

    assert run.json == [expected]


async def test_items_are_aggregated_by_the_version_s_own_name_for_it() -> None:
    parameters = {"aggregate": "aggregateAllItemData", "destinationFieldName": "all"}
    old = await try_node(item_lists_v1, parameters={"operation": "aggregateItems", **parameters}, items=[{"n": 1}])
    new = await try_node(item_lists_v3, parameters={"operation": "concatenateItems", **parameters}, items=[{"n": 1}])

    assert old.json == new.json == [[{"all": [{"n": 1}]}]]


async def test_aggregating_a_missing_field_is_an_error_before_version_2_1() -> None:
    parameters = {
        "operation": "aggregateItems",
        "fieldsToAggregate": {"fieldToAggregate": [{"fieldToAggregate": "x", "renameField": False}]},
    }
    with pytest.raises(NodeError, match="Couldn't find the field 'x' in the input data"):
        await try_node(item_lists_v1, parameters=parameters, items=[{"n": 1}], version=2)
    run = await try_node(item_lists_v1, parameters=parameters, items=[{"n": 1}], version=2.1)

    assert run.json == [[{"x": []}]]


async def test_types_may_differ_from_version_3_1_on() -> None:
    items = [{"v": 1}, {"v": "1"}, {"v": 1}]
    parameters = {"operation": "removeDuplicates"}

    with pytest.raises(NodeError, match="isn't always the same type"):
        await try_node(item_lists_v3, parameters=parameters, items=items, version=3)
    run = await try_node(item_lists_v3, parameters=parameters, items=items, version=3.1)

    assert run.json == [[{"v": 1}, {"v": "1"}]]


async def test_version_3_splits_several_fields_and_sorts_by_code() -> None:
    split = await try_node(
        item_lists_v3, parameters={"fieldToSplitOut": "a,b"}, items=[{"a": [1, 2], "b": [3]}], version=3
    )
    ordered = await try_node(
        item_lists_v3,
        parameters={"operation": "sort", "type": "code", "code": "return 0"},
        items=[{"n": 1}, {"n": 2}],
        code=lambda _: CodeResult(values=[[1, 0]]),
    )

    assert split.json == [[{"a": 1, "b": 3}, {"a": 2}]]
    assert ordered.json == [[{"n": 2}, {"n": 1}]]
