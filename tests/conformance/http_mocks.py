"""HTTP answers from a case's recording."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from headrace.sdk.context import HttpFailed, HttpRequest, HttpResponse


class MockHttp:
    """An `HttpClient` that answers what was recorded and refuses all else; most mocks answer once."""

    def __init__(self, mocks: Sequence[Mapping[str, Any]]) -> None:
        self._mocks = [_Mock(mock) for mock in mocks]

    async def request(self, request: HttpRequest) -> HttpResponse:
        body = (
            request.body if isinstance(request.body, bytes | None) else b"".join([part async for part in request.body])
        )
        # Fresh mocks first; a used one answers again where the recording dropped how often it may.
        for mock in sorted(self._mocks, key=lambda one: one.spent):
            if mock.fits(request, body or b""):
                answer = mock.answer(request)
                location = answer.header("location")
                if answer.status in (301, 302, 303, 307, 308) and location and request.max_redirects:
                    target = urljoin(request.url, location)
                    return await self.request(replace(request, url=target, max_redirects=request.max_redirects - 1))
                return answer
        raise HttpFailed(f"no recorded answer for {request.method} {request.url}", code="ENOTFOUND")


class _Mock:
    def __init__(self, mock: Mapping[str, Any]) -> None:
        self._mock = mock
        self._left = float("inf") if mock.get("persist") else int(mock.get("times") or 1) * 1.0
        self._used = 0

    @property
    def spent(self) -> bool:
        return self._left <= 0

    def fits(self, request: HttpRequest, body: bytes) -> bool:
        mock = self._mock
        if request.method.upper() != str(mock.get("method", "GET")).upper():
            return False
        wanted, got = urlsplit(mock["base"].rstrip("/") + mock["path"]), urlsplit(request.url)
        if (wanted.scheme, wanted.netloc) != (got.scheme, got.netloc) or (wanted.path or "/") != (got.path or "/"):
            return False
        return self._query_fits(wanted.query, got.query) and self._headers_fit(request) and self._body_fits(body)

    def _query_fits(self, wanted: str, got: str) -> bool:
        query = self._mock.get("query")
        if query is True:
            return True
        pairs = parse_qsl(wanted, keep_blank_values=True)
        if isinstance(query, Mapping):
            for name, value in query.items():
                pairs += [(name, str(one)) for one in (value if isinstance(value, list) else [value])]
        return sorted(pairs) == sorted(parse_qsl(got, keep_blank_values=True))

    def _headers_fit(self, request: HttpRequest) -> bool:
        sent = {name.lower(): value for name, value in request.headers}
        return all(
            sent.get(str(name).lower()) == str(value)
            for name, value in self._mock.get("headers") or ()
            if isinstance(value, str)
        )

    def _body_fits(self, body: bytes) -> bool:
        if "body" not in self._mock:
            return True
        wanted = self._mock["body"]
        text = body.decode("utf-8", "replace")
        if isinstance(wanted, str):
            return text == wanted or _loads(text) == _loads(wanted)
        return (
            _loads(text) == wanted
            or dict(parse_qsl(text, keep_blank_values=True)) == {key: str(value) for key, value in wanted.items()}
            if isinstance(wanted, Mapping)
            else _loads(text) == wanted
        )

    def answer(self, request: HttpRequest) -> HttpResponse:
        self._left -= 1
        replies = self._mock["replies"]
        reply = replies[min(self._used, len(replies) - 1)]
        self._used += 1
        body = reply.get("body")
        headers = reply.get("headers") or []
        pairs = [(str(k), str(v)) for k, v in (headers.items() if isinstance(headers, Mapping) else headers)]
        if isinstance(body, Mapping) and "$buffer" in body:
            import base64

            content = base64.b64decode(body["$buffer"])
        elif isinstance(body, str):
            content = body.encode()
        else:
            content = b"" if body is None else json.dumps(body).encode()
            if body is not None and not any(name.lower() == "content-type" for name, _ in pairs):
                pairs.append(("content-type", "application/json"))
        status = int(reply.get("status", 200))
        return HttpResponse(status=status, reason="", headers=pairs, body=content, url=request.url)


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
