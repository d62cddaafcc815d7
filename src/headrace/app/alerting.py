"""Alerts in one process: where rules are kept, what is read, and the ways to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headrace.app.credentials import NoCredentials
from headrace.insights.alerts.adapters.sending import ChannelSender, Mailer
from headrace.insights.alerts.adapters.sqlite import SqliteAlerts
from headrace.insights.alerts.service import Alerts
from headrace.kernel.ids import new_id

if TYPE_CHECKING:
    from headrace.app.local import Headrace


class Alerting:
    """Make it, `start` what it does by itself, `close` it."""

    def __init__(self, headrace: Headrace) -> None:
        self._store = SqliteAlerts(headrace.settings.data_dir / "alerts.db")
        sender = ChannelSender(
            lambda tenant: headrace.outside.http(tenant, NoCredentials()), _mailer(headrace.settings.smtp_url)
        )
        self.alerts = Alerts(self._store, headrace.journal, sender, headrace.now, new_id)

    async def close(self) -> None:
        await self.alerts.stop()
        await self._store.close()


def _mailer(url: str) -> Mailer | None:
    if not url:
        return None
    from headrace.infra.egress.mail import MailServer, SmtpMailer
    from headrace.infra.egress.policy import EgressPolicy

    # The owner names the server, and mostly it is a neighbour; tenants cannot choose it.
    return SmtpMailer(MailServer.of(url), EgressPolicy(allow_private=True))
