"""Date & Time 2: formats, rounds, compares and moves dates, and takes parts of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headrace.nodes.builtin.date_time.reading import read_moment
from headrace.sdk.context import NodeContext
from headrace.sdk.date_formats import to_format
from headrace.sdk.dates import NotADate, difference, plus, start_of, to_iso, zone_of
from headrace.sdk.description import (
    Boolean,
    Collection,
    Effects,
    NodeDescription,
    Number,
    Options,
    Parameter,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import number_to_text, to_number
from headrace.sdk.outcome import ItemResult

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
_MOVES = ("addToDate", "subtractFromDate")


def _op(*names: str) -> dict[str, list[Any]]:
    return {"operation": list(names)}


def _output(default: str, *operations: str) -> Parameter:
    return String(
        "outputFieldName",
        "Output Field Name",
        default,
        show=_op(*operations),
        description="The field that the result goes to.",
    )


def _options(*more: Parameter, show: Mapping[str, list[Any]]) -> Parameter:
    include = Boolean(
        "includeInputFields", "Include Input Fields", description="Whether the result is added to the item's fields."
    )
    return Collection("options", [include, *more], "Options", show=show)


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.dateTime",
    versions=(2,),
    title="Date & Time",
    summary="Formats, rounds, compares and moves dates, and takes parts of them.",
    aliases=("time", "format", "calendar", "now", "timezone"),
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
            no_data_expression=True,
        ),
        Boolean(
            "includeTime",
            "Include Current Time",
            True,
            show=_op("getCurrentDate"),
            description="Whether the time is the present one; else it is midnight.",
        ),
        _output("currentDate", "getCurrentDate"),
        _options(
            String("timezone", "Timezone", description="IANA name, such as Europe/Brussels; the workflow's if empty."),
            show=_op("getCurrentDate"),
        ),
        String("magnitude", "Date to Add To", required=True, show=_op("addToDate")),
        String("magnitude", "Date to Subtract From", required=True, show=_op("subtractFromDate")),
        Options("timeUnit", _UNITS, "Time Unit", "days", required=True, show=_op(*_MOVES)),
        Number("duration", "Duration", 0, show=_op(*_MOVES)),
        _output("newDate", *_MOVES),
        _options(show=_op(*_MOVES)),
        String("date", "Date", show=_op("formatDate")),
        Options("format", _FORMATS, "Format", "MM/dd/yyyy", show=_op("formatDate")),
        String(
            "customFormat",
            "Custom Format",
            show={**_op("formatDate"), "format": ["custom"]},
            description="The form to give it, in luxon's tokens, such as dd.MM.yyyy.",
        ),
        _output("formattedDate", "formatDate"),
        _options(
            String("fromFormat", "From Date Format", description="The form that the date is in, in luxon's tokens."),
            Boolean("timezone", "Use Workflow Timezone"),
            show=_op("formatDate"),
        ),
        String("startDate", "Start Date", show=_op("getTimeBetweenDates")),
        String("endDate", "End Date", show=_op("getTimeBetweenDates")),
        Options(
            "units",
            {
                unit: unit.capitalize()
                for unit in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
            },
            "Units",
            ["day"],
            many=True,
            show=_op("getTimeBetweenDates"),
        ),
        _output("timeDifference", "getTimeBetweenDates"),
        _options(
            Boolean("isoString", "Output as ISO String", description="Whether the result is text such as P1Y2M10D."),
            show=_op("getTimeBetweenDates"),
        ),
        String("date", "Date", show=_op("roundDate")),
        Options("mode", {"roundDown": "Round Down", "roundUp": "Round Up"}, "Mode", "roundDown", show=_op("roundDate")),
        Options("toNearest", _PARTS, "To Nearest", "month", show={**_op("roundDate"), "mode": ["roundDown"]}),
        Options("to", {"month": "End of Month"}, "To", "month", show={**_op("roundDate"), "mode": ["roundUp"]}),
        _output("roundedDate", "roundDate"),
        _options(show=_op("roundDate")),
        String("date", "Date", show=_op("extractDate")),
        Options("part", _PARTS, "Part", "month", show=_op("extractDate")),
        _output("datePart", "extractDate"),
        _options(show=_op("extractDate")),
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return Effects.READS if parameters.get("operation", "getCurrentDate") == "getCurrentDate" else Effects.NONE


def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    options: Mapping[str, Any] = ctx.param("options", index, {}) or {}
    operation = ctx.param("operation", index)
    work = _OPERATIONS.get(operation)
    if work is None:
        raise NodeError(f'The operation "{operation}" is not known')
    try:
        value = work(ctx, options, index)
    except NotADate as far:
        raise NodeError("The date that comes out is out of range") from far
    keep = bool(options.get("includeInputFields"))
    json = dict(item.json) if keep else {}
    json[str(ctx.param("outputFieldName", index))] = value
    return Item(json=json, binary=item.binary if keep else None, paired_item=index)


def _given(ctx: NodeContext, name: str, index: int) -> datetime:
    return read_moment(ctx.param(name, index), zone=ctx.workflow.timezone)


def _now(ctx: NodeContext, options: Mapping[str, Any], index: int) -> str:
    name = str(options.get("timezone") or ctx.workflow.timezone)
    try:
        now = ctx.now().astimezone(zone_of(name))
    except NotADate as unknown:
        raise NodeError(f"The timezone {name} is not valid. Please check the timezone.") from unknown
    return to_iso(now if ctx.param("includeTime", index) else start_of(now, "day"))


def _added(ctx: NodeContext, index: int, sign: int) -> str:
    amount = to_number(ctx.param("duration", index))
    if amount != amount:
        raise NodeError("The duration is not a number")
    return to_iso(plus(_given(ctx, "magnitude", index), sign * amount, str(ctx.param("timeUnit", index))))


def _formatted(ctx: NodeContext, options: Mapping[str, Any], index: int) -> str:
    zone = ctx.workflow.timezone
    moment = read_moment(
        ctx.param("date", index),
        zone=zone if options.get("timezone") else None,
        pattern=str(options.get("fromFormat") or ""),
        local=zone,
    )
    chosen = str(ctx.param("format", index))
    return to_format(moment, str(ctx.param("customFormat", index) or "") if chosen == "custom" else chosen)


def _rounded(ctx: NodeContext, _: Mapping[str, Any], index: int) -> str:
    moment = _given(ctx, "date", index)
    if ctx.param("mode", index) == "roundUp":
        unit = str(ctx.param("to", index))
        return to_iso(start_of(plus(moment, 1, unit), unit))
    return to_iso(start_of(moment, str(ctx.param("toNearest", index))))


def _part(ctx: NodeContext, _: Mapping[str, Any], index: int) -> int | None:
    moment, part = _given(ctx, "date", index), str(ctx.param("part", index))
    if part not in _PARTS:
        return None
    return moment.isocalendar().week if part == "week" else int(getattr(moment, part))


def _between(ctx: NodeContext, options: Mapping[str, Any], index: int) -> Any:
    units = [str(unit) for unit in ctx.param("units", index) or ()] or ["millisecond"]
    found = difference(_given(ctx, "endDate", index), _given(ctx, "startDate", index), units)
    return _iso_duration(found) if options.get("isoString") else found


def _iso_duration(parts: Mapping[str, float]) -> str:
    """Return {"days": 3, "hours": 2} as "P3DT2H"."""

    def shown(name: str, letter: str) -> str:
        value = parts.get(name, 0)
        return f"{number_to_text(value)}{letter}" if value else ""

    seconds = round(parts.get("seconds", 0) + parts.get("milliseconds", 0) / 1000, 3)
    days = shown("years", "Y") + shown("months", "M") + shown("weeks", "W") + shown("days", "D")
    clock = shown("hours", "H") + shown("minutes", "M") + (f"{number_to_text(seconds)}S" if seconds else "")
    return f"P{days}{f'T{clock}' if clock else ''}" if days or clock else "PT0S"


_OPERATIONS = {
    "addToDate": lambda ctx, _, index: _added(ctx, index, 1),
    "subtractFromDate": lambda ctx, _, index: _added(ctx, index, -1),
    "extractDate": _part,
    "formatDate": _formatted,
    "getCurrentDate": _now,
    "getTimeBetweenDates": _between,
    "roundDate": _rounded,
}
