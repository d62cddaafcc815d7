"""Cron and Interval: the older schedule triggers."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import FixedCollection, Group, NodeDescription, Number, Options, String
from headrace.sdk.items import Item

_MODES = {
    "everyMinute": "Every Minute",
    "everyHour": "Every Hour",
    "everyDay": "Every Day",
    "everyWeek": "Every Week",
    "everyMonth": "Every Month",
    "everyX": "Every X",
    "custom": "Custom",
}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.cron",
    versions=(1,),
    title="Cron",
    summary="Starts the workflow at set times. Schedule Trigger is its successor.",
    group="trigger",
    trigger="schedule",
    inputs=(),
    parameters=[
        FixedCollection(
            "triggerTimes",
            [
                Group(
                    name="item",
                    display_name="Item",
                    values=[
                        Options("mode", _MODES, "Mode", "everyDay"),
                        Number("hour", "Hour", 14, hide={"mode": ["custom", "everyHour", "everyMinute", "everyX"]}),
                        Number("minute", "Minute", 0, hide={"mode": ["custom", "everyMinute", "everyX"]}),
                        Number("dayOfMonth", "Day of Month", 1, show={"mode": ["everyMonth"]}),
                        Number("weekday", "Weekday", 1, show={"mode": ["everyWeek"]}),
                        String("cronExpression", "Cron Expression", "* * * * * *", show={"mode": ["custom"]}),
                        Number("value", "Value", 2, show={"mode": ["everyX"]}),
                        Options(
                            "unit", {"minutes": "Minutes", "hours": "Hours"}, "Unit", "hours", show={"mode": ["everyX"]}
                        ),
                    ],
                )
            ],
            "Trigger Times",
            multiple=True,
        )
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
