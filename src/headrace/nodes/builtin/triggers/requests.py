"""Parameters of nodes that a request starts or resumes: who may call, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from headrace.sdk.description import (
    Boolean,
    Choice,
    Collection,
    CredentialUse,
    Display,
    FixedCollection,
    Group,
    Number,
    Options,
    Parameter,
    String,
)

METHODS = {name: name for name in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")}
AUTHENTICATION = {"basicAuth": "Basic Auth", "headerAuth": "Header Auth", "jwtAuth": "JWT Auth", "none": "None"}

_CODES = [Choice(value=code, name=str(code)) for code in (200, 201, 204, 301, 302, 304, 400, 401, 403, 404)]
_OLD = [1, 1.1]


DEDUPLICATION = [
    String(
        "deduplicateBy",
        "Deduplicate By",
        description="What tells that a call repeats another: a header's name, such as idempotency-key, or a path such"
        " as {{ $json.body.id }}. A repetition is answered 200 and starts nothing.",
    ),
    Number(
        "deduplicateFor",
        "Deduplicate For (Minutes)",
        60,
        minimum=1,
        description="How long after a call its repetitions are known.",
    ),
]


def request_credentials(parameter: str = "authentication") -> list[CredentialUse]:
    """Return the credentials that callers may have to show, as *parameter* chooses."""
    return [
        CredentialUse(name=name, required=True, display_options=Display(show={parameter: [mode]}))
        for name, mode in (("httpBasicAuth", "basicAuth"), ("httpHeaderAuth", "headerAuth"), ("jwtAuth", "jwtAuth"))
    ]


def only(parameters: Sequence[Parameter], show: Mapping[str, Sequence[Any]]) -> list[Parameter]:
    """Return *parameters* with more conditions for being shown."""
    narrowed = []
    for parameter in parameters:
        old = parameter.display_options or Display()
        display = Display(show={**old.show, **{key: list(values) for key, values in show.items()}}, hide=old.hide)
        narrowed.append(msgspec.structs.replace(parameter, display_options=display))
    return narrowed


def answering(*, code: bool = False, options: bool = False, more: Sequence[Parameter] = ()) -> list[Parameter]:
    """Return what says how a webhook call is answered, or (with *options*) its less common settings.

    Args:
        code: Whether there is a parameter for the status code in every version.
        more: Further options.
    """
    if options:
        return [_options(more)]
    return [
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
            show={} if code else {"@version": _OLD},
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
        String(
            "responseBinaryPropertyName",
            "Property Name",
            "data",
            show={"responseMode": ["lastNode"], "responseData": ["firstEntryBinary"]},
        ),
    ]


def _options(more: Sequence[Parameter]) -> Parameter:
    code = Options("responseCode", [*_CODES, Choice(value="customCode", name="Custom Code")], "Code", 200)
    return Collection(
        "options",
        [
            *more,
            String("allowedOrigins", "Allowed Origins (CORS)", "*"),
            Number(
                "callsPerMinute",
                "Calls per Minute",
                60,
                minimum=1,
                description="How many calls are taken a minute; those beyond are answered 429.",
            ),
            Boolean("binaryData", "Binary File", show={"/httpMethod": ["PATCH", "PUT", "POST"], "@version": [1]}),
            String("binaryPropertyName", "Field Name for Binary Data", "data"),
            Boolean("ignoreBots", "Ignore Bots"),
            String("ipWhitelist", "IP(s) Allowlist"),
            Boolean("noResponseBody", "No Response Body", show={"/responseMode": ["onReceived"]}),
            Boolean("rawBody", "Raw Body", hide={"@version": [1]}),
            String("responseData", "Response Data", show={"/responseMode": ["onReceived"]}),
            String(
                "responseContentType",
                "Response Content-Type",
                show={"/responseData": ["firstEntryJson"], "/responseMode": ["lastNode"]},
            ),
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
                        values=[
                            code,
                            Number(
                                "customCode",
                                "Code",
                                200,
                                minimum=100,
                                maximum=599,
                                show={"responseCode": ["customCode"]},
                            ),
                        ],
                    )
                ],
                "Response Code",
                hide={"@version": _OLD, "/responseMode": ["responseNode"]},
                default={"values": {"responseCode": 200}},
            ),
            String(
                "responsePropertyName",
                "Property Name",
                "data",
                show={"/responseData": ["firstEntryJson"], "/responseMode": ["lastNode"]},
            ),
        ],
        "Options",
    )
