"""How long to wait: an amount of some unit, a moment, or until a request arrives but no longer than some limit."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.dates import NotADate, parse_date
from headrace.sdk.description import Boolean, DateTime, Number, Options, Parameter
from headrace.sdk.errors import NodeError

UNITS = {"seconds": "Seconds", "minutes": "Minutes", "hours": "Hours", "days": "Days"}


def limit_parameters(show: dict[str, list[Any]]) -> list[Parameter]:
    """Return the parameters of a limit to waiting for a request."""
    limited = {**show, "limitWaitTime": [True]}
    return [
        Boolean("limitWaitTime", "Limit Wait Time", show=show),
        Options(
            "limitType",
            {"afterTimeInterval": "After Time Interval", "atSpecifiedTime": "At Specified Time"},
            "Limit Type",
            "afterTimeInterval",
            show=limited,
        ),
        Number("resumeAmount", "Amount", 1, minimum=0, show={**limited, "limitType": ["afterTimeInterval"]}),
        Options("resumeUnit", UNITS, "Unit", "hours", show={**limited, "limitType": ["afterTimeInterval"]}),
        DateTime("maxDateAndTime", "Max Date and Time", show={**limited, "limitType": ["atSpecifiedTime"]}),
    ]


def limit_of(ctx: NodeContext) -> datetime | None:
    """Return when waiting for a request ends; None: never."""
    if ctx.param("limitWaitTime", 0, default=False) is not True:
        return None
    if ctx.param("limitType") == "afterTimeInterval":
        return moment_after(ctx, ctx.param("resumeAmount"), ctx.param("resumeUnit"))
    return moment_of(ctx, ctx.param("maxDateAndTime"))


def moment_after(ctx: NodeContext, amount: Any, unit: Any) -> datetime:
    """Raises: NodeError: no such amount or unit."""
    if unit not in UNITS:
        raise NodeError("Invalid wait unit. Valid units are 'seconds', 'minutes', 'hours', or 'days'.")
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not amount >= 0 or math.isinf(amount):
        raise NodeError("Invalid wait amount. Please enter a number that is 0 or greater.")
    try:
        return ctx.now() + timedelta(**{unit: amount})
    except OverflowError as far:
        raise NodeError(f"Invalid wait amount. {amount} {unit} is past the year 9999.") from far


def moment_of(ctx: NodeContext, value: Any) -> datetime:
    """Raises: NodeError: it is no date."""
    try:
        return parse_date(value, ctx.workflow.timezone)
    except (NotADate, OverflowError) as wrong:
        raise NodeError(
            "[Wait node] Cannot put execution to wait because `dateTime` parameter is not a valid date. "
            "Please pick a specific date and time to wait until."
        ) from wrong
