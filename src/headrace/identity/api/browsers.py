"""What a browser shows and is given: the session's cookie, and from whose page a request comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any

from litestar import Request
from litestar.datastructures import CacheControlHeader, Cookie

from headrace.identity.domain.origins import is_same_origin, is_this_machine
from headrace.identity.domain.sessions import SessionLife
from headrace.identity.errors import CrossSite
from headrace.identity.public import SESSION_COOKIE

Requested = Request[Any, Any, Any]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""What changes nothing, and so may be asked from another site's page, which does not see the answer."""

SECRET = CacheControlHeader(no_store=True)
"""Of routes whose answers hold what lets somebody in: neither proxies nor this server itself keep them."""

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def session_shown(headers: Mapping[str, str]) -> str | None:
    """Return the token of the session that a browser shows."""
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(SESSION_COOKIE)
    except CookieError:
        return None
    return None if cookie is None else cookie.value


def check_own_page(headers: Mapping[str, str]) -> None:
    """Raises: CrossSite: no browser says that a page of this server sends the request."""
    fetch_site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if not is_same_origin(fetch_site=fetch_site, origin=origin, host=headers.get("host")):
        raise CrossSite


def check_not_foreign(headers: Mapping[str, str]) -> None:
    """Check a request that begins a session: programs may, and say nothing of pages.

    Raises:
        CrossSite: a browser says that a page of another site sends the request.
    """
    if "sec-fetch-site" in headers or "origin" in headers:
        check_own_page(headers)


def address_of(request: Requested) -> str:
    return "" if request.client is None else request.client.host


def is_local(request: Requested) -> bool:
    """Return whether somebody at this machine asks."""
    return is_this_machine(
        client=address_of(request) or None,
        host=request.headers.get("host"),
        forwarded=any(name in request.headers for name in _FORWARDED),
    )


def cookie_for(request: Requested, token: str) -> Cookie:
    """Return what a browser keeps of a session; an empty token makes it forget."""
    return Cookie(
        key=SESSION_COOKIE,
        value=token,
        path="/",
        max_age=int((SessionLife().whole if token else timedelta()).total_seconds()),
        httponly=True,
        secure=request.url.scheme == "https",
        # Lax: a link in a mail opens the page; what changes something is checked by its origin besides.
        samesite="lax",
    )
