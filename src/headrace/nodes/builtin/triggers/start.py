"""Start: how old workflows began."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.start",
    versions=(1,),
    title="Start",
    summary="The start of workflows from before there were triggers; use Manual Trigger in new ones.",
    group="trigger",
    trigger="manual",
    inputs=(),
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
