"""Webhook: an HTTP request starts the workflow. The Webhook service accepts it; here it is handed on."""

from __future__ import annotations

from headrace.nodes.builtin.triggers.requests import (
    AUTHENTICATION,
    DEDUPLICATION,
    METHODS,
    answering,
    request_credentials,
)
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, NodeDescription, Options, String
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.webhook",
    versions=(1, 1.1, 2, 2.1),
    title="Webhook",
    summary="Starts the workflow when its URL is called; the request is the item.",
    group="trigger",
    trigger="webhook",
    inputs=(),
    aliases=("http", "api", "call", "request", "url"),
    credentials=request_credentials(),
    parameters=[
        Boolean("multipleMethods", "Allow Multiple HTTP Methods", no_data_expression=True),
        Options("httpMethod", METHODS, "HTTP Method", "GET", show={"multipleMethods": [False]}),
        Options("httpMethod", METHODS, "HTTP Methods", ["GET", "POST"], many=True, show={"multipleMethods": [True]}),
        String("path", "Path", "", required=True),
        Options("authentication", AUTHENTICATION, "Authentication", "none"),
        *answering(),
        *answering(options=True, more=DEDUPLICATION),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
