"""Date & Time, version 2: luxon patterns, and an operation each."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.date_formats import from_format, to_format
from headrace.sdk.dates import (
    NotADate,
    difference,
    end_of,
    from_millis,
    parse_date,
    plus,
    start_of,
    to_iso,
    zone_of,
)
from headrace.sdk.description import Boolean, Collection, DateTime, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import text_to_number, to_text

_UNITS = {
    unit: unit.capitalize()
    for unit in ("years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds")
}
_FORMATS = {
    "custom": "Custom Format",
    "MM/dd/yyyy": "MM/DD/YYYY",
    "yyyy/MM/dd": "YYYY/MM/DD",
    "MMMM dd yyyy": "MMMM DD YYYY",
    "MM-dd-yyyy": "MM-DD-YYYY",
    "yyyy-MM-dd": "YYYY-MM-DD",
    "X": "Unix Timestamp",
    "x": "Unix Ms Timestamp",
}
_PARTS = {name: name.capitalize() for name in ("year", "month", "week", "day", "hour", "minute", "second")}


def _op(*names: str) -> dict[str, list[Any]]:
    return {"operation": list(names)}


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.dateTime",
    versions=(2,),
    title="Date & Time",
    summary="Formats, rounds, compares and moves dates, and takes parts of them.",
    aliases=("time", "format", "calendar", "now"),
    parameters=[
        Options(
            "operation",
            {
                "addToDate": "Add to a Date",
                "extractDate": "Extract Part of a Date",
                "formatDate": "Format a Date",
                "getCurrentDate": "Get Current Date",
                "getTimeBetweenDates": "Get Time Between Dates",
                "roundDate": "Round a Date",
                "subtractFromDate": "Subtract From a Date",
            },
            "Operation",
            "getCurrentDate",
        ),
        Boolean("includeTime", "Include Current Time", True, show=_op("getCurrentDate")),
        String("magnitude", "Date to Add To", required=True, show=_op("addToDate", "subtractFromDate")),
        Options("timeUnit", _UNITS, "Time Unit to Add", "days", show=_op("addToDate", "subtractFromDate")),
        Number("duration", "Duration", 0, show=_op("addToDate", "subtractFromDate")),
        String("date", "Date", show=_op("extractDate", "formatDate", "roundDate")),
        Options("part", _PARTS, "Part", "month", show=_op("extractDate")),
        Options("format", _FORMATS, "Format", "MM/dd/yyyy", show=_op("formatDate")),
        String("customFormat", "Custom Format", show={**_op("formatDate"), "format": ["custom"]}),
        DateTime("startDate", "Start Date", show=_op("getTimeBetweenDates")),
        DateTime("endDate", "End Date", show=_op("getTimeBetweenDates")),
        Options(
            "units",
            {unit[:-1]: name for unit, name in _UNITS.items()},
            "Units",
            ["day"],
            many=True,
            show=_op("getTimeBetweenDates"),
        ),
        Options("mode", {"roundDown": "Round Down", "roundUp": "Round Up"}, "Mode", "roundDown", show=_op("roundDate")),
        Options("toNearest", _PARTS, "To Nearest", "month", show={**_op("roundDate"), "mode": ["roundDown"]}),
        Options("to", {"month": "End of Month"}, "To", "month", show={**_op("roundDate"), "mode": ["roundUp"]}),
        String("outputFieldName", "Output Field Name", "newDate", show=_op("addToDate", "subtractFromDate")),
        String("outputFieldName", "Output Field Name", "datePart", show=_op("extractDate")),
        String("outputFieldName", "Output Field Name", "formattedDate", show=_op("formatDate")),
        String("outputFieldName", "Output Field Name", "currentDate", show=_op("getCurrentDate")),
        String("outputFieldName", "Output Field Name", "timeDifference", show=_op("getTimeBetweenDates")),
        String("outputFieldName", "Output Field Name", "roundedDate", show=_op("roundDate")),
        Collection(
            "options",
            [
                Boolean("includeInputFields", "Include Input Fields"),
                String("fromFormat", "From Date Format"),
                Boolean("timezone", "Use Workflow Timezone", show={"/operation": ["formatDate"]}),
                String("timezone", "Timezone", show={"/operation": ["getCurrentDate"]}),
                Boolean("isoString", "Output as ISO String", show={"/operation": ["getTimeBetweenDates"]}),
            ],
            "Options",
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    options = ctx.param("options", index) or {}
    try:
        value = _value(ctx, str(ctx.param("operation", index)), options, index)
    except NotADate as wrong:
        raise NodeError(
            f"Invalid date format: {wrong}", description="Check the date, or name its form in 'From Date Format'."
        ) from wrong
    json = dict(item.json) if options.get("includeInputFields") else {}
    json[str(ctx.param("outputFieldName", index))] = value
    return Item(json=json, binary=item.binary if options.get("includeInputFields") else None)


def _value(ctx: NodeContext, operation: str, options: dict[str, Any], index: int) -> Any:
    zone = ctx.workflow.timezone
    match operation:
        case "getCurrentDate":
            now = ctx.now().astimezone(zone_of(str(options.get("timezone") or zone)))
            return to_iso(now if ctx.param("includeTime", index) else start_of(now, "day"))
        case "addToDate" | "subtractFromDate":
            sign = 1 if operation == "addToDate" else -1
            moment = read(ctx.param("magnitude", index), zone, "")
            return to_iso(
                plus(moment, sign * float(ctx.param("duration", index) or 0), str(ctx.param("timeUnit", index)))
            )
        case "extractDate":
            moment = read(ctx.param("date", index), zone, "")
            part = str(ctx.param("part", index))
            return moment.isocalendar().week if part == "week" else getattr(moment, part if part in _PARTS else "month")
        case "formatDate":
            moment = read(ctx.param("date", index), zone, str(options.get("fromFormat") or ""))
            if options.get("timezone"):
                moment = moment.astimezone(zone_of(zone))
            chosen = str(ctx.param("format", index))
            return to_format(moment, str(ctx.param("customFormat", index) or "") if chosen == "custom" else chosen)
        case "roundDate":
            moment = read(ctx.param("date", index), zone, "")
            if ctx.param("mode", index) == "roundDown":
                return to_iso(start_of(moment, str(ctx.param("toNearest", index))))
            return to_iso(end_of(moment, str(ctx.param("to", index))))
    return _between(ctx, options, index, zone)


def _between(ctx: NodeContext, options: dict[str, Any], index: int, zone: str) -> Any:
    start, end = read(ctx.param("startDate", index), zone, ""), read(ctx.param("endDate", index), zone, "")
    units = [str(unit) for unit in ctx.param("units", index) or ["day"]]
    found = difference(end, start, units)
    if not options.get("isoString"):
        return found
    return _iso_duration(found)


def _iso_duration(parts: dict[str, float]) -> str:
    def shown(name: str, letter: str) -> str:
        value = parts.get(name, 0)
        return f"{value:g}{letter}" if value else ""

    days = shown("years", "Y") + shown("months", "M") + shown("weeks", "W") + shown("days", "D")
    seconds = parts.get("seconds", 0) + parts.get("milliseconds", 0) / 1000
    clock = shown("hours", "H") + shown("minutes", "M") + (f"{seconds:g}S" if seconds else "")
    return f"P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"


def read(value: Any, zone: str, pattern: str) -> datetime:
    """Read a date: by a pattern if one is given, numbers as seconds or milliseconds, else as text.

    Raises:
        NotADate: it is none.
    """
    if value is None or value == "":
        raise NotADate("the date is empty")
    text = to_text(value).strip()
    if pattern:
        return from_format(text, pattern, zone_of(zone))
    number = text_to_number(text)
    if not math.isnan(number):
        return from_millis(number if abs(number) >= 1e11 else number * 1000, zone_of(zone))
    return parse_date(value if isinstance(value, str) else text, zone)
