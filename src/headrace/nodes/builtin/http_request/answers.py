"""Making items of answers, and errors of answers that tell of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from headrace.sdk.context import HttpFailed, HttpResponse, NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.errors import NodeApiError, NodeError
from headrace.sdk.items import Item

_STATUS = {
    400: "Bad request - please check your parameters",
    401: "Authorization failed - please check your credentials",
    402: "Payment required - perhaps check your payment details?",
    403: "Forbidden - perhaps check your credentials?",
    404: "The resource you are requesting could not be found",
    405: "Method not allowed - please check you are using the right HTTP method",
    429: "The service is receiving too many requests from you",
    500: "The service was not able to process your request",
    502: "Bad gateway - the service failed to handle your request",
    503: (
        "Service unavailable - try again later or consider setting this node to retry automatically "
        "(in the node settings)"
    ),
    504: "Gateway timed out - perhaps try again later?",
}
_CODES = {
    "ECONNREFUSED": "The service refused the connection - perhaps it is offline",
    "ECONNRESET": (
        "The connection to the server was closed unexpectedly, perhaps it is offline. "
        "You can retry the request immediately or wait and retry later."
    ),
    "ENOTFOUND": ("The connection cannot be established, this usually occurs due to an incorrect host (domain) value"),
    "ETIMEDOUT": ("The connection timed out, consider setting the 'Retry on Fail' option in the node settings"),
    "ECONNABORTED": "The connection was aborted, perhaps the server is offline",
}
_BINARY = re.compile(
    r"(image|audio|video|font)/|application/(pdf|zip|gzip|x-gzip|x-tar|x-7z-compressed|octet-stream|vnd\.|msword|x-rar|java-archive|wasm|epub)",
    re.IGNORECASE,
)
_MAX_SHOWN = 2_000
_REFUSED = "Your request is invalid or could not be processed by the service"
_UNKNOWN = "UNKNOWN ERROR - check the detailed error for more information"
_TOO_MANY = "Try spacing your requests out using the batching settings under 'Options'"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRules:
    """What becomes of an answer."""

    format: str = "autodetect"
    """autodetect, json, text or file."""

    property: str = "data"
    """Where text and files are put."""

    full: bool = False
    never_error: bool = False
    text_name: str = "Text"
    """What this version of the node calls the format for text."""


class RequestFailed(NodeApiError):
    """A request got no answer, or one that tells of an error."""

    reason: dict[str, Any]
    """The failure as the item that stands for it shows it, in the words of the HTTP client that n8n uses."""


def failure_of(failed: HttpFailed, index: int) -> RequestFailed:
    """Return the error for a request that got no answer."""
    message = _CODES.get(failed.code, str(failed))
    failure = RequestFailed(message, description=str(failed), item_index=index, context={"code": failed.code})
    failure.reason = {"message": str(failed), "name": "AxiosError", "code": failed.code}
    return failure


def error_of(answer: HttpResponse, index: int, *, parsed: bool = False) -> RequestFailed:
    """Return the error for an answer whose status is not one of success.

    Args:
        parsed: Whether the node asked for JSON, so that the reason quotes the body as JSON, not as text.
    """
    status = answer.status
    general = {4: _REFUSED, 5: "The service failed to process your request"}.get(status // 100, _UNKNOWN)
    body = text_of(answer)
    failure = RequestFailed(
        _STATUS.get(status, general),
        http_code=str(status),
        description=_TOO_MANY if status == 429 else _message_in(body) or None,
        item_index=index,
        context={"status": status},
    )
    failure.reason = {
        "message": _TOO_MANY if status == 429 else f"{status} - {to_json_text(body_of(answer) if parsed else body)}",
        "name": "AxiosError",
        "code": "ERR_BAD_RESPONSE" if status >= 500 else "ERR_BAD_REQUEST",
        "status": status,
    }
    return failure


def _message_in(body: str) -> str:
    """Return what the service itself says was wrong, if it says so where services do."""
    try:
        parsed = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return body[:_MAX_SHOWN]
    for _ in range(4):
        if isinstance(parsed, list) and parsed:
            parsed = parsed[0]
        if not isinstance(parsed, Mapping):
            break
        found = next(
            (
                parsed[key]
                for key in (
                    "message",
                    "Message",
                    "error_description",
                    "detail",
                    "msg",
                    "reason",
                    "title",
                    "error",
                    "errors",
                    "err",
                )
                if parsed.get(key)
            ),
            None,
        )
        if found is None:
            return body[:_MAX_SHOWN]
        parsed = found
    return parsed[:_MAX_SHOWN] if isinstance(parsed, str) else body[:_MAX_SHOWN]


def text_of(answer: HttpResponse) -> str:
    """Return the body as text, by the charset it names, else the one it begins with, else UTF-8."""
    body = answer.body
    named = re.search(r"charset=[\"']?([\w.:-]+)", answer.header("content-type"), re.IGNORECASE)
    if named is None and b"<" in body[:1024]:
        within = re.search(
            rb"<meta[^>]+charset=[\"']?([\w.:-]+)|<\?xml[^>]+encoding=[\"']([\w.:-]+)", body[:2048], re.IGNORECASE
        )
        charset = (within[1] or within[2]).decode("ascii", "ignore") if within else "utf-8"
    else:
        charset = named[1] if named else "utf-8"
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            charset = encoding
    try:
        return body.decode(charset, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def headers_of(answer: HttpResponse) -> dict[str, Any]:
    """Return the headers as an object: names in lower case, repeated ones joined, cookies as a list."""
    made: dict[str, Any] = {}
    for name, value in answer.headers:
        key = name.lower()
        if key == "set-cookie":
            made.setdefault(key, []).append(value)
        else:
            made[key] = f"{made[key]}, {value}" if key in made else value
    return made


def body_of(answer: HttpResponse) -> Any:
    """Return the body as an expression sees it: JSON if it is, else text."""
    text = text_of(answer)
    try:
        return msgspec.json.decode(text) if text else ""
    except (msgspec.DecodeError, RecursionError):
        return text


def detect(answer: HttpResponse) -> str:
    """Return the format of an answer by what it says it is."""
    kind = answer.header("content-type").lower()
    if "json" in kind.split(";", 1)[0]:
        return "json"
    return "file" if _BINARY.match(kind) else "text"


async def items_of(ctx: NodeContext, answer: HttpResponse, rules: AnswerRules, index: int) -> list[Item]:
    """Return an answer as items, linked to the input item of the request.

    Raises:
        NodeError: it is not what it was to be.
    """
    kind = detect(answer) if rules.format == "autodetect" else rules.format
    frame: dict[str, Any] = {}
    if rules.full:
        frame = {"headers": headers_of(answer), "statusCode": answer.status, "statusMessage": answer.reason}
    if kind == "file":
        name, mime_type = file_of(answer)
        binary = await ctx.store_binary(answer.body, file_name=name, mime_type=mime_type)
        held = ctx.items[index].binary or {}
        return [Item(json=frame, binary={**held, rules.property: binary}, paired_item=index)]
    if kind == "text":
        text = text_of(answer)
        return [Item(json={rules.property: text, **frame}, paired_item=index)]
    body = _json(answer, rules, index)
    if rules.full:
        return [Item(json={"body": body, **frame}, paired_item=index)]
    if isinstance(body, list):
        return [
            Item(json=part if isinstance(part, dict) else {rules.property: part}, paired_item=index) for part in body
        ]
    if isinstance(body, dict):
        return [Item(json=body, paired_item=index)]
    return [Item(json={} if body is None else {rules.property: body}, paired_item=index)]


def _json(answer: HttpResponse, rules: AnswerRules, index: int) -> Any:
    text = text_of(answer)
    if not text.strip():
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as malformed:
        if rules.format != "autodetect":
            raise NodeError(
                f'Response body is not valid JSON. Change "Response Format" to "{rules.text_name}"', item_index=index
            ) from malformed
        if rules.never_error:
            return {}
        raise NodeError("Invalid JSON in response body", item_index=index) from malformed


def file_of(answer: HttpResponse) -> tuple[str | None, str | None]:
    """Return the name and the type of a downloaded file: as the server says, else from the URL."""
    mime_type = answer.header("content-type").split(";", 1)[0].strip() or None
    disposition = answer.header("content-disposition")
    extended = re.search(r"filename\*\s*=\s*(?:utf-8|iso-8859-1)?''([^;]+)", disposition, re.IGNORECASE)
    plain = re.search(r'filename\s*=\s*(?:"([^"]*)"|([^;]+))', disposition, re.IGNORECASE)
    name = unquote(extended[1]) if extended else (plain[1] or plain[2] or "").strip() if plain else ""
    if not name:
        name = unquote(urlsplit(answer.url).path.rsplit("/", 1)[-1])
    # A name is a name: what a server sends must not become a path anywhere.
    name = re.sub(r"[\x00-\x1f]", "", name.replace("\\", "/").rsplit("/", 1)[-1])
    return name or None, mime_type if mime_type and mime_type != "application/octet-stream" else None
