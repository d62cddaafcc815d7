"""Use cases of alerts: rules, looking through the journal, and telling people."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from headrace.executions.public import Event, ExecutionCanceled, ExecutionFailed, ExecutionSummary
from headrace.insights.alerts.domain import (
    Failure,
    Rule,
    as_failure,
    checked,
    decide,
    matches,
    notification,
    pause_after,
)
from headrace.insights.alerts.errors import NotDelivered
from headrace.insights.alerts.ports import AlertStore, Delivery, Hit, Sender
from headrace.kernel.errors import HeadraceError, NotFound
from headrace.kernel.ids import ExecutionId, TenantId

log = logging.getLogger(__name__)

_PAGE = 500
_LOOK_EVERY = timedelta(seconds=2)
_SENDING = timedelta(minutes=2)
"""How long one try may take before another process makes the next."""


class FeedEntry(Protocol):
    @property
    def tenant(self) -> TenantId: ...
    @property
    def execution_id(self) -> ExecutionId: ...
    @property
    def event(self) -> Event: ...


class FeedPage(Protocol):
    @property
    def entries(self) -> Sequence[FeedEntry]: ...
    @property
    def reached(self) -> int: ...


class Journal(Protocol):
    """What alerts read of executions."""

    async def head(self) -> int: ...
    async def feed(self, after: int, *, tenant: TenantId | None = None, limit: int) -> FeedPage: ...
    async def get(self, tenant: TenantId, execution_id: ExecutionId) -> ExecutionSummary: ...


class Alerts:
    """Rules of tenants, and what comes of them."""

    def __init__(
        self,
        store: AlertStore,
        journal: Journal,
        sender: Sender,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._journal = journal
        self._sender = sender
        self.now = now
        self._new_id = new_id
        self._task: asyncio.Task[None] | None = None

    async def list(self, tenant: TenantId) -> Sequence[Rule]:
        return await self._store.rules(tenant)

    async def get(self, tenant: TenantId, rule_id: str) -> Rule:
        """Raises: AlertRuleNotFound"""
        return await self._store.get(tenant, rule_id)

    async def keep(self, rule: Rule) -> Rule:
        """Make a rule, or change it.

        Raises:
            BadAlertRule
        """
        checked(rule)
        # What fails from here on is told, whether or not a server runs yet.
        await self._position()
        await self._store.put(rule)
        return rule

    async def delete(self, tenant: TenantId, rule_id: str) -> None:
        """Raises: AlertRuleNotFound"""
        await self._store.delete(tenant, rule_id)

    async def test(self, tenant: TenantId, rule_id: str) -> None:
        """Send what a rule would send, of a failure that is made up.

        Raises:
            AlertRuleNotFound
            NotDelivered: and why.
        """
        rule = await self._store.get(tenant, rule_id)
        made_up = as_failure(
            ExecutionId("test"), "test", "A test", self.now(), "failed", "nothing has failed: this is a test"
        )
        await self._sender.send(notification(self._new_id(), rule, [made_up]), rule.channel)

    def start(self) -> None:
        """Look through the journal and send what is due, until `stop`."""
        self._task = asyncio.create_task(self._work_forever())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work_forever(self) -> None:
        while True:
            try:
                await self.look()
                await self.tell()
                await self.send()
            except HeadraceError as failure:
                log.warning("alerts could not be looked after: %s", failure)
            except Exception:
                log.exception("alerts could not be looked after")
            await asyncio.sleep(_LOOK_EVERY.total_seconds())

    async def look(self) -> None:
        """Look through what was committed since the last time; the first time, from now on."""
        position = await self._position()
        rules: dict[TenantId, list[Rule]] = {}
        for rule in await self._store.rules():
            rules.setdefault(rule.tenant, []).append(rule)
        while True:
            page = await self._journal.feed(position, limit=_PAGE)
            if page.reached == position:
                return
            hits = [hit for entry in page.entries for hit in await self._hits(entry, rules.get(entry.tenant, []))]
            if not await self._store.advance(position, page.reached, hits):
                return
            position = page.reached

    async def _position(self) -> int:
        position = await self._store.position()
        if position is not None:
            return position
        head = await self._journal.head()
        await self._store.advance(None, head, [])
        return head

    async def _hits(self, entry: FeedEntry, rules: Sequence[Rule]) -> Sequence[Hit]:
        if not rules or not isinstance(entry.event, ExecutionFailed | ExecutionCanceled):
            return ()
        failure = await self._failure(entry.tenant, entry.execution_id, entry.event)
        if failure is None:
            return ()
        return [Hit(entry.tenant, rule.id, failure) for rule in rules if matches(rule, failure)]

    async def _failure(
        self, tenant: TenantId, execution_id: ExecutionId, event: ExecutionFailed | ExecutionCanceled
    ) -> Failure | None:
        if isinstance(event, ExecutionCanceled) and event.reason != "timeout":
            return None  # somebody wanted it to end
        try:
            summary = await self._journal.get(tenant, execution_id)
        except NotFound:
            return None  # it is not kept
        if isinstance(event, ExecutionCanceled):
            kind, error, node = "timed_out", "it ran longer than its timeout", None
        else:
            kind, error, node = "failed", event.error.message, event.node
        return as_failure(execution_id, summary.workflow_id, summary.workflow_name, event.at, kind, error, node)

    async def tell(self) -> None:
        """Make notifications of what rules have seen enough of."""
        now = self.now()
        for standing in await self._store.standings():
            verdict = decide(standing.rule, standing.pending, standing.notified_at, now)
            if verdict.notify:
                told = notification(self._new_id(), standing.rule, standing.pending)
                await self._store.notify(standing, told, at=now)
            elif verdict.forget_before is not None:
                await self._store.forget(standing, verdict.forget_before)

    async def send(self) -> None:
        """Send what is due. What cannot be delivered is tried again, later and later, and given up after a day."""
        for delivery in await self._store.take(now=self.now(), ttl=_SENDING):
            told = delivery.notification
            try:
                async with asyncio.timeout(_SENDING.total_seconds() / 2):
                    await self._sender.send(told, delivery.channel)
            except (NotDelivered, TimeoutError) as failure:
                await self._again(delivery, failure)
            else:
                await self._store.done(delivery)

    async def _again(self, delivery: Delivery, failure: Exception) -> None:
        rule, pause = delivery.notification.rule, pause_after(delivery.attempts)
        if pause is None:
            log.error('an alert of the rule "%s" is given up: %s', rule, failure)
            await self._store.done(delivery)
        else:
            log.warning('an alert of the rule "%s" is tried again in %s: %s', rule, pause, failure)
            await self._store.postpone(delivery, self.now() + pause)
