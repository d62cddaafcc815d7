"""What every memory of polling triggers does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from headrace.executions.public import ExecutionRequested, Mode, Output
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId
from headrace.schedules.adapters.memory import MemoryPollStates
from headrace.schedules.adapters.sqlite import SqliteSchedules
from headrace.schedules.errors import AnotherLooked
from headrace.schedules.ports import Find, PollState, PollStates

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OTHER = TenantId("other")
TRIGGER = (DEFAULT_TENANT, "w", "n")


@pytest.fixture(params=["memory", "sqlite"])
async def states(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PollStates]:
    if request.param == "memory":
        yield MemoryPollStates()
        return
    sqlite = SqliteSchedules(tmp_path / "schedules.db")
    yield sqlite.polls
    await sqlite.close()


def find(name: str, tenant: TenantId = DEFAULT_TENANT) -> Find:
    request = ExecutionRequested(
        execution_id=ExecutionId(name),
        tenant=tenant,
        workflow_id="w",
        workflow_name="W",
        workflow=msgspec.Raw(b'{"nodes":[]}'),
        mode=Mode.TRIGGER,
        start="n",
        given=Output(items=1, inline=msgspec.Raw(b'[{"json":{"a":1}}]')),
        use_pins=False,
        at=NOON,
    )
    return Find(tenant=tenant, workflow_id="w", node="n", request=request)


async def test_a_new_trigger_knows_nothing_and_begins_once(states: PollStates) -> None:
    begun = PollState(looks=0, data={}, looked_at=NOON)

    assert await states.begun(*TRIGGER, now=NOON) == begun
    assert await states.begun(*TRIGGER, now=NOON + HOUR) == begun


async def test_what_a_look_came_to_is_kept_with_what_it_found(states: PollStates) -> None:
    await states.begun(*TRIGGER, now=NOON)

    await states.looked(*TRIGGER, looks=0, data={"seen": [1]}, find=find("e1"), now=NOON + HOUR)
    await states.looked(*TRIGGER, looks=1, data={"seen": [1, 2]}, find=None, now=NOON + 2 * HOUR)
    await states.looked(*TRIGGER, looks=2, data={"seen": [3]}, find=find("e2"), now=NOON + 3 * HOUR)

    known = await states.begun(*TRIGGER, now=NOON)
    assert known == PollState(looks=3, data={"seen": [3]}, looked_at=NOON + 3 * HOUR)
    assert await states.unstarted() == [find("e1"), find("e2")]


async def test_of_two_looks_at_the_same_state_the_first_counts(states: PollStates) -> None:
    await states.begun(*TRIGGER, now=NOON)
    await states.looked(*TRIGGER, looks=0, data={"by": "first"}, find=find("e1"), now=NOON)

    with pytest.raises(AnotherLooked):
        await states.looked(*TRIGGER, looks=0, data={"by": "second"}, find=find("e2"), now=NOON)

    assert (await states.begun(*TRIGGER, now=NOON)).data == {"by": "first"}
    assert await states.unstarted() == [find("e1")]


async def test_what_is_started_is_found_no_more(states: PollStates) -> None:
    await states.begun(*TRIGGER, now=NOON)
    await states.looked(*TRIGGER, looks=0, data={}, find=find("e1"), now=NOON)

    await states.started(find("e1"))
    await states.started(find("e1"))

    assert await states.unstarted() == []


async def test_what_is_forgotten_begins_anew_and_a_late_look_writes_nothing(states: PollStates) -> None:
    await states.begun(*TRIGGER, now=NOON)
    await states.looked(*TRIGGER, looks=0, data={"seen": 1}, find=find("e1"), now=NOON)

    await states.forget(DEFAULT_TENANT, "w")

    with pytest.raises(AnotherLooked):
        await states.looked(*TRIGGER, looks=1, data={}, find=None, now=NOON)
    assert await states.begun(*TRIGGER, now=NOON + HOUR) == PollState(looks=0, data={}, looked_at=NOON + HOUR)
    assert await states.unstarted() == [find("e1")]


async def test_another_tenant_sees_and_changes_nothing(states: PollStates) -> None:
    await states.begun(*TRIGGER, now=NOON)
    await states.looked(*TRIGGER, looks=0, data={"seen": 1}, find=find("e1"), now=NOON)

    await states.forget(OTHER, "w")
    await states.started(find("e1", OTHER))
    with pytest.raises(AnotherLooked):
        await states.looked(OTHER, "w", "n", looks=1, data={}, find=None, now=NOON)

    assert await states.begun(OTHER, "w", "n", now=NOON + HOUR) == PollState(looks=0, data={}, looked_at=NOON + HOUR)
    assert (await states.begun(*TRIGGER, now=NOON)).data == {"seen": 1}
    assert await states.unstarted() == [find("e1")]
