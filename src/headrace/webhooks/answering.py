"""What goes back to a caller, by the node's response mode. No I/O.

Source: n8n's behaviour, as its texts and codes are what callers check for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from headrace.kernel.errors import Denied, HeadraceError, LimitExceeded
from headrace.kernel.ids import TenantId
from headrace.sdk.conversion import to_json_text
from headrace.sdk.items import Item
from headrace.sdk.paths import get_path, has_path
from headrace.webhooks.domain import Options
from headrace.webhooks.errors import BadCall, BadForm, BadRoute, CallTooLarge, NotAForm
from headrace.webhooks.public import Answer

_JSON = ("content-type", "application/json; charset=utf-8")
_TEXT = ("content-type", "text/html; charset=utf-8")

FAILED = Answer(status=500, headers=[_JSON], body=b'{"message":"Error in workflow"}')
CANCELED = Answer(status=500, headers=[_JSON], body=b'{"message":"The workflow was stopped"}')


def problem(status: int, title: str, detail: str, *, headers: Sequence[tuple[str, str]] = ()) -> Answer:
    """Return an answer in the form of RFC 9457; "message" is there for clients of n8n."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "message": detail}
    return Answer(
        status=status, headers=[("content-type", "application/problem+json"), *headers], body=msgspec.json.encode(body)
    )


def of_failure(failure: HeadraceError) -> Answer:
    """Return the answer to a call that could not be taken."""
    match failure:
        case CallTooLarge():
            return problem(413, "Content Too Large", str(failure))
        case NotAForm():
            return problem(415, "Unsupported Media Type", str(failure))
        case BadCall():
            return problem(400, "Bad Request", str(failure))
        case BadForm() | BadRoute():
            return problem(500, "Misconfigured", str(failure))
        case LimitExceeded():
            seconds = -(-(failure.retry_after or timedelta(minutes=1)) // timedelta(seconds=1))
            return problem(429, "Too Many Requests", str(failure), headers=[("retry-after", str(seconds))])
        case Denied():
            return problem(403, "Forbidden", str(failure))
    return problem(503, "Service Unavailable", str(failure), headers=[("retry-after", "1")])


def repeated() -> Answer:
    """Return the answer to a delivery that came before."""
    return Answer(headers=[_JSON], body=b'{"message":"This delivery was already taken; nothing was started"}')


def received(options: Options) -> Answer:
    """Return the answer that goes out before the run has ended."""
    if options.no_body:
        return _with(options, b"", ())
    if options.response_text is not None:
        return _with(options, options.response_text.encode("utf-8", "replace"), [_TEXT])
    return _with(options, b'{"message":"Workflow was started"}', [_JSON])


def ended_without_answer(options: Options) -> Answer:
    """Return the answer of a run that was to answer by a node, and came to its end without one."""
    return _with(options, b'{"message":"Workflow executed successfully"}', [_JSON])


def last_node(tenant: TenantId, options: Options, items: Sequence[Item]) -> Answer:
    """Return the answer made of what the last node put out."""
    match options.response_data:
        case "noData":
            return _with(options, b"", ())
        case "allEntries":
            return _with(options, _json([item.json for item in items]), [_JSON])
        case "firstEntryBinary":
            return _binary(tenant, options, items)
        case _:
            return _first(options, items)


def _first(options: Options, items: Sequence[Item]) -> Answer:
    if not items:
        nothing = "Workflow executed successfully but the last node did not return any data"
        return _with(options, _json({"message": nothing}), [_JSON])
    value: Any = items[0].json
    if options.response_property is not None:
        if not has_path(value, options.response_property):
            return problem(500, "No such property", f'The property "{options.response_property}" is not in the item')
        value = get_path(value, options.response_property)
    if options.response_content_type is not None:
        text = value if isinstance(value, str) else to_json_text(value)
        return _with(options, text.encode("utf-8", "replace"), [("content-type", options.response_content_type)])
    return _with(options, _json(value), [_JSON])


def _binary(tenant: TenantId, options: Options, items: Sequence[Item]) -> Answer:
    held = items[0].binary if items else None
    if not held or options.response_binary not in held:
        return problem(
            500, "No file", f'The binary property "{options.response_binary}" which should be returned does not exist'
        )
    file = held[options.response_binary]
    return Answer(
        status=options.response_code,
        headers=_merged([("content-type", file.mime_type)], options.response_headers),
        payload=(tenant, file.id),
    )


def _with(options: Options, body: bytes, headers: Sequence[tuple[str, str]]) -> Answer:
    return Answer(status=options.response_code, headers=_merged(headers, options.response_headers), body=body)


def _merged(ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    chosen = {name.lower() for name, _ in theirs}
    return [*((name, value) for name, value in ours if name not in chosen), *theirs]


def _json(value: Any) -> bytes:
    return to_json_text(value).encode("utf-8", "replace")
