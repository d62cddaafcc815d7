"""A POST with an `Idempotency-Key` is carried out once, however often it is sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPRequestEvent,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)

from headrace.gateway.errors import BadIdempotencyKey
from headrace.gateway.ports import Answers, KeptAnswer

_KEY = re.compile(rb"[\x21-\x7e]{1,255}")
_WHO = (b"x-api-key", b"x-n8n-api-key", b"authorization", b"cookie", b"x-headrace-tenant")


class Idempotent:
    """Middleware. What an answer must not be kept of says `cache-control: no-store`, as those with secrets do."""

    def __init__(self, app: ASGIApp, answers: Answers, now: Callable[[], datetime], max_body_bytes: int) -> None:
        self._app = app
        self._answers = answers
        self._now = now
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = headers.get(b"idempotency-key")
        if key is None:
            await self._app(scope, receive, send)
            return
        if not _KEY.fullmatch(key):
            raise BadIdempotencyKey
        body, whole = await self._read(receive)
        given = _again(body, receive, more=not whole)
        if not whole:
            await self._app(scope, given, send)
            return
        # Whoever calls is part of the name: what they show, not yet whether it is valid.
        parts = [key, scope["path"].encode(), scope["query_string"], *(headers.get(name, b"") for name in _WHO)]
        name = hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
        kept = await self._answers.begin(name, hashlib.sha256(body).hexdigest(), now=self._now())
        if kept is not None:
            await _replay(kept, send)
            return
        await self._carry_out(name, scope, given, send)

    async def _carry_out(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0
        headers: list[tuple[bytes, bytes]] = []
        body = bytearray()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.extend(message["headers"])
            elif message["type"] == "http.response.body":
                body.extend(message["body"])
                if not message["more_body"] and 200 <= status < 300 and not _is_secret(headers):
                    answer = KeptAnswer(
                        status=status,
                        headers=tuple((one.decode("latin-1"), other.decode("latin-1")) for one, other in headers),
                        body=bytes(body),
                    )
                    # Before it is sent: who does not get it may ask again.
                    await self._answers.keep(name, answer)
            await send(message)

        try:
            await self._app(scope, receive, note)
        except BaseException:
            await self._answers.release(name)
            raise
        if not 200 <= status < 300 or _is_secret(headers):
            await self._answers.release(name)

    async def _read(self, receive: Receive) -> tuple[bytes, bool]:
        """Return the body, as far as it may be long, and whether that is all of it."""
        body = bytearray()
        while len(body) <= self._max_body_bytes:
            message = await receive()
            if message["type"] != "http.request":
                return bytes(body), False
            body += message["body"]
            if not message["more_body"]:
                return bytes(body), True
        return bytes(body), False


def _is_secret(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"cache-control" and b"no-store" in value for name, value in headers)


def _again(body: bytes, receive: Receive, *, more: bool) -> Receive:
    """Return what gives a body that was read, and whatever comes after it."""
    given = False

    async def once() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        nonlocal given
        if given:
            return await receive()
        given = True
        return HTTPRequestEvent(type="http.request", body=body, more_body=more)

    return once


async def _replay(kept: KeptAnswer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers]
    await send(
        {
            "type": "http.response.start",
            "status": kept.status,
            "headers": [*headers, (b"idempotent-replayed", b"true")],
        }
    )
    await send({"type": "http.response.body", "body": kept.body, "more_body": False})
