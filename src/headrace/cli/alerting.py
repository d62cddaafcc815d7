"""`headrace alert`: rules of whoever has the data directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from headrace.cli.failing import Failure
from headrace.cli.opening import opened, pretty
from headrace.insights.alerts.domain import Channel, EmailChannel, Rule, WebhookChannel
from headrace.kernel.ids import TenantId, WorkflowId, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """What the command line says of a rule; durations in seconds."""

    name: str
    webhook: str | None
    email: Sequence[str]
    workflows: Sequence[str]
    error: str
    count: int
    within: int
    quiet: int

    @property
    def channel(self) -> Channel:
        """Raises: Failure: there is none, or more than one."""
        if (self.webhook is None) == (not self.email):
            raise Failure("name one way: --webhook URL, or --email ADDRESS (as often as you like)")
        return WebhookChannel(self.webhook) if self.webhook is not None else EmailChannel(tuple(self.email))


async def list_rules(tenant: str, *, as_json: bool, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        rules = await headrace.alerting.alerts.list(TenantId(tenant))
    if as_json:
        print(pretty(rules))
        return 0
    for rule in rules:
        way = rule.channel.url if isinstance(rule.channel, WebhookChannel) else ", ".join(rule.channel.to)
        of = ", ".join(rule.workflows) or "any workflow"
        off = "" if rule.enabled else "  (off)"
        print(f"{rule.id}  {rule.name}: {rule.count} in {rule.within.total_seconds():g} s of {of} to {way}{off}")
    return 0


async def add_rule(tenant: str, fields: RuleFields, *, data_dir: Path | None) -> int:
    """Raises: Failure: the rule makes no sense, or there is no such tenant."""
    channel = fields.channel
    async with opened(data_dir) as headrace:
        await headrace.access.prepare()
        await headrace.access.tenancy.get(TenantId(tenant))
        rule = Rule(
            id=new_id(),
            tenant=TenantId(tenant),
            name=fields.name,
            channel=channel,
            created_at=headrace.now(),
            workflows=tuple(map(WorkflowId, fields.workflows)),
            error=fields.error,
            count=fields.count,
            within=timedelta(seconds=fields.within),
            quiet=timedelta(seconds=fields.quiet),
        )
        await headrace.alerting.alerts.keep(rule)
    print(rule.id)
    return 0


async def remove_rule(tenant: str, rule: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: there is no such rule."""
    async with opened(data_dir) as headrace:
        await headrace.alerting.alerts.delete(TenantId(tenant), rule)
    return 0


async def try_rule(tenant: str, rule: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: there is no such rule, or it did not arrive, and why."""
    async with opened(data_dir) as headrace:
        await headrace.alerting.alerts.test(TenantId(tenant), rule)
    print("it was taken")
    return 0
