"""Chat Trigger: a message starts the workflow. The Webhook service shows the chat; here the message is handed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.triggers.requests import request_credentials
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Number, Options, Parameter, String
from headrace.sdk.items import Item

_PUBLIC: Mapping[str, Sequence[Any]] = {"public": [True]}
_PAGE: Mapping[str, Sequence[Any]] = {"public": [True], "mode": ["hostedChat"]}
_OF_PAGE: Mapping[str, Sequence[Any]] = {"/public": [True], "/mode": ["hostedChat"]}

_OPTIONS: list[Parameter] = [
    Options(
        "responseMode",
        {"lastNode": "When Last Node Finishes", "responseNode": "Using 'Respond to Webhook' Node"},
        "Response Mode",
        "lastNode",
    ),
    String("title", "Title", "Chat", show=_OF_PAGE),
    String("subtitle", "Subtitle", show=_OF_PAGE),
    String("inputPlaceholder", "Input Placeholder", "Write a message", show=_OF_PAGE),
    String("customCss", "Custom Chat Styling", rows=10, show=_OF_PAGE),
    String("allowedOrigins", "Allowed Origins (CORS)", "*", show={"/public": [True]}),
    Boolean("allowFileUploads", "Allow File Uploads", description="Of programs that call: the page sends text."),
    Number(
        "callsPerMinute",
        "Messages per Minute",
        60,
        minimum=1,
        description="How many messages are taken a minute; those beyond are answered 429.",
    ),
    String("ipWhitelist", "IP(s) Allowlist"),
    Boolean("ignoreBots", "Ignore Bots"),
]

DESCRIPTION = NodeDescription(
    type="@n8n/n8n-nodes-langchain.chatTrigger",
    versions=(1, 1.1, 1.2, 1.3, 1.4),
    title="Chat Trigger",
    summary="Starts the workflow when somebody writes in its chat; what the last node puts out is the answer.",
    group="trigger",
    trigger="webhook",
    inputs=(),
    aliases=("message", "conversation", "talk", "bot", "assistant"),
    credentials=request_credentials()[:1],
    parameters=[
        Boolean("public", "Make Chat Publicly Available"),
        Options("mode", {"hostedChat": "Hosted Chat", "webhook": "Embedded Chat"}, "Mode", "hostedChat", show=_PUBLIC),
        Options("authentication", {"basicAuth": "Basic Auth", "none": "None"}, "Authentication", "none", show=_PUBLIC),
        String("initialMessages", "Initial Messages", "Hello! How can I help?", rows=3, show=_PAGE),
        Collection("options", _OPTIONS, "Options"),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
