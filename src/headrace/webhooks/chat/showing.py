"""Showing chats, and knowing the pages that were shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from headrace.webhooks.calls import Request
from headrace.webhooks.chat.messages import Passes
from headrace.webhooks.chat.pages import chat_of, chat_page
from headrace.webhooks.domain import Route
from headrace.webhooks.public import Answer

_SHOWN_IN = "x-chat-pass"


class Chats:
    """Pages of chats. A page has no origin, so that browsers send no log-in with its messages; they carry a pass."""

    def __init__(self, secret: bytes, now: Callable[[], datetime]) -> None:
        self._passes = Passes(secret)
        self._now = now

    def page(self, route: Route, request: Request) -> Answer:
        """Return the page of a chat, for somebody who was let in."""
        place = "webhook" if route.listening is None else "webhook-test"
        return chat_page(
            chat_of(route.parameters),
            to=f"{request.root}/{place}/{route.path}",
            pass_=self._passes.issue(route, self._now()),
        )

    def knows(self, route: Route, request: Request) -> bool:
        """Whether a message comes from a page that was shown to somebody who was let in."""
        return route.is_chat and self._passes.counts(route, request.headers.get(_SHOWN_IN, ""), self._now())

    @staticmethod
    def to_page(route: Route, request: Request) -> Answer:
        """Send whoever opens the address that messages go to, n8n's address of the page, to the page."""
        place = "chat" if route.listening is None else "chat-test"
        where = f"{request.root}/{place}/{route.path.removesuffix('/chat')}"
        return Answer(status=303, headers=[("location", where), ("cache-control", "no-store")])
