"""Addresses at which runs that wait go on: only who was given one can use it. No I/O."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from headrace.kernel.ids import ExecutionId

WaitPlace = Literal["webhook-waiting", "form-waiting", "approve"]
"""The first part of such an address."""

SIGNATURE = "signature"
"""The name in an address's query. n8n's name."""

_PURPOSE = b"headrace: addresses of waits, 1"


class Links:
    """Makes such addresses, and says whether one was made here.

    Each place has signatures of its own: who may fill in a form may not call the webhook of the same run.
    """

    def __init__(self, secret: bytes) -> None:
        """Args:
        secret: What servers that share work share; it stays, or else no address given out before leads anywhere.
        """
        self._key = hmac.digest(secret, _PURPOSE, "sha256")

    def path(self, place: WaitPlace, execution_id: ExecutionId, suffix: str = "") -> str:
        """Return the address after the server's own: path and query.

        Whoever has one to call, or to a form, may write any suffix. That of an approval says which one is meant, and
        lets decide on no other.
        """
        end = f"/{suffix.strip('/')}" if suffix.strip("/") else ""
        if place == "approve":
            path = f"{execution_id}{end}"
            return f"/{place}/{path}?{SIGNATURE}={self._signature(place, path)}"
        return f"/{place}/{execution_id}?{SIGNATURE}={self._signature(place, execution_id)}{quote(end)}"

    def opened(self, place: WaitPlace, path: str, query: Mapping[str, Any]) -> tuple[ExecutionId, str] | None:
        """Return which execution an address means, and its suffix; None: it was not made here.

        Authors write a suffix at the end, `{{ $execution.resumeUrl }}/approved`, so that it comes with the signature.

        Args:
            path: After the place, without a slash at its start.
        """
        execution_id, _, suffix = path.partition("/")
        shown = query.get(SIGNATURE)
        if not isinstance(shown, str):
            return None
        signature, _, end = shown.partition("/")
        expected = self._signature(place, path if place == "approve" else execution_id)
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
            return None
        return ExecutionId(execution_id), suffix if place == "approve" else (end or suffix).strip("/")

    def _signature(self, place: WaitPlace, path: str) -> str:
        named = f"{place}/{path}".encode("utf-8", "replace")
        return urlsafe_b64encode(hmac.digest(self._key, named, "sha256")).decode().rstrip("=")


def unsigned(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return a query without what lets its sender in, which is nothing for the run to know."""
    return {name: value for name, value in query.items() if name != SIGNATURE}
