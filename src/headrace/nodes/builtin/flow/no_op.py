"""No Operation: hands its items on."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.noOp",
    versions=(1,),
    title="No Operation",
    summary="Does nothing but hand its items on; marks a place in the workflow.",
    group="flow",
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
