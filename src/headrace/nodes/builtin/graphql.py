"""GraphQL: sends a query to a GraphQL endpoint."""

from __future__ import annotations

from typing import Any

import msgspec

from headrace.nodes.builtin.http_request.answers import error_of, failure_of, text_of
from headrace.nodes.builtin.http_request.bodies import json_body, object_of, pairs_of, with_query
from headrace.sdk.context import HttpFailed, HttpRequest, NodeContext
from headrace.sdk.description import (
    Boolean,
    CredentialUse,
    Display,
    Effects,
    FixedCollection,
    Group,
    Json,
    NodeDescription,
    Options,
    String,
)
from headrace.sdk.errors import NodeApiError, NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.outcome import ItemResult

_AUTH = {
    "basicAuth": "httpBasicAuth",
    "customAuth": "httpCustomAuth",
    "digestAuth": "httpDigestAuth",
    "headerAuth": "httpHeaderAuth",
    "oAuth1": "oAuth1Api",
    "oAuth2": "oAuth2Api",
    "queryAuth": "httpQueryAuth",
}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.graphql",
    versions=(1, 1.1),
    title="GraphQL",
    summary="Sends a query to a GraphQL endpoint.",
    group="output",
    effects=Effects.WRITES,
    credentials=[
        CredentialUse(name=type_, required=True, display_options=Display(show={"authentication": [name]}))
        for name, type_ in _AUTH.items()
    ],
    parameters=[
        Options(
            "authentication",
            {
                "basicAuth": "Basic Auth",
                "customAuth": "Custom Auth",
                "digestAuth": "Digest Auth",
                "headerAuth": "Header Auth",
                "none": "None",
                "oAuth1": "OAuth1",
                "oAuth2": "OAuth2",
                "queryAuth": "Query Auth",
            },
            "Authentication",
            "none",
        ),
        Options("requestMethod", {"GET": "GET", "POST": "POST"}, "HTTP Request Method", "POST"),
        String("endpoint", "Endpoint", required=True),
        Boolean("allowUnauthorizedCerts", "Ignore SSL Issues"),
        Options(
            "requestFormat",
            {"graphql": "GraphQL (Raw)", "json": "JSON"},
            "Request Format",
            "graphql",
            show={"requestMethod": ["POST"], "@version": [1]},
        ),
        Options(
            "requestFormat",
            {"json": "JSON (Recommended)", "graphql": "GraphQL (Raw)"},
            "Request Format",
            "json",
            show={"requestMethod": ["POST"], "@version": [{"_cnd": {"gte": 1.1}}]},
        ),
        String("query", "Query", required=True, rows=6),
        Json("variables", "Variables", show={"requestFormat": ["json"], "requestMethod": ["POST"]}),
        String("operationName", "Operation Name", show={"requestFormat": ["json"], "requestMethod": ["POST"]}),
        Options("responseFormat", {"json": "JSON", "string": "String"}, "Response Format", "json"),
        String("dataPropertyName", "Response Data Property Name", "data", show={"responseFormat": ["string"]}),
        FixedCollection(
            "headerParametersUi",
            [Group(name="parameter", display_name="Header", values=[String("name", "Name"), String("value", "Value")])],
            "Headers",
            multiple=True,
        ),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    method, url, query = (
        str(ctx.param("requestMethod", index)),
        str(ctx.param("endpoint", index)),
        str(ctx.param("query", index)),
    )
    headers = [(name, to_text(value)) for name, value in pairs_of(ctx.param("headerParametersUi.parameter", index))]
    body: bytes | None = None
    if method == "GET":
        url = with_query(url, [("query", query)])
    elif ctx.param("requestFormat", index) == "json":
        fields: dict[str, Any] = {
            "query": query,
            "variables": dict(object_of(ctx.param("variables", index), "Variables")),
            "operationName": ctx.param("operationName", index) or None,
        }
        headers.append(("Content-Type", "application/json"))
        body = json_body(fields)
    else:
        headers.append(("Content-Type", "application/graphql"))
        body = query.encode()
    request = HttpRequest(
        method=method,
        url=url,
        headers=headers,
        body=body,
        credential=_AUTH.get(str(ctx.raw_param("authentication"))),
        verify_tls=not ctx.param("allowUnauthorizedCerts", index),
    )
    try:
        answer = await ctx.http.request(request)
    except HttpFailed as failed:
        raise failure_of(failed, index) from failed
    if answer.status >= 400:
        raise error_of(answer, index)
    text = text_of(answer)
    if ctx.param("responseFormat", index) == "string":
        return Item(json={str(ctx.param("dataPropertyName", index)): text})
    try:
        parsed = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as malformed:
        raise NodeError(
            'Response body is not valid JSON. Change "Response Format" to "String"', item_index=index
        ) from malformed
    errors = parsed.get("errors") if isinstance(parsed, dict) else None
    if isinstance(errors, list) and errors:
        messages = [str(one.get("message", "")) for one in errors if isinstance(one, dict)]
        raise NodeApiError(", ".join(messages) or "Unexpected error", item_index=index)
    return Item(json=parsed if isinstance(parsed, dict) else {"data": parsed})
