"""Function Item: the older Code node, for each item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.code_.results import binaries_of, effects_of, old_code_error
from headrace.sdk.context import UNDEFINED, CodeFailure, CodeRequest, NodeContext
from headrace.sdk.description import Effects, NodeDescription, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs
from headrace.sdk.running import error_item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.functionItem",
    versions=(1,),
    title="Function Item",
    summary="Runs JavaScript on each item. Code is its successor.",
    group="code",
    works="list",
    remembers=True,
    parameters=[
        String(
            "functionCode",
            "JavaScript Code",
            "// `item` is the item's data\nitem.seen = true;\nreturn item;",
            no_data_expression=True,
            rows=10,
        )
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return effects_of(str(parameters.get("functionCode", "")))


async def run(ctx: NodeContext) -> Outputs:
    result = await ctx.run_code(CodeRequest(source=str(ctx.raw_param("functionCode") or ""), style="functionItem"))
    made: list[Item] = []
    for index, value in enumerate(result.values):
        try:
            if isinstance(value, CodeFailure):
                raise old_code_error(value, index, continues=ctx.node.continues_on_error)
            # The code's value is {json, binary}: what it returned, and the item's binary data, which it may have set.
            json = value.get("json", UNDEFINED)
            if not isinstance(json, Mapping):
                raise NodeError("No data got returned. Always an object has to be returned!", item_index=index)
            binary = value.get("binary")
            if binary is not None and not isinstance(binary, Mapping):
                raise NodeError("The binary-property has to be an object!", item_index=index)
            made.append(Item(json=dict(json), binary=await binaries_of(ctx, binary, index), paired_item=index))
        except NodeError as failure:
            if not ctx.node.continues_on_error:
                raise
            made.append(error_item(failure, index))
    return [made]
