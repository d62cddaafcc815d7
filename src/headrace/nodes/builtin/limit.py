"""Limit: lets only the first or the last items through."""

from __future__ import annotations

from headrace.nodes.builtin.lists.limiting import limit
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Number, Options
from headrace.sdk.outcome import Outputs

KEEP = {"firstItems": "First Items", "lastItems": "Last Items"}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.limit",
    versions=(1,),
    title="Limit",
    summary="Lets only the first or the last items through.",
    group="transform",
    works="list",
    aliases=("item lists", "head", "tail", "first", "last", "slice", "truncate", "transform"),
    parameters=[
        Number("maxItems", "Max Items", 1, minimum=1, description="How many items to keep at most."),
        Options("keep", KEEP, "Keep", "firstItems"),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    return [limit(ctx.items, ctx.param("maxItems", 0), last=ctx.param("keep", 0) == "lastItems")]
