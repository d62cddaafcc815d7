"""The REST API as one application: what all contexts' routes have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from litestar import Litestar, Request, Response, Router, get
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme
from litestar.types import ControllerRouterHandler

from headrace import __version__
from headrace.gateway.documenting import documented
from headrace.gateway.entrance import Entrance, caller_of, guard_of
from headrace.gateway.idempotency import Idempotent
from headrace.gateway.ports import Answers
from headrace.infra.http.identified import Identified
from headrace.infra.http.problems import HANDLERS
from headrace.infra.http.routes import PUBLIC

PREFIX = "/api/v1"
MAX_BODY_BYTES = 32 * 1024 * 1024
"""Of a request to the API; files go to webhooks and forms, which stream them."""

_STATIC = files("headrace.gateway") / "static"

_ABOUT = """All that Headrace does, for programs. Where n8n's public API has the same, paths and shapes are alike.

Send an API key in the header `X-API-Key` (or `X-N8N-API-KEY`, or `Authorization: Bearer`). Errors are problem details
(RFC 9457) with a stable `code`. Lists come in pages: send `nextCursor` back as `cursor`. A `POST` with an
`Idempotency-Key` is carried out once, however often it is sent."""


def api_application(
    routes: Sequence[ControllerRouterHandler],
    dependencies: Mapping[str, Provide],
    entrance: Entrance,
    answers: Answers,
    now: Callable[[], datetime],
) -> Litestar:
    """Return the application that serves *routes* below `/api/v1`."""
    router = Router(PREFIX, route_handlers=[*routes, _document, _reference, _script], guards=[guard_of(entrance)])
    return Litestar(
        [router],
        dependencies={**dependencies, "caller": Provide(caller_of, sync_to_thread=False)},
        exception_handlers=HANDLERS,
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=_openapi(),
        middleware=[
            Identified,
            DefineMiddleware(Idempotent, answers=answers, now=now, max_body_bytes=MAX_BODY_BYTES),
        ],
        debug=False,
        logging_config=None,
    )


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Headrace",
        version=__version__,
        description=_ABOUT,
        license=License(name="Apache 2.0", identifier="Apache-2.0"),
        # Litestar answers whatever is not served below this path, so it is not the API's own.
        path=f"{PREFIX}/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        security=[{"key": []}, {"n8nKey": []}, {"bearer": []}],
        components=Components(
            security_schemes={
                "key": SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header"),
                "n8nKey": SecurityScheme(type="apiKey", name="X-N8N-API-KEY", security_scheme_in="header"),
                "bearer": SecurityScheme(type="http", scheme="bearer"),
            }
        ),
    )


_PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'"


@get("/openapi.json", opt={PUBLIC: True}, include_in_schema=False, sync_to_thread=False)
def _document(request: Request[Any, Any, Any]) -> dict[str, Any]:
    handlers = [handler for route in request.app.routes for handler in getattr(route, "route_handlers", ())]
    public = {str(one.operation_id) for one in handlers if one.opt.get(PUBLIC) and getattr(one, "operation_id", None)}
    return documented(request.app.openapi_schema.to_schema(), public=public)


@get("/docs", opt={PUBLIC: True}, include_in_schema=False, sync_to_thread=False)
def _reference() -> Response[str]:
    return Response(
        (_STATIC / "reference.html").read_text("utf-8"),
        media_type="text/html; charset=utf-8",
        headers={"content-security-policy": _PAGE_POLICY},
    )


@get("/docs.js", opt={PUBLIC: True}, include_in_schema=False, sync_to_thread=False)
def _script() -> Response[str]:
    return Response((_STATIC / "reference.js").read_text("utf-8"), media_type="text/javascript; charset=utf-8")
