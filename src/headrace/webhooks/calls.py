"""A request before its body is read, and what the service is set to."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from headrace.webhooks.reading import ReadingLimits

Place = Literal[
    "webhook", "webhook-test", "webhook-waiting", "form", "form-test", "form-waiting", "approve", "chat", "chat-test"
]
"""The first part of an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    place: Place
    method: str
    path: str
    """After the place, without a slash at its start."""

    url: str
    headers: Mapping[str, str]
    query: Mapping[str, Any]
    address: str
    chunks: AsyncIterator[bytes]
    root: str = ""
    """Path below which this server is reached; empty at a host's root."""

    @property
    def is_of_a_browser(self) -> bool:
        """Whether people see the answer, troubles too."""
        return self.place.startswith(("form", "chat")) or self.place == "approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    reading: ReadingLimits = field(default_factory=ReadingLimits)
    longest_wait: timedelta = timedelta(minutes=10)
    """How long a caller may have to wait for an answer that the run makes."""

    form_wait: timedelta = timedelta(seconds=20)
    """How long a browser may have to wait for the next page before it is shown that there is work going on."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """Goes into the ids of runs that must be started once; servers that share work share it, and it stays."""

    timezone: str = "UTC"
    """Of workflows that have none."""
