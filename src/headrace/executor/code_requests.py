"""HTTP requests that code in a sandbox asks for: from the options of n8n's helper to a request, and back to a value."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit

import msgspec

from headrace.sdk.context import HttpRequest, HttpResponse
from headrace.sdk.js import to_text

MAX_ANSWER_BYTES = 128 * 1024 * 1024

_DEFAULT_TIMEOUT = timedelta(seconds=300)
_MAX_SHOWN_BYTES = 16 * 1024
"""Of a body that comes with an error."""

_SHOWN_HEADERS = ("content-length", "content-type", "date", "location", "retry-after", "server")
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_METHOD = re.compile(r"[A-Z]{1,20}")

Options = Mapping[str, Any]


class HelpRefused(Exception):
    """Code is not helped; the message is for its author. *details* are further properties of the error it gets."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


def modern(options: Options) -> Options:
    """Return options in the manner of the older `request` helper as those of `httpRequest`."""
    made = {
        name: options[name]
        for name in ("url", "method", "headers", "qs", "body", "bytes", "multipart", "form", "timeout", "auth")
        if name in options
    }
    made.setdefault("url", options.get("uri"))
    made["baseURL"] = options.get("baseUrl")
    json = options.get("json")
    if json is not None and not isinstance(json, bool):
        made["body"] = json
    form = options.get("formData")
    if isinstance(form, Mapping):
        made["multipart"] = [{"name": name, "value": value} for name, value in form.items()]
    made["json"] = bool(json)
    made["encoding"] = "json" if json else "text"
    if "encoding" in options and options["encoding"] is None:
        made["encoding"] = "arraybuffer"
    made["returnFullResponse"] = options.get("resolveWithFullResponse")
    made["ignoreHttpStatusErrors"] = options.get("simple") is False
    made["disableFollowRedirect"] = options.get("followRedirect") is False
    made["skipSslCertificateValidation"] = options.get("rejectUnauthorized") is False
    return made


def request_of(options: Options, *, allow_insecure_tls: bool) -> HttpRequest:
    """Return the request that the options describe.

    Raises:
        HelpRefused: an option cannot be, or may not.
    """
    if options.get("skipSslCertificateValidation") and not allow_insecure_tls:
        raise HelpRefused(
            "skipSslCertificateValidation is not allowed on this server; its owner can allow it with the setting"
            " HEADRACE_ALLOW_INSECURE_TLS_IN_CODE=true"
        )
    if options.get("proxy"):
        raise HelpRefused("the option proxy is not available in code")
    method = to_text(options.get("method") or "GET").upper()
    if not _METHOD.fullmatch(method):
        raise HelpRefused(f"{method[:40]!r} is no HTTP method")
    headers = _headers(options.get("headers"))
    body = _body(options, method, headers)
    headers.setdefault("accept", [_JSON if options.get("json") is True else f"{_JSON}, text/plain, */*"])
    headers.setdefault("user-agent", ["Headrace"])
    _authorize(options.get("auth"), headers)
    return HttpRequest(
        method=method,
        url=_url(options),
        headers=[(name, value) for name, values in headers.items() for value in values],
        body=body,
        timeout=_timeout(options.get("timeout")),
        max_redirects=0 if options.get("disableFollowRedirect") else _redirects(options.get("maxRedirects")),
        verify_tls=not options.get("skipSslCertificateValidation"),
        max_bytes=MAX_ANSWER_BYTES,
    )


def check_status(options: Options, answer: HttpResponse) -> None:
    """Raises: HelpRefused: the answer's status tells of an error, and such are not to be ignored."""
    if 200 <= answer.status < 300:
        return
    ignored = options.get("ignoreHttpStatusErrors")
    if isinstance(ignored, Mapping):
        kept = ignored.get("except")
        ignored = ignored.get("ignore") and not (isinstance(kept, list) and answer.status in kept)
    if ignored:
        return
    shown = _text(answer)[:_MAX_SHOWN_BYTES]
    body: Any = shown
    if len(answer.body) <= _MAX_SHOWN_BYTES:
        parsed = _json_or_none(answer.body)
        body = shown if parsed is None else parsed
    raise HelpRefused(
        f"Request failed with status code {answer.status}",
        name="AxiosError",
        code="ERR_BAD_REQUEST" if answer.status < 500 else "ERR_BAD_RESPONSE",
        statusCode=answer.status,
        httpCode=str(answer.status),
        response={
            "status": answer.status,
            "statusCode": answer.status,
            "statusMessage": answer.reason,
            "headers": {name: answer.header(name) for name in _SHOWN_HEADERS if answer.header(name)},
            "body": body,
            "data": body,
        },
    )


def reply_of(options: Options, answer: HttpResponse) -> dict[str, Any]:
    """Return the fields of the reply for an answer: "value", and "bytes" for a body that is to be bytes."""
    encoding = options.get("encoding")
    reply: dict[str, Any] = {}
    body: Any = None
    if encoding in ("arraybuffer", "blob", "stream"):
        reply["bytes"] = base64.b64encode(answer.body).decode()
    elif encoding in ("text", "document"):
        body = _text(answer)
    else:
        body = _json_or_none(answer.body)
        body = _text(answer) if body is None else body
    if not options.get("returnFullResponse"):
        return {**reply, "value": body}
    reply["value"] = {
        "statusCode": answer.status,
        "statusMessage": answer.reason,
        "headers": _received(answer),
        "url": answer.url,
        **({} if "bytes" in reply else {"body": body}),
    }
    return reply


def _json_or_none(body: bytes) -> msgspec.Raw | None:
    try:
        # Only looked at: it goes on as it is.
        msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    return msgspec.Raw(body)


def _text(answer: HttpResponse) -> str:
    found = re.search(r"charset=[\"']?([\w.:-]+)", answer.header("content-type"), re.IGNORECASE)
    try:
        return answer.body.decode(found[1] if found else "utf-8", "replace")
    except (LookupError, ValueError):
        return answer.body.decode("utf-8", "replace")


def _received(answer: HttpResponse) -> dict[str, Any]:
    """Return the answer's headers as Node's client has them: lower case, repeated ones joined, cookies in a list."""
    made: dict[str, Any] = {}
    for name, value in answer.headers:
        key = name.lower()
        if key == "set-cookie":
            made.setdefault(key, []).append(value)
        else:
            made[key] = f"{made[key]}, {value}" if key in made else value
    return made


def _url(options: Options) -> str:
    url, base = options.get("url"), options.get("baseURL")
    if not isinstance(url, str) or (not url and not base):
        raise HelpRefused("the option url is missing")
    if base:
        url = urljoin(f"{str(base).rstrip('/')}/", url.lstrip("/")) if not urlsplit(url).scheme else url
    pairs = _pairs(options.get("qs"), str(options.get("arrayFormat") or "indices"))
    if not pairs:
        return url
    try:
        parts = urlsplit(url)
    except ValueError as wrong:
        raise HelpRefused("Invalid URL", code="ERR_INVALID_URL") from wrong
    added = urlencode(pairs, quote_via=quote, safe="")
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def _pairs(value: Any, arrays: str) -> list[tuple[str, str]]:
    """Return the fields of an object, those inside others by their paths.

    Args:
        arrays: How a list is written: "indices" (a[0]=1&a[1]=2), "brackets" (a[]=1), "repeat" (a=1) or "comma" (a=1,2).
    """
    flat: list[tuple[str, str]] = []
    if isinstance(value, Mapping):
        for name, part in value.items():
            _flatten(flat, name, part, arrays)
    return flat


def _flatten(flat: list[tuple[str, str]], name: str, value: Any, arrays: str) -> None:
    if isinstance(value, list):
        if arrays == "comma":
            flat.append((name, ",".join(map(to_text, value))))
            return
        for place, part in enumerate(value):
            suffix = {"brackets": "[]", "repeat": ""}.get(arrays, f"[{place}]")
            _flatten(flat, name + suffix, part, arrays)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            _flatten(flat, f"{name}[{key}]", part, arrays)
    else:
        flat.append((name, "" if value is None else to_text(value)))


def _headers(given: Any) -> dict[str, list[str]]:
    if not isinstance(given, Mapping):
        return {}
    made: dict[str, list[str]] = {}
    for name, value in given.items():
        values = value if isinstance(value, list) else [value]
        made.setdefault(name.lower(), []).extend(to_text(one) for one in values if one is not None)
    return made


def _body(options: Options, method: str, headers: dict[str, list[str]]) -> bytes | None:
    if options.get("multipart") is not None:
        return _multipart(options["multipart"], headers)
    if isinstance(options.get("bytes"), str):
        headers.setdefault("content-type", ["application/octet-stream"])
        return decode_base64(options["bytes"])
    if options.get("form") is not None:
        form = options["form"]
        headers.setdefault("content-type", [_FORM])
        return form.encode() if isinstance(form, str) else urlencode(_pairs(form, "indices")).encode()
    body = options.get("body")
    if body is None or (body == {} and method in ("GET", "HEAD")):
        return None
    kind = next(iter(headers.get("content-type", ())), "").lower()
    if isinstance(body, str):
        headers.setdefault("content-type", [_JSON if options.get("json") is True else _FORM])
        return body.encode("utf-8", "replace")
    if isinstance(body, Mapping) and kind.startswith(_FORM):
        return urlencode(_pairs(body, "indices")).encode()
    if isinstance(body, Mapping) and kind.startswith("multipart/form-data"):
        return _multipart([{"name": name, "value": value} for name, value in body.items()], headers)
    headers.setdefault("content-type", [_JSON])
    return msgspec.json.encode(body)


def _multipart(fields: Any, headers: dict[str, list[str]]) -> bytes:
    boundary = f"headrace-{secrets.token_hex(16)}"
    headers["content-type"] = [f"multipart/form-data; boundary={boundary}"]
    made: list[bytes] = []
    for field in fields if isinstance(fields, list) else ():
        if not isinstance(field, Mapping):
            raise HelpRefused("a part of a multipart body must be an object")
        head = f'Content-Disposition: form-data; name="{_quoted(field.get("name"))}"'
        if "data" in field:
            head += f'; filename="{_quoted(field.get("fileName") or "file")}"'
            kind = re.sub(r"[\r\n]", "", to_text(field.get("contentType") or "application/octet-stream"))
            head += f"\r\nContent-Type: {kind}"
            content = decode_base64(field["data"])
        else:
            value = field.get("value")
            content = msgspec.json.encode(value) if isinstance(value, Mapping | list) else to_text(value).encode()
        made.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join((*made, f"--{boundary}--\r\n".encode()))


def _quoted(value: Any) -> str:
    return to_text(value).replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def decode_base64(text: Any) -> bytes:
    """Raises: HelpRefused: it is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError) as wrong:
        raise HelpRefused("bytes must be given as base64") from wrong


def _authorize(auth: Any, headers: dict[str, list[str]]) -> None:
    if not isinstance(auth, Mapping) or "authorization" in headers:
        return
    if isinstance(auth.get("bearer"), str):
        headers["authorization"] = [f"Bearer {auth['bearer']}"]
        return
    user, password = (
        to_text(next((auth[name] for name in names if auth.get(name) is not None), ""))
        for names in (("username", "user"), ("password", "pass"))
    )
    headers["authorization"] = [f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"]


def _timeout(millis: Any) -> timedelta:
    if isinstance(millis, int | float) and not isinstance(millis, bool) and 0 < millis < 2**31:
        return min(timedelta(milliseconds=millis), _DEFAULT_TIMEOUT)
    return _DEFAULT_TIMEOUT


def _redirects(count: Any) -> int:
    return count if isinstance(count, int) and 0 <= count <= 21 else 21
