"""The kinds of error a caller can meet; each context derives its own from these.

One table per transport turns a kind into a status; nothing else knows status codes.
Messages name the thing and the limit, never a secret or a payload.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar


class HeadraceError(Exception):
    """Any error that Headrace raises on purpose."""

    code: ClassVar[str] = "error"
    """Stable name that clients match on; never reused for another meaning."""


class NotFound(HeadraceError):
    """The thing asked for does not exist, or not for this tenant."""

    code = "not_found"


class Conflict(HeadraceError):
    """Somebody else changed the thing first; nothing was written."""

    code = "conflict"


class Invalid(HeadraceError):
    """The input cannot be accepted as it is; the message says where and why."""

    code = "invalid"


class Unauthenticated(HeadraceError):
    """Who calls is not known: nothing was shown that proves it, or nothing that still counts."""

    code = "unauthenticated"


class Denied(HeadraceError):
    """The caller is known, and may not do this; the message names what."""

    code = "denied"


class Unavailable(HeadraceError):
    """A part that is needed does not answer now; the call may be tried again."""

    code = "unavailable"


class LimitExceeded(HeadraceError):
    """A limit was reached; the message names the limit and its value."""

    code = "limit_exceeded"
    retry_after: timedelta | None = None
    """When there is room again; None: nobody knows."""
