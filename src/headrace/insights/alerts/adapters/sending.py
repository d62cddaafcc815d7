"""The ways to people: a webhook through the tenant's way out, and mail through the owner's server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

import msgspec

from headrace.insights.alerts.domain import Channel, EmailChannel, Notification, WebhookChannel, subject_of, text_of
from headrace.insights.alerts.errors import NotDelivered
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import TenantId
from headrace.sdk.context import HttpClient, HttpFailed, HttpRequest

_TIMEOUT = timedelta(seconds=20)
_MAX_ANSWER_BYTES = 64 * 1024


class Mailer(Protocol):
    async def send(self, to: Sequence[str], subject: str, text: str, *, message_id: str) -> None:
        """Raises: HeadraceError: the mail server did not take it."""
        ...


class ChannelSender:
    """A `Sender`.

    Args:
        http: The way out of a tenant: what its workflows may not reach, its alerts may not reach either.
        mailer: None: the server has none.
    """

    def __init__(self, http: Callable[[TenantId], HttpClient], mailer: Mailer | None) -> None:
        self._http = http
        self._mailer = mailer

    async def send(self, notification: Notification, channel: Channel) -> None:
        match channel:
            case WebhookChannel(url):
                await self._post(notification, url)
            case EmailChannel(to):
                await self._mail(notification, to)

    async def _post(self, notification: Notification, url: str) -> None:
        told = {"text": subject_of(notification), **msgspec.to_builtins(notification)}
        request = HttpRequest(
            method="POST",
            url=url,
            headers=[
                ("Content-Type", "application/json"),
                ("User-Agent", "Headrace"),
                ("X-Headrace-Notification", notification.id),
            ],
            body=msgspec.json.encode(told),
            timeout=_TIMEOUT,
            max_redirects=0,
            max_bytes=_MAX_ANSWER_BYTES,
        )
        try:
            answer = await self._http(notification.tenant).request(request)
        except HttpFailed as failure:
            raise NotDelivered(f"the webhook could not be called: {failure}") from failure
        if not 200 <= answer.status < 300:
            raise NotDelivered(f"the webhook answered with status {answer.status}")

    async def _mail(self, notification: Notification, to: Sequence[str]) -> None:
        if self._mailer is None:
            raise NotDelivered("this server sends no mail: its owner has to set HEADRACE_SMTP_URL")
        try:
            await self._mailer.send(to, subject_of(notification), text_of(notification), message_id=notification.id)
        except HeadraceError as failure:
            raise NotDelivered(f"the mail could not be sent: {failure}") from failure
