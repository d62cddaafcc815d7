"""Each HTTP request: what it belongs to, and how it ended."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from headrace.app.telemetry.metrics import Metrics
from headrace.kernel.correlation import belonging_to
from headrace.kernel.ids import new_id

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]
Traced = Callable[[Mapping[str, Any]], AbstractContextManager[None]]
"""Returns the trace that a request belongs to, by its headers."""

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_ID = b"x-request-id"
_KEPT = re.compile(rb"[0-9A-Za-z_.-]{1,64}")
_GONE = 499
"""The client left before there was an answer; no status that anybody was sent."""


def observed(app: Asgi, metrics: Metrics, traced: Traced | None = None) -> Asgi:
    """Return *app* with its requests counted, and what is logged meanwhile bearing the request's id."""

    async def watched(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = list(scope["headers"])
        given = next((value for name, value in headers if name == _ID), b"")
        kind = kind_of(scope["path"])
        if not _KEPT.fullmatch(given):
            given = new_id().encode()
            if kind == "api":
                # So that its answer names the same one. A webhook's headers are data, and stay as they came.
                scope = {**scope, "headers": [*((name, value) for name, value in headers if name != _ID), (_ID, given)]}
        method = scope["method"] if scope["method"] in _METHODS else "other"
        began = time.perf_counter()
        status = _GONE

        async def answer(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with belonging_to(request_id=given.decode()), traced(scope) if traced is not None else nullcontext():
                await app(scope, receive, answer)
        finally:
            metrics.requested(kind, method, status, None if kind == "stream" else time.perf_counter() - began)

    return watched


def kind_of(path: str) -> str:
    """Return what a path is for, in one of few words."""
    if path.startswith("/api/"):
        return "stream" if path.endswith("/stream") else "api"
    first = path[1:].partition("/")[0]
    if first in ("approve", "chat", "chat-test"):
        return first
    if first.startswith(("webhook", "form")):
        return first if first in ("webhook", "webhook-test", "webhook-waiting", "form", "form-waiting") else "webhook"
    return "probe" if first in ("healthz", "readyz", "metrics") else "page"
