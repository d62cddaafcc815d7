"""Which requests come from this server's own pages, and from this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_same_origin(*, fetch_site: str | None, origin: str | None, host: str | None) -> bool:
    """Return whether a page of this server sent a request.

    Args:
        fetch_site: The header Sec-Fetch-Site, which browsers send to https and to localhost.
        origin: The header Origin, which all send with whatever is not GET.
        host: The header Host.

    A request that has neither header is no browser's, or hides it.
    """
    if fetch_site is not None:
        return fetch_site == "same-origin"
    if origin is None or host is None:
        return False
    try:
        # The scheme is not compared: behind a proxy this server does not see it.
        return urlsplit(origin).netloc.lower() == host.lower() != ""
    except ValueError:
        return False


def is_this_machine(*, client: str | None, host: str | None, forwarded: bool) -> bool:
    """Return whether a request was made on this machine, to a name of it.

    The name counts as well: a page of another site can have its own name point here.

    Args:
        client: The address that the connection comes from.
        forwarded: Whether a proxy says that it passes the request on.
    """
    if forwarded or client is None or host is None:
        return False
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return ipaddress.ip_address(client).is_loopback and (
            name == "localhost" or ipaddress.ip_address(name).is_loopback
        )
    except ValueError:
        return False
