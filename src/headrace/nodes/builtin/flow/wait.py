"""Wait: hold the items until some time has passed, a moment has come, or a request arrives."""

from __future__ import annotations

from datetime import timedelta

from headrace.nodes.builtin.flow.waiting import UNITS, limit_of, limit_parameters, moment_after, moment_of
from headrace.nodes.builtin.triggers.form_fields import form_page
from headrace.nodes.builtin.triggers.requests import AUTHENTICATION, METHODS, answering, only, request_credentials
from headrace.sdk.context import NodeContext
from headrace.sdk.description import DateTime, NodeDescription, Number, Options, String
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs, Suspend

_SHORT = timedelta(seconds=65)
"""Shorter waits are slept through; longer ones put the execution aside."""

_REQUESTS = ["webhook", "form"]
_NEWER = [{"_cnd": {"gte": 1.1}}]

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.wait",
    versions=(1, 1.1),
    title="Wait",
    summary="Puts the run aside until a time has passed, a moment has come, or its URL or form is used.",
    group="flow",
    aliases=("pause", "sleep", "delay", "timeout"),
    works="list",
    credentials=request_credentials("incomingAuthentication"),
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
        Options("incomingAuthentication", AUTHENTICATION, "Authentication", "none", show={"resume": ["webhook"]}),
        Options(
            "incomingAuthentication",
            {"basicAuth": "Basic Auth", "none": "None"},
            "Authentication",
            "none",
            show={"resume": ["form"]},
        ),
        DateTime("dateTime", "Date and Time", required=True, show={"resume": ["specificTime"]}),
        Number("amount", "Wait Amount", 5, minimum=0, show={"resume": ["timeInterval"], "@version": _NEWER}),
        Number("amount", "Wait Amount", 1, minimum=0, show={"resume": ["timeInterval"]}, hide={"@version": _NEWER}),
        Options("unit", UNITS, "Wait Unit", "seconds", show={"resume": ["timeInterval"], "@version": _NEWER}),
        Options("unit", UNITS, "Wait Unit", "hours", show={"resume": ["timeInterval"]}, hide={"@version": _NEWER}),
        *only(form_page(), {"resume": ["form"]}),
        Options("httpMethod", METHODS, "HTTP Method", "GET", show={"resume": ["webhook"]}),
        *only(answering(code=True), {"resume": ["webhook"]}),
        Options(
            "responseMode",
            {
                "onReceived": "Form Is Submitted",
                "lastNode": "Workflow Finishes",
                "responseNode": "Using 'Respond to Webhook' Node",
            },
            "Respond When",
            "onReceived",
            show={"resume": ["form"]},
        ),
        *limit_parameters({"resume": _REQUESTS}),
        *only(answering(options=True, more=[String("webhookSuffix", "Webhook Suffix")]), {"resume": ["webhook"]}),
        *only(form_page(options=True, more=[String("webhookSuffix", "Webhook Suffix")]), {"resume": ["form"]}),
    ],
)


async def run(ctx: NodeContext) -> Outputs | Suspend:
    passed = [Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(ctx.items)]
    resume = ctx.param("resume")
    if resume in _REQUESTS:
        return Suspend(
            until=limit_of(ctx),
            output=passed,
            resume="webhook" if resume == "webhook" else "form",
            webhook_suffix=str(ctx.param("options.webhookSuffix", 0, "")),
        )
    if resume == "timeInterval":
        until = moment_after(ctx, ctx.param("amount"), ctx.param("unit"))
    else:
        until = moment_of(ctx, ctx.param("dateTime"))
    pause = until - ctx.now()
    if pause < _SHORT:
        await ctx.sleep(max(pause, timedelta(0)))
        return [passed]
    return Suspend(until=until, output=passed)
