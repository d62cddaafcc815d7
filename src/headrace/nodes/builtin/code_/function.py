"""Function: the older Code node, for all items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.code_.results import binaries_of, effects_of, old_code_error, paired_from
from headrace.sdk.context import UNDEFINED, CodeFailure, CodeRequest, NodeContext
from headrace.sdk.description import Effects, NodeDescription, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.function",
    versions=(1,),
    title="Function",
    summary="Runs JavaScript on all items. Code is its successor.",
    group="code",
    works="list",
    remembers=True,
    parameters=[
        String(
            "functionCode",
            "JavaScript Code",
            "// Every item has a part json\nfor (const item of items) {\n  item.json.seen = true;\n}\nreturn items;",
            no_data_expression=True,
            rows=10,
        )
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return effects_of(str(parameters.get("functionCode", "")))


async def run(ctx: NodeContext) -> Outputs:
    result = await ctx.run_code(CodeRequest(source=str(ctx.raw_param("functionCode") or ""), style="function"))
    try:
        (value,) = result.values
        if isinstance(value, CodeFailure):
            raise old_code_error(value, continues=ctx.node.continues_on_error)
        return [await _items(ctx, value)]
    except NodeError as failure:
        if not ctx.node.continues_on_error:
            raise
        return [[Item(json={"error": failure.message})]]


async def _items(ctx: NodeContext, value: Any) -> list[Item]:
    if value is UNDEFINED:
        raise NodeError("No data got returned. Always return an Array of items!")
    if not isinstance(value, Mapping | list):
        raise NodeError("Always an Array of items has to be returned!")
    made: list[Item] = []
    for index, part in enumerate(_normal(value)):
        if not isinstance(part, Mapping) or "json" not in part:
            raise NodeError('All returned items have to contain a property named "json"!')
        if not isinstance(part["json"], Mapping):
            raise NodeError("The json-property has to be an object!")
        if "binary" in part and not isinstance(part["binary"], Mapping):
            raise NodeError("The binary-property has to be an object!")
        made.append(
            Item(
                json=dict(part["json"]),
                binary=await binaries_of(ctx, part.get("binary"), index),
                paired_item=paired_from(part.get("pairedItem")),
            )
        )
    return made


def _normal(value: Mapping[str, Any] | list[Any]) -> list[Any]:
    """Return bare objects as items; items stay as they are.

    Raises:
        NodeError: some are items and some are not.
    """
    values = value if isinstance(value, list) else [value]
    items = [isinstance(one, Mapping) and ("json" in one or "binary" in one) for one in values]
    if all(items):
        return [one if "json" in one else {**one, "json": {}} for one in values]
    if any(items):
        raise NodeError("Inconsistent item format")
    return [{"json": one} for one in values]
