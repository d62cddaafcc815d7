"""Messages of chats, as they come, and who may send them beside those whom the node lets in. No I/O."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from headrace.webhooks.domain import Route
from headrace.webhooks.errors import BadCall

MAX_MESSAGE = 100_000
"""Characters."""

_MAX_SESSION = 200
_SEND = "sendMessage"
_PURPOSE = b"headrace: chat pages, 1"
_LASTS = timedelta(hours=12)


def message_of(body: Any) -> dict[str, Any]:
    """Return a message as the item that it becomes; n8n's names.

    Raises:
        BadCall: it is none.
    """
    if not isinstance(body, Mapping):
        raise BadCall("a message of a chat is a JSON object, or a form's fields")
    text, session, action = body.get("chatInput"), body.get("sessionId"), body.get("action", _SEND)
    if action != _SEND:
        raise BadCall('the only action of this chat is "sendMessage": it remembers no earlier messages')
    if not isinstance(text, str) or len(text) > MAX_MESSAGE:
        raise BadCall(f'"chatInput" is a text of up to {MAX_MESSAGE} characters')
    if not isinstance(session, str) or not 1 <= len(session) <= _MAX_SESSION:
        raise BadCall(f'"sessionId" is a text of 1 to {_MAX_SESSION} characters')
    return {**body, "sessionId": session, "action": _SEND, "chatInput": text}


class Passes:
    """What a page that somebody was let in to shows with each message: pages have no origin, and so no log-in."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, _PURPOSE, "sha256")

    def issue(self, route: Route, now: datetime) -> str:
        until = int((now + _LASTS).timestamp())
        return f"{until}.{self._signature(route, until)}"

    def counts(self, route: Route, shown: str, now: datetime) -> bool:
        """Whether a pass is one of this chat's, and has not run out."""
        until, _, signature = shown.partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) <= 12) or int(until) < now.timestamp():
            return False
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self._signature(route, int(until)).encode())

    def _signature(self, route: Route, until: int) -> str:
        # The credential is part of it: once another is asked for, nobody comes in by what was shown of the one before.
        named = [route.tenant, route.workflow_id, route.node, route.credentials, until]
        digest = hmac.digest(self._key, msgspec.json.encode(named, order="deterministic"), "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")
