"""HTTP Request, versions 3 and 4."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from headrace.nodes.builtin.http_request.answers import AnswerRules
from headrace.nodes.builtin.http_request.bodies import (
    binary_of,
    form_body,
    json_body,
    merged,
    multipart,
    nested,
    object_of,
    pairs_of,
    parse_json_body,
    with_query,
)
from headrace.nodes.builtin.http_request.sending import Plan, send_all, sequence_of
from headrace.sdk.context import UNDEFINED, HttpRequest, NodeContext
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
_GENERIC = {
    "httpBasicAuth": "Basic Auth",
    "httpBearerAuth": "Bearer Auth",
    "httpCustomAuth": "Custom Auth",
    "httpDigestAuth": "Digest Auth",
    "httpHeaderAuth": "Header Auth",
    "httpQueryAuth": "Query Auth",
    "oAuth1Api": "OAuth1 API",
    "oAuth2Api": "OAuth2 API",
}
_CONTENT = {
    "form-urlencoded": "Form Urlencoded",
    "multipart-form-data": "Form-Data",
    "json": "JSON",
    "binaryData": "Binary File",
    "raw": "Raw",
}
_HOW = {"keypair": "Using Fields Below", "json": "Using JSON"}
_ACCEPT = "application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, image/*;q=0.8, */*;q=0.7"
_ACCEPTED = {
    "json": "application/json,text/*;q=0.99",
    "text": "application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, */*;q=0.1",
}


def _parameters(name: str, label: str, show: dict[str, list[Any]]) -> Parameter:
    return FixedCollection(
        name,
        [Group(name="parameters", display_name="Parameter", values=[String("name", "Name"), String("value", "Value")])],
        label,
        multiple=True,
        default={"parameters": [{"name": "", "value": ""}]},
        show=show,
    )


_PAGINATION = FixedCollection(
    "pagination",
    [
        Group(
            name="pagination",
            display_name="Pagination",
            values=[
                Options(
                    "paginationMode",
                    {
                        "off": "Off",
                        "updateAParameterInEachRequest": "Update a Parameter in Each Request",
                        "responseContainsNextURL": "Response Contains Next URL",
                    },
                    "Pagination Mode",
                    "updateAParameterInEachRequest",
                ),
                String("nextURL", "Next URL", show={"paginationMode": ["responseContainsNextURL"]}),
                FixedCollection(
                    "parameters",
                    [
                        Group(
                            name="parameters",
                            display_name="Parameter",
                            values=[
                                Options("type", {"body": "Body", "headers": "Header", "qs": "Query"}, "Type", "qs"),
                                String("name", "Name"),
                                String("value", "Value"),
                            ],
                        )
                    ],
                    "Parameters",
                    multiple=True,
                    default={"parameters": [{"type": "qs", "name": "", "value": ""}]},
                    show={"paginationMode": ["updateAParameterInEachRequest"]},
                ),
                Options(
                    "paginationCompleteWhen",
                    {
                        "responseIsEmpty": "Response Is Empty",
                        "receiveSpecificStatusCodes": "Receive Specific Status Code(s)",
                        "other": "Other",
                    },
                    "Pagination Complete When",
                    "responseIsEmpty",
                ),
                String(
                    "statusCodesWhenComplete",
                    "Status Code(s) when Complete",
                    show={"paginationCompleteWhen": ["receiveSpecificStatusCodes"]},
                ),
                String("completeExpression", "Complete Expression", show={"paginationCompleteWhen": ["other"]}),
                Boolean("limitPagesFetched", "Limit Pages Fetched"),
                Number("maxRequests", "Max Pages", 100, show={"limitPagesFetched": [True]}),
                Number("requestInterval", "Interval Between Requests (ms)", 0),
            ],
        )
    ],
    "Pagination",
    default={"pagination": {}},
)

_OPTIONS = Collection(
    "options",
    [
        FixedCollection(
            "batching",
            [
                Group(
                    name="batch",
                    display_name="Batching",
                    values=[
                        Number("batchSize", "Items per Batch", 50, minimum=-1),
                        Number("batchInterval", "Batch Interval (ms)", 1000, minimum=0),
                    ],
                )
            ],
            "Batching",
            default={"batch": {}},
        ),
        Boolean("allowUnauthorizedCerts", "Ignore SSL Issues"),
        Options(
            "queryParameterArrays",
            {"repeat": "No Brackets", "brackets": "Brackets Only", "indices": "Brackets with Indices"},
            "Array Format in Query Parameters",
            "brackets",
        ),
        Boolean("lowercaseHeaders", "Lowercase Headers", True),
        FixedCollection(
            "redirect",
            [
                Group(
                    name="redirect",
                    display_name="Redirect",
                    values=[
                        Boolean("followRedirects", "Follow Redirects", True),
                        Number("maxRedirects", "Max Redirects", 21),
                    ],
                )
            ],
            "Redirects",
            default={"redirect": {}},
        ),
        FixedCollection(
            "response",
            [
                Group(
                    name="response",
                    display_name="Response",
                    values=[
                        Boolean("fullResponse", "Include Response Headers and Status"),
                        Boolean("neverError", "Never Error"),
                        Options(
                            "responseFormat",
                            {"autodetect": "Autodetect", "file": "File", "json": "JSON", "text": "Text"},
                            "Response Format",
                            "autodetect",
                        ),
                        String(
                            "outputPropertyName",
                            "Put Output in Field",
                            "data",
                            show={"responseFormat": ["file", "text"]},
                        ),
                    ],
                )
            ],
            "Response",
            default={"response": {}},
        ),
        _PAGINATION,
        String("proxy", "Proxy"),
        Number("timeout", "Timeout (ms)", 10000, minimum=1),
        Boolean("sendCredentialsOnCrossOriginRedirect", "Send Credentials on Cross-Origin Redirect"),
    ],
    "Options",
)

_QUERY, _HEADERS, _BODY = {"sendQuery": [True]}, {"sendHeaders": [True]}, {"sendBody": [True]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.httpRequest",
    versions=(3, 4, 4.1, 4.2, 4.3, 4.4),
    title="HTTP Request",
    summary="Calls a URL and returns its answer: any method, body and authentication, page after page if need be.",
    group="output",
    works="list",
    per_item_parameters=True,
    effects=Effects.WRITES,
    aliases=("api", "request", "url", "rest", "curl", "get", "post", "fetch"),
    credentials=[
        *(
            CredentialUse(
                name=name,
                required=True,
                display_options=Display(show={"authentication": ["genericCredentialType"], "genericAuthType": [name]}),
            )
            for name in _GENERIC
        ),
        CredentialUse(name="httpSslAuth", display_options=Display(show={"provideSslCertificates": [True]})),
    ],
    parameters=[
        Parameter(name="curlImport", display_name="Import cURL", type="curlImport", default=""),
        Options("method", _METHODS, "Method", "GET"),
        String("url", "URL", required=True),
        Options(
            "authentication",
            {
                "none": "None",
                "predefinedCredentialType": "Predefined Credential Type",
                "genericCredentialType": "Generic Credential Type",
            },
            "Authentication",
            "none",
            no_data_expression=True,
        ),
        Parameter(
            name="nodeCredentialType",
            display_name="Credential Type",
            type="credentialsSelect",
            default="",
            no_data_expression=True,
            display_options=Display(show={"authentication": ["predefinedCredentialType"]}),
        ),
        Options(
            "genericAuthType",
            _GENERIC,
            "Generic Auth Type",
            "",
            no_data_expression=True,
            show={"authentication": ["genericCredentialType"]},
        ),
        Boolean("provideSslCertificates", "SSL Certificates"),
        Boolean("sendQuery", "Send Query Parameters"),
        Options("specifyQuery", _HOW, "Specify Query Parameters", "keypair", show=_QUERY),
        _parameters("queryParameters", "Query Parameters", {**_QUERY, "specifyQuery": ["keypair"]}),
        Json("jsonQuery", "JSON", show={**_QUERY, "specifyQuery": ["json"]}),
        Boolean("sendHeaders", "Send Headers"),
        Options("specifyHeaders", _HOW, "Specify Headers", "keypair", show=_HEADERS),
        _parameters("headerParameters", "Header Parameters", {**_HEADERS, "specifyHeaders": ["keypair"]}),
        Json("jsonHeaders", "JSON", show={**_HEADERS, "specifyHeaders": ["json"]}),
        Boolean("sendBody", "Send Body"),
        Options("contentType", _CONTENT, "Body Content Type", "json", show=_BODY),
        Options("specifyBody", _HOW, "Specify Body", "keypair", show={**_BODY, "contentType": ["json"]}),
        _parameters(
            "bodyParameters", "Body Parameters", {**_BODY, "contentType": ["json"], "specifyBody": ["keypair"]}
        ),
        Json("jsonBody", "JSON", show={**_BODY, "contentType": ["json"], "specifyBody": ["json"]}),
        FixedCollection(
            "bodyParameters",
            [
                Group(
                    name="parameters",
                    display_name="Parameter",
                    values=[
                        Options(
                            "parameterType",
                            {"formBinaryData": "n8n Binary File", "formData": "Form Data"},
                            "Parameter Type",
                            "formData",
                        ),
                        String("name", "Name"),
                        String("value", "Value", show={"parameterType": ["formData"]}),
                        String(
                            "inputDataFieldName", "Input Data Field Name", show={"parameterType": ["formBinaryData"]}
                        ),
                    ],
                )
            ],
            "Body Parameters",
            multiple=True,
            default={"parameters": [{"name": "", "value": ""}]},
            show={**_BODY, "contentType": ["multipart-form-data"]},
        ),
        Options(
            "specifyBody",
            {"keypair": "Using Fields Below", "string": "Using Single Field"},
            "Specify Body",
            "keypair",
            show={**_BODY, "contentType": ["form-urlencoded"]},
        ),
        _parameters(
            "bodyParameters",
            "Body Parameters",
            {**_BODY, "contentType": ["form-urlencoded"], "specifyBody": ["keypair"]},
        ),
        String("body", "Body", show={**_BODY, "contentType": ["form-urlencoded"], "specifyBody": ["string"]}),
        String("inputDataFieldName", "Input Data Field Name", show={**_BODY, "contentType": ["binaryData"]}),
        String("rawContentType", "Content Type", show={**_BODY, "contentType": ["raw"]}),
        String("body", "Body", show={**_BODY, "contentType": ["raw"]}),
        _OPTIONS,
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    batch = ctx.param("options.batching.batch", 0) or {}
    size = int(batch.get("batchSize", 50)) if batch else -1
    pause = timedelta(milliseconds=float(batch.get("batchInterval", 1000))) if batch else timedelta(0)

    async def plan(item: Item, index: int) -> Plan:
        return await _plan(ctx, item, index)

    return [await send_all(ctx, plan, batch_size=size, pause=pause)]


async def _plan(ctx: NodeContext, item: Item, index: int) -> Plan:
    url = ctx.param("url", index)
    if not isinstance(url, str):
        raise NodeError(f"URL parameter must be a string, got {_kind_of(url)}", item_index=index)
    if not url.startswith(("http://", "https://")):
        raise NodeError(f'Invalid URL: {url}. URL must start with "http" or "https".', item_index=index)
    options = ctx.param("options", index) or {}
    arrays = str(options.get("queryParameterArrays") or "brackets")
    if ctx.param("sendQuery", index):
        # Since 4.3 a name that comes twice is a list; before, its last value counts.
        url = with_query(url, merged(_named(ctx, "Query", index), repeats=ctx.node.version >= 4.3), arrays)
    headers = (
        [(name, to_text(value)) for name, value in _named(ctx, "Header", index)]
        if ctx.param("sendHeaders", index)
        else []
    )
    body, plain, content_type = await _body(ctx, item, index) if ctx.param("sendBody", index) else (None, None, "")
    given = {name.lower() for name, _ in headers}
    if content_type and "content-type" not in given:
        headers.append(("Content-Type", content_type))
    response = (options.get("response") or {}).get("response") or {}
    if "accept" not in given:
        headers.append(("Accept", _ACCEPTED.get(str(response.get("responseFormat")), _ACCEPT)))
    if "user-agent" not in given:
        headers.append(("User-Agent", "Headrace"))
    redirect = (options.get("redirect") or {}).get("redirect") or {}
    raw_options = ctx.raw_param("options") or {}
    # Before 4 redirects were not followed unless asked for.
    follows = redirect.get("followRedirects", ctx.node.version >= 4)
    return Plan(
        request=HttpRequest(
            method=str(ctx.param("method", index)),
            url=url,
            headers=headers,
            body=body,
            credential=_credential(ctx),
            timeout=timedelta(milliseconds=float(options.get("timeout") or 300_000)),
            max_redirects=int(redirect.get("maxRedirects", 21)) if follows else 0,
            proxy=str(options["proxy"]) if options.get("proxy") else None,
            verify_tls=not options.get("allowUnauthorizedCerts"),
        ),
        rules=AnswerRules(
            format=str(response.get("responseFormat") or "autodetect"),
            property=str(response.get("outputPropertyName") or "data"),
            full=bool(response.get("fullResponse")),
            never_error=bool(response.get("neverError")),
        ),
        body=plain,
        pagination=(raw_options.get("pagination") or {}).get("pagination") or {},
        arrays=arrays,
    )


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "object"


def _credential(ctx: NodeContext) -> str | None:
    """Return the type of the credential to attach: as drawn, never from an expression."""
    match ctx.raw_param("authentication"):
        case "genericCredentialType":
            return str(ctx.raw_param("genericAuthType") or "") or None
        case "predefinedCredentialType":
            return str(ctx.raw_param("nodeCredentialType") or "") or None
    return None


def _named(ctx: NodeContext, what: str, index: int) -> list[tuple[str, Any]]:
    plural = "Headers" if what == "Header" else what
    if ctx.param(f"specify{plural}", index) == "json":
        return list(object_of(ctx.param(f"json{plural}", index), plural).items())
    return pairs_of(sequence_of(ctx.param(f"{what.lower()}Parameters.parameters", index)))


async def _body(ctx: NodeContext, item: Item, index: int) -> tuple[bytes, Any, str]:
    """Return the body, what it was before it was encoded, and its content type."""
    kind = ctx.param("contentType", index)
    fields = sequence_of(ctx.param("bodyParameters.parameters", index))
    if kind == "json":
        if ctx.param("specifyBody", index) == "json":
            value = ctx.param("jsonBody", index)
            encoded = parse_json_body(value)
            return encoded, value if isinstance(value, dict) else None, "application/json"
        plain = nested(pairs_of(fields), dotted=ctx.node.version >= 4)
        return json_body(plain), plain, "application/json"
    if kind == "form-urlencoded":
        if ctx.param("specifyBody", index) == "string":
            return to_text(ctx.param("body", index)).encode(), None, "application/x-www-form-urlencoded"
        return form_body(pairs_of(fields)), None, "application/x-www-form-urlencoded"
    if kind == "multipart-form-data":
        body, content_type = await multipart(ctx, item, fields, index)
        return body, None, content_type
    if kind == "binaryData":
        data, held = await binary_of(ctx, item, str(ctx.param("inputDataFieldName", index)), index)
        return data, None, str(held.mime_type)
    value = ctx.param("body", index)
    raw = json_body(value) if isinstance(value, dict | list) else to_text(value).encode()
    return raw, None, str(ctx.param("rawContentType", index) or "text/plain")
