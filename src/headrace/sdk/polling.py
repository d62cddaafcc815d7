"""For nodes that look for news from time to time: triggers of the kind "poll".

Such a node's `run` is called at its poll times with one empty item (`is_asked`), and returns what is new; when there is
nothing, no run is started. It remembers in `ctx.static_data` (its description says `remembers=True`) what it has seen:
that is kept together with the runs that it starts, so that no item is lost or taken twice. In the run itself it gets
the items that it returned, and hands them on. A person who tries the workflow out asks it as well
(`ctx.execution.is_manual`), and nothing of that is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.description import FixedCollection, Group, Number, Options, Parameter, String

POLL_TIMES = "pollTimes"
"""The parameter that says when; its form is that of `times`."""

EVERY_MINUTE: Mapping[str, Any] = {"item": [{"mode": "everyMinute"}]}

_MODES = {
    "everyMinute": "Every Minute",
    "everyHour": "Every Hour",
    "everyDay": "Every Day",
    "everyWeek": "Every Week",
    "everyMonth": "Every Month",
    "everyX": "Every X",
    "custom": "Custom",
}


def times(name: str, display_name: str, default: Mapping[str, Any] | None = None) -> Parameter:
    """Return a parameter for moments that come again: every hour, on Mondays at nine, by a cron line."""
    return FixedCollection(
        name,
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
        display_name,
        multiple=True,
        default=default,
    )


def poll_times() -> Parameter:
    """Return the parameter that every polling trigger has."""
    return times(POLL_TIMES, "Poll Times", EVERY_MINUTE)


def is_asked(ctx: NodeContext) -> bool:
    """Return whether the node is to look for news; else it hands on what it found before."""
    items = ctx.items
    return len(items) == 1 and not items[0].json and not items[0].binary
