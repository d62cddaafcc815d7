"""What is kept no longer goes; nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.public import ExecutionSucceeded, Mode
from headrace.executions.retention import RetentionPolicy
from headrace.executions.service.forgetting import SWEEP_AGE, Forgetting
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from headrace.payloads.adapters.memory import MemoryPayloads
from headrace.payloads.errors import PayloadNotFound
from tests.contract.executions.beginning import asked, begin
from tests.unit.executions.simulating import NOON


class World:
    def __init__(self, policy: RetentionPolicy | None = None) -> None:
        self.journal = MemoryJournal()
        self.payloads = MemoryPayloads()
        self.now = NOON
        self.forgetting = Forgetting(
            log=self.journal,
            history=self.journal,
            payloads=self.payloads,
            policy=policy or RetentionPolicy(),
            now=lambda: self.now,
        )

    async def has(self, key: str) -> bool:
        try:
            await self.payloads.get(DEFAULT_TENANT, key)
        except PayloadNotFound:
            return False
        return True


async def test_what_is_too_old_goes_with_its_payloads_and_what_runs_stays() -> None:
    world = World()
    await begin(world.journal, asked("e1"), ExecutionSucceeded(at=NOON))
    await begin(world.journal, asked("e2"))
    keys = [await world.payloads.put(DEFAULT_TENANT, name, b"much") for name in ("e1", "e2")]
    world.now = NOON + timedelta(days=30)

    assert await world.forgetting.prune() == 1
    assert await world.forgetting.prune() == 0

    assert [await world.has(key) for key in keys] == [False, True]
    assert [one.id for one in await world.journal.find(DEFAULT_TENANT)] == ["e2"]


async def test_more_than_a_batch_goes_at_once() -> None:
    world = World(RetentionPolicy(max_count=3))
    for number in range(450):
        await begin(world.journal, asked(f"e{number:03}"), ExecutionSucceeded(at=NOON))
    world.now = NOON + timedelta(hours=1)

    assert await world.forgetting.prune() == 447
    assert [one.id for one in await world.journal.find(DEFAULT_TENANT)] == ["e449", "e448", "e447"]


@pytest.mark.parametrize("member_of_a_family", [False, True])
async def test_only_old_payloads_that_nobody_knows_of_are_swept(member_of_a_family: bool) -> None:
    world = World()
    await begin(world.journal, asked("e1"), ExecutionSucceeded(at=NOON))
    if member_of_a_family:
        await begin(world.journal, asked("e2", retry_of=ExecutionId("e1"), mode=Mode.RETRY))
        await world.journal.remove(DEFAULT_TENANT, ExecutionId("e1"))
    known = await world.payloads.put(DEFAULT_TENANT, "e1", b"kept")
    lost = await world.payloads.put(DEFAULT_TENANT, "e9", b"left by a crash, or being received")

    world.now = datetime.now(UTC)
    assert await world.forgetting.sweep() == 0
    assert await world.has(lost)

    world.now += SWEEP_AGE
    assert await world.forgetting.sweep() == 1
    assert (await world.has(known), await world.has(lost)) == (True, False)
