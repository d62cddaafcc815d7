"""What is submitted runs: now, in its turn, or after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.errors import ExecutionNotFound, VersionConflict
from headrace.executions.plan import Plan
from headrace.executions.public import (
    ExecutionRequested,
    ExecutionSucceeded,
    ExecutionSuspended,
    NodeStarted,
    Output,
    Status,
)
from headrace.executions.service import ClaimedRun, Executions
from headrace.executor.admission import AdmissionLimits
from headrace.executor.dispatching import MAX_CLAIMS, Dispatcher, DispatchSettings
from headrace.executor.ports import Finished, RunRules
from headrace.kernel.errors import LimitExceeded, NotFound
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, TenantId
from tests.unit.executions.simulating import NOON, plan, request

SECOND = timedelta(seconds=1)


class OneNodePlanner:
    def plan(self, request: ExecutionRequested) -> Plan:
        return plan(1, [], "v1")


class ScriptedExecutor:
    """Ends each run when it is told to."""

    def __init__(self) -> None:
        self.running: dict[ExecutionId, asyncio.Event] = {}
        self.order: list[ExecutionId] = []
        self.canceled: list[ExecutionId] = []
        self.at_once = True

    async def drive_claimed(self, tenant: TenantId, run: ClaimedRun) -> Finished:
        execution_id = run.request.execution_id
        self.order.append(execution_id)
        end = self.running[execution_id] = asyncio.Event()
        try:
            if not self.at_once:
                await end.wait()
            run.record(ExecutionSucceeded(at=NOON))
            await run.flush()
        finally:
            del self.running[execution_id]
            await run.release()
        return Finished.of(execution_id, run)

    def cancel(self, execution_id: ExecutionId) -> bool:
        if execution_id in self.running:
            self.canceled.append(execution_id)
        return execution_id in self.running


class Limits:
    """What the tenant may start and run, for a test to say."""

    def __init__(self) -> None:
        self.starts = 100
        self.at_once: int | None = None
        self.gone = False

    async def check_start(self, tenant: TenantId) -> None:
        if self.starts == 0:
            raise LimitExceeded("no more starts")
        self.starts -= 1

    async def concurrency(self, tenant: TenantId) -> int | None:
        if self.gone:
            raise NotFound(tenant)
        return self.at_once


class World:
    def __init__(self, server: int = 10, rules: RunRules | None = None) -> None:
        self.limits = Limits()
        self.journal = MemoryJournal()
        self.now = NOON
        self.executions = Executions(self.journal, OneNodePlanner(), lambda: self.now, holder="here")
        self.executor = ScriptedExecutor()
        self.dispatcher = Dispatcher(
            self.executor,  # type: ignore[arg-type]
            self.executions,
            self.journal,
            now=lambda: self.now,
            limits=self.limits,
            rules=rules,
            settings=DispatchSettings(limits=AdmissionLimits(server=server), look_every=timedelta(milliseconds=1)),
        )

    def request(self, name: str) -> ExecutionRequested:
        return msgspec.structs.replace(request(), execution_id=ExecutionId(name))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_what_is_submitted_runs_to_its_end() -> None:
    world = World()

    finished = await (await world.dispatcher.submit(world.request("e1")))

    assert finished.status is Status.SUCCESS
    assert world.dispatcher.load == (0, 0)


async def test_what_has_no_room_is_durable_and_runs_in_its_turn() -> None:
    world = World(server=1)
    world.executor.at_once = False
    ends = [await world.dispatcher.submit(world.request(name)) for name in ("e1", "e2", "e3")]

    assert len(await world.journal.read(DEFAULT_TENANT, ExecutionId("e3"))) == 1
    assert world.dispatcher.load == (1, 2)
    for name in ("e1", "e2", "e3"):
        await until(lambda name=name: ExecutionId(name) in world.executor.running)  # type: ignore[misc]
        world.executor.running[ExecutionId(name)].set()

    assert [(await end).status for end in ends] == [Status.SUCCESS] * 3
    assert world.executor.order == ["e1", "e2", "e3"]


async def test_the_same_execution_is_not_submitted_twice() -> None:
    world = World()
    await (await world.dispatcher.submit(world.request("e1")))

    with pytest.raises(VersionConflict):
        await world.dispatcher.submit(world.request("e1"))

    assert world.dispatcher.load == (0, 0)
    assert (await (await world.dispatcher.submit(world.request("e2")))).status is Status.SUCCESS


async def test_what_a_crash_left_behind_is_run() -> None:
    world = World()
    await world.executions.request(world.request("e1"))

    world.dispatcher.start()
    await until(lambda: world.executor.order == ["e1"])

    await world.dispatcher.stop(grace=SECOND)
    assert (await world.journal.get(DEFAULT_TENANT, ExecutionId("e1"))).status is Status.SUCCESS


async def test_a_wait_goes_on_when_its_time_has_come() -> None:
    world = World()
    due = NOON + timedelta(hours=1)
    suspended = ExecutionSuspended(node="n0", run=0, until=due, resume="time", output=Output(items=1), at=NOON)
    await world.journal.append(
        DEFAULT_TENANT,
        ExecutionId("e1"),
        [world.request("e1"), NodeStarted(node="n0", run=0, at=NOON), suspended],
        expected_version=0,
    )
    world.dispatcher.start()
    await asyncio.sleep(0.02)
    assert world.executor.order == []

    world.now = due
    await until(lambda: world.executor.order == ["e1"])

    await world.dispatcher.stop(grace=SECOND)


async def test_an_execution_that_takes_its_process_with_it_becomes_a_dead_letter() -> None:
    world = World()
    await world.executions.request(world.request("e1"))
    for _ in range(MAX_CLAIMS):
        await world.journal.acquire(DEFAULT_TENANT, ExecutionId("e1"), holder="dead", now=NOON, ttl=SECOND)
    world.now = NOON + 2 * SECOND

    world.dispatcher.start()
    async with asyncio.timeout(5):
        while not (letters := await world.journal.buried(DEFAULT_TENANT)):
            await asyncio.sleep(0.001)

    assert "tried 5 times" in letters[0].reason
    assert world.executor.order == []
    await world.journal.unbury(DEFAULT_TENANT, ExecutionId("e1"))
    await until(lambda: world.executor.order == ["e1"])
    await world.dispatcher.stop(grace=SECOND)


async def test_stopping_lets_runs_end_and_leaves_the_others_for_the_next_process() -> None:
    world = World(server=2)
    world.executor.at_once = False
    quick = await world.dispatcher.submit(world.request("e1"))
    await world.dispatcher.submit(world.request("e2"))
    await world.dispatcher.submit(world.request("e3"))
    await until(lambda: len(world.executor.running) == 2)

    stopping = asyncio.create_task(world.dispatcher.stop(grace=timedelta(milliseconds=50)))
    await asyncio.sleep(0)
    world.executor.running[ExecutionId("e1")].set()
    await stopping

    assert quick.result().status is Status.SUCCESS
    left = await world.journal.unfinished(now=world.now)
    assert [ticket.execution_id for ticket in left] == ["e2", "e3"]


async def test_an_execution_that_waits_for_its_turn_can_be_cancelled() -> None:
    world = World(server=1)
    world.executor.at_once = False
    await world.dispatcher.submit(world.request("e1"))
    await world.dispatcher.submit(world.request("e2"))

    await world.dispatcher.cancel(DEFAULT_TENANT, ExecutionId("e2"))

    assert (await world.journal.get(DEFAULT_TENANT, ExecutionId("e2"))).status is Status.CANCELED
    assert world.dispatcher.load == (1, 0)
    with pytest.raises(ExecutionNotFound):
        await world.dispatcher.cancel(DEFAULT_TENANT, ExecutionId("e9"))
    await world.dispatcher.stop(grace=timedelta(0))


async def test_an_execution_that_runs_here_is_told_to_stop_and_word_of_it_outlives_this_process() -> None:
    world = World()
    world.executor.at_once = False
    await world.dispatcher.submit(world.request("e1"))
    await until(lambda: ExecutionId("e1") in world.executor.running)

    assert not await world.dispatcher.cancel(DEFAULT_TENANT, ExecutionId("e1"))

    assert world.executor.canceled == ["e1"]
    assert await world.journal.to_cancel() == [(DEFAULT_TENANT, "e1")]
    await world.dispatcher.stop(grace=timedelta(0))


async def test_what_another_process_wants_to_end_is_stopped_here() -> None:
    world = World()
    world.executor.at_once = False
    await world.dispatcher.submit(world.request("e1"))
    await until(lambda: ExecutionId("e1") in world.executor.running)
    elsewhere = Executions(world.journal, OneNodePlanner(), lambda: world.now, holder="elsewhere")

    await elsewhere.ask_cancel(DEFAULT_TENANT, ExecutionId("e1"))
    assert not await elsewhere.cancel(DEFAULT_TENANT, ExecutionId("e1"))
    world.dispatcher.start()

    await until(lambda: world.executor.canceled[:1] == ["e1"])
    await world.dispatcher.stop(grace=timedelta(0))


async def test_what_was_to_end_when_its_process_died_is_ended_and_not_run() -> None:
    world = World()
    await world.executions.request(world.request("e1"))
    await world.journal.acquire(DEFAULT_TENANT, ExecutionId("e1"), holder="dead", now=NOON, ttl=SECOND)
    await world.executions.ask_cancel(DEFAULT_TENANT, ExecutionId("e1"))
    world.now = NOON + 2 * SECOND

    world.dispatcher.start()
    async with asyncio.timeout(5):
        while (await world.journal.get(DEFAULT_TENANT, ExecutionId("e1"))).status is not Status.CANCELED:
            await asyncio.sleep(0.001)

    await world.dispatcher.stop(grace=SECOND)
    assert world.executor.order == []


async def test_a_pause_that_is_kept_outlives_the_process_and_ends_when_it_is_lifted() -> None:
    world = World()
    await world.journal.pause(DEFAULT_TENANT, request().workflow_id, at=NOON)
    world.dispatcher.start()
    await asyncio.sleep(0.01)
    end = await world.dispatcher.submit(world.request("e1"))
    await asyncio.sleep(0.01)
    assert world.executor.order == []

    await world.journal.resume(DEFAULT_TENANT, request().workflow_id)

    assert (await end).status is Status.SUCCESS
    await world.dispatcher.stop(grace=SECOND)


async def test_a_paused_workflow_queues_up_until_it_is_resumed() -> None:
    world = World()
    world.dispatcher.pause(DEFAULT_TENANT, request().workflow_id)
    end = await world.dispatcher.submit(world.request("e1"))
    assert [ticket.execution_id for ticket in world.dispatcher.waiting_of(DEFAULT_TENANT)] == ["e1"]

    world.dispatcher.resume(DEFAULT_TENANT, request().workflow_id)

    assert (await end).status is Status.SUCCESS


async def test_a_start_that_the_tenant_may_not_make_leaves_nothing() -> None:
    world = World()
    world.limits.starts = 1
    await (await world.dispatcher.submit(world.request("e1")))

    with pytest.raises(LimitExceeded):
        await world.dispatcher.submit(world.request("e2"))

    with pytest.raises(ExecutionNotFound):
        await world.journal.get(DEFAULT_TENANT, ExecutionId("e2"))
    assert world.dispatcher.load == (0, 0)


async def test_what_a_tenant_may_not_run_yet_is_durable_and_runs_once_it_may() -> None:
    world = World()
    world.limits.at_once = 0

    end = await world.dispatcher.submit(world.request("e1"))
    assert world.dispatcher.load == (0, 1)
    assert len(await world.journal.read(DEFAULT_TENANT, ExecutionId("e1"))) == 1

    world.limits.at_once = 1
    world.dispatcher.start()
    try:
        assert (await end).status is Status.SUCCESS
    finally:
        await world.dispatcher.stop(grace=SECOND)


async def test_nothing_runs_of_a_tenant_that_is_gone() -> None:
    world = World()
    world.limits.gone = True

    await world.dispatcher.submit(world.request("e1"))

    assert world.dispatcher.load == (0, 1)


class OneKey:
    """Every run has the same key."""

    async def ruled(self, request: ExecutionRequested) -> ExecutionRequested:
        return msgspec.structs.replace(request, dedup_key="7", dedup_until=NOON + SECOND)


async def test_who_submits_a_key_again_gets_the_end_of_the_run_that_has_it() -> None:
    world = World(rules=OneKey())
    world.executor.at_once = False
    first = await world.dispatcher.submit(world.request("e1"))
    while_it_runs = await world.dispatcher.submit(world.request("e2"))
    await until(lambda: ExecutionId("e1") in world.executor.running)
    world.executor.running[ExecutionId("e1")].set()

    after_it = await world.dispatcher.submit(world.request("e3"))

    assert [(await end).execution_id for end in (first, while_it_runs, after_it)] == ["e1"] * 3
    assert world.executor.order == ["e1"]
    assert world.dispatcher.load == (0, 0)
