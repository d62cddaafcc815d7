"""Merge 1: brings two inputs together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headrace.nodes.builtin.merge.combining import Clashes, cross, linked, links
from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.description import NodeDescription, Options, String
from headrace.sdk.items import NO_ITEMS, Item
from headrace.sdk.js import to_text, truthy
from headrace.sdk.outcome import Outputs
from headrace.sdk.paths import get_path

_KEYED = ["keepKeyMatches", "mergeByKey", "removeKeyMatches"]
_SHALLOW = Clashes(deep=False)

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.merge",
    versions=(1,),
    title="Merge",
    summary="Brings the items of two inputs together: one after the other, by position, by a key, or all with all.",
    group="flow",
    aliases=("join", "concatenate", "wait"),
    works="list",
    inputs=("main", "main"),
    parameters=[
        Options(
            "mode",
            {
                "append": "Append",
                "keepKeyMatches": "Keep Key Matches",
                "mergeByIndex": "Merge By Index",
                "mergeByKey": "Merge By Key",
                "multiplex": "Multiplex",
                "passThrough": "Pass-Through",
                "removeKeyMatches": "Remove Key Matches",
                "wait": "Wait",
            },
            "Mode",
            "append",
        ),
        Options(
            "join",
            {"inner": "Inner Join", "left": "Left Join", "outer": "Outer Join"},
            "Join",
            "left",
            show={"mode": ["mergeByIndex"]},
        ),
        String("propertyName1", "Property Input 1", required=True, show={"mode": _KEYED}),
        String("propertyName2", "Property Input 2", required=True, show={"mode": _KEYED}),
        Options(
            "output",
            {"input1": "Input 1", "input2": "Input 2"},
            "Output Data",
            "input1",
            show={"mode": ["passThrough"]},
        ),
        Options(
            "overwrite",
            {"always": "Always", "blank": "If Blank", "undefined": "If Missing"},
            "Overwrite",
            "always",
            show={"mode": ["mergeByKey"]},
            description="When a value of input 1 gives way to that of input 2.",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    inputs = [*ctx.inputs, None, None][:2]
    first, second = (linked(items or NO_ITEMS, place) for place, items in enumerate(inputs))
    match ctx.param("mode"):
        case "append":
            return [[*first, *second]]
        case "mergeByIndex":
            return [_by_position(first, second, ctx.param("join"))]
        case "multiplex":
            return [cross(first, second, _without_binary)]
        case "keepKeyMatches" | "mergeByKey" | "removeKeyMatches" as mode:
            if inputs[0] is None:
                return [[]]
            return [_by_key(ctx, first, second, mode, has_second=inputs[1] is not None)]
        case "passThrough":
            return [first if ctx.param("output") == "input1" else second]
        case "wait":
            return [[Item(json={}, paired_item=links(first))]]
    return [[]]


def _without_binary(items: Sequence[Item]) -> Item:
    combined = _SHALLOW.combined(items)
    return Item(json=combined.json, paired_item=combined.paired_item)


def _by_position(first: list[Item], second: list[Item], join: str) -> list[Item]:
    if not first:
        return second if join == "outer" else []
    if not second:
        return first if join != "inner" else []
    count = {"inner": min(len(first), len(second)), "outer": max(len(first), len(second))}.get(join, len(first))
    paired = [_SHALLOW.combined(pair) for pair in zip(first[:count], second, strict=False)]
    return [*paired, *first[len(paired) : count], *second[len(paired) : count]]


def _by_key(ctx: NodeContext, first: list[Item], second: list[Item], mode: str, *, has_second: bool) -> list[Item]:
    name1, name2 = ctx.param("propertyName1"), ctx.param("propertyName2")
    overwrite = ctx.param("overwrite", 0, "always")
    if not has_second or not name1 or not name2:
        return [] if mode == "keepKeyMatches" else first
    by_key: dict[str, Item] = {}
    for item in second:
        key = get_path(item.json, name2)
        if truthy(key):
            by_key[to_text(key)] = item
    made: list[Item] = []
    for item in first:
        value = get_path(item.json, name1, UNDEFINED)
        comparable = value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))
        match = by_key.get(to_text(value)) if comparable else None
        if mode == "removeKeyMatches":
            if match is None:
                made.append(item)
        elif mode == "keepKeyMatches":
            if match is not None:
                made.append(item)
        elif comparable:
            made.append(item if match is None else _overwritten(item, match, name2, overwrite))
    return made


def _overwritten(item: Item, match: Item, key: str, overwrite: str) -> Item:
    json = dict(item.json)
    for name, value in match.json.items():
        if name != key and _gives_way(json.get(name, UNDEFINED), overwrite):
            json[name] = value
    return Item(json=json, binary=item.binary, paired_item=item.paired_item)


def _gives_way(value: Any, overwrite: str) -> bool:
    if overwrite == "undefined":
        return value is UNDEFINED
    return overwrite == "always" or value is UNDEFINED or value is None or value == ""
