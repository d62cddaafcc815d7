"""From an execution that fails to somebody who knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.public import ErrorInfo, Event, ExecutionCanceled, ExecutionFailed, ExecutionSucceeded
from headrace.insights.alerts.adapters.memory import MemoryAlerts
from headrace.insights.alerts.domain import Channel, Notification
from headrace.insights.alerts.errors import AlertRuleNotFound, BadAlertRule, NotDelivered
from headrace.insights.alerts.service import Alerts
from headrace.kernel.ids import ExecutionId
from tests.contract.executions.beginning import asked, begin
from tests.unit.insights.alerts.failing import NOON, OTHER, TENANT, rule


class Outbox:
    """A `Sender` that keeps what it is given, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.sent: list[Notification] = []
        self.failures = 0

    async def send(self, notification: Notification, channel: Channel) -> None:
        if self.failures:
            self.failures -= 1
            raise NotDelivered("the webhook answered with status 500")
        self.sent.append(notification)


class World:
    def __init__(self) -> None:
        self.now = NOON
        self.journal = MemoryJournal()
        self.outbox = Outbox()
        self.store = MemoryAlerts()
        ids = count(1)
        self.alerts = Alerts(self.store, self.journal, self.outbox, lambda: self.now, lambda: f"n{next(ids)}")

    async def end(self, name: str, *events: Event, **changes: Any) -> None:
        await begin(self.journal, asked(name, **changes), *events)

    async def fail(self, name: str, **changes: Any) -> None:
        await self.end(name, failed(self.now), **changes)

    async def work(self, *, after: timedelta = timedelta(0)) -> list[ExecutionId]:
        """Let time pass and everything be done once; return which failures were told by now."""
        self.now += after
        await self.alerts.look()
        await self.alerts.tell()
        await self.alerts.send()
        return [failure.execution_id for told in self.outbox.sent for failure in told.failures]


def failed(at: datetime) -> ExecutionFailed:
    return ExecutionFailed(error=ErrorInfo(message="no such host"), node="Fetch", at=at)


@pytest.fixture
async def world() -> World:
    world = World()
    await world.fail("before")
    await world.work()
    await world.alerts.keep(rule())
    return world


async def test_what_failed_before_anybody_looked_is_not_told(world: World) -> None:
    assert await world.work() == []


async def test_a_failure_is_told_with_what_is_known_of_it(world: World) -> None:
    await world.fail("e1")

    assert await world.work() == ["e1"]
    (told,) = world.outbox.sent
    assert (told.failures[0].workflow_name, told.failures[0].error, told.failures[0].node) == (
        asked("e1").workflow_name,
        "no such host",
        "Fetch",
    )


async def test_success_is_not_told_nor_what_somebody_wanted_to_end(world: World) -> None:
    await world.end("ok", ExecutionSucceeded(at=NOON))
    await world.end("stopped", ExecutionCanceled(reason="request", at=NOON))
    await world.end("late", ExecutionCanceled(reason="timeout", at=NOON))

    assert await world.work() == ["late"]
    assert world.outbox.sent[0].failures[0].kind == "timed_out"


async def test_a_flood_of_failures_makes_two_notifications(world: World) -> None:
    await world.fail("first")
    await world.work()
    for number in range(300):
        await world.fail(f"e{number}")
        await world.work(after=timedelta(seconds=1))

    await world.work(after=timedelta(minutes=15))

    assert [told.count for told in world.outbox.sent] == [1, 300]


async def test_what_cannot_be_delivered_is_sent_again_later(world: World) -> None:
    world.outbox.failures = 2
    await world.fail("e1")

    assert await world.work() == []
    assert await world.work(after=timedelta(seconds=1)) == []
    assert await world.work(after=timedelta(seconds=10)) == []
    assert await world.work(after=timedelta(seconds=30)) == ["e1"]


async def test_what_can_never_be_delivered_is_given_up(world: World) -> None:
    world.outbox.failures = 1_000
    await world.fail("e1")
    for _ in range(30):
        await world.work(after=timedelta(hours=5))

    assert world.store._outbox == {}
    assert world.outbox.failures == 1_000 - 12


async def test_nothing_is_lost_between_seeing_and_sending(world: World) -> None:
    await world.fail("e1")
    await world.alerts.look()
    again = Alerts(world.store, world.journal, world.outbox, lambda: world.now, lambda: "n9")
    await again.tell()
    await Alerts(world.store, world.journal, world.outbox, lambda: world.now, lambda: "n9").send()

    assert len(world.outbox.sent) == 1
    assert await world.work(after=timedelta(hours=1)) == ["e1"]


async def test_a_tenants_failures_are_no_other_tenants_concern(world: World) -> None:
    await world.fail("e1", tenant=OTHER)

    assert await world.work() == []
    with pytest.raises(AlertRuleNotFound):
        await world.alerts.test(OTHER, "r1")


async def test_a_rule_can_be_tried(world: World) -> None:
    await world.alerts.test(TENANT, "r1")
    assert world.outbox.sent[0].failures[0].error.endswith("this is a test")

    world.outbox.failures = 1
    with pytest.raises(NotDelivered, match="status 500"):
        await world.alerts.test(TENANT, "r1")


async def test_a_rule_that_makes_no_sense_is_not_kept(world: World) -> None:
    with pytest.raises(BadAlertRule):
        await world.alerts.keep(rule(id="r2", count=0))

    assert [one.id for one in await world.alerts.list(TENANT)] == ["r1"]
