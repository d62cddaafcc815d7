"""Date & Time 1: formats dates by moment's tokens, and adds to or subtracts from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headrace.nodes.builtin.date_time.reading import read_by_pattern, timestamp
from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.date_formats import from_moment_format, to_moment_format
from headrace.sdk.dates import NotADate, from_millis, parse_date, plus, to_js_iso, zone_of
from headrace.sdk.description import Boolean, Collection, NodeDescription, Number, Options, Parameter, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_number
from headrace.sdk.outcome import ItemResult
from headrace.sdk.paths import set_path
from headrace.sdk.values import is_date

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
_SYSTEM_ZONE = "UTC"
"""Where nothing says a zone, this version knows the server's, not the workflow's; servers run in UTC."""


def _from_format() -> Parameter:
    return String("fromFormat", "From Format", description="The form of the date, in moment's tokens.")


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.dateTime",
    versions=(1,),
    title="Date & Time",
    summary="Formats dates, and adds to or subtracts from them.",
    aliases=("time", "format", "calendar", "timezone", "convert"),
    parameters=[
        Options(
            "action",
            {"calculate": "Calculate a Date", "format": "Format a Date"},
            "Action",
            "format",
            no_data_expression=True,
        ),
        String("value", "Value", required=True, show=_FORMAT, description="The date to format."),
        String("dataPropertyName", "Property Name", "data", required=True, show=_FORMAT),
        Boolean("custom", "Custom Format", show=_FORMAT),
        String(
            "toFormat",
            "To Format",
            show={**_FORMAT, "custom": [True]},
            description="The form to give it, in moment's tokens.",
        ),
        Options("toFormat", _FORMATS, "To Format", "MM/DD/YYYY", show={**_FORMAT, "custom": [False]}),
        Collection(
            "options",
            [
                _from_format(),
                Options("fromTimezone", [], "From Timezone", "UTC", type_options={"loadOptionsMethod": "getTimezones"}),
                Options("toTimezone", [], "To Timezone", "UTC", type_options={"loadOptionsMethod": "getTimezones"}),
            ],
            "Options",
            show=_FORMAT,
        ),
        String("value", "Date Value", required=True, show=_CALCULATE, description="The date to start from."),
        Options("operation", {"add": "Add", "subtract": "Subtract"}, "Operation", "add", show=_CALCULATE),
        Number("duration", "Duration", 0, minimum=0, required=True, show=_CALCULATE),
        Options("timeUnit", _UNITS, "Time Unit", "days", show=_CALCULATE),
        String("dataPropertyName", "Property Name", "data", required=True, show=_CALCULATE),
        Collection("options", [_from_format()], "Options", show=_CALCULATE),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    value = ctx.param("value", index)
    options: Mapping[str, Any] = ctx.param("options", index, {}) or {}
    if ctx.param("action", index, "format") == "format":
        if value is UNDEFINED:
            return None
        result = _formatted(ctx, value, options, index)
    else:
        moment = _exactly(value, str(options.get("fromFormat") or ""))
        sign = -1 if ctx.param("operation", index) == "subtract" else 1
        result = to_js_iso(_moved(moment, sign * to_number(ctx.param("duration", index)), ctx.param("timeUnit", index)))
    json = dict(item.json)
    try:
        set_path(json, str(ctx.param("dataPropertyName", index)), result)
    except ValueError as too_far:
        raise NodeError(f"The field cannot be set: {too_far}") from too_far
    return Item(json=json, binary=item.binary, paired_item=index)


def _formatted(ctx: NodeContext, value: Any, options: Mapping[str, Any], index: int) -> str:
    pattern, source, target = (str(options.get(name) or "") for name in ("fromFormat", "fromTimezone", "toTimezone"))
    workflow = ctx.workflow.timezone
    try:
        zone = zone_of((source or workflow) if source or target else _SYSTEM_ZONE)
        millis = None if is_date(value) else timestamp(value)
        moment: datetime | None
        if pattern and not is_date(value) and not (isinstance(value, int | float) and millis is not None):
            moment = read_by_pattern(value, pattern, zone, ctx.now)
        elif millis is not None:
            moment = from_millis(millis, zone)
        else:
            moment = parse_date(value, getattr(zone, "key", _SYSTEM_ZONE)).astimezone(zone)
        if moment is not None and (source or target):
            moment = moment.astimezone(zone_of(target or workflow))
    except (NotADate, OverflowError) as wrong:
        raise NodeError('The date input format could not be recognized. Please set the "From Format" field') from wrong
    return "Invalid date" if moment is None else to_moment_format(moment, str(ctx.param("toFormat", index) or ""))


def _exactly(value: Any, pattern: str) -> datetime:
    """Read the date to calculate with; a pattern must fit as a whole."""
    try:
        if pattern:
            return from_moment_format(str(value), pattern, zone_of(_SYSTEM_ZONE))
        if isinstance(value, int | float) and not isinstance(value, bool):
            return from_millis(value)
        return parse_date(value, _SYSTEM_ZONE).astimezone(zone_of(_SYSTEM_ZONE))
    except (NotADate, OverflowError) as wrong:
        if pattern:
            message = 'Date input cannot be parsed. Please recheck the value and the "From Format" field.'
        else:
            message = 'Unrecognized date input. Please specify a format for the "From Format" field.'
        raise NodeError(message) from wrong


def _moved(moment: datetime, amount: float, unit: str) -> datetime:
    if amount != amount:
        raise NodeError("The duration is not a number")
    if unit in ("years", "quarters", "months", "weeks", "days"):
        # Days and months are whole: what is left of 1.5 months is rounded, as 2 months.
        per, base = {"years": (12, "months"), "quarters": (3, "months"), "weeks": (7, "days")}.get(unit, (1, unit))
        amount, unit = _rounded(amount * per), base
    try:
        return plus(moment, amount, unit)
    except NotADate as far:
        raise NodeError("The date that comes out is out of range") from far


def _rounded(number: float) -> int:
    return int(abs(number) + 0.5) * (1 if number >= 0 else -1) if abs(number) < 1e15 else int(number)
