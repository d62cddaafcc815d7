"""Merge: several inputs become one output."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.merge import v1, v2, v3
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Link
from headrace.sdk.testing import NodeRun, try_node

PEOPLE = [{"id": 1, "name": "Ada", "tags": {"a": 1}}, {"id": 2, "name": "Bob"}, {"id": 3, "name": "Cyd"}]
CITIES = [{"id": 2, "city": "Rome", "name": "Robert"}, {"id": 1, "city": "Oslo", "tags": {"b": 2}}, {"id": 9}]


async def merge(*inputs: Any, node: Any = v3, version: float | None = None, **parameters: Any) -> NodeRun:
    return await try_node(node, parameters=parameters, inputs=list(inputs), version=version)


async def by_fields(
    first: Any = PEOPLE, second: Any = CITIES, *, fields: str = "id", version: float | None = None, **parameters: Any
) -> list[Any]:
    run = await merge(
        first,
        second,
        version=version,
        mode="combine",
        fieldsToMatchString=fields,
        **parameters,
    )
    return run.json[0]


async def test_inputs_are_appended_in_order_and_linked() -> None:
    run = await merge([{"a": 1}], [{"b": 2}, {"b": 3}], [{"c": 4}], numberInputs=3)

    assert run.json == [[{"a": 1}, {"b": 2}, {"b": 3}, {"c": 4}]]
    assert [item.paired_item for item in run.outputs[0]] == [
        0,
        Link(item=0, input=1),
        Link(item=1, input=1),
        Link(item=0, input=2),
    ]


async def test_an_input_where_nothing_arrived_is_empty() -> None:
    run = await merge(None, [{"b": 2}])

    assert run.json == [[{"b": 2}]]


async def test_matching_items_are_merged_with_the_last_input_winning() -> None:
    assert await by_fields() == [
        {"id": 1, "name": "Ada", "tags": {"a": 1, "b": 2}, "city": "Oslo"},
        {"id": 2, "name": "Robert", "city": "Rome"},
    ]


async def test_merged_items_are_linked_to_both_inputs() -> None:
    run = await merge(PEOPLE, CITIES, mode="combine", fieldsToMatchString="id")

    assert run.outputs[0][0].paired_item == [Link(item=0), Link(item=1, input=1)]


@pytest.mark.parametrize(("source", "expected"), [("input1", PEOPLE[:2]), ("input2", CITIES[:2])])
async def test_matches_can_be_taken_from_one_input(source: str, expected: list[Any]) -> None:
    assert await by_fields(outputDataFrom=source) == expected


async def test_what_does_not_match_says_where_it_is_from() -> None:
    assert await by_fields(joinMode="keepNonMatches") == [
        {"id": 3, "name": "Cyd", "_source": "input1"},
        {"id": 9, "_source": "input2"},
    ]


@pytest.mark.parametrize(("source", "expected"), [("input1", PEOPLE[2:]), ("input2", CITIES[2:])])
async def test_what_does_not_match_can_be_taken_from_one_input(source: str, expected: list[Any]) -> None:
    assert await by_fields(joinMode="keepNonMatches", outputDataFrom=source) == expected


async def test_everything_can_be_kept() -> None:
    ids = [item["id"] for item in await by_fields(joinMode="keepEverything")]

    assert ids == [1, 2, 3, 9]


async def test_the_first_input_can_be_enriched_with_the_second() -> None:
    assert [item.get("city") for item in await by_fields(joinMode="enrichInput1")] == ["Oslo", "Rome", None]


async def test_the_second_input_is_enriched_with_the_first_winning() -> None:
    enriched = await by_fields(joinMode="enrichInput2")

    assert [item["id"] for item in enriched] == [1, 2, 9]
    assert enriched[1]["name"] == "Bob"


def clash(**values: Any) -> dict[str, Any]:
    return {"clashHandling": {"values": values}}


async def test_clashing_fields_can_prefer_the_first_input() -> None:
    merged = await by_fields(options=clash(resolveClash="preferInput1"))

    assert merged[1] == {"id": 2, "name": "Bob", "city": "Rome"}


async def test_clashing_fields_can_be_told_apart_by_a_suffix() -> None:
    merged = await by_fields(options=clash(resolveClash="addSuffix"), joinMode="keepEverything")

    assert merged[1:] == [
        {"id_1": 2, "name_1": "Bob", "id_2": 2, "city_2": "Rome", "name_2": "Robert"},
        {"id_1": 3, "name_1": "Cyd"},
        {"id_2": 9},
    ]


async def test_a_shallow_merge_takes_whole_values() -> None:
    merged = await by_fields(options=clash(resolveClash="preferLast", mergeMode="shallowMerge"))

    assert merged[0]["tags"] == {"b": 2}


async def test_empty_values_can_give_way() -> None:
    first = [{"id": 1, "a": "x", "deep": {"b": 1, "c": [1, 2]}}]
    second = [{"id": 1, "a": "", "deep": {"b": None, "c": [None, 3, 4]}, "new": None}]

    merged = await by_fields(first, second, options=clash(resolveClash="preferLast", overrideEmpty=True))

    assert merged == [{"id": 1, "a": "x", "deep": {"b": 1, "c": [1, 3, 4]}, "new": None}]


async def test_all_matches_count_or_only_the_first() -> None:
    second = [{"id": 1, "n": 1}, {"id": 1, "n": 2}]

    every = await by_fields([{"id": 1}], second)
    first = await by_fields([{"id": 1}], second, options={"multipleMatches": "first"})

    assert every == [{"id": 1, "n": 1}, {"id": 1, "n": 2}]
    assert first == [{"id": 1, "n": 1}]


async def test_a_fuzzy_match_tolerates_other_types() -> None:
    first, second = [{"id": "1"}, {"id": None}], [{"id": 1, "n": 1}, {"id": "", "n": 2}]

    assert await by_fields(first, second) == []
    assert await by_fields(first, second, options={"fuzzyCompare": True}) == [{"id": 1, "n": 1}, {"id": "", "n": 2}]


async def test_fields_may_lie_inside_or_have_dots_in_their_names() -> None:
    nested, flat = [{"a": {"b": 1}}], [{"a.b": 1, "n": 1}]

    assert await by_fields(nested, flat, fields="a.b") == [{"a": {"b": 1}, "a.b": 1, "n": 1}]
    assert await by_fields(nested, flat, fields="a.b", options={"disableDotNotation": True}) == []


async def test_fields_of_different_names_can_be_matched() -> None:
    run = await merge(
        [{"id": 1}],
        [{"key": 1, "n": 2}],
        mode="combine",
        advanced=True,
        mergeByFields={"values": [{"field1": "id", "field2": "key"}]},
    )

    assert run.json == [[{"id": 1, "key": 1, "n": 2}]]


async def test_an_item_without_the_field_matches_nothing() -> None:
    assert await by_fields([{}], [{}, {"id": None}]) == []


@pytest.mark.parametrize(
    ("mode", "first", "second", "expected"),
    [
        ("keepMatches", [], [{"b": 1}], []),
        ("enrichInput1", [], [{"b": 1}], []),
        ("enrichInput1", [{"a": 1}], [], [{"a": 1}]),
        ("enrichInput2", [{"a": 1}], [], []),
        ("keepEverything", [], [{"b": 1}], [{"b": 1}]),
        ("keepNonMatches", [{"a": 1}], [], [{"a": 1}]),
    ],
)
async def test_a_join_with_an_empty_input_keeps_what_its_mode_asks_for(
    mode: str, first: list[Any], second: list[Any], expected: list[Any]
) -> None:
    assert await by_fields(first, second, joinMode=mode) == expected


async def test_fields_to_match_must_be_named() -> None:
    with pytest.raises(NodeError, match='You need to define at least one pair of fields in "Fields to Match"'):
        await by_fields(fields="")


async def test_items_are_combined_by_position_up_to_the_shortest_input() -> None:
    parameters: dict[str, Any] = {"mode": "combine", "combineBy": "combineByPosition", "numberInputs": 3}
    inputs = [[{"a": 1, "x": 1}, {"a": 2}], [{"b": 1, "x": 2}], [{"c": 1, "x": 3}]]

    last = await merge(*inputs, **parameters)
    second = await merge(*inputs, options=clash(resolveClash="preferInput2"), **parameters)
    unpaired = await merge(*inputs, options={"includeUnpaired": True}, **parameters)

    assert last.json == [[{"a": 1, "x": 3, "b": 1, "c": 1}]]
    assert second.json[0][0]["x"] == 2
    assert unpaired.json[0][1] == {"a": 2}


async def test_by_position_with_suffixes_the_last_input_keeps_its_names_too() -> None:
    run = await merge(
        [{"a": 1}],
        [{"a": 2}],
        mode="combine",
        combineBy="combineByPosition",
        options=clash(resolveClash="addSuffix"),
    )

    assert run.json == [[{"a_1": 1, "a_2": 2, "a": 2}]]


async def test_combining_by_position_with_an_empty_input_leaves_a_hint() -> None:
    run = await merge([{"a": 1}], [], mode="combine", combineBy="combineByPosition")

    assert run.json == [[]]
    assert len(run.ctx.hints) == 1


async def test_all_combinations_put_the_first_input_in_the_outer_loop() -> None:
    run = await merge([{"a": 1}, {"a": 2}], [{"b": 1}, {"b": 2}], mode="combine", combineBy="combineAll")

    assert [(item["a"], item["b"]) for item in run.json[0]] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert run.outputs[0][1].paired_item == [Link(item=0), Link(item=1, input=1)]


async def test_too_many_combinations_are_refused() -> None:
    many: list[Any] = [{}] * 2_000

    with pytest.raises(NodeError, match="4000000"):
        await merge(many, many, mode="combine", combineBy="combineAll")


async def test_one_branch_can_be_chosen() -> None:
    run = await merge([{"a": 1}], [{"b": 1}], mode="chooseBranch", useDataOfInput=2)

    assert run.json == [[{"b": 1}]]


async def test_an_input_that_is_not_there_cannot_be_chosen() -> None:
    with pytest.raises(NodeError, match=r"^Input 3 doesn't exist$"):
        await merge([{}], [{}], mode="chooseBranch", useDataOfInput=3)


@pytest.mark.parametrize("node", [v2, v3])
async def test_an_empty_item_is_linked_to_all_that_arrived(node: Any) -> None:
    run = await merge([{"a": 1}], [{"b": 1}], node=node, mode="chooseBranch", output="empty")

    assert run.json == [[{}]]
    assert run.outputs[0][0].paired_item == [Link(item=0), Link(item=0, input=1)]


async def test_binaries_are_merged_by_name() -> None:
    one = Item(json={"id": 1}, binary={"a": Binary(id="1"), "b": Binary(id="1")})
    other = Item(json={"id": 1}, binary={"b": Binary(id="2")})

    run = await merge([one], [other], mode="combine", fieldsToMatchString="id")

    assert run.outputs[0][0].binary == {"a": Binary(id="1"), "b": Binary(id="2")}


@pytest.mark.parametrize("node", [v2, v3])
def test_choosing_a_branch_needs_both_inputs(node: Any) -> None:
    assert node.required_inputs({"mode": "chooseBranch"}) == [0, 1]
    assert node.required_inputs({}) == 1


def test_the_number_of_inputs_follows_the_parameters() -> None:
    assert v3.inputs({"numberInputs": 3}) == ["Input 1", "Input 2", "Input 3"]
    assert v3.inputs({}) == ["Input 1", "Input 2"]


MATCH_ID = {"values": [{"field1": "id", "field2": "id"}]}


async def test_version_2_joins_by_fields() -> None:
    run = await merge(PEOPLE, CITIES, node=v2, mode="combine", mergeByFields=MATCH_ID)

    assert [item["id"] for item in run.json[0]] == [1, 2]


async def test_version_2_0_wants_the_fields_to_be_there_and_2_1_does_not() -> None:
    with pytest.raises(NodeError) as failure:
        await merge([{"a": 1}], CITIES, node=v2, version=2, mode="combine", mergeByFields=MATCH_ID)
    run = await merge([{"a": 1}], CITIES, node=v2, version=2.1, mode="combine", mergeByFields=MATCH_ID)

    assert failure.value.message == "Field 'id' is not present in any of items in 'Input 1'"
    assert run.json == [[]]


async def test_version_2_merges_by_position_or_hands_on_the_input_that_has_items() -> None:
    parameters = {"mode": "combine", "combinationMode": "mergeByPosition"}

    paired = await merge([{"a": 1}, {"a": 2}], [{"b": 1}], node=v2, **parameters)
    unpaired = await merge([{"a": 1}, {"a": 2}], [{"b": 1}], node=v2, options={"includeUnpaired": True}, **parameters)
    alone = await merge([{"a": 1}], [], node=v2, **parameters)

    assert paired.json == [[{"a": 1, "b": 1}]]
    assert unpaired.json == [[{"a": 1, "b": 1}, {"a": 2}]]
    assert alone.json == [[{"a": 1}]]


async def test_version_2_combines_all_with_the_preferred_input_winning() -> None:
    parameters = {"mode": "combine", "combinationMode": "multiplex"}

    plain = await merge([{"a": 1}], [{"a": 2}], node=v2, **parameters)
    first = await merge([{"a": 1}], [{"a": 2}], node=v2, options=clash(resolveClash="preferInput1"), **parameters)
    suffix = await merge([{"a": 1}], [{"a": 2}], node=v2, options=clash(resolveClash="addSuffix"), **parameters)

    assert (plain.json, first.json, suffix.json) == ([[{"a": 2}]], [[{"a": 1}]], [[{"a_1": 1, "a_2": 2}]])


@pytest.mark.parametrize(("output", "expected"), [("input1", [{"a": 1}]), ("input2", [{"b": 1}])])
async def test_version_2_chooses_a_branch(output: str, expected: list[Any]) -> None:
    run = await merge([{"a": 1}], [{"b": 1}], node=v2, mode="chooseBranch", output=output)

    assert run.json == [expected]


@pytest.mark.parametrize(
    ("join", "first", "second", "expected"),
    [
        ("inner", [{"a": 1}, {"a": 2}], [{"b": 1}], [{"a": 1, "b": 1}]),
        ("left", [{"a": 1}, {"a": 2}], [{"b": 1}], [{"a": 1, "b": 1}, {"a": 2}]),
        ("outer", [{"a": 1}], [{"b": 1}, {"b": 2}], [{"a": 1, "b": 1}, {"b": 2}]),
        ("left", [{"a": 1}], [{"b": 1}, {"b": 2}], [{"a": 1, "b": 1}]),
        ("inner", [{"a": 1}], [], []),
        ("left", [], [{"b": 1}], []),
        ("outer", [], [{"b": 1}], [{"b": 1}]),
        ("outer", [{"a": 1}], [], [{"a": 1}]),
    ],
)
async def test_version_1_merges_by_index(join: str, first: list[Any], second: list[Any], expected: list[Any]) -> None:
    run = await merge(first, second, node=v1, mode="mergeByIndex", join=join)

    assert run.json == [expected]


KEYED = {"propertyName1": "id", "propertyName2": "key"}
REFERENCES = [{"key": 1, "n": "x", "a": 9}, {"key": "2", "n": "y"}]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("keepKeyMatches", [{"id": 1, "a": None}]),
        ("removeKeyMatches", [{"id": 5}, {"id": True}, {}]),
        ("mergeByKey", [{"id": 1, "a": 9, "n": "x"}, {"id": 5}]),
    ],
)
async def test_version_1_works_by_a_key(mode: str, expected: list[Any]) -> None:
    first = [{"id": 1, "a": None}, {"id": 5}, {"id": True}, {}]

    run = await merge(first, REFERENCES, node=v1, mode=mode, **KEYED)

    assert run.json == [expected]


@pytest.mark.parametrize(("overwrite", "a"), [("always", 9), ("blank", 9), ("undefined", None)])
async def test_version_1_overwrites_always_or_only_what_is_blank_or_missing(overwrite: str, a: Any) -> None:
    run = await merge([{"id": 1, "a": None}], REFERENCES, node=v1, mode="mergeByKey", overwrite=overwrite, **KEYED)

    assert run.json == [[{"id": 1, "a": a, "n": "x"}]]


async def test_version_1_without_keys_hands_on_the_first_input() -> None:
    run = await merge([{"id": 1}], REFERENCES, node=v1, mode="mergeByKey")
    nothing = await merge([{"id": 1}], REFERENCES, node=v1, mode="keepKeyMatches")

    assert (run.json, nothing.json) == ([[{"id": 1}]], [[]])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [{"a": 1}, {"b": 1}]),
        ({"mode": "multiplex"}, [{"a": 1, "b": 1}]),
        ({"mode": "passThrough"}, [{"a": 1}]),
        ({"mode": "passThrough", "output": "input2"}, [{"b": 1}]),
        ({"mode": "wait"}, [{}]),
    ],
)
async def test_version_1_has_further_modes(parameters: dict[str, Any], expected: list[Any]) -> None:
    run = await merge([{"a": 1}], [{"b": 1}], node=v1, **parameters)

    assert run.json == [expected]
