"""The history as pages, for those who have logged in: a bare ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol
from urllib.parse import unquote

from headrace.executions.public import ExecutionSummary, NodeRunSummary
from headrace.gateway.entering import POLICY as ENTERING_POLICY
from headrace.gateway.entering import entering_page, entering_script
from headrace.identity.errors import SetupNeeded
from headrace.kernel.errors import Denied, NotFound, Unauthenticated
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.tenancy.public import Action, Caller

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = [
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


_HTML = "text/html; charset=utf-8"


class History(Protocol):
    """What the pages show."""

    async def executions(self, tenant: TenantId) -> Sequence[ExecutionSummary]: ...
    async def timeline(
        self, tenant: TenantId, execution_id: ExecutionId
    ) -> tuple[ExecutionSummary, Sequence[NodeRunSummary]]: ...


class Visitors(Protocol):
    """Who looks at a page."""

    async def caller(self, method: str, headers: Mapping[str, str]) -> Caller:
        """Raises: Unauthenticated, Denied, NotFound: it is nobody who is known, or may be here."""
        ...


class Pages:
    """An ASGI application over the history."""

    def __init__(self, history: History, visitors: Visitors) -> None:
        self._history = history
        self._visitors = visitors

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        answer = await self._answer(scope["method"], scope["path"], headers)
        told = [
            (b"content-type", answer.kind.encode()),
            (b"content-length", str(len(answer.body)).encode()),
            (b"content-security-policy", answer.policy.encode()),
            *([(b"location", answer.location.encode())] if answer.location else []),
            *_HEADERS,
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": told})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, method: str, path: str, headers: Mapping[str, str]) -> _Answer:
        if method not in ("GET", "HEAD"):
            return _Answer(405, b"only GET is served here\n")
        parts = [unquote(part) for part in path.strip("/").split("/")]
        match parts:
            case ["healthz"] | ["readyz"]:
                return _Answer(200, b'{"status":"ok"}', "application/json")
            case ["entering.js"]:
                return _Answer(200, entering_script(), "text/javascript; charset=utf-8")
            case [name] if (found := entering_page(name)) is not None:
                return _Answer(200, _page(*found).encode(), _HTML, ENTERING_POLICY)
        try:
            caller = await self._visitors.caller(method, headers)
            await caller.must(Action.EXECUTION_READ)
            match parts:
                case [""]:
                    listed = await self._history.executions(caller.tenant)
                    return _Answer(200, _list_page(listed).encode(), _HTML)
                case ["executions", execution_id]:
                    summary, rows = await self._history.timeline(caller.tenant, ExecutionId(execution_id))
                    return _Answer(200, _execution_page(summary, rows).encode(), _HTML)
        except Unauthenticated as unknown:
            return _Answer(303, b"", location="/setup" if isinstance(unknown, SetupNeeded) else "/login")
        except Denied as refused:
            return _Answer(403, f"{refused}\n".encode())
        except NotFound as missing:
            return _Answer(404, f"{missing}\n".encode())
        return _Answer(404, b"there is no such page\n")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    kind: str = "text/plain; charset=utf-8"
    policy: str = _POLICY
    location: str = ""


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
