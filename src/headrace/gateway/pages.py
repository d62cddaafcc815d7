"""What browsers are served beside the API: the way in, and the editor. A bare ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote

from headrace.gateway.editor import Editor, EditorFile
from headrace.gateway.entering import POLICY as ENTERING_POLICY
from headrace.gateway.entering import entering_page, entering_script
from headrace.identity.errors import SetupNeeded
from headrace.kernel.errors import Denied, NotFound, Unauthenticated
from headrace.tenancy.public import Caller

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

# Styles of elements are set by the canvas and the code editor all the time; scripts only come from files.
EDITOR_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self' blob:; manifest-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HTML = "text/html; charset=utf-8"
_NOT_BUILT = (
    b"The editor is not part of this installation: `make editor` builds it in a checkout. "
    b"The API is there, under /api/v1, and described at /api/v1/docs.\n"
)
_FOR_EVER = "public, max-age=31536000, immutable"


class Visitors(Protocol):
    """Who looks at a page."""

    async def caller(self, method: str, headers: Mapping[str, str]) -> Caller:
        """Raises: Unauthenticated, Denied, NotFound: it is nobody who is known, or may be here."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    policy: str = _NOTHING
    more: tuple[tuple[bytes, bytes], ...] = ()
    kept: str = "no-store"


class Pages:
    """An ASGI application: strangers come to where they set up or log in, everybody else to the editor."""

    def __init__(self, editor: Editor, visitors: Visitors) -> None:
        self._editor = editor
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
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cache-control", answer.kept.encode()),
            *answer.more,
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": told})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, method: str, path: str, headers: Mapping[str, str]) -> _Answer:
        if method not in ("GET", "HEAD"):
            return _Answer(405, b"only GET is served here\n", more=((b"allow", b"GET, HEAD"),))
        name = unquote(path).strip("/")
        if name in ("healthz", "readyz"):
            return _Answer(200, b'{"status":"ok"}', "application/json")
        if name == "entering.js":
            return _Answer(200, entering_script(), "text/javascript; charset=utf-8", ENTERING_POLICY)
        if (page := entering_page(name)) is not None:
            return _Answer(200, page.encode(), _HTML, ENTERING_POLICY)
        if (file := self._editor.file(name)) is not None:
            return _served(file, headers)
        if name.startswith("assets/"):
            # A script of an older build: the page must be loaded again, and be told so, not be given a page for it.
            return _Answer(404, b"there is no such file\n")
        try:
            await self._visitors.caller(method, headers)
        except Unauthenticated as unknown:
            to = b"/setup" if isinstance(unknown, SetupNeeded) else b"/login"
            return _Answer(303, more=((b"location", to),))
        except (Denied, NotFound):
            # Somebody who belongs nowhere, or to a tenant that is gone: the editor shows what the API says to that.
            pass
        if self._editor.index is None:
            return _Answer(503, _NOT_BUILT)
        return _served(self._editor.index, headers)


def _served(file: EditorFile, headers: Mapping[str, str]) -> _Answer:
    kept = _FOR_EVER if file.lasting else "no-cache"
    more: tuple[tuple[bytes, bytes], ...] = ((b"etag", file.tag.encode()), (b"vary", b"accept-encoding"))
    if headers.get("if-none-match") == file.tag:
        return _Answer(304, kind=file.kind, policy=EDITOR_POLICY, more=more, kept=kept)
    if file.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        return _Answer(
            200, file.packed, file.kind, EDITOR_POLICY, more=(*more, (b"content-encoding", b"gzip")), kept=kept
        )
    return _Answer(200, file.body, file.kind, EDITOR_POLICY, more=more, kept=kept)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
