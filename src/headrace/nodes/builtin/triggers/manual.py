"""Manual Trigger: a person starts the workflow."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.manualTrigger",
    versions=(1,),
    title="Manual Trigger",
    summary="Starts the workflow when a person runs it from the editor or the command line.",
    group="trigger",
    trigger="manual",
    inputs=(),
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
