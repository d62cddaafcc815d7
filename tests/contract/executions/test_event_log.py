"""What every journal does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from headrace.executions.errors import ExecutionNotFound, LeaseHeld, LeaseLost, VersionConflict
from headrace.executions.ports import DeadLetter
from headrace.executions.public import (
    Event,
    ExecutionSucceeded,
    ExecutionSuspended,
    NodeStarted,
    NodeSucceeded,
    Output,
    Status,
)
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId
from tests.contract.executions.conftest import Journal
from tests.unit.executions.simulating import NOON, request

RUN = ExecutionId("e1")
OTHER = TenantId("other")
TTL = timedelta(seconds=30)
STARTED = NodeStarted(node="n0", run=0, at=NOON)


async def _begin(journal: Journal, *more: Event) -> None:
    await journal.append(DEFAULT_TENANT, RUN, [request(), *more], expected_version=0)


async def test_events_come_back_in_the_order_they_were_appended(journal: Journal) -> None:
    await _begin(journal)

    assert await journal.append(DEFAULT_TENANT, RUN, [STARTED], expected_version=1) == 2
    assert await journal.read(DEFAULT_TENANT, RUN) == (request(), STARTED)


@pytest.mark.parametrize("seen", [0, 2], ids=["behind", "ahead"])
async def test_a_writer_at_another_version_is_refused_and_writes_nothing(journal: Journal, seen: int) -> None:
    await _begin(journal)

    with pytest.raises(VersionConflict):
        await journal.append(DEFAULT_TENANT, RUN, [STARTED], expected_version=seen)

    assert await journal.read(DEFAULT_TENANT, RUN) == (request(),)


async def test_of_two_writers_at_once_one_wins(journal: Journal) -> None:
    await _begin(journal)

    outcomes = await asyncio.gather(
        *(journal.append(DEFAULT_TENANT, RUN, [STARTED], expected_version=1) for _ in range(5)), return_exceptions=True
    )

    assert sorted(isinstance(outcome, VersionConflict) for outcome in outcomes) == [False, True, True, True, True]


async def test_another_tenant_sees_nothing(journal: Journal) -> None:
    await _begin(journal)

    with pytest.raises(ExecutionNotFound):
        await journal.read(OTHER, RUN)
    with pytest.raises(ExecutionNotFound):
        await journal.get(OTHER, RUN)
    assert await journal.find(OTHER) == []
    assert await journal.statistics(OTHER) == []
    assert [event async for event in journal.walk(OTHER, RUN)] == []
    with pytest.raises(ExecutionNotFound):
        await journal.node_run(OTHER, RUN, "n0", 0)
    with pytest.raises(ExecutionNotFound):
        await journal.ask_cancel(OTHER, RUN, reason="request")
    with pytest.raises(ExecutionNotFound):
        await journal.remove(OTHER, RUN)
    assert await journal.owners_in_use(OTHER, [RUN]) == frozenset()
    assert await journal.read(DEFAULT_TENANT, RUN) == (request(),)


async def test_an_execution_is_known_to_belong_to_its_tenant(journal: Journal) -> None:
    assert await journal.tenant_of(RUN) is None

    await _begin(journal)

    assert await journal.tenant_of(RUN) == DEFAULT_TENANT


async def test_of_an_id_that_two_tenants_have_nothing_is_said(journal: Journal) -> None:
    await _begin(journal)
    await journal.append(OTHER, RUN, [request()], expected_version=0)

    assert await journal.tenant_of(RUN) is None


async def test_an_unknown_stream_is_not_found(journal: Journal) -> None:
    with pytest.raises(ExecutionNotFound):
        await journal.read(DEFAULT_TENANT, RUN)
    with pytest.raises(ExecutionNotFound):
        await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)


async def test_a_lease_is_held_until_it_expires(journal: Journal) -> None:
    await _begin(journal)
    await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)

    with pytest.raises(LeaseHeld):
        await journal.acquire(DEFAULT_TENANT, RUN, holder="b", now=NOON, ttl=TTL)

    taken = await journal.acquire(DEFAULT_TENANT, RUN, holder="b", now=NOON + TTL * 2, ttl=TTL)
    assert taken.epoch == 2


async def test_who_lost_the_lease_writes_nothing(journal: Journal) -> None:
    await _begin(journal)
    lost = await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)
    await journal.acquire(DEFAULT_TENANT, RUN, holder="b", now=NOON + TTL * 2, ttl=TTL)

    with pytest.raises(LeaseLost):
        await journal.append(DEFAULT_TENANT, RUN, [STARTED], expected_version=1, epoch=lost.epoch)
    with pytest.raises(LeaseLost):
        await journal.renew(DEFAULT_TENANT, lost, now=NOON, ttl=TTL)
    await journal.release(DEFAULT_TENANT, lost)

    assert await journal.read(DEFAULT_TENANT, RUN) == (request(),)
    with pytest.raises(LeaseHeld):
        await journal.acquire(DEFAULT_TENANT, RUN, holder="c", now=NOON + TTL * 2, ttl=TTL)


async def test_a_renewed_lease_lasts_longer(journal: Journal) -> None:
    await _begin(journal)
    lease = await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)

    await journal.renew(DEFAULT_TENANT, lease, now=NOON + TTL, ttl=TTL)

    with pytest.raises(LeaseHeld):
        await journal.acquire(DEFAULT_TENANT, RUN, holder="b", now=NOON + TTL * 1.5, ttl=TTL)


async def test_the_lease_of_a_holder_that_is_gone_can_be_ended(journal: Journal) -> None:
    await _begin(journal)
    await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)
    assert list(await journal.holders()) == [(DEFAULT_TENANT, RUN, "a")]

    await journal.expire(DEFAULT_TENANT, RUN, holder="b")
    assert list(await journal.unfinished(now=NOON)) == []

    await journal.expire(DEFAULT_TENANT, RUN, holder="a")
    assert await journal.unfinished(now=NOON) == [request().ticket]


async def test_what_nobody_runs_is_found_for_recovery(journal: Journal) -> None:
    await _begin(journal)
    assert await journal.unfinished(now=NOON) == [request().ticket]

    await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)

    assert list(await journal.unfinished(now=NOON)) == []
    assert await journal.unfinished(now=NOON + TTL * 2) == [request().ticket]


async def test_an_ended_execution_is_not_recovered(journal: Journal) -> None:
    await _begin(journal, ExecutionSucceeded(at=NOON))

    assert list(await journal.unfinished(now=NOON)) == []


async def test_a_wait_is_due_when_its_time_has_come(journal: Journal) -> None:
    until = NOON + timedelta(hours=1)
    await _begin(
        journal,
        STARTED,
        ExecutionSuspended(node="n0", run=0, until=until, resume="time", output=Output(items=1), at=NOON),
    )

    assert list(await journal.due(now=NOON)) == []
    assert list(await journal.due(now=until)) == [(DEFAULT_TENANT, RUN)]
    assert list(await journal.unfinished(now=NOON)) == []


async def test_a_stream_may_begin_under_a_lease(journal: Journal) -> None:
    lease = await journal.begin(DEFAULT_TENANT, RUN, [request(), STARTED], holder="a", now=NOON, ttl=TTL)

    assert await journal.read(DEFAULT_TENANT, RUN) == (request(), STARTED)
    with pytest.raises(LeaseHeld):
        await journal.acquire(DEFAULT_TENANT, RUN, holder="b", now=NOON, ttl=TTL)
    end = [ExecutionSucceeded(at=NOON)]
    assert await journal.append(DEFAULT_TENANT, RUN, end, expected_version=2, epoch=lease.epoch) == 3


async def test_a_stream_begins_only_once(journal: Journal) -> None:
    await _begin(journal)

    with pytest.raises(VersionConflict):
        await journal.begin(DEFAULT_TENANT, RUN, [request()], holder="a", now=NOON, ttl=TTL)

    assert len(await journal.read(DEFAULT_TENANT, RUN)) == 1
    assert list(await journal.holders()) == []


@pytest.mark.parametrize(
    "last",
    [
        ExecutionSucceeded(at=NOON),
        ExecutionSuspended(node="n0", run=0, until=None, resume="webhook", output=Output(items=1), at=NOON),
    ],
    ids=["end", "suspension"],
)
async def test_what_ends_a_run_gives_its_lease_back(journal: Journal, last: Event) -> None:
    lease = await journal.begin(DEFAULT_TENANT, RUN, [request(), STARTED], holder="a", now=NOON, ttl=TTL)

    await journal.append(DEFAULT_TENANT, RUN, [last], expected_version=2, epoch=lease.epoch)

    assert list(await journal.holders()) == []
    assert (await journal.acquire(DEFAULT_TENANT, RUN, holder="b", now=NOON, ttl=TTL)).epoch == 2


async def test_claims_are_counted_until_something_comes_of_one(journal: Journal) -> None:
    await _begin(journal)

    counts = [(await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)).claims for _ in range(3)]
    await journal.append(DEFAULT_TENANT, RUN, [STARTED], expected_version=1)
    counts.append((await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)).claims)
    await journal.append(
        DEFAULT_TENANT, RUN, [NodeSucceeded(node="n0", run=0, outputs=(), at=NOON)], expected_version=2
    )
    counts.append((await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)).claims)

    assert counts == [1, 2, 3, 4, 1]


async def test_a_dead_letter_is_no_open_work_until_it_is_taken_off(journal: Journal) -> None:
    await _begin(journal)

    await journal.bury(DEFAULT_TENANT, RUN, reason="it takes its process with it", at=NOON)

    assert list(await journal.unfinished(now=NOON)) == []
    assert await journal.buried(DEFAULT_TENANT) == [DeadLetter(RUN, "it takes its process with it", NOON)]
    assert await journal.buried(OTHER) == []
    with pytest.raises(ExecutionNotFound):
        await journal.unbury(OTHER, RUN)
    await journal.unbury(DEFAULT_TENANT, RUN)
    assert await journal.unfinished(now=NOON) == [request().ticket]
    assert await journal.buried(DEFAULT_TENANT) == []


async def test_the_list_follows_the_journal_and_can_be_rebuilt(journal: Journal) -> None:
    await _begin(journal)
    assert (await journal.get(DEFAULT_TENANT, RUN)).status is Status.RUNNING
    await journal.append(DEFAULT_TENANT, RUN, [ExecutionSucceeded(at=NOON)], expected_version=1)
    before = await journal.get(DEFAULT_TENANT, RUN)

    assert await journal.rebuild() == 2

    assert await journal.get(DEFAULT_TENANT, RUN) == before
    assert before.status is Status.SUCCESS
    assert [one.id for one in await journal.find(DEFAULT_TENANT)] == [RUN]
