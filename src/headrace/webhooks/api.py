"""The way in for calls: a bare ASGI application, for frameworks cost more than all that a call needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from headrace.kernel.errors import HeadraceError
from headrace.webhooks.answering import problem
from headrace.webhooks.calls import Place, Request
from headrace.webhooks.errors import BadCall
from headrace.webhooks.ports import Bodies
from headrace.webhooks.public import Answer
from headrace.webhooks.reading import path_of, query_of
from headrace.webhooks.service import Webhooks

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

PLACES: Mapping[bytes, Place] = {
    b"webhook": "webhook",
    b"webhook-test": "webhook-test",
    b"webhook-waiting": "webhook-waiting",
    b"form": "form",
    b"form-test": "form-test",
    b"form-waiting": "form-waiting",
    b"approve": "approve",
    b"chat": "chat",
    b"chat-test": "chat-test",
}
"""The first part of each address that is served here."""


# What a workflow's author answers is shown as if it came from another origin: it reaches no session of this one.
_POLICY = (
    "sandbox allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox"
    " allow-presentation allow-scripts"
)
_OURS = frozenset(
    {
        "connection",
        "content-length",
        "content-security-policy",
        "set-cookie2",
        "transfer-encoding",
        "x-content-type-options",
    }
)


class WebhookApp:
    """An ASGI application for everything below `PLACES`."""

    def __init__(self, webhooks: Webhooks, bodies: Bodies, *, base_url: str) -> None:
        self._webhooks = webhooks
        self._bodies = bodies
        self._base_url = base_url.rstrip("/")
        self._root = urlsplit(self._base_url).path

    @staticmethod
    def takes(scope: Mapping[str, Any]) -> bool:
        """Whether a request is for this application."""
        return scope["type"] == "http" and _place(_raw_path(scope))[0] is not None

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        method: str = scope["method"]
        place, rest = _place(_raw_path(scope))
        if place is None:
            await self._send(send, problem(404, "Not Found", "Nothing is served at this address"))
            return
        try:
            path = path_of(rest)
            request = Request(
                place=place,
                method=method,
                path=path,
                url=f"{self._base_url}/{place}/{path}",
                headers=_headers(scope["headers"]),
                query=query_of(scope["query_string"]) if scope["query_string"] else {},
                address=scope["client"][0] if scope.get("client") else "",
                chunks=_chunks(receive),
                root=self._root,
            )
        except BadCall as wrong:
            await self._send(send, problem(400, "Bad Request", str(wrong)))
            return
        is_preflight = method == "OPTIONS" and place in ("webhook", "webhook-test")
        answer = await self._webhooks.preflight(request) if is_preflight else await self._webhooks.take(request)
        await self._send(send, answer, head=method == "HEAD")

    async def _send(self, send: Send, answer: Answer, *, head: bool = False) -> None:
        headers = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in answer.headers
            if name.lower() not in _OURS
        ]
        headers.append((b"content-security-policy", (answer.policy or _POLICY).encode()))
        headers.append((b"x-content-type-options", b"nosniff"))
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


def _raw_path(scope: Mapping[str, Any]) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw


def _place(raw: bytes) -> tuple[Place | None, bytes]:
    """Return which of the places a path lies below, and what follows."""
    first, slash, rest = raw.removeprefix(b"/").partition(b"/")
    return (PLACES.get(first), rest) if slash else (None, b"")


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
