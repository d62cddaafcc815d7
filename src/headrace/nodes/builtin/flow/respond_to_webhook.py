"""Respond to Webhook: answers the request that started the run."""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.sdk.context import HttpReply, NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.description import (
    Collection,
    CredentialUse,
    Display,
    Effects,
    FixedCollection,
    Group,
    Json,
    NodeDescription,
    Number,
    Options,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.outcome import Outputs
from headrace.sdk.paths import set_path

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.respondToWebhook",
    versions=(1, 1.1, 1.2, 1.3, 1.4, 1.5),
    title="Respond to Webhook",
    summary="Answers the webhook call that started the run, and goes on with its items.",
    group="flow",
    works="list",
    effects=Effects.WRITES,
    credentials=[CredentialUse(name="jwtAuth", required=True, display_options=Display(show={"respondWith": ["jwt"]}))],
    parameters=[
        Options(
            "respondWith",
            {
                "allIncomingItems": "All Incoming Items",
                "binary": "Binary File",
                "firstIncomingItem": "First Incoming Item",
                "json": "JSON",
                "jwt": "JWT Token",
                "noData": "No Data",
                "redirect": "Redirect",
                "text": "Text",
            },
            "Respond With",
            "firstIncomingItem",
        ),
        String("redirectURL", "Redirect URL", required=True, show={"respondWith": ["redirect"]}),
        Json("responseBody", "Response Body", '{"myField": "value"}', show={"respondWith": ["json"]}),
        Json("payload", "Payload", '{"myField": "value"}', show={"respondWith": ["jwt"]}),
        String("responseBody", "Response Body", show={"respondWith": ["text"]}),
        Options(
            "responseDataSource",
            {"automatically": "Choose Automatically From Input", "set": "Specify Myself"},
            "Response Data Source",
            "automatically",
            show={"respondWith": ["binary"]},
        ),
        String(
            "inputFieldName",
            "Input Field Name",
            "data",
            show={"respondWith": ["binary"], "responseDataSource": ["set"]},
        ),
        Collection(
            "options",
            [
                Number("responseCode", "Response Code", 200, minimum=100, maximum=599),
                FixedCollection(
                    "responseHeaders",
                    [Group(name="entries", display_name="Entries", values=[String("name"), String("value")])],
                    "Response Headers",
                    multiple=True,
                ),
                String(
                    "responseKey",
                    "Put Response in Field",
                    show={"/respondWith": ["allIncomingItems", "firstIncomingItem"]},
                ),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    await ctx.respond(await _reply(ctx))
    return [[Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(ctx.items)]]


async def _reply(ctx: NodeContext) -> HttpReply:
    kind = ctx.param("respondWith")
    entries = ctx.param("options.responseHeaders.entries", 0) or []
    headers = {str(entry.get("name", "")).lower(): to_text(entry.get("value", "")) for entry in entries}
    status = int(ctx.param("options.responseCode", 0) or 200)
    match kind:
        case "json":
            headers.setdefault("content-type", "application/json; charset=utf-8")
            return HttpReply(status=status, headers=headers, body=_json(ctx.param("responseBody")).encode())
        case "text":
            headers.setdefault("content-type", "text/html; charset=utf-8")
            return HttpReply(status=status, headers=headers, body=to_text(ctx.param("responseBody")).encode())
        case "redirect":
            headers["location"] = to_text(ctx.param("redirectURL"))
            return HttpReply(status=int(ctx.param("options.responseCode", 0) or 307), headers=headers)
        case "noData":
            return HttpReply(status=status, headers=headers)
        case "binary":
            return _binary(ctx, status, headers)
        case "jwt":
            headers.setdefault("content-type", "application/json; charset=utf-8")
            body = msgspec.json.encode({"token": await _token(ctx)})
            return HttpReply(status=status, headers=headers, body=body)
    headers.setdefault("content-type", "application/json; charset=utf-8")
    items = [item.json for item in ctx.items]
    value: Any = items if kind == "allIncomingItems" else (items[0] if items else {})
    key = ctx.param("options.responseKey", 0)
    if key:
        wrapped: dict[str, Any] = {}
        set_path(wrapped, str(key), value)
        value = wrapped
    return HttpReply(status=status, headers=headers, body=to_json_text(value).encode())


def _json(value: Any) -> str:
    if not isinstance(value, str):
        return to_json_text(value)
    try:
        msgspec.json.decode(value)
    except msgspec.DecodeError as malformed:
        raise NodeError("Invalid JSON in 'Response Body' field", description=str(malformed)) from malformed
    return value


def _binary(ctx: NodeContext, status: int, headers: dict[str, str]) -> HttpReply:
    item = next(iter(ctx.items), None)
    held = item.binary if item is not None and item.binary else {}
    if not held:
        raise NodeError("No binary data exists on the first item!")
    name = ctx.param("inputFieldName") if ctx.param("responseDataSource") == "set" else next(iter(held))
    if name not in held:
        raise NodeError(f'The binary property "{name}" does not exist on the first item')
    headers.setdefault("content-type", held[name].mime_type)
    return HttpReply(status=status, headers=headers, binary=held[name])


async def _token(ctx: NodeContext) -> str:
    from joserfc import jwt
    from joserfc.jwk import OctKey, import_key

    secret = await ctx.credential("jwtAuth")
    payload = ctx.param("payload")
    claims = msgspec.json.decode(payload) if isinstance(payload, str) else payload
    algorithm = str(secret.get("algorithm") or "HS256")
    if secret.get("keyType") == "pemKey":
        return jwt.encode(
            {"alg": algorithm}, claims, import_key(str(secret.get("privateKey", ""))), algorithms=[algorithm]
        )
    return jwt.encode(
        {"alg": algorithm}, claims, OctKey.import_key(str(secret.get("secret", ""))), algorithms=[algorithm]
    )
