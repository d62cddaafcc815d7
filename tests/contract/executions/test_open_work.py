"""What is to be done, to be ended, and to be left alone for now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from headrace.executions.errors import Duplicate, ExecutionNotFound
from headrace.executions.public import (
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSuspended,
    Mode,
    Output,
    PausedQueue,
)
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId
from tests.contract.executions.beginning import asked, begin
from tests.contract.executions.conftest import Journal
from tests.unit.executions.simulating import NOON

RUN = ExecutionId("e1")
OTHER = TenantId("other")
TTL = timedelta(seconds=30)


async def _open(journal: Journal, limit: int = 100) -> Sequence[str]:
    return [ticket.execution_id for ticket in await journal.unfinished(now=NOON, limit=limit)]


async def test_who_holds_an_execution_learns_at_its_renewal_that_it_is_to_end(journal: Journal) -> None:
    await begin(journal, asked("e1"))
    lease = await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)
    assert lease.cancel_by is None

    await journal.ask_cancel(DEFAULT_TENANT, RUN, reason="request")

    assert (await journal.renew(DEFAULT_TENANT, lease, now=NOON, ttl=TTL)).cancel_by == "request"
    assert await journal.to_cancel() == [(DEFAULT_TENANT, RUN)]


async def test_who_claims_an_execution_learns_that_it_is_to_end(journal: Journal) -> None:
    await begin(journal, asked("e1"))
    await journal.ask_cancel(DEFAULT_TENANT, RUN, reason="request")
    await journal.ask_cancel(DEFAULT_TENANT, RUN, reason="another")

    assert (await journal.acquire(DEFAULT_TENANT, RUN, holder="a", now=NOON, ttl=TTL)).cancel_by == "request"


async def test_what_has_ended_need_not_end(journal: Journal) -> None:
    await begin(journal, asked("e1"), ExecutionSucceeded(at=NOON))

    await journal.ask_cancel(DEFAULT_TENANT, RUN, reason="request")

    assert list(await journal.to_cancel()) == []
    with pytest.raises(ExecutionNotFound):
        await journal.ask_cancel(DEFAULT_TENANT, ExecutionId("e9"), reason="request")


async def test_an_end_takes_a_dead_letter_off_the_list(journal: Journal) -> None:
    await begin(journal, asked("e1"))
    await journal.bury(DEFAULT_TENANT, RUN, reason="it takes its process with it", at=NOON)

    await journal.append(DEFAULT_TENANT, RUN, [ExecutionSucceeded(at=NOON)], expected_version=1)

    assert list(await journal.buried(DEFAULT_TENANT)) == []


async def test_a_paused_queue_is_no_open_work(journal: Journal) -> None:
    await begin(journal, asked("e1", workflow_id="w1"))
    await begin(journal, asked("e2", workflow_id="w2"))
    await begin(journal, asked("e3", workflow_id="w1", tenant=OTHER))

    await journal.pause(DEFAULT_TENANT, "w1", at=NOON)
    await journal.pause(DEFAULT_TENANT, "w1", at=NOON + TTL)

    assert await _open(journal) == ["e2", "e3"]
    assert await journal.paused() == [PausedQueue(DEFAULT_TENANT, "w1", NOON)]
    assert list(await journal.paused(OTHER)) == []
    assert not await journal.resume(OTHER, "w1")
    assert await journal.resume(DEFAULT_TENANT, "w1")
    assert not await journal.resume(DEFAULT_TENANT, "w1")
    assert await _open(journal) == ["e1", "e2", "e3"]


async def test_a_long_queue_of_one_tenant_hides_nothing_of_another(journal: Journal) -> None:
    for number in range(5):
        await begin(journal, asked(f"a{number}"))
    await begin(journal, asked("z", tenant=OTHER))

    assert await _open(journal, limit=2) == ["a0", "a1", "z"]


async def test_what_a_parent_waits_for_is_left_to_it_until_it_has_ended(journal: Journal) -> None:
    await begin(journal, asked("e1"))
    await begin(journal, asked("e2", parent=RUN, mode=Mode.INTEGRATED, awaited=True))
    await begin(journal, asked("e3", parent=RUN, mode=Mode.INTEGRATED))
    assert await _open(journal) == ["e1", "e3"]

    await journal.append(DEFAULT_TENANT, RUN, [ExecutionSucceeded(at=NOON)], expected_version=1)

    assert await _open(journal) == ["e2", "e3"]


async def test_a_parent_that_was_put_aside_is_due_when_what_it_waits_for_has_ended(journal: Journal) -> None:
    child = ExecutionId("e2")
    await begin(journal, asked("e1"), _waits_for(child))
    await begin(journal, asked("e2", parent=RUN, awaited=True))
    await begin(journal, asked("e3"), _waits_for(ExecutionId("gone")))
    await begin(journal, asked("e2", tenant=OTHER), ExecutionSucceeded(at=NOON))

    # Nobody else would run it now.
    assert await _open(journal) == ["e2"]
    assert await journal.due(now=NOON) == [(DEFAULT_TENANT, "e3")]

    await journal.append(DEFAULT_TENANT, child, [ExecutionSucceeded(at=NOON)], expected_version=1)
    assert await journal.due(now=NOON) == [(DEFAULT_TENANT, "e1"), (DEFAULT_TENANT, "e3")]

    resumed = ExecutionResumed(by="execution", output=Output(items=0), again=True, at=NOON)
    await journal.append(DEFAULT_TENANT, RUN, [resumed], expected_version=2)
    assert await journal.due(now=NOON) == [(DEFAULT_TENANT, "e3")]
    assert await _open(journal) == ["e1"]


def _waits_for(child: ExecutionId) -> ExecutionSuspended:
    nothing = Output(items=0)
    return ExecutionSuspended(node="n0", run=0, until=None, resume="execution", output=nothing, child=child, at=NOON)


async def test_a_key_is_taken_once_within_its_time(journal: Journal) -> None:
    until = NOON + timedelta(minutes=10)
    await begin(journal, asked("e1", dedup_key="order 7", dedup_until=until))

    with pytest.raises(Duplicate) as refused:
        await begin(journal, asked("e2", minutes=9, dedup_key="order 7", dedup_until=until))
    again = asked("e2", minutes=9, dedup_key="order 7", dedup_until=until)
    with pytest.raises(Duplicate):
        await journal.begin(DEFAULT_TENANT, again.execution_id, [again], holder="a", now=NOON, ttl=TTL)

    assert refused.value.first == "e1"
    with pytest.raises(ExecutionNotFound):
        await journal.read(DEFAULT_TENANT, ExecutionId("e2"))
    await begin(journal, asked("e3", minutes=9, dedup_key="order 8", dedup_until=until))
    await begin(journal, asked("e4", minutes=9, dedup_key="order 7", dedup_until=until, workflow_id="w2"))
    await begin(journal, asked("e5", minutes=9, dedup_key="order 7", dedup_until=until, tenant=OTHER))
    await begin(journal, asked("e6", minutes=10, dedup_key="order 7", dedup_until=until + TTL))
