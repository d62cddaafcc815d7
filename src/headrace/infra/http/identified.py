"""A name for every request, on its answer, in its problems and in the log."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from headrace.kernel.ids import new_id

log = logging.getLogger("headrace.access")

HEADER = b"x-request-id"
_KEPT = re.compile(rb"[0-9A-Za-z_.-]{1,64}")

_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Identified:
    """Gives each request an id, or keeps the caller's, and tells the log how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        request_id = given if _KEPT.fullmatch(given) else new_id().encode()
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id.decode()
        began = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message["headers"])
                known = {name.lower() for name, _ in headers}
                headers += [(name, value) for name, value in _SECURITY if name not in known]
                if b"cache-control" not in known:
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = [*headers, (HEADER, request_id)]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            log.info(
                "%s %s %d",
                method,
                scope["path"],
                status,
                extra={"request_id": request_id.decode(), "seconds": round(time.perf_counter() - began, 4)},
            )
