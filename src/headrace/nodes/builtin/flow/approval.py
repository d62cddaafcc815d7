"""Approval: have somebody decide whether the items go on, and on which way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.flow.waiting import limit_of, limit_parameters
from headrace.nodes.builtin.http_request.answers import error_of, failure_of
from headrace.nodes.builtin.http_request.bodies import json_body
from headrace.sdk.context import HttpFailed, HttpRequest, NodeContext
from headrace.sdk.description import CredentialUse, Display, Effects, Json, NodeDescription, Options, String
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs, Suspend

_TIMED_OUT = 2
_POSTED = {"tell": ["post"]}

DESCRIPTION = NodeDescription(
    type="headrace.approval",
    versions=(1,),
    title="Approval",
    summary="Waits for somebody to approve or decline on a page of their own; the items go on accordingly.",
    group="flow",
    aliases=("approve", "human", "review", "decline", "send and wait"),
    works="list",
    outputs=("main", "main", "main"),
    output_names=("approved", "declined", "timed out"),
    credentials=[
        CredentialUse(
            name="httpBasicAuth",
            required=True,
            display_options=Display(show={"incomingAuthentication": ["basicAuth"]}),
        )
    ],
    parameters=[
        String("title", "Title", "Please decide", required=True),
        String("message", "Message", rows=4, description="What is to be decided; simple HTML is shown as such."),
        String("approveLabel", "Approve Button", "Approve"),
        String("declineLabel", "Decline Button", "Decline"),
        Options(
            "comment",
            {"optional": "Optional", "declining": "Required to Decline", "none": "None"},
            "Comment",
            "optional",
        ),
        Options(
            "tell",
            {"link": "Other Nodes Pass the Link On", "post": "POST to a URL"},
            "How People Are Told",
            "link",
            description="Other nodes, before this one, find the page's address as {{ $execution.approvalUrl }}; it is"
            " the same for all such approvals of an execution. What is posted has an address of its own.",
        ),
        String("url", "URL", required=True, show=_POSTED, description="Such as an incoming webhook of a chat."),
        Json(
            "body",
            "Body",
            '={{ { "text": [$approval.title, $approval.message, $approval.url].filter(Boolean).join("\\n\\n") } }}',
            show=_POSTED,
            description="Expressions find what is asked as $approval: title, message, url.",
        ),
        Options(
            "incomingAuthentication",
            {"basicAuth": "Basic Auth", "none": "None"},
            "Authentication",
            "none",
            description="What is asked of whoever opens the page, beside its address.",
        ),
        *limit_parameters({}),
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return Effects.WRITES if parameters.get("tell") == "post" else Effects.NONE


async def run(ctx: NodeContext) -> Outputs | Suspend:
    if not ctx.items:
        return []
    until = limit_of(ctx)
    key = ""
    if ctx.param("tell") == "post":
        # One of its own for each question: whoever was asked this one decides no other of the same execution.
        key = hashlib.sha256(f"{ctx.node.name}\0{ctx.run_index}".encode()).hexdigest()[:16]
        await _tell(ctx, ctx.approval_url(key))
    ended = {"decision": "timedOut", "comment": "", "decidedAt": None}
    passed = [
        Item(json={**item.json, "approval": ended}, binary=item.binary, paired_item=index)
        for index, item in enumerate(ctx.items)
    ]
    return Suspend(until=until, output=passed, resume="approval", webhook_suffix=key, timed_out_to=_TIMED_OUT)


async def _tell(ctx: NodeContext, url: str) -> None:
    """Raises: NodeError: what is told could not be made, or was not taken."""
    asked = {"title": ctx.param("title"), "message": ctx.param("message"), "url": url}
    body = await ctx.evaluate(ctx.raw_param("body"), 0, {"$approval": asked})
    request = HttpRequest(
        method="POST",
        url=str(ctx.param("url")),
        headers=[("content-type", "application/json")],
        body=json_body(body),
    )
    try:
        answer = await ctx.http.request(request)
    except HttpFailed as failed:
        raise failure_of(failed, 0) from failed
    if answer.status >= 400:
        raise error_of(answer, 0)
