"""The history as pages and JSON: a bare ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from typing import Any, Protocol
from urllib.parse import unquote

import msgspec

from headrace.executions.public import ExecutionSummary, NodeRunSummary
from headrace.kernel.errors import NotFound
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_HEADERS = [
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1c2733}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #dde3e9}"
    ".success{color:#187a3c}.error{color:#b3261e}.waiting{color:#1f5fa8}code{background:#f2f5f7;padding:.1rem .3rem}"
)


class History(Protocol):
    """What the pages show."""

    async def executions(self, tenant: TenantId) -> Sequence[ExecutionSummary]: ...
    async def timeline(
        self, tenant: TenantId, execution_id: ExecutionId
    ) -> tuple[ExecutionSummary, Sequence[NodeRunSummary]]: ...


class Pages:
    """An ASGI application over the history."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        status, kind, body = await self._answer(scope["method"], scope["path"])
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *_HEADERS]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, method: str, path: str) -> tuple[int, str, bytes]:
        if method not in ("GET", "HEAD"):
            return 405, "text/plain", b"only GET is served here\n"
        parts = [unquote(part) for part in path.strip("/").split("/")]
        try:
            match parts:
                case [""]:
                    found = await self._history.executions(DEFAULT_TENANT)
                    return 200, "text/html; charset=utf-8", _list_page(found).encode()
                case ["executions", execution_id]:
                    summary, rows = await self._history.timeline(DEFAULT_TENANT, ExecutionId(execution_id))
                    return 200, "text/html; charset=utf-8", _execution_page(summary, rows).encode()
                case ["api", "v1", "executions"]:
                    found = await self._history.executions(DEFAULT_TENANT)
                    return 200, "application/json", msgspec.json.encode({"data": found})
        except NotFound as missing:
            return 404, "text/plain; charset=utf-8", f"{missing}\n".encode()
        return 404, "text/plain", b"there is no such page\n"


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return


def _page(title: str, content: str) -> str:
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1>{content}</html>"
    )


def _list_page(found: Sequence[ExecutionSummary]) -> str:
    if not found:
        return _page("Headrace", "<p>No executions yet. Run one: <code>headrace run FILE</code></p>")
    rows = "".join(
        f'<tr><td><a href="/executions/{escape(one.id)}">{escape(one.workflow_name)}</a></td>'
        f'<td class="{one.status}">{one.status}</td><td>{one.requested_at:%Y-%m-%d %H:%M:%S}</td>'
        f"<td>{one.node_runs}</td><td>{escape(one.error or '')}</td></tr>"
        for one in found
    )
    head = "<tr><th>Workflow</th><th>Status</th><th>Started (UTC)</th><th>Node runs</th><th>Error</th></tr>"
    return _page("Headrace: executions", f"<table>{head}{rows}</table>")


def _execution_page(summary: ExecutionSummary, runs: Sequence[NodeRunSummary]) -> str:
    rows = "".join(
        f'<tr><td>{row.index}</td><td>{escape(row.node)} #{row.run}</td><td class="{row.status}">{row.status}</td>'
        f"<td>{row.seconds * 1000:.1f} ms</td><td>{' / '.join(map(str, row.items))}</td>"
        f"<td>{escape(row.error or '')}</td></tr>"
        for row in runs
    )
    head = "<tr><th></th><th>Node</th><th>Status</th><th>Time</th><th>Items</th><th>Error</th></tr>"
    return _page(
        summary.workflow_name,
        f'<p class="{summary.status}">{summary.status}</p><table>{head}{rows}</table>'
        '<p><a href="/">All executions</a></p>',
    )
