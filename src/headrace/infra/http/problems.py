"""Errors as RFC 9457 problem details: the one place where a kind of error becomes a status."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from headrace.kernel.errors import (
    Conflict,
    Denied,
    HeadraceError,
    Invalid,
    LimitExceeded,
    NotFound,
    Unauthenticated,
    Unavailable,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class PreconditionFailed(HeadraceError):
    """The thing is not as `If-Match` says; nothing was changed."""

    code = "precondition_failed"

    def __init__(self, etag: str) -> None:
        super().__init__(f"it has changed since: it is {etag} by now; read it again and send that in If-Match")
        self.etag = etag


_STATUS: Mapping[type[HeadraceError], tuple[int, str]] = {
    Invalid: (400, "Bad Request"),
    Unauthenticated: (401, "Unauthorized"),
    Denied: (403, "Forbidden"),
    NotFound: (404, "Not Found"),
    Conflict: (409, "Conflict"),
    PreconditionFailed: (412, "Precondition Failed"),
    LimitExceeded: (429, "Too Many Requests"),
    Unavailable: (503, "Service Unavailable"),
}

_CODES = {
    400: "invalid_request",
    404: "route_not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}


class Problem(msgspec.Struct, omit_defaults=True, rename="camel"):
    """What every answer other than success says."""

    type: str
    """`urn:headrace:problem:` and the code."""

    title: str
    status: int
    detail: str
    code: str
    """Stable: what clients match on."""

    request_id: str = ""
    problems: list[str] = []
    """Every reason, where there are several."""


def status_of(error: HeadraceError) -> tuple[int, str]:
    """Return the status and its name for an error of ours."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), (500, "Internal Server Error"))


def problem_response(
    request: Request[Any, Any, Any], status: int, title: str, detail: str, code: str, **more: Any
) -> Response[Problem]:
    headers: dict[str, str] = more.pop("headers", {})
    problem = Problem(
        type=f"urn:headrace:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        request_id=request.scope.get("state", {}).get("request_id", ""),
        **more,
    )
    return Response(problem, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def _ours(request: Request[Any, Any, Any], error: HeadraceError) -> Response[Problem]:
    status, title = status_of(error)
    if status == 500:
        return _bug(request, error)
    headers: dict[str, str] = {}
    if isinstance(error, Unauthenticated):
        headers["www-authenticate"] = 'Bearer realm="headrace"'
    if isinstance(error, PreconditionFailed):
        headers["etag"] = error.etag
    wait = getattr(error, "retry_after", None)
    if isinstance(wait, timedelta):
        headers["retry-after"] = str(-(-wait // timedelta(seconds=1)))
    elif isinstance(error, Unavailable):
        headers["retry-after"] = "1"
    problems = list(getattr(error, "problems", ()))
    return problem_response(request, status, title, str(error), error.code, headers=headers, problems=problems)


def _of_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    status = error.status_code
    if status >= 500:
        return _bug(request, error)
    listed = error.extra if isinstance(error.extra, list) else []
    problems = [f"{one.get('key', '?')}: {one.get('message', '')}" for one in listed if isinstance(one, dict)]
    headers = dict(error.headers or {})
    detail = {404: "there is no such address", 405: f"{request.method} is not served here"}.get(status, error.detail)
    return problem_response(
        request,
        status,
        HTTPStatus(status).phrase,
        detail,
        _CODES.get(status, "invalid_request"),
        headers=headers,
        problems=problems,
    )


def _deep(request: Request[Any, Any, Any], _: RecursionError) -> Response[Problem]:
    return problem_response(request, 400, "Bad Request", "the JSON is nested too deep", "nested_too_deep")


def _garbled(request: Request[Any, Any, Any], _: UnicodeDecodeError) -> Response[Problem]:
    return problem_response(request, 400, "Bad Request", "the body is not UTF-8", "invalid_request")


def _bug(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    # What went wrong is for the server's owner; a caller gets the id to ask about.
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "something went wrong here; the server's log says what, under this request's id"
    return problem_response(request, 500, "Internal Server Error", detail, "internal_error")


HANDLERS: ExceptionHandlersMap = {
    HeadraceError: _ours,
    HTTPException: _of_http,
    RecursionError: _deep,
    UnicodeDecodeError: _garbled,
    Exception: _bug,
}
"""For every application that serves an API."""
