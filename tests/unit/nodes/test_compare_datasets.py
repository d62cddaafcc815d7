"""Compare Datasets: items of two inputs that are the same, differ, or are in one of them only."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin import compare_datasets
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Link
from headrace.sdk.testing import NodeRun, try_node

A = [{"id": 1, "x": 1}, {"id": 2, "x": 2, "gone": True}, {"id": 3, "x": 3}]
B = [{"id": 3, "x": 3}, {"id": 2, "x": 5, "new": 0}, {"id": 4, "x": 4}]


async def compare(
    first: Any = A, second: Any = B, version: float = 2.3, field: str = "id", **parameters: Any
) -> NodeRun:
    return await try_node(
        compare_datasets,
        parameters={"mergeByFields": {"values": [{"field1": field, "field2": field}]}, **parameters},
        inputs=[first, second],
        version=version,
    )


async def test_items_are_told_apart_by_where_they_are_and_how_they_differ() -> None:
    run = await compare()

    assert run.json == [
        [{"id": 1, "x": 1}],
        [{"id": 3, "x": 3}],
        [
            {
                "keys": {"id": 2},
                "same": {"id": 2},
                "different": {
                    "x": {"inputA": 2, "inputB": 5},
                    "gone": {"inputA": True, "inputB": None},
                    "new": {"inputA": None, "inputB": 0},
                },
            }
        ],
        [{"id": 4, "x": 4}],
    ]
    assert run.outputs[3][0].paired_item == Link(item=2, input=1)


@pytest.mark.parametrize(("resolve", "expected"), [("preferInput1", A[1]), ("preferInput2", B[1])])
async def test_the_version_of_one_input_can_be_taken(resolve: str, expected: Any) -> None:
    run = await compare(resolve=resolve)

    assert run.json[2] == [expected]


async def test_a_mix_takes_some_fields_from_the_other_input() -> None:
    run = await compare(resolve="mix", preferWhenMix="input1", exceptWhenMix="x, new")

    assert run.json[2] == [{"id": 2, "x": 5, "gone": True, "new": None}]


async def test_version_1_names_the_inputs_by_number_and_prefers_the_second() -> None:
    preferred = await compare(version=1)
    both = await compare(version=1, resolve="includeBoth")

    assert preferred.json[2] == [B[1]]
    assert both.json[2][0]["different"]["new"] == {"input1": None, "input2": None}


async def test_skipped_fields_make_no_difference_and_are_shown_apart() -> None:
    same = await compare(A[1:2], B[1:2], options={"skipFields": "x, gone, new"})
    different = await compare(A[1:2], B[1:2], options={"skipFields": "x"})

    assert same.json[1] == [A[1]]
    assert different.json[2][0]["skipped"] == {"x": {"inputA": 2, "inputB": 5}}
    assert "x" not in different.json[2][0]["different"]


async def test_fields_inside_others_can_be_skipped() -> None:
    first = [{"id": 1, "meta": {"at": 1, "by": "a"}}]
    second = [{"id": 1, "meta": {"at": 2, "by": "b"}}]

    run = await compare(first, second, options={"skipFields": "meta.at"})

    assert run.json[2] == [
        {
            "keys": {"id": 1},
            "same": {"id": 1},
            "different": {"meta": {"inputA": {"by": "a"}, "inputB": {"by": "b"}}},
            "skipped": {"meta": {"inputA": {"at": 1}, "inputB": {"at": 2}}},
        }
    ]


async def test_a_skipped_path_below_a_value_that_is_no_object_is_refused() -> None:
    with pytest.raises(NodeError, match="The field 'x' in item 0 is not an object"):
        await compare([{"id": 1, "x": 1}], [{"id": 1, "x": 2}], options={"skipFields": "x.y"})


async def test_skipped_paths_need_dot_notation() -> None:
    with pytest.raises(NodeError, match=r"field to skip comparing 'a\.b' contains dot"):
        await compare(options={"skipFields": "a.b", "disableDotNotation": True})


async def test_a_fuzzy_comparison_tolerates_types_and_from_2_1_on_missing_fields() -> None:
    first, second = [{"id": "1", "x": "", "y": 1}], [{"id": 1, "z": None, "y": 2}]

    strict = await compare(first, second)
    before = await compare(first, second, version=2, fuzzyCompare=True, resolve="includeBoth")
    since = await compare(first, second, version=2.1, fuzzyCompare=True)

    assert [len(output) for output in strict.outputs] == [1, 0, 0, 1]
    assert before.json[2][0]["same"] == {"id": "1"}
    assert since.json[2][0]["same"] == {"id": "1", "x": ""}
    assert list(since.json[2][0]["different"]) == ["y"]


async def test_version_1_has_the_fuzzy_comparison_among_its_options() -> None:
    run = await compare([{"id": "1"}], [{"id": 1}], version=1, options={"fuzzyCompare": True})

    assert [len(output) for output in run.outputs] == [0, 1, 0, 0]


async def test_every_match_is_compared_when_asked_for() -> None:
    second = [{"id": 1, "x": 1}, {"id": 1, "x": 2}]

    first_only = await compare(A[:1], second)
    every = await compare(A[:1], second, options={"multipleMatches": "all"})

    assert [len(output) for output in first_only.outputs] == [0, 1, 0, 1]
    assert [len(output) for output in every.outputs] == [0, 1, 1, 0]


async def test_empty_items_are_no_data() -> None:
    run = await compare([{}], B[:1])

    assert run.json == [[], [], [], B[:1]]


async def test_before_2_2_the_field_must_be_in_some_item_of_each_input() -> None:
    with pytest.raises(NodeError) as failure:
        await compare(A, [{"key": 1}], version=2.1)
    run = await compare(A, [{"key": 1}], version=2.2)

    assert failure.value.message == "Field 'id' is not present in any of items in 'Input B'"
    assert [len(output) for output in run.outputs] == [3, 0, 0, 1]


async def test_a_pair_of_fields_needs_both_names() -> None:
    with pytest.raises(NodeError, match="You need to define both fields"):
        await try_node(
            compare_datasets,
            parameters={"mergeByFields": {"values": [{"field1": "id", "field2": ""}]}},
            inputs=[A, B],
        )
