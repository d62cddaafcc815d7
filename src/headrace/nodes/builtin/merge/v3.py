"""Merge 3: brings two or more inputs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.merge.combining import Clashes, clash_parameter, cross, linked, links, with_suffix
from headrace.nodes.builtin.merge.joining import (
    JOIN_MODES,
    dots_parameter,
    fuzzy_parameter,
    join,
    multiple_parameter,
    source_parameters,
)
from headrace.nodes.builtin.merge.sql import query_items
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Options,
    Parameter,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import NO_ITEMS, Item
from headrace.sdk.js import to_number, to_text
from headrace.sdk.matching import read_pairs
from headrace.sdk.outcome import Outputs

_MAX_INPUTS = 10
_BY_FIELDS: dict[str, list[Any]] = {"mode": ["combine"], "combineBy": ["combineByFields"]}
_BY_POSITION: dict[str, list[Any]] = {"mode": ["combine"], "combineBy": ["combineByPosition"]}
_ALL: dict[str, list[Any]] = {"mode": ["combine"], "combineBy": ["combineAll"]}
_CLASHES = {
    "addSuffix": "Always Add Input Number to Field Names",
    "preferInput1": "Always Prefer Input 1",
    "preferLast": "Always Prefer the Last Input",
}
_PREFER_LAST = {"values": {"resolveClash": "preferLast", "mergeMode": "deepMerge", "overrideEmpty": False}}


def _count_parameter(show: Mapping[str, list[Any]]) -> Parameter:
    return Options(
        "numberInputs",
        {count: str(count) for count in range(2, _MAX_INPUTS + 1)},
        "Number of Inputs",
        2,
        show=show,
        no_data_expression=True,
    )


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.merge",
    versions=(3, 3.1, 3.2),
    title="Merge",
    summary="Brings the items of several inputs together: appended, joined by fields, position or SQL, or one input's.",
    group="flow",
    aliases=("join", "concatenate", "wait", "sql", "combine"),
    works="list",
    inputs=("main", "main"),
    parameters=[
        Options(
            "mode",
            {
                "append": "Append",
                "combine": "Combine",
                "combineBySql": "SQL Query",
                "chooseBranch": "Choose Branch",
            },
            "Mode",
            "append",
            no_data_expression=True,
        ),
        Options(
            "combineBy",
            {
                "combineByFields": "Matching Fields",
                "combineByPosition": "Position",
                "combineAll": "All Possible Combinations",
            },
            "Combine By",
            "combineByFields",
            show={"mode": ["combine"]},
            no_data_expression=True,
        ),
        _count_parameter({"mode": ["append"]}),
        _count_parameter({"mode": ["combineBySql"]}),
        _count_parameter({"mode": ["chooseBranch"]}),
        _count_parameter(_BY_POSITION),
        Boolean("advanced", "Match Fields with Different Names", show=_BY_FIELDS),
        String(
            "fieldsToMatchString",
            "Fields to Match",
            placeholder="e.g. id, name",
            show={**_BY_FIELDS, "advanced": [False]},
        ),
        FixedCollection(
            "mergeByFields",
            [
                Group(
                    name="values",
                    display_name="Values",
                    values=[String("field1", "Input 1 Field"), String("field2", "Input 2 Field")],
                )
            ],
            "Fields to Match",
            multiple=True,
            default={"values": [{"field1": "", "field2": ""}]},
            show={**_BY_FIELDS, "advanced": [True]},
        ),
        Options("joinMode", JOIN_MODES, "Output Type", "keepMatches", show=_BY_FIELDS),
        *source_parameters(**_BY_FIELDS),
        String(
            "query",
            "Query",
            "SELECT * FROM input1 LEFT JOIN input2 ON input1.name = input2.id",
            rows=5,
            required=True,
            no_data_expression=True,
            show={"mode": ["combineBySql"]},
            description="A SELECT in SQLite's dialect. The inputs are the tables input1, input2, ...",
        ),
        Options(
            "chooseBranchMode",
            {"waitForAll": "Wait for All Inputs to Arrive"},
            "Output Type",
            "waitForAll",
            show={"mode": ["chooseBranch"]},
        ),
        Options(
            "output",
            {"specifiedInput": "Data of Specified Input", "empty": "A Single, Empty Item"},
            "Output",
            "specifiedInput",
            show={"mode": ["chooseBranch"], "chooseBranchMode": ["waitForAll"]},
        ),
        Number(
            "useDataOfInput",
            "Use Data of Input",
            1,
            minimum=1,
            show={"mode": ["chooseBranch"], "output": ["specifiedInput"]},
            validate_type="number",
        ),
        Collection(
            "options",
            [
                clash_parameter(_CLASHES, default=_PREFER_LAST, hide={"/joinMode": ["keepMatches", "keepNonMatches"]}),
                clash_parameter(
                    _CLASHES, default=_PREFER_LAST, show={"/joinMode": ["keepMatches"], "/outputDataFrom": ["both"]}
                ),
                dots_parameter(),
                fuzzy_parameter(),
                multiple_parameter(show={"/joinMode": ["keepMatches"], "/outputDataFrom": ["both"]}),
                multiple_parameter(show={"/joinMode": ["enrichInput1", "enrichInput2", "keepEverything"]}),
            ],
            "Options",
            show=_BY_FIELDS,
        ),
        Collection(
            "options",
            [
                clash_parameter(_CLASHES, default={"values": {"resolveClash": "addSuffix"}}),
                Boolean("includeUnpaired", "Include Any Unpaired Items"),
            ],
            "Options",
            show=_BY_POSITION,
        ),
        Collection(
            "options", [clash_parameter(_CLASHES, default=_PREFER_LAST), fuzzy_parameter()], "Options", show=_ALL
        ),
        Collection(
            "options",
            [
                Options(
                    "emptyQueryResult",
                    {"success": "Success", "empty": "Empty Result"},
                    "Empty Query Result",
                    "empty",
                )
            ],
            "Options",
            show={"mode": ["combineBySql"], "@version": [3.2]},
        ),
    ],
)


def inputs(parameters: Mapping[str, Any]) -> list[str]:
    """Return the labels of the inputs."""
    return [f"Input {place}" for place in range(1, _input_count(parameters.get("numberInputs")) + 1)]


def required_inputs(parameters: Mapping[str, Any]) -> int | list[int]:
    """Return which inputs must have data before the node runs at the end of a run."""
    return [0, 1] if parameters.get("mode") == "chooseBranch" else 1


def _input_count(value: Any) -> int:
    number = to_number(value) if value is not None else 2
    return min(int(number), 100) if number >= 1 else 2


async def run(ctx: NodeContext) -> Outputs:
    arrived = [*ctx.inputs]
    count = _input_count(ctx.param("numberInputs", 0, 2))
    arrived = [*arrived, *[None] * count][:count]
    given = [linked(items or NO_ITEMS, place) for place, items in enumerate(arrived)]
    options = ctx.param("options", 0, {}) or {}
    match ctx.param("mode"):
        case "append":
            return [[item for items in given for item in items]]
        case "chooseBranch":
            return [_branch(ctx, given)]
        case "combineBySql":
            return [await query_items(ctx, given)]
        case "combine":
            match ctx.param("combineBy"):
                case "combineAll":
                    return [_all(given, options)]
                case "combineByPosition":
                    return [_by_position(ctx, given, options)]
                case "combineByFields":
                    return [_by_fields(ctx, given, options)]
    return [[]]


def _branch(ctx: NodeContext, given: Sequence[list[Item]]) -> list[Item]:
    if ctx.param("output") == "empty":
        return [Item(json={}, paired_item=links([*given[0], *given[1]]))]
    chosen = to_number(ctx.param("useDataOfInput", 0, 1))
    if not 1 <= chosen <= len(given) or chosen != int(chosen):
        shown = to_text(ctx.param("useDataOfInput", 0, 1))
        raise NodeError(
            f"Input {shown} doesn't exist",
            description=f"The node has only {len(given)} inputs, so input {shown} cannot be selected.",
        )
    return given[int(chosen) - 1]


def _all(given: Sequence[list[Item]], options: Mapping[str, Any]) -> list[Item]:
    clashes = Clashes.read(options)
    first, second = given[0], given[1]
    if clashes.resolve == "preferInput1":
        first, second = second, first
    elif clashes.resolve == "addSuffix":
        first, second = with_suffix(first, 1), with_suffix(second, 2)
    return cross(first, second, clashes.combined)


def _by_position(ctx: NodeContext, given: Sequence[list[Item]], options: Mapping[str, Any]) -> list[Item]:
    clashes = Clashes.read(options)
    preferred = given[_preferred(clashes, len(given))]
    if clashes.resolve == "addSuffix":
        # The last input's fields come once more under their plain names below: workflows built in n8n rely on it.
        given = [with_suffix(items, place) for place, items in enumerate(given, start=1)]
    lengths = [len(items) for items in given]
    count = max(lengths) if options.get("includeUnpaired") else min(lengths)
    if count == 0:
        ctx.hint('Turn on "Include Any Unpaired Items", or look why an input is empty')
    return [
        clashes.combined([items[place] for items in (*given, preferred) if place < len(items)])
        for place in range(count)
    ]


def _preferred(clashes: Clashes, count: int) -> int:
    """Return the index of the input that wins where fields clash; the last one unless another is named."""
    name = clashes.resolve or ""
    if not name.startswith("preferInput"):
        return count - 1
    number = name.removeprefix("preferInput")
    place = int(number) - 1 if number.isdecimal() and len(number) < 4 else -1
    if not 0 <= place < count:
        raise NodeError(f"Input {number} doesn't exist", description=f"The node has only {count} inputs.")
    return place


def _by_fields(ctx: NodeContext, given: Sequence[list[Item]], options: Mapping[str, Any]) -> list[Item]:
    if ctx.param("advanced"):
        named = ctx.param("mergeByFields.values", 0, [])
    else:
        fields = [field.strip() for field in to_text(ctx.param("fieldsToMatchString", 0, "")).split(",")]
        named = [{"field1": field, "field2": field} for field in fields]
    return join(
        given[0],
        given[1],
        read_pairs(named),
        mode=ctx.param("joinMode"),
        take=ctx.param("outputDataFrom", 0, "both"),
        options=options,
    )
