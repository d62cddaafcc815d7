"""What every store of alerts does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from headrace.insights.alerts.adapters.memory import MemoryAlerts
from headrace.insights.alerts.adapters.sqlite import SqliteAlerts
from headrace.insights.alerts.domain import EmailChannel, Failure, notification
from headrace.insights.alerts.errors import AlertRuleNotFound
from headrace.insights.alerts.ports import AlertStore, Hit, Standing
from tests.unit.insights.alerts.failing import NOON, OTHER, TENANT, failure, rule

TTL = timedelta(minutes=1)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AlertStore]:
    if request.param == "memory":
        yield MemoryAlerts()
        return
    sqlite = SqliteAlerts(tmp_path / "alerts.db")
    yield sqlite
    await sqlite.close()


async def seen(store: AlertStore, *failures: Failure) -> Standing:
    """Have the rule r1 see failures, and return how it stands."""
    position = await store.position()
    assert await store.advance(position, (position or 0) + 1, [Hit(TENANT, "r1", one) for one in failures])
    return next(one for one in await store.standings() if one.rule.id == "r1")


async def test_a_rule_comes_back_as_it_was_kept(store: AlertStore) -> None:
    kept = rule(channel=EmailChannel(("a@example.com", "b@example.com")), count=3, error="x", enabled=False)
    await store.put(rule(name="Old"))
    await store.put(kept)
    await store.put(rule(id="r0", name="Zoo"))

    assert await store.get(TENANT, "r1") == kept
    assert [one.id for one in await store.rules(TENANT)] == ["r1", "r0"]


async def test_another_tenant_sees_nothing(store: AlertStore) -> None:
    await store.put(rule())

    assert await store.rules(OTHER) == []
    for use in (store.get, store.delete):
        with pytest.raises(AlertRuleNotFound):
            await use(OTHER, "r1")
    assert len(await store.rules()) == 1


async def test_what_was_seen_is_pending_in_order(store: AlertStore) -> None:
    await store.put(rule())

    await seen(store, failure(1), failure(2))
    standing = await seen(store, failure(3))

    assert standing == Standing(rule(), None, (failure(1), failure(2), failure(3)))


async def test_of_two_processes_at_one_place_the_second_keeps_nothing(store: AlertStore) -> None:
    await store.put(rule())
    assert await store.position() is None
    assert await store.advance(None, 5, [Hit(TENANT, "r1", failure(1))])

    assert not await store.advance(None, 7, [Hit(TENANT, "r1", failure(2))])

    assert await store.position() == 5
    assert [one.pending for one in await store.standings()] == [(failure(1),)]


async def test_hits_of_a_rule_that_is_gone_are_dropped(store: AlertStore) -> None:
    await store.put(rule())
    await seen(store, failure(1))
    await store.delete(TENANT, "r1")

    assert await store.advance(1, 2, [Hit(TENANT, "r1", failure(2))])
    await store.put(rule())

    assert await store.standings() == []


async def test_pending_failures_have_a_bound_and_the_latest_stay(store: AlertStore) -> None:
    await store.put(rule())

    standing = await seen(store, *(failure(second) for second in range(1_005)))

    assert (len(standing.pending), standing.pending[0], standing.pending[-1]) == (1_000, failure(5), failure(1_004))


async def test_old_failures_are_forgotten(store: AlertStore) -> None:
    await store.put(rule())
    standing = await seen(store, failure(1), failure(2), failure(3))

    await store.forget(standing, failure(2).at)

    assert [one.pending for one in await store.standings()] == [(failure(2), failure(3))]


async def test_a_notification_takes_its_failures_and_no_later_one(store: AlertStore) -> None:
    await store.put(rule())
    standing = await seen(store, failure(1), failure(2))
    await seen(store, failure(3))
    told = notification("n1", rule(), standing.pending)

    assert await store.notify(standing, told, at=NOON)

    (left,) = await store.standings()
    assert (left.pending, left.notified_at) == ((failure(3),), NOON)
    (delivery,) = await store.take(now=NOON, ttl=TTL)
    assert (delivery.notification, delivery.channel, delivery.attempts) == (told, rule().channel, 1)


async def test_of_two_processes_one_makes_the_notification(store: AlertStore) -> None:
    await store.put(rule())
    standing = await seen(store, failure(1))

    assert await store.notify(standing, notification("n1", rule(), standing.pending), at=NOON)
    assert not await store.notify(standing, notification("n2", rule(), standing.pending), at=NOON)

    assert len(await store.take(now=NOON, ttl=TTL)) == 1


async def test_a_delivery_is_taken_by_one_process_until_its_time_is_over(store: AlertStore) -> None:
    await store.put(rule())
    standing = await seen(store, failure(1))
    await store.notify(standing, notification("n1", rule(), standing.pending), at=NOON)

    assert len(await store.take(now=NOON, ttl=TTL)) == 1
    assert await store.take(now=NOON, ttl=TTL) == []
    (again,) = await store.take(now=NOON + TTL, ttl=TTL)
    assert again.attempts == 2

    await store.postpone(again, NOON + 5 * TTL)
    assert await store.take(now=NOON + 4 * TTL, ttl=TTL) == []
    (third,) = await store.take(now=NOON + 5 * TTL, ttl=TTL)
    await store.done(third)
    assert await store.take(now=NOON + 50 * TTL, ttl=TTL) == []


async def test_what_was_told_is_sent_though_its_rule_is_removed(store: AlertStore) -> None:
    await store.put(rule())
    standing = await seen(store, failure(1))
    await store.notify(standing, notification("n1", rule(), standing.pending), at=NOON)

    await store.delete(TENANT, "r1")

    assert len(await store.take(now=NOON, ttl=TTL)) == 1
