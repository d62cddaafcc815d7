"""Sticky Note: a remark on the canvas; never runs."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Number, String
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.stickyNote",
    versions=(1,),
    title="Sticky Note",
    summary="A remark on the canvas.",
    group="core",
    inputs=(),
    outputs=(),
    parameters=[
        String("content", "Content", "## A note", rows=5),
        Number("height", "Height", 160),
        Number("width", "Width", 240),
        Number("color", "Color", 1),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
