"""Webhook: an HTTP request starts the workflow. The Webhook service accepts it; here it is handed on."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    CredentialUse,
    Display,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Options,
    String,
)
from headrace.sdk.items import Item

_METHODS = {name: name for name in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")}
_AUTHENTICATION = {"basicAuth": "Basic Auth", "headerAuth": "Header Auth", "jwtAuth": "JWT Auth", "none": "None"}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.webhook",
    versions=(1, 1.1, 2, 2.1),
    title="Webhook",
    summary="Starts the workflow when its URL is called; the request is the item.",
    group="trigger",
    trigger="webhook",
    inputs=(),
    aliases=("http", "api", "call", "request"),
    credentials=[
        CredentialUse(name=name, required=True, display_options=Display(show={"authentication": [mode]}))
        for name, mode in (("httpBasicAuth", "basicAuth"), ("httpHeaderAuth", "headerAuth"), ("jwtAuth", "jwtAuth"))
    ],
    parameters=[
        Boolean("multipleMethods", "Allow Multiple HTTP Methods", show={"@version": [{"_cnd": {"gte": 2}}]}),
        Options("httpMethod", _METHODS, "HTTP Method", "GET", show={"multipleMethods": [False]}),
        Options("httpMethod", _METHODS, "HTTP Methods", ["GET", "POST"], many=True, show={"multipleMethods": [True]}),
        String("path", "Path", "", required=True),
        Options("authentication", _AUTHENTICATION, "Authentication", "none"),
        Options(
            "responseMode",
            {
                "onReceived": "Immediately",
                "lastNode": "When Last Node Finishes",
                "responseNode": "Using 'Respond to Webhook' Node",
                "streaming": "Streaming",
            },
            "Respond",
            "onReceived",
        ),
        Number(
            "responseCode",
            "Response Code",
            200,
            minimum=100,
            maximum=599,
            show={"@version": [1, 1.1]},
            hide={"responseMode": ["responseNode"]},
        ),
        Options(
            "responseData",
            {
                "allEntries": "All Entries",
                "firstEntryJson": "First Entry JSON",
                "firstEntryBinary": "First Entry Binary",
                "noData": "No Response Body",
            },
            "Response Data",
            "firstEntryJson",
            show={"responseMode": ["lastNode"]},
        ),
        String("responseBinaryPropertyName", "Property Name", "data", show={"responseData": ["firstEntryBinary"]}),
        Collection(
            "options",
            [
                Boolean("binaryData", "Binary File", show={"/httpMethod": ["PATCH", "PUT", "POST"], "@version": [1]}),
                String("binaryPropertyName", "Field Name for Binary Data", "data"),
                Boolean("ignoreBots", "Ignore Bots"),
                String("ipWhitelist", "IP(s) Whitelist"),
                Boolean("noResponseBody", "No Response Body"),
                Boolean("rawBody", "Raw Body"),
                String("responseData", "Response Data"),
                String("responseContentType", "Response Content-Type"),
                FixedCollection(
                    "responseHeaders",
                    [Group(name="entries", display_name="Entries", values=[String("name"), String("value")])],
                    "Response Headers",
                    multiple=True,
                ),
                FixedCollection(
                    "responseCode",
                    [
                        Group(
                            name="values",
                            display_name="Values",
                            values=[Number("responseCode", "Code", 200), Number("customCode", "Code", 200)],
                        )
                    ],
                    "Response Code",
                ),
                String("responsePropertyName", "Property Name", "data"),
                String("allowedOrigins", "Allowed Origins (CORS)", "*"),
            ],
            "Options",
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return item
