"""The answer to the request that started the run, made from the node's parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from headrace.sdk.context import HttpReply, NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.description import (
    Boolean,
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
from headrace.sdk.items import Item, Link
from headrace.sdk.js import to_text
from headrace.sdk.outcome import Outputs
from headrace.sdk.paths import set_path

_KEY_TYPES: dict[str, Literal["RSA", "EC", "OKP"]] = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
"""Kinds of keys by the first letters of the algorithm."""

_CONTENTS = {
    "allIncomingItems": "All Incoming Items",
    "binary": "Binary File",
    "firstIncomingItem": "First Incoming Item",
    "json": "JSON",
    "jwt": "JWT Token",
    "noData": "No Data",
    "redirect": "Redirect",
    "text": "Text",
}


def describe(
    versions: Sequence[float], *, outputs: Sequence[str] = ("main",), output_names: Sequence[str] = ()
) -> NodeDescription:
    """Return the description of some versions; they differ in their outputs."""
    return NodeDescription(
        type="n8n-nodes-base.respondToWebhook",
        versions=versions,
        title="Respond to Webhook",
        summary="Answers the webhook call that started the run, and goes on with its items.",
        group="flow",
        works="list",
        effects=Effects.WRITES,
        aliases=("answer", "reply", "http", "response"),
        outputs=outputs,
        output_names=output_names,
        credentials=[
            CredentialUse(name="jwtAuth", required=True, display_options=Display(show={"respondWith": ["jwt"]}))
        ],
        parameters=[
            Boolean(
                "enableResponseOutput",
                "Enable Response Output Branch",
                no_data_expression=True,
                description="Adds an output that holds the answer as it was sent.",
                show={"@version": [{"_cnd": {"gte": 1.4}}]},
            ),
            Options("respondWith", _CONTENTS, "Respond With", "firstIncomingItem"),
            String("redirectURL", "Redirect URL", required=True, show={"respondWith": ["redirect"]}),
            Json("responseBody", "Response Body", '{\n  "myField": "value"\n}', show={"respondWith": ["json"]}),
            Json("payload", "Payload", '{\n  "myField": "value"\n}', show={"respondWith": ["jwt"]}),
            String("responseBody", "Response Body", rows=2, show={"respondWith": ["text"]}),
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
                required=True,
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
                    Boolean(
                        "enableStreaming",
                        "Enable Streaming",
                        True,
                        show={
                            "/respondWith": ["allIncomingItems", "firstIncomingItem", "text", "json", "jwt"],
                            "@version": [{"_cnd": {"gte": 1.5}}],
                        },
                    ),
                ],
                "Options",
            ),
        ],
    )


async def respond(ctx: NodeContext, *, show_answer: bool) -> Outputs:
    """Answer the request; put out the items, and the answer if wanted."""
    try:
        reply, body = await _reply(ctx)
    except NodeError as failure:
        if not ctx.node.continues_on_error:
            raise
        everything = [Link(item=index) for index in range(len(ctx.items))]
        return [[Item(json={"error": failure.message}, paired_item=everything)]]
    await ctx.respond(reply)
    passed = [Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(ctx.items)]
    if not show_answer:
        return [passed]
    answer = {"body": body, "headers": dict(reply.headers), "statusCode": reply.status}
    return [passed, [Item(json={"response": answer})]]


async def _reply(ctx: NodeContext) -> tuple[HttpReply, Any]:
    """Return the answer, and its body as a JSON value."""
    kind = ctx.param("respondWith")
    entries = ctx.param("options.responseHeaders.entries", 0) or []
    headers = {
        to_text(entry["name"]).lower(): to_text(entry.get("value", "")) for entry in entries if entry.get("name")
    }
    given = ctx.param("options.responseCode", 0)
    status = _status(given or (307 if kind == "redirect" else 200))
    match kind:
        case "redirect":
            headers["location"] = to_text(ctx.param("redirectURL"))
            return HttpReply(status=status, headers=headers), {}
        case "noData":
            return HttpReply(status=status, headers=headers), {}
        case "binary":
            return _binary(ctx, status, headers), {}
        case "text":
            text = to_text(ctx.param("responseBody"))
            headers.setdefault("content-type", "text/html; charset=utf-8")
            return HttpReply(status=status, headers=headers, body=text.encode("utf-8", "replace")), text
        case "json":
            body = _json(ctx.param("responseBody"))
        case "jwt":
            body = {"token": await _token(ctx)}
        case "allIncomingItems":
            body = _under_key(ctx, [item.json for item in ctx.items])
        case "firstIncomingItem":
            body = _under_key(ctx, next((item.json for item in ctx.items), {}))
        case _:
            raise NodeError(f'The Response Data option "{kind}" is not supported!')
    headers.setdefault("content-type", "application/json; charset=utf-8")
    return HttpReply(status=status, headers=headers, body=to_json_text(body).encode("utf-8", "replace")), body


def _status(value: Any) -> int:
    try:
        status = int(value)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise NodeError("The response code is not a number from 100 to 599") from wrong
    if not 100 <= status <= 599:
        raise NodeError("The response code is not a number from 100 to 599")
    return status


def _under_key(ctx: NodeContext, body: Any) -> Any:
    key = ctx.param("options.responseKey", 0)
    if not key:
        return body
    wrapped: dict[str, Any] = {}
    set_path(wrapped, str(key), body)
    return wrapped


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError) as malformed:
        raise NodeError(
            "Invalid JSON in 'Response Body' field",
            description="Check that the syntax of the JSON in the 'Response Body' parameter is valid",
        ) from malformed


def _binary(ctx: NodeContext, status: int, headers: dict[str, str]) -> HttpReply:
    item = next(iter(ctx.items), None)
    held = item.binary if item is not None and item.binary else {}
    if not held:
        raise NodeError("No binary data exists on the first item!")
    name = str(ctx.param("inputFieldName")) if ctx.param("responseDataSource") == "set" else next(iter(held))
    if name not in held:
        raise NodeError(
            f"This operation expects the node's input data to contain a binary file '{name}', "
            "but none was found [item 0]"
        )
    headers.setdefault("content-type", held[name].mime_type)
    return HttpReply(status=status, headers=headers, binary=held[name])


async def _token(ctx: NodeContext) -> str:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import OctKey, import_key

    secret = await ctx.credential("jwtAuth")
    claims = _json(ctx.param("payload"))
    if not isinstance(claims, dict):
        raise NodeError("Error signing JWT token", description="The payload is not a JSON object.")
    algorithm = str(secret.get("algorithm") or "HS256")
    try:
        if secret.get("keyType") == "pemKey":
            # Named, not guessed: text that is no key would else be taken for a shared secret.
            key: Any = import_key(str(secret.get("privateKey", "")), _KEY_TYPES[algorithm[:2]])
        else:
            key = OctKey.import_key(str(secret.get("secret", "")))
        return jwt.encode({"alg": algorithm, "typ": "JWT"}, claims, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError) as refused:
        raise NodeError("Error signing JWT token", description=str(refused)) from refused
