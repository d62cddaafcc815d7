"""HTTP that answers as a test says, and reaches nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import msgspec

from headrace.sdk.context import HttpFailed, HttpRequest, HttpResponse
from headrace.sdk.values import encode_special
from headrace.workflow_tests.comparing import shown
from headrace.workflow_tests.fixtures import Answer, Exchange
from headrace.workflow_tests.redacting import REDACTED, Redactor

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_BOUNDARY = re.compile(rb'multipart/[^;]+;.*?boundary="?([^";\s]+)', re.IGNORECASE)


class MockHttp:
    """An `HttpClient` with the answers of one test; it keeps count of what was asked."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._exchanges = [_Counted(exchange) for exchange in exchanges]
        self.unanswered: list[str] = []
        """Requests that the test has no answer for, a line each."""

    async def request(self, request: HttpRequest) -> HttpResponse:
        method, url, body = request.method.upper(), request.url, await body_of(request)
        for _ in range(request.max_redirects + 1):
            answer = self._answer(method, url, body)
            if answer.fails is not None:
                raise HttpFailed(f"{answer.fails} {urlsplit(url).netloc}", code=answer.fails)
            response = _response(answer, url)
            location = response.header("location")
            if answer.status not in _REDIRECTS or not location or not request.max_redirects:
                return response
            url = urljoin(url, location)
            if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
                method, body = "GET", None
        raise HttpFailed(f"more than {request.max_redirects} redirects", code="ERR_FR_TOO_MANY_REDIRECTS")

    def _answer(self, method: str, url: str, body: Any) -> Answer:
        for counted in self._exchanges:
            if not counted.is_spent and counted.fits(method, url, body):
                counted.asked += 1
                return counted.exchange.answer
        line = f"{method} {url}" + (f" with the body {shown(body)}" if body is not None else "")
        spent = [one for one in self._exchanges if one.fits(method, url, body)]
        if spent:
            line += f": the test answers it {_times(sum(one.asked for one in spent))}, and it was asked once more"
        else:
            line += ": the test has no answer for it" + self._nearest(method, url)
        self.unanswered.append(line)
        raise HttpFailed(f"unexpected request: {line}", code="ENOTFOUND")

    def _nearest(self, method: str, url: str) -> str:
        """Say which exchanges it was not, so that one sees what is different."""
        host = urlsplit(url).netloc
        near = [one.exchange for one in self._exchanges if urlsplit(one.exchange.url).netloc == host]
        for one in near:
            if one.method.upper() == method and same_url(one.url, url):
                return f"; it has one for the body {shown(one.body)}"
        return f"; for {host} it has " + ", ".join(f"{one.method} {one.url}" for one in near[:5]) if near else ""

    def unasked(self) -> list[str]:
        """Return the exchanges that were asked less often than expected, a line each."""
        return [
            f"{one.exchange.method} {one.exchange.url}: expected {_times(one.exchange.times)}, made {_times(one.asked)}"
            for one in self._exchanges
            if isinstance(one.exchange.times, int) and one.asked < one.exchange.times
        ]


class _Counted:
    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.asked = 0

    @property
    def is_spent(self) -> bool:
        return isinstance(self.exchange.times, int) and self.asked >= self.exchange.times

    def fits(self, method: str, url: str, body: Any) -> bool:
        exchange = self.exchange
        if exchange.method.upper() != method or not same_url(exchange.url, url):
            return False
        return exchange.body is msgspec.UNSET or _same_body(exchange.body, body)


def same_url(expected: str, found: str) -> bool:
    """Return whether two URLs are the same but for the order of their query's fields, and for redacted fields."""
    wanted, got = urlsplit(expected), urlsplit(Redactor().url(found) if REDACTED in expected else found)
    return (wanted.scheme, wanted.netloc.lower(), wanted.path or "/", _query(wanted.query)) == (
        got.scheme,
        got.netloc.lower(),
        got.path or "/",
        _query(got.query),
    )


def _query(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(query, keep_blank_values=True))


def _same_body(expected: Any, found: Any) -> bool:
    if expected == found or (expected in ("", None) and found in ("", None)):
        return True
    if isinstance(expected, Mapping) and isinstance(found, str):
        fields = dict(parse_qsl(found, keep_blank_values=True))
        return bool(fields) and fields == {name: str(value) for name, value in expected.items()}
    if isinstance(expected, Mapping | list):
        return bool(REDACTED in shown_whole(expected) and expected == Redactor().value(found))
    return False


def shown_whole(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=encode_special).decode()


async def body_of(request: HttpRequest) -> Any:
    """Return a request's body as tests write it: a JSON value, else a text; None when there is none.

    The boundary of a multipart body is random: a fixed one stands in for it. What is no text is base64.
    """
    body = request.body
    if body is not None and not isinstance(body, bytes):
        body = b"".join([part async for part in body])
    if not body:
        return None
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "").encode()
    found = _BOUNDARY.search(kind)
    if found:
        body = body.replace(found[1], b"boundary")
    return as_json(body)


def as_json(body: bytes) -> Any:
    """Return bytes as a JSON value if they are one of more than a word, else as a text, else as base64."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    if isinstance(value, dict | list):
        return value
    try:
        return body.decode()
    except UnicodeDecodeError:
        return base64.b64encode(body).decode()


def _response(answer: Answer, url: str) -> HttpResponse:
    headers = [
        (name, value)
        for name, values in answer.headers.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    if answer.base64 is not None:
        content = base64.b64decode(answer.base64)
    elif isinstance(answer.body, str):
        content = answer.body.encode()
    elif answer.body is None:
        content = b""
    else:
        content = msgspec.json.encode(answer.body)
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("content-type", "application/json"))
    return HttpResponse(status=answer.status, reason="", headers=headers, body=content, url=url)


def _times(count: int | str) -> str:
    return {1: "once", 2: "twice", 0: "never"}.get(count, f"{count} times") if isinstance(count, int) else "any times"
