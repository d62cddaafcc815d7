"""HTTP Request, versions 1 and 2."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from headrace.nodes.builtin.http_request.answers import AnswerRules
from headrace.nodes.builtin.http_request.bodies import (
    binary_of,
    form_body,
    json_body,
    multipart,
    nested,
    object_of,
    pairs_of,
    with_query,
)
from headrace.nodes.builtin.http_request.sending import Plan, send_all, sequence_of
from headrace.sdk.context import HttpRequest, NodeContext
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
    Parameter,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.outcome import Outputs

_METHODS = {name: name for name in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")}
_AUTH_1 = {
    "basicAuth": "httpBasicAuth",
    "digestAuth": "httpDigestAuth",
    "headerAuth": "httpHeaderAuth",
    "queryAuth": "httpQueryAuth",
    "oAuth1": "oAuth1Api",
    "oAuth2": "oAuth2Api",
}
_V1, _V2 = {"@version": [1]}, {"@version": [2]}
_BODY_METHODS = ["PATCH", "POST", "PUT", "DELETE"]


def _ui(name: str, label: str, show: dict[str, list[Any]]) -> Parameter:
    return FixedCollection(
        name,
        [Group(name="parameter", display_name="Parameter", values=[String("name", "Name"), String("value", "Value")])],
        label,
        multiple=True,
        show=show,
    )


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.httpRequest",
    versions=(1, 2),
    title="HTTP Request",
    summary="Calls a URL and returns its answer.",
    group="output",
    works="list",
    per_item_parameters=True,
    effects=Effects.WRITES,
    credentials=[
        CredentialUse(name=type_, required=True, display_options=Display(show={"authentication": [name]}))
        for name, type_ in _AUTH_1.items()
    ],
    parameters=[
        Options("authentication", {**dict.fromkeys(_AUTH_1, ""), "none": "None"}, "Authentication", "none", show=_V1),
        Options(
            "authentication",
            {
                "none": "None",
                "predefinedCredentialType": "Predefined Credential Type",
                "genericCredentialType": "Generic Credential Type",
            },
            "Authentication",
            "none",
            show=_V2,
        ),
        String("nodeCredentialType", "Credential Type", show={"authentication": ["predefinedCredentialType"], **_V2}),
        String("genericAuthType", "Generic Auth Type", show={"authentication": ["genericCredentialType"], **_V2}),
        Options("requestMethod", _METHODS, "Request Method", "GET"),
        String("url", "URL", required=True),
        Boolean("allowUnauthorizedCerts", "Ignore SSL Issues"),
        Options("responseFormat", {"file": "File", "json": "JSON", "string": "String"}, "Response Format", "json"),
        String("dataPropertyName", "Property Name", "data", required=True, show={"responseFormat": ["string"]}),
        String("dataPropertyName", "Binary Property", "data", required=True, show={"responseFormat": ["file"]}),
        Boolean("jsonParameters", "JSON/RAW Parameters"),
        Collection(
            "options",
            [
                Number("batchInterval", "Batch Interval", 1000),
                Number("batchSize", "Batch Size", 50),
                Options(
                    "bodyContentType",
                    {
                        "json": "JSON",
                        "raw": "RAW/Custom",
                        "form-urlencoded": "Form Urlencoded",
                        "multipart-form-data": "Form-Data Multipart",
                    },
                    "Body Content Type",
                    "json",
                ),
                Boolean("fullResponse", "Full Response"),
                Boolean("followAllRedirects", "Follow All Redirects"),
                Boolean("followRedirect", "Follow GET/HEAD Redirects", True),
                Boolean("ignoreResponseCode", "Ignore Response Code", True),
                String("bodyContentCustomMimeType", "MIME Type"),
                String("proxy", "Proxy"),
                Boolean("splitIntoItems", "Split Into Items"),
                Number("timeout", "Timeout", 10000),
                Boolean("useStream", "Use Stream"),
                Options(
                    "queryParameterArrays",
                    {"repeat": "No Brackets", "brackets": "Brackets Only", "indices": "Brackets with Indices"},
                    "Query Parameter Arrays",
                    "brackets",
                ),
                Boolean("useQueryString", "Use Querystring"),
            ],
            "Options",
        ),
        Boolean(
            "sendBinaryData",
            "Send Binary File",
            show={"jsonParameters": [True], "requestMethod": ["PATCH", "POST", "PUT"]},
        ),
        String(
            "binaryPropertyName", "Binary Property", "data", show={"jsonParameters": [True], "sendBinaryData": [True]}
        ),
        Json("bodyParametersJson", "Body Parameters", show={"jsonParameters": [True], "requestMethod": _BODY_METHODS}),
        _ui("bodyParametersUi", "Body Parameters", {"jsonParameters": [False], "requestMethod": _BODY_METHODS}),
        Json("headerParametersJson", "Headers", show={"jsonParameters": [True]}),
        _ui("headerParametersUi", "Headers", {"jsonParameters": [False]}),
        Json("queryParametersJson", "Query Parameters", show={"jsonParameters": [True]}),
        _ui("queryParametersUi", "Query Parameters", {"jsonParameters": [False]}),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    options = ctx.param("options", 0) or {}
    size = int(options.get("batchSize", -1) or -1)
    pause = timedelta(milliseconds=float(options.get("batchInterval", 0) or 0))

    async def plan(item: Item, index: int) -> Plan:
        return await _plan(ctx, item, index)

    return [await send_all(ctx, plan, batch_size=size, pause=pause)]


async def _plan(ctx: NodeContext, item: Item, index: int) -> Plan:
    url = ctx.param("url", index)
    if not isinstance(url, str) or not url:
        raise NodeError("URL parameter must be a string", item_index=index)
    options = ctx.param("options", index) or {}
    arrays = str(options.get("queryParameterArrays") or ("repeat" if options.get("useQueryString") else "brackets"))
    url = with_query(url if "://" in url else f"http://{url}", list(_named(ctx, "query", index).items()), arrays)
    headers = [(name, to_text(value)) for name, value in _named(ctx, "header", index).items()]
    given = {name.lower() for name, _ in headers}
    method = str(ctx.param("requestMethod", index))
    body, content_type = await _body(ctx, item, options, index) if method in _BODY_METHODS else (None, "")
    if body is not None and content_type and "content-type" not in given:
        headers.append(("Content-Type", content_type))
    kind = str(ctx.param("responseFormat", index))
    if "accept" not in given:
        headers.append(("Accept", "application/json,text/*;q=0.99" if kind == "json" else "*/*"))
    if "user-agent" not in given:
        headers.append(("User-Agent", "Headrace"))
    follows = options.get("followRedirect", True) or options.get("followAllRedirects", False)
    return Plan(
        request=HttpRequest(
            method=method,
            url=url,
            headers=headers,
            body=body,
            credential=_credential(ctx),
            timeout=timedelta(milliseconds=float(options.get("timeout") or 3_600_000)),
            max_redirects=21 if follows else 0,
            proxy=str(options["proxy"]) if options.get("proxy") else None,
            verify_tls=not ctx.param("allowUnauthorizedCerts", index),
        ),
        rules=AnswerRules(
            format={"string": "text"}.get(kind, kind),
            property=str(ctx.param("dataPropertyName", index, "data") or "data"),
            full=bool(options.get("fullResponse")),
            never_error=options.get("ignoreResponseCode") is True,
            text_name="String",
        ),
        arrays=arrays,
    )


def _credential(ctx: NodeContext) -> str | None:
    chosen = str(ctx.raw_param("authentication") or "none")
    if chosen in _AUTH_1:
        return _AUTH_1[chosen]
    name = {"genericCredentialType": "genericAuthType", "predefinedCredentialType": "nodeCredentialType"}.get(chosen)
    return str(ctx.raw_param(name) or "") or None if name else None


def _named(ctx: NodeContext, what: str, index: int) -> Mapping[str, Any]:
    if ctx.param("jsonParameters", index):
        return object_of(ctx.param(f"{what}ParametersJson", index), f"{what} parameters")
    return nested(pairs_of(sequence_of(ctx.param(f"{what}ParametersUi.parameter", index))), dotted=False)


async def _body(ctx: NodeContext, item: Item, options: Mapping[str, Any], index: int) -> tuple[bytes | None, str]:
    kind = str(options.get("bodyContentType", "json"))
    if ctx.param("sendBinaryData", index, default=False):
        data, held = await binary_of(ctx, item, str(ctx.param("binaryPropertyName", index)), index)
        return data, str(options.get("bodyContentCustomMimeType") or held.mime_type)
    if kind == "raw":
        value = ctx.param("bodyParametersJson", index) if ctx.param("jsonParameters", index) else ""
        text = json_body(value) if isinstance(value, dict | list) else to_text(value or "").encode()
        return text, str(options.get("bodyContentCustomMimeType") or "")
    fields = _named(ctx, "body", index)
    if not fields:
        return None, ""
    if kind == "form-urlencoded":
        return form_body(list(fields.items())), "application/x-www-form-urlencoded"
    if kind == "multipart-form-data":
        return await multipart(ctx, item, [{"name": name, "value": value} for name, value in fields.items()], index)
    return json_body(fields), "application/json"
