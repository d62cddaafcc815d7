"""Alerts in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from headrace.insights.alerts.domain import MOST_PENDING, Failure, Notification, Rule
from headrace.insights.alerts.errors import AlertRuleNotFound
from headrace.insights.alerts.ports import Delivery, Hit, Standing
from headrace.kernel.ids import TenantId

_Key = tuple[TenantId, str]


class MemoryAlerts:
    """An `AlertStore` that forgets."""

    def __init__(self) -> None:
        self._rules: dict[_Key, Rule] = {}
        self._pending: dict[_Key, list[Failure]] = {}
        self._notified_at: dict[_Key, datetime] = {}
        self._outbox: dict[str, tuple[datetime, Delivery]] = {}
        self._position: int | None = None

    async def put(self, rule: Rule) -> None:
        self._rules[rule.tenant, rule.id] = rule

    async def get(self, tenant: TenantId, rule_id: str) -> Rule:
        if (tenant, rule_id) not in self._rules:
            raise AlertRuleNotFound(rule_id)
        return self._rules[tenant, rule_id]

    async def delete(self, tenant: TenantId, rule_id: str) -> None:
        await self.get(tenant, rule_id)
        for held in (self._rules, self._pending, self._notified_at):
            held.pop((tenant, rule_id), None)

    async def rules(self, tenant: TenantId | None = None) -> Sequence[Rule]:
        found = [rule for rule in self._rules.values() if tenant in (None, rule.tenant)]
        return sorted(found, key=lambda rule: (rule.name, rule.id))

    async def position(self) -> int | None:
        return self._position

    async def advance(self, expected: int | None, position: int, hits: Sequence[Hit]) -> bool:
        if self._position != expected:
            return False
        self._position = position
        for hit in hits:
            if (hit.tenant, hit.rule_id) in self._rules:
                pending = self._pending.setdefault((hit.tenant, hit.rule_id), [])
                pending.append(hit.failure)
                del pending[:-MOST_PENDING]
        return True

    async def standings(self) -> Sequence[Standing]:
        return [
            Standing(self._rules[key], self._notified_at.get(key), tuple(pending))
            for key, pending in sorted(self._pending.items())
            if pending
        ]

    async def forget(self, standing: Standing, before: datetime) -> None:
        pending = self._pending.get(_key(standing.rule), [])
        pending[:] = [failure for failure in pending if failure.at >= before]

    async def notify(self, standing: Standing, notification: Notification, *, at: datetime) -> bool:
        key = _key(standing.rule)
        if key not in self._rules or self._notified_at.get(key) != standing.notified_at:
            return False
        self._notified_at[key] = at
        told = set(standing.pending)
        self._pending[key] = [failure for failure in self._pending.get(key, []) if failure not in told]
        self._outbox[notification.id] = (at, Delivery(notification, standing.rule.channel, 0))
        return True

    async def take(self, *, now: datetime, ttl: timedelta, limit: int = 20) -> Sequence[Delivery]:
        due = sorted((at, id_) for id_, (at, _) in self._outbox.items() if at <= now)[:limit]
        taken = []
        for _, id_ in due:
            waiting = self._outbox[id_][1]
            delivery = Delivery(waiting.notification, waiting.channel, waiting.attempts + 1)
            self._outbox[id_] = (now + ttl, delivery)
            taken.append(delivery)
        return taken

    async def postpone(self, delivery: Delivery, until: datetime) -> None:
        id_ = delivery.notification.id
        if id_ in self._outbox:
            self._outbox[id_] = (until, self._outbox[id_][1])

    async def done(self, delivery: Delivery) -> None:
        self._outbox.pop(delivery.notification.id, None)


def _key(rule: Rule) -> _Key:
    return rule.tenant, rule.id
