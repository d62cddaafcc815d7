"""Cron and Interval: the older schedule triggers."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.items import Item
from headrace.sdk.polling import times

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.cron",
    versions=(1,),
    title="Cron",
    summary="Starts the workflow at set times. Schedule Trigger is its successor.",
    group="trigger",
    trigger="schedule",
    inputs=(),
    parameters=[times("triggerTimes", "Trigger Times")],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
