"""Interval: every so many seconds, minutes or hours."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Number, Options
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.interval",
    versions=(1,),
    title="Interval",
    summary="Starts the workflow again and again. Schedule Trigger is its successor.",
    group="trigger",
    trigger="schedule",
    inputs=(),
    parameters=[
        Number("interval", "Interval", 1, minimum=1),
        Options("unit", {"seconds": "Seconds", "minutes": "Minutes", "hours": "Hours"}, "Unit", "seconds"),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
