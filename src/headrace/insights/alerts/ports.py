"""What alerts need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from headrace.insights.alerts.domain import Channel, Failure, Notification, Rule
from headrace.kernel.ids import TenantId


@dataclass(frozen=True, slots=True)
class Hit:
    """A failure that a rule is about."""

    tenant: TenantId
    rule_id: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a rule."""

    rule: Rule
    notified_at: datetime | None
    """When it last made a notification; None: never."""

    pending: Sequence[Failure]
    """Failures that nobody was told of, oldest first."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notification on its way."""

    notification: Notification
    channel: Channel
    attempts: int
    """How often it was tried, this time included."""


class AlertStore(Protocol):
    """Rules, what they have seen, and what is to be sent. Several processes may use it at once."""

    async def put(self, rule: Rule) -> None:
        """Keep a rule, in place of the one with its id."""
        ...

    async def get(self, tenant: TenantId, rule_id: str) -> Rule:
        """Raises: AlertRuleNotFound: there is no such rule for this tenant."""
        ...

    async def delete(self, tenant: TenantId, rule_id: str) -> None:
        """Remove a rule with what it has seen; what it has told already is still sent.

        Raises:
            AlertRuleNotFound: there is no such rule for this tenant.
        """
        ...

    async def rules(self, tenant: TenantId | None = None) -> Sequence[Rule]:
        """Return the rules of a tenant, or of all, by name."""
        ...

    async def position(self) -> int | None:
        """Return up to where the journal was looked through; None: never."""
        ...

    async def advance(self, expected: int | None, position: int, hits: Sequence[Hit]) -> bool:
        """Keep what was found between two positions, all or none. Hits of rules that are gone are dropped.

        Returns:
            False if another process has been there; nothing was kept then.
        """
        ...

    async def standings(self) -> Sequence[Standing]:
        """Return the rules of all tenants that have something pending."""
        ...

    async def forget(self, standing: Standing, before: datetime) -> None:
        """Drop a rule's pending failures that are older than a moment."""
        ...

    async def notify(self, standing: Standing, notification: Notification, *, at: datetime) -> bool:
        """Have a notification sent, and its failures pending no more; all or none.

        Returns:
            False if another process has made one meanwhile.
        """
        ...

    async def take(self, *, now: datetime, ttl: timedelta, limit: int = 20) -> Sequence[Delivery]:
        """Take notifications that are to be sent now, the oldest first; after *ttl* another process may."""
        ...

    async def postpone(self, delivery: Delivery, until: datetime) -> None: ...

    async def done(self, delivery: Delivery) -> None:
        """It was sent, or given up."""
        ...


class Sender(Protocol):
    """A way to people."""

    async def send(self, notification: Notification, channel: Channel) -> None:
        """Raises: NotDelivered: it may not have arrived."""
        ...
