"""Merge 2: brings two inputs together."""

from __future__ import annotations

from collections.abc import Mapping
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
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, FixedCollection, Group, NodeDescription, Options, String
from headrace.sdk.items import NO_ITEMS, Item
from headrace.sdk.matching import read_pairs, require_fields
from headrace.sdk.outcome import Outputs

_CLASHES = {
    "addSuffix": "Always Add Input Number to Field Names",
    "preferInput1": "Always Prefer Input 1",
    "preferInput2": "Always Prefer Input 2",
}
_BY_FIELDS: dict[str, list[Any]] = {"mode": ["combine"], "combinationMode": ["mergeByFields"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.merge",
    versions=(2, 2.1),
    title="Merge",
    summary="Brings the items of two inputs together: appended, joined by fields or position, or one of both.",
    group="flow",
    aliases=("join", "concatenate", "wait"),
    works="list",
    inputs=("main", "main"),
    parameters=[
        Options("mode", {"append": "Append", "combine": "Combine", "chooseBranch": "Choose Branch"}, "Mode", "append"),
        Options(
            "combinationMode",
            {"mergeByFields": "Merge By Fields", "mergeByPosition": "Merge By Position", "multiplex": "Multiplex"},
            "Combination Mode",
            "mergeByFields",
            show={"mode": ["combine"]},
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
            show=_BY_FIELDS,
        ),
        Options("joinMode", JOIN_MODES, "Output Type", "keepMatches", show=_BY_FIELDS),
        *source_parameters(**_BY_FIELDS),
        Options(
            "chooseBranchMode",
            {"waitForBoth": "Wait for Both Inputs to Arrive"},
            "Output Type",
            "waitForBoth",
            show={"mode": ["chooseBranch"]},
        ),
        Options(
            "output",
            {"input1": "Input 1 Data", "input2": "Input 2 Data", "empty": "A Single, Empty Item"},
            "Output",
            "input1",
            show={"mode": ["chooseBranch"], "chooseBranchMode": ["waitForBoth"]},
        ),
        Collection(
            "options",
            [
                clash_parameter(
                    _CLASHES,
                    default={"values": {"resolveClash": "preferInput2", "mergeMode": "deepMerge"}},
                    show={"/mode": ["combine"]},
                ),
                dots_parameter(show={"/mode": ["combine"], "/combinationMode": ["mergeByFields"]}),
                fuzzy_parameter(show={"/mode": ["combine"], "/combinationMode": ["mergeByFields"]}),
                Boolean(
                    "includeUnpaired",
                    "Include Any Unpaired Items",
                    show={"/mode": ["combine"], "/combinationMode": ["mergeByPosition"]},
                ),
                multiple_parameter(show={"/mode": ["combine"], "/combinationMode": ["mergeByFields"]}),
            ],
            "Options",
            show={"mode": ["combine"]},
        ),
    ],
)


def required_inputs(parameters: Mapping[str, Any]) -> int | list[int]:
    """Return which inputs must have data before the node runs at the end of a run."""
    return [0, 1] if parameters.get("mode") == "chooseBranch" else 1


async def run(ctx: NodeContext) -> Outputs:
    inputs = [*ctx.inputs, None, None][:2]
    first, second = (linked(items or NO_ITEMS, place) for place, items in enumerate(inputs))
    options = ctx.param("options", 0, {}) or {}
    match ctx.param("mode"):
        case "append":
            return [[*first, *second]]
        case "chooseBranch":
            return [_branch(first, second, ctx.param("output"))]
        case "combine":
            match ctx.param("combinationMode"):
                case "multiplex":
                    return [cross(*_prepared(first, second, options), Clashes.read(options).combined)]
                case "mergeByPosition":
                    return [_by_position(first, second, options)]
                case "mergeByFields":
                    return [_by_fields(ctx, first, second, options)]
    return [[]]


def _branch(first: list[Item], second: list[Item], output: str) -> list[Item]:
    if output == "empty":
        return [Item(json={}, paired_item=links([*first, *second]))]
    return second if output == "input2" else first


def _prepared(first: list[Item], second: list[Item], options: Mapping[str, Any]) -> tuple[list[Item], list[Item]]:
    """Return the inputs so that the second wins where fields clash."""
    match Clashes.read(options).resolve:
        case "preferInput1":
            return second, first
        case "addSuffix":
            return with_suffix(first, 1), with_suffix(second, 2)
    return first, second


def _by_position(first: list[Item], second: list[Item], options: Mapping[str, Any]) -> list[Item]:
    if not first or not second:
        return [*first, *second]
    first, second = _prepared(first, second, options)
    clashes = Clashes.read(options)
    paired = [clashes.combined(pair) for pair in zip(first, second, strict=False)]
    if options.get("includeUnpaired"):
        paired += [*first[len(paired) :], *second[len(paired) :]]
    return paired


def _by_fields(ctx: NodeContext, first: list[Item], second: list[Item], options: Mapping[str, Any]) -> list[Item]:
    pairs = read_pairs(ctx.param("mergeByFields.values", 0, []))
    if ctx.node.version < 2.1:
        dots = not options.get("disableDotNotation")
        for items, place in ((first, 0), (second, 1)):
            fields = [pair[place] for pair in pairs]
            require_fields([item.json for item in items], fields, dots=dots, label=f"Input {place + 1}")
    return join(
        first,
        second,
        pairs,
        mode=ctx.param("joinMode"),
        take=ctx.param("outputDataFrom", 0, "both"),
        options=options,
    )
