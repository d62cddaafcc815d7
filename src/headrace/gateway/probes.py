"""What supervisors and monitors ask: `/healthz`, `/readyz` and `/metrics`, as a bare ASGI application."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

PATHS = frozenset(("/healthz", "/readyz", "/metrics"))
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-real-ip")


class Verdict(Protocol):
    """What a server knows of itself."""

    @property
    def is_ready(self) -> bool: ...

    @property
    def problems(self) -> Mapping[str, str | None]:
        """By what was looked at; None: it is well."""
        ...


class Probes:
    """Answers probes.

    Args:
        metrics_token: Who asks for metrics has to show it. None: they are given to this machine only, and not through a
            proxy, for they tell of tenants.
    """

    def __init__(
        self,
        verdict: Callable[[], Awaitable[Verdict]],
        metrics: Callable[[], bytes],
        metrics_type: str,
        *,
        metrics_token: str | None = None,
    ) -> None:
        self._verdict = verdict
        self._metrics = metrics
        self._metrics_type = metrics_type
        self._token = metrics_token

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        status, kind, body = await self._answer(scope)
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, scope: Mapping[str, Any]) -> tuple[int, str, bytes]:
        if scope["method"] not in ("GET", "HEAD"):
            return 405, "text/plain", b"only GET is served here\n"
        match scope["path"]:
            case "/healthz":
                # That it answers is all there is to it: what waits for others is no reason to be restarted.
                return 200, "application/json", b'{"status":"ok"}'
            case "/readyz":
                return await self._ready(scope)
            case _:
                return self._measured(scope)

    async def _ready(self, scope: Mapping[str, Any]) -> tuple[int, str, bytes]:
        found = await self._verdict()
        # What is wrong names paths and hosts, which are nobody's business elsewhere.
        near = _is_near(scope)
        checks = {
            name: (problem if near else "not ok") if problem else "ok" for name, problem in found.problems.items()
        }
        told = {"status": "ok" if found.is_ready else "not ready", "checks": checks}
        return 200 if found.is_ready else 503, "application/json", msgspec.json.encode(told)

    def _measured(self, scope: Mapping[str, Any]) -> tuple[int, str, bytes]:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if self._token is not None:
            shown = headers.get(b"authorization", b"")
            if not hmac.compare_digest(shown, f"Bearer {self._token}".encode()):
                return 401, "text/plain", b"send the token of HEADRACE_METRICS_TOKEN as a bearer token\n"
        elif not _is_near(scope):
            return 403, "text/plain", b"set HEADRACE_METRICS_TOKEN to have metrics read from other machines\n"
        return 200, self._metrics_type, self._metrics()


def _is_near(scope: Mapping[str, Any]) -> bool:
    """Whether this machine asks, and not through a proxy."""
    if any(name in _FORWARDED for name, _ in scope["headers"]):
        return False
    client = scope.get("client")
    if not client:
        return True  # a socket in the file system has no address
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
