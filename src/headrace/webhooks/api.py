"""The way in for calls: a bare ASGI application, for frameworks cost more than all that a call needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from headrace.kernel.errors import HeadraceError
from headrace.webhooks.answering import problem
from headrace.webhooks.errors import BadCall
from headrace.webhooks.ports import Bodies
from headrace.webhooks.public import Answer
from headrace.webhooks.reading import path_of, query_of
from headrace.webhooks.service import Request, Webhooks

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

PREFIX = b"/webhook/"

# What a workflow's author answers is shown as if it came from another origin: it reaches no session of this one.
_GUARD = (
    (
        b"content-security-policy",
        b"sandbox allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox"
        b" allow-presentation allow-scripts",
    ),
    (b"x-content-type-options", b"nosniff"),
)
_OURS = frozenset({"content-length", "transfer-encoding", "connection", "content-security-policy", "set-cookie2"})


class WebhookApp:
    """An ASGI application for everything below `/webhook/`."""

    def __init__(self, webhooks: Webhooks, bodies: Bodies, *, base_url: str) -> None:
        self._webhooks = webhooks
        self._bodies = bodies
        self._base_url = base_url.rstrip("/")

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        method: str = scope["method"]
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        try:
            path = path_of(raw.removeprefix(PREFIX))
            request = Request(
                method=method,
                path=path,
                url=f"{self._base_url}/webhook/{path}",
                headers=_headers(scope["headers"]),
                query=query_of(scope["query_string"]) if scope["query_string"] else {},
                address=scope["client"][0] if scope.get("client") else "",
                chunks=_chunks(receive),
            )
        except (BadCall, ValueError) as wrong:
            await self._send(send, problem(400, "Bad Request", str(wrong)))
            return
        answer = self._webhooks.preflight(request) if method == "OPTIONS" else await self._webhooks.take(request)
        await self._send(send, answer, head=method == "HEAD")

    async def _send(self, send: Send, answer: Answer, *, head: bool = False) -> None:
        headers = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in answer.headers
            if name.lower() not in _OURS
        ]
        headers += _GUARD
        if answer.payload is None or head:
            body = b"" if head or answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED) else answer.body
            headers.append((b"content-length", str(len(body)).encode()))
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        chunks = self._bodies.stream(*answer.payload)
        try:
            first = await anext(chunks, b"")
        except HeadraceError as lost:
            await self._send(send, problem(500, "No file", str(lost)))
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadCall("the connection ended before the body did")
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body", False):
            return
