"""Wait: hold the items until some time has passed, a moment has come, or a request arrives."""

from __future__ import annotations

from datetime import datetime, timedelta

from headrace.nodes.builtin.triggers.form import FORM_FIELDS
from headrace.sdk.context import NodeContext
from headrace.sdk.dates import NotADate, parse_date
from headrace.sdk.description import (
    Boolean,
    Collection,
    DateTime,
    Display,
    NodeDescription,
    Number,
    Options,
    Parameter,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs, Suspend

_UNITS = {"seconds": "Seconds", "minutes": "Minutes", "hours": "Hours", "days": "Days"}
_SHORT = timedelta(seconds=65)
"""Shorter waits are slept through; longer ones put the execution aside."""

_REQUESTS = ["webhook", "form"]


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.wait",
    versions=(1, 1.1),
    title="Wait",
    summary="Puts the run aside until a time has passed, a moment has come, or its URL is called or its form submitted.",
    group="flow",
    aliases=("pause", "sleep", "delay"),
    works="list",
    parameters=[
        Options(
            "resume",
            {
                "timeInterval": "After Time Interval",
                "specificTime": "At Specified Time",
                "webhook": "On Webhook Call",
                "form": "On Form Submitted",
            },
            "Resume",
            "timeInterval",
        ),
        DateTime("dateTime", "Date and Time", required=True, show={"resume": ["specificTime"]}),
        Number(
            "amount",
            "Wait Amount",
            5,
            minimum=0,
            show={"resume": ["timeInterval"], "@version": [{"_cnd": {"gte": 1.1}}]},
        ),
        Number("amount", "Wait Amount", 1, minimum=0, show={"resume": ["timeInterval"], "@version": [1]}),
        Options(
            "unit",
            _UNITS,
            "Wait Unit",
            "seconds",
            show={"resume": ["timeInterval"], "@version": [{"_cnd": {"gte": 1.1}}]},
        ),
        Options("unit", _UNITS, "Wait Unit", "hours", show={"resume": ["timeInterval"], "@version": [1]}),
        String("formTitle", "Form Title", show={"resume": ["form"]}),
        String("formDescription", "Form Description", show={"resume": ["form"]}),
        Parameter(
            name="formFields",
            display_name=FORM_FIELDS.display_name,
            type="fixedCollection",
            default={},
            options=FORM_FIELDS.options,
            type_options=FORM_FIELDS.type_options,
            display_options=Display(show={"resume": ["form"]}),
        ),
        Options(
            "httpMethod",
            {m: m for m in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")},
            "HTTP Method",
            "GET",
            show={"resume": ["webhook"]},
        ),
        Options(
            "responseMode",
            {
                "onReceived": "Immediately",
                "lastNode": "When Last Node Finishes",
                "responseNode": "Using 'Respond to Webhook' Node",
            },
            "Respond",
            "onReceived",
            show={"resume": ["webhook", "form"]},
        ),
        Boolean("limitWaitTime", "Limit Wait Time", show={"resume": ["webhook", "form"]}),
        Options(
            "limitType",
            {"afterTimeInterval": "After Time Interval", "atSpecifiedTime": "At Specified Time"},
            "Limit Type",
            "afterTimeInterval",
            show={"limitWaitTime": [True], "resume": ["webhook", "form"]},
        ),
        Number(
            "resumeAmount",
            "Amount",
            1,
            minimum=0,
            show={"limitType": ["afterTimeInterval"], "limitWaitTime": [True], "resume": _REQUESTS},
        ),
        Options(
            "resumeUnit",
            _UNITS,
            "Unit",
            "hours",
            show={"limitType": ["afterTimeInterval"], "limitWaitTime": [True], "resume": _REQUESTS},
        ),
        DateTime(
            "maxDateAndTime",
            "Max Date and Time",
            show={"limitType": ["atSpecifiedTime"], "limitWaitTime": [True], "resume": _REQUESTS},
        ),
        Collection(
            "options",
            [
                String("webhookSuffix", "Webhook Suffix"),
                Boolean("ignoreBots", "Ignore Bots"),
                String("responseData", "Response Data"),
            ],
            "Options",
            show={"resume": ["webhook", "form"]},
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs | Suspend:
    resume = ctx.param("resume")
    if resume in _REQUESTS:
        return Suspend(
            until=_limit(ctx),
            output=_passed(ctx),
            resume="webhook" if resume == "webhook" else "form",
            webhook_suffix=str(ctx.param("options.webhookSuffix", 0, "")),
        )
    until = ctx.now() + _interval(ctx, "amount", "unit") if resume == "timeInterval" else None
    if until is None:
        try:
            until = parse_date(ctx.param("dateTime"), ctx.workflow.timezone)
        except NotADate as wrong:
            raise NodeError("Cannot put execution to wait because `dateTime` parameter is not a valid date.") from wrong
    pause = until - ctx.now()
    if pause < _SHORT:
        await ctx.sleep(max(pause, timedelta(0)))
        return [_passed(ctx)]
    return Suspend(until=until, output=_passed(ctx))


def _interval(ctx: NodeContext, amount_name: str, unit_name: str) -> timedelta:
    amount, unit = ctx.param(amount_name), ctx.param(unit_name)
    if isinstance(amount, bool) or not isinstance(amount, int | float) or amount < 0:
        raise NodeError("Invalid wait amount. Please enter a number that is 0 or greater.")
    if unit not in _UNITS:
        raise NodeError("Invalid wait unit. Valid units are 'seconds', 'minutes', 'hours', or 'days'.")
    try:
        return timedelta(**{unit: amount})
    except OverflowError as far:
        raise NodeError(f"Invalid wait amount. {amount} {unit} is too long.") from far


def _limit(ctx: NodeContext) -> datetime | None:
    if not ctx.param("limitWaitTime", 0, default=False):
        return None
    if ctx.param("limitType") == "afterTimeInterval":
        return ctx.now() + _interval(ctx, "resumeAmount", "resumeUnit")
    return parse_date(ctx.param("maxDateAndTime"), ctx.workflow.timezone)


def _passed(ctx: NodeContext) -> list[Item]:
    return [Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(ctx.items)]
