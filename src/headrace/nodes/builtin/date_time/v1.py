"""Date & Time, version 1: moment.js patterns."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.date_formats import from_moment_format, to_moment_format
from headrace.sdk.dates import NotADate, from_millis, parse_date, plus, to_iso, zone_of
from headrace.sdk.description import Boolean, Collection, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import text_to_number, to_text
from headrace.sdk.paths import set_path

_FORMATS = {
    "MM/DD/YYYY": "MM/DD/YYYY",
    "YYYY/MM/DD": "YYYY/MM/DD",
    "MMMM DD YYYY": "MMMM DD YYYY",
    "MM-DD-YYYY": "MM-DD-YYYY",
    "YYYY-MM-DD": "YYYY-MM-DD",
    "X": "Unix Timestamp",
    "x": "Unix Ms Timestamp",
}
_UNITS = {
    unit: unit.capitalize()
    for unit in ("quarters", "years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds")
}
_FORMAT, _CALCULATE = {"action": ["format"]}, {"action": ["calculate"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.dateTime",
    versions=(1,),
    title="Date & Time",
    summary="Formats dates, and adds to or subtracts from them.",
    parameters=[
        Options("action", {"calculate": "Calculate a Date", "format": "Format a Date"}, "Action", "format"),
        String("value", "Value", required=True),
        String("dataPropertyName", "Property Name", "data", required=True),
        Boolean("custom", "Custom Format", show=_FORMAT),
        String("toFormat", "To Format", show={**_FORMAT, "custom": [True]}),
        Options("toFormat", _FORMATS, "To Format", "MM/DD/YYYY", show={**_FORMAT, "custom": [False]}),
        Options("operation", {"add": "Add", "subtract": "Subtract"}, "Operation", "add", show=_CALCULATE),
        Number("duration", "Duration", 0, show=_CALCULATE),
        Options("timeUnit", _UNITS, "Time Unit", "days", show=_CALCULATE),
        Collection(
            "options",
            [
                String("fromFormat", "From Format"),
                String("fromTimezone", "From Timezone", "UTC"),
                String("toTimezone", "To Timezone", "UTC"),
            ],
            "Options",
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    options = ctx.param("options", index) or {}
    value = ctx.param("value", index)
    json = dict(item.json)
    if value is None or value == "":
        return Item(json=json, binary=item.binary)
    try:
        if ctx.param("action", index) == "format":
            result = _formatted(ctx, value, options, index)
        else:
            sign = -1 if ctx.param("operation", index) == "subtract" else 1
            moment = _read(value, str(options.get("fromFormat") or ""), zone_of(ctx.workflow.timezone))
            moved = plus(moment, sign * float(ctx.param("duration", index) or 0), str(ctx.param("timeUnit", index)))
            result = to_iso(moved.astimezone(zone_of("UTC")))
    except NotADate as wrong:
        raise NodeError(
            f"The date input format could not be recognized. Please set the 'From Format' field ({wrong})"
        ) from wrong
    set_path(json, str(ctx.param("dataPropertyName", index)), result)
    return Item(json=json, binary=item.binary)


def _formatted(ctx: NodeContext, value: Any, options: dict[str, Any], index: int) -> str:
    source = zone_of(str(options.get("fromTimezone") or ctx.workflow.timezone))
    moment = _read(value, str(options.get("fromFormat") or ""), source)
    target = options.get("toTimezone")
    return to_moment_format(
        moment.astimezone(zone_of(str(target)) if target else source), str(ctx.param("toFormat", index))
    )


def _read(value: Any, pattern: str, zone: tzinfo) -> datetime:
    text = to_text(value).strip()
    if pattern:
        return from_moment_format(text, pattern, zone)
    number = text_to_number(text)
    if number == number and text:  # noqa: PLR0124 - NaN
        # Ten digits are seconds, more are milliseconds.
        return from_millis(number if abs(number) >= 1e11 else number * 1000, zone)
    moment = parse_date(text, ctx_zone(zone))
    return moment.astimezone(zone)


def ctx_zone(zone: tzinfo) -> str:
    return getattr(zone, "key", "UTC")
