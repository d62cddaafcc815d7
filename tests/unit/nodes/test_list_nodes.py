"""Split Out, Aggregate, Limit, Sort and Rename Keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.nodes.builtin import aggregate, limit, rename_keys, sort, split_out
from headrace.nodes.builtin.lists.sorting import sort_by_fields
from headrace.sdk.context import CodeFailure, CodeRequest, CodeResult
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Link, items_from_json
from headrace.sdk.testing import try_node

ORDER = {"id": 7, "lines": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}], "buyer": {"name": "Ada", "tags": ["x", "y"]}}
PHOTO = Binary(id="p", mime_type="image/png", file_name="p.png", file_size="1 kB")
LETTER = Binary(id="l", mime_type="text/plain", file_name="l.txt", file_size="2 kB")


# Split Out


async def test_each_element_of_a_list_becomes_an_item() -> None:
    run = await try_node(split_out, parameters={"fieldToSplitOut": "lines"}, items=[ORDER, {"lines": [{"sku": "c"}]}])

    assert run.json == [[{"sku": "a", "n": 1}, {"sku": "b", "n": 2}, {"sku": "c"}]]
    assert [item.paired_item for item in run.outputs[0]] == [0, 0, 1]


async def test_plain_elements_keep_the_name_of_the_field() -> None:
    run = await try_node(split_out, parameters={"fieldToSplitOut": "buyer.tags"}, items=[ORDER])

    assert run.json == [[{"buyer.tags": "x"}, {"buyer.tags": "y"}]]


async def test_an_object_is_split_into_its_members() -> None:
    run = await try_node(split_out, parameters={"fieldToSplitOut": "m"}, items=[{"m": {"p": 1, "q": {"r": 2}}}])

    assert run.json == [[{"m": 1}, {"r": 2}]]


async def test_all_other_fields_can_be_kept() -> None:
    run = await try_node(
        split_out,
        parameters={
            "fieldToSplitOut": "lines",
            "include": "allOtherFields",
            "options": {"destinationFieldName": "line"},
        },
        items=[{"id": 1, "lines": [5, 6], "x": {"y": 0}}],
    )

    assert run.json == [[{"id": 1, "x": {"y": 0}, "line": 5}, {"id": 1, "x": {"y": 0}, "line": 6}]]


async def test_selected_other_fields_can_be_kept() -> None:
    run = await try_node(
        split_out,
        parameters={"fieldToSplitOut": "lines", "include": "selectedOtherFields", "fieldsToInclude": "id, buyer.name"},
        items=[ORDER],
    )

    assert run.json[0][0] == {"lines": {"sku": "a", "n": 1}, "id": 7, "buyer.name": "Ada"}


async def test_selecting_no_field_is_an_error() -> None:
    with pytest.raises(NodeError, match="No fields specified"):
        await try_node(
            split_out, parameters={"fieldToSplitOut": "lines", "include": "selectedOtherFields"}, items=[ORDER]
        )


async def test_several_fields_are_split_side_by_side() -> None:
    run = await try_node(split_out, parameters={"fieldToSplitOut": "a, b"}, items=[{"a": [1, 2, 3], "b": [{"z": 1}]}])

    assert run.json == [[{"a": 1, "b": {"z": 1}}, {"a": 2}, {"a": 3}]]


async def test_several_fields_need_as_many_destinations() -> None:
    with pytest.raises(NodeError, match="the same number of destination fields must be given"):
        await try_node(
            split_out,
            parameters={"fieldToSplitOut": "a,b", "options": {"destinationFieldName": "c"}},
            items=[{"a": [1], "b": [2]}],
        )


async def test_a_missing_field_gives_no_item_and_null_gives_one() -> None:
    run = await try_node(split_out, parameters={"fieldToSplitOut": "a"}, items=[{}, {"a": None}, {"a": []}])

    assert run.json == [[{"a": None}]]


async def test_files_can_be_split_out() -> None:
    item = Item(json={}, binary={"one": PHOTO, "two": LETTER})

    run = await try_node(split_out, parameters={"fieldToSplitOut": "$binary"}, items=[item])

    assert [part.binary for part in run.outputs[0]] == [{"one": PHOTO}, {"two": LETTER}]


async def test_dots_can_be_part_of_a_name() -> None:
    run = await try_node(
        split_out,
        parameters={"fieldToSplitOut": "a.b", "options": {"disableDotNotation": True, "includeBinary": True}},
        items=[Item(json={"a.b": [1], "a": {"b": [2]}}, binary={"f": PHOTO})],
    )

    assert run.json == [[{"a.b": 1}]]
    assert run.outputs[0][0].binary == {"f": PHOTO}


# Aggregate


def _field(name: str, output: str | None = None) -> dict[str, object]:
    if output is None:
        return {"fieldToAggregate": name, "renameField": False}
    return {"fieldToAggregate": name, "renameField": True, "outputFieldName": output}


def _fields(*fields: dict[str, object], **options: object) -> dict[str, object]:
    return {"fieldsToAggregate": {"fieldToAggregate": list(fields)}, "options": options}


async def test_a_field_of_all_items_becomes_a_list() -> None:
    run = await try_node(
        aggregate,
        parameters=_fields(_field("user.name"), _field("n", "numbers.all")),
        items=[{"user": {"name": "a"}, "n": 1}, {"user": {}, "n": None}, {"n": 3}],
    )

    assert run.json == [[{"name": ["a"], "numbers": {"all": [1, 3]}}]]
    assert run.outputs[0][0].paired_item == [Link(item=0), Link(item=1), Link(item=2)]


async def test_missing_values_can_be_kept_and_lists_merged() -> None:
    items = [{"v": [1, None]}, {}, {"v": [2]}]

    kept = await try_node(aggregate, parameters=_fields(_field("v"), keepMissing=True), items=items)
    merged = await try_node(aggregate, parameters=_fields(_field("v"), mergeLists=True), items=items)

    assert kept.json == [[{"v": [[1, None], None, [2]]}]]
    assert merged.json == [[{"v": [1, 2]}]]


async def test_two_fields_cannot_share_an_output() -> None:
    with pytest.raises(NodeError, match="The 'x' output field is used more than once"):
        await try_node(aggregate, parameters=_fields(_field("a", "x"), _field("b", "x")), items=[{"a": 1}])


async def test_aggregating_no_field_is_an_error() -> None:
    with pytest.raises(NodeError, match="No fields specified"):
        await try_node(aggregate, parameters=_fields(), items=[{"a": 1}])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [{"a": 1, "b": 2}, {"b": 3}]),
        ({"include": "specifiedFields", "fieldsToInclude": "a"}, [{"a": 1}]),
        ({"include": "allFieldsExcept", "fieldsToExclude": "a"}, [{"b": 2}, {"b": 3}]),
    ],
)
async def test_all_items_become_one_list(parameters: dict[str, str], expected: list[dict[str, int]]) -> None:
    run = await try_node(
        aggregate,
        parameters={"aggregate": "aggregateAllItemData", "destinationFieldName": "rows", **parameters},
        items=[{"a": 1, "b": 2}, {"b": 3}],
    )

    assert run.json == [[{"rows": expected}]]


async def test_files_of_all_items_are_collected_under_names_of_their_own() -> None:
    items = [Item(json={"a": 1}, binary={"f": PHOTO}), Item(json={"a": 2}, binary={"f": LETTER, "g": PHOTO})]

    every = await try_node(aggregate, parameters=_fields(_field("a"), includeBinaries=True), items=items)
    unique = await try_node(
        aggregate, parameters=_fields(_field("a"), includeBinaries=True, keepOnlyUnique=True), items=items
    )

    assert every.outputs[0][0].binary == {"f": PHOTO, "f_1": LETTER, "g": PHOTO}
    assert unique.outputs[0][0].binary == {"f": PHOTO, "f_1": LETTER}


# Limit


@pytest.mark.parametrize(
    ("count", "keep", "expected"),
    [(2, "firstItems", [0, 1]), (2, "lastItems", [2, 3]), (9, "lastItems", [0, 1, 2, 3]), (0, "firstItems", [])],
)
async def test_only_the_first_or_last_items_pass(count: int, keep: str, expected: list[int]) -> None:
    run = await try_node(
        limit, parameters={"maxItems": count, "keep": keep}, items=[{"n": number} for number in range(4)]
    )

    assert [item.json["n"] for item in run.outputs[0]] == expected
    assert [item.paired_item for item in run.outputs[0]] == expected


# Sort


def _by(*fields: tuple[str, str], **options: object) -> dict[str, object]:
    listed = [{"fieldName": name, "order": order} for name, order in fields]
    return {"sortFieldsUi": {"sortField": listed}, "options": options}


async def test_items_are_sorted_by_several_fields() -> None:
    items = [{"a": "b", "n": 1}, {"a": "A", "n": 1}, {"a": "B", "n": 2}]

    run = await try_node(sort, parameters=_by(("n", "descending"), ("a", "ascending")), items=items)

    assert [item.json["a"] for item in run.outputs[0]] == ["B", "A", "b"]
    assert [item.paired_item for item in run.outputs[0]] == [2, 1, 0]


async def test_values_of_several_types_are_compared_as_numbers() -> None:
    items = [{"v": "10"}, {"v": 9}, {"v": None}, {"v": True}]

    run = await try_node(sort, parameters=_by(("v", "ascending")), items=items)

    assert [item.json["v"] for item in run.outputs[0]] == [None, True, 9, "10"]


@given(values=st.lists(st.one_of(st.integers(-5, 5), st.floats(-5, 5))))
def test_sorting_keeps_the_order_of_equal_items(values: list[float]) -> None:
    items = items_from_json([{"v": value, "at": place} for place, value in enumerate(values)])
    for order in ("ascending", "descending"):
        made = sort_by_fields(items, [{"fieldName": "v", "order": order}], dots=True) if values else []

        for one, other in zip(made, made[1:], strict=False):
            if one.json["v"] == other.json["v"]:
                assert one.json["at"] < other.json["at"]


async def test_a_field_that_no_item_has_cannot_be_sorted_by() -> None:
    with pytest.raises(NodeError, match="Couldn't find the field 'x' in the input data"):
        await try_node(sort, parameters=_by(("x", "ascending")), items=[{"a": 1}])


async def test_a_nested_field_without_dot_notation_gets_a_hint() -> None:
    with pytest.raises(NodeError, match="Couldn't find") as caught:
        await try_node(sort, parameters=_by(("a.b", "ascending"), disableDotNotation=True), items=[{"a": {"b": 1}}])

    assert "disable dot notation" in (caught.value.description or "")


async def test_sorting_by_nothing_is_an_error() -> None:
    with pytest.raises(NodeError, match="No sorting specified"):
        await try_node(sort, parameters=_by(), items=[{"a": 1}])


async def test_random_order_keeps_every_item() -> None:
    run = await try_node(sort, parameters={"type": "random"}, items=[{"n": number} for number in range(50)])

    assert sorted(item.json["n"] for item in run.outputs[0]) == list(range(50))


async def test_code_decides_the_order_and_files_stay_with_their_items() -> None:
    seen: list[CodeRequest] = []

    def run_code(request: CodeRequest) -> CodeResult:
        seen.append(request)
        return CodeResult(values=[[1, 0]])

    run = await try_node(
        sort,
        parameters={"type": "code", "code": "return b.json.n - a.json.n"},
        items=[Item(json={"n": 1}, binary={"f": PHOTO}), {"n": 2}],
        code=run_code,
    )

    assert run.json == [[{"n": 2}, {"n": 1}]]
    assert run.outputs[0][1].binary == {"f": PHOTO}
    assert "return b.json.n - a.json.n" in seen[0].source


async def test_code_that_fails_names_its_own_line() -> None:
    failed = CodeResult(values=[CodeFailure(message="boom", line=4)])

    with pytest.raises(NodeError, match=r"boom \[line 2\]"):
        await try_node(sort, parameters={"type": "code", "code": "\nreturn x"}, items=[{}, {}], code=lambda _: failed)


async def test_code_without_return_is_refused() -> None:
    with pytest.raises(NodeError, match="Sort code doesn't return"):
        await try_node(sort, parameters={"type": "code", "code": "1"}, items=[{}])


async def test_code_cannot_lose_items() -> None:
    with pytest.raises(NodeError, match="did not leave the list of items whole"):
        await try_node(
            sort,
            parameters={"type": "code", "code": "return 0"},
            items=[{}, {}],
            code=lambda _: CodeResult(values=[[0, 0]]),
        )


# Rename Keys


def _renamed(*pairs: tuple[str, str]) -> dict[str, object]:
    return {"keys": {"key": [{"currentKey": old, "newKey": new} for old, new in pairs]}}


def _pattern(search: str, new: str, **options: object) -> dict[str, object]:
    entry = {"searchRegex": search, "replaceRegex": new, "options": options}
    return {"additionalOptions": {"regexReplacement": {"replacements": [entry]}}}


async def test_fields_get_other_names() -> None:
    item = Item(json={"a": 1, "b": {"c": 2, "d": 3}, "keep": 0}, binary={"f": PHOTO})

    run = await try_node(rename_keys, parameters=_renamed(("a", "x.y"), ("b.c", "c"), ("none", "z")), items=[item])

    assert run.json == [[{"b": {"d": 3}, "keep": 0, "x": {"y": 1}, "c": 2}]]
    assert run.outputs[0][0].binary == {"f": PHOTO}


async def test_a_pattern_renames_fields_at_every_level() -> None:
    json = {"old_a": 1, "in": {"old_b": [{"old_c": 2}]}, "OLD_d": 3}

    run = await try_node(rename_keys, parameters=_pattern("^old_(\\w)", "new_$1"), items=[json])

    assert run.json == [[{"in": {"new_b": [{"new_c": 2}]}, "OLD_d": 3, "new_a": 1}]]


async def test_a_pattern_can_be_kept_to_the_top_level_and_ignore_case() -> None:
    run = await try_node(
        rename_keys,
        parameters=_pattern("^old", "new", depth=0, caseInsensitive=True),
        items=[{"OLD": {"old": 1}}],
    )

    assert run.json == [[{"new": {"old": 1}}]]


async def test_a_name_that_is_taken_is_overwritten() -> None:
    run = await try_node(rename_keys, parameters=_pattern("^a$", "b"), items=[{"a": 1, "b": 2}])

    assert run.json == [[{"b": 1}]]


async def test_a_malformed_pattern_is_an_error_of_the_item() -> None:
    run = await try_node(rename_keys, parameters=_pattern("(", "x"), items=[{"a": 1}], on_error="continueRegularOutput")

    assert "Invalid regular expression" in run.json[0][0]["error"]
