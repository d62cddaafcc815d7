"""Schedule Trigger: by the clock. The Schedule service fires it; here it says when that was."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.date_formats import to_format
from headrace.sdk.dates import offset_text, to_iso, zone_of
from headrace.sdk.description import FixedCollection, Group, NodeDescription, Number, Options, String
from headrace.sdk.items import Item

_UNITS = {
    "seconds": "Seconds",
    "minutes": "Minutes",
    "hours": "Hours",
    "days": "Days",
    "weeks": "Weeks",
    "months": "Months",
    "cronExpression": "Custom (Cron)",
}

_HOURS = {hour: f"{hour:02d}:00" for hour in range(24)}
_DAYS = {1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday", 6: "Saturday", 0: "Sunday"}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.scheduleTrigger",
    versions=(1, 1.1, 1.2, 1.3),
    title="Schedule Trigger",
    summary="Starts the workflow at set times: every so many minutes, hours, days, weeks or months, or by a cron line.",
    group="trigger",
    trigger="schedule",
    inputs=(),
    aliases=("cron", "timer", "interval", "every"),
    parameters=[
        FixedCollection(
            "rule",
            [
                Group(
                    name="interval",
                    display_name="Trigger Interval",
                    values=[
                        Options("field", _UNITS, "Trigger Interval", "days"),
                        Number("secondsInterval", "Seconds Between Triggers", 30, show={"field": ["seconds"]}),
                        Number("minutesInterval", "Minutes Between Triggers", 5, show={"field": ["minutes"]}),
                        Number("hoursInterval", "Hours Between Triggers", 1, show={"field": ["hours"]}),
                        Number("daysInterval", "Days Between Triggers", 1, show={"field": ["days"]}),
                        Number("weeksInterval", "Weeks Between Triggers", 1, show={"field": ["weeks"]}),
                        Number("monthsInterval", "Months Between Triggers", 1, show={"field": ["months"]}),
                        Number("triggerAtDayOfMonth", "Trigger at Day of Month", 1, show={"field": ["months"]}),
                        Options(
                            "triggerAtDay", _DAYS, "Trigger on Weekdays", [0], many=True, show={"field": ["weeks"]}
                        ),
                        Options(
                            "triggerAtHour", _HOURS, "Trigger at Hour", 0, show={"field": ["days", "weeks", "months"]}
                        ),
                        Number(
                            "triggerAtMinute",
                            "Trigger at Minute",
                            0,
                            minimum=0,
                            maximum=59,
                            show={"field": ["hours", "days", "weeks", "months"]},
                        ),
                        String("expression", "Expression", "", show={"field": ["cronExpression"]}),
                    ],
                )
            ],
            "Trigger Rules",
            multiple=True,
            default={"interval": [{"field": "days"}]},
        )
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    if item.json:
        return item
    moment = ctx.now().astimezone(zone_of(ctx.workflow.timezone))
    # Everywhere else "Z" stands for UTC; this node writes its offset out.
    offset = offset_text(moment).replace("Z", "+00:00")
    time = to_format(moment, "h:mm:ss a").lower()
    return Item(
        json={
            "timestamp": to_iso(moment).replace("Z", offset),
            "Readable date": f"{to_format(moment, 'MMMM')} {_ordinal(moment.day)} {moment.year:04d}, {time}",
            "Readable time": time,
            "Day of week": to_format(moment, "EEEE"),
            "Year": f"{moment.year:04d}",
            "Month": to_format(moment, "MMMM"),
            "Day of month": to_format(moment, "dd"),
            "Hour": to_format(moment, "HH"),
            "Minute": to_format(moment, "mm"),
            "Second": to_format(moment, "ss"),
            "Timezone": f"{ctx.workflow.timezone} (UTC{offset})",
        }
    )


def _ordinal(day: int) -> str:
    """Return 1 as "1st", 22 as "22nd", 13 as "13th"."""
    suffix = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"
