"""Following executions while they run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.commits import Commits
from headrace.executions.errors import ExecutionNotFound
from headrace.executions.following import Following
from headrace.executions.public import ExecutionRequested, ExecutionSucceeded, NodeStarted
from headrace.executions.updates import Update
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId
from tests.contract.executions.beginning import asked, begin
from tests.unit.executions.simulating import NOON

OTHER = TenantId("other")
HOUR = timedelta(hours=1)


class Followed:
    """A journal with somebody who follows it."""

    def __init__(self, *, look_every: timedelta = HOUR) -> None:
        commits = Commits()
        self.journal = MemoryJournal(commits)
        self.following = Following(self.journal, self.journal, self.journal, commits, look_every=look_every)
        self.asked = asked("e1")
        self.tenant = self.asked.tenant
        self.id = self.asked.execution_id

    async def begin(self, wanted: ExecutionRequested | None = None) -> None:
        await begin(self.journal, wanted or self.asked)

    async def step(self, *nodes: str, seen: int) -> None:
        events = [NodeStarted(node=node, run=0, at=NOON) for node in nodes]
        await self.journal.append(self.tenant, self.id, events, expected_version=seen)

    async def end(self, *, seen: int) -> None:
        await self.journal.append(self.tenant, self.id, [ExecutionSucceeded(at=NOON)], expected_version=seen)


async def everything(_: ExecutionId, __: ProjectId | None) -> bool:
    return True


def numbers(batch: Sequence[Update]) -> list[int]:
    return [update.seq for update in batch]


async def told(stream: AsyncIterator[Sequence[Update]]) -> Sequence[Update]:
    """The next batch that says anything."""
    while True:
        async with asyncio.timeout(5):
            batch = await anext(stream)
        if batch:
            return batch


async def test_an_execution_is_followed_from_its_request_to_its_end() -> None:
    run = Followed()
    await run.begin()
    stream = run.following.execution(run.tenant, run.id)

    assert numbers(await told(stream)) == [1]
    waiting = asyncio.create_task(told(stream))
    await asyncio.sleep(0)
    await run.step("a", "b", seen=1)
    assert numbers(await waiting) == [2, 3]
    await run.end(seen=3)
    assert [update.type for update in await told(stream)] == ["execution.succeeded"]
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_who_comes_back_is_told_only_what_came_after() -> None:
    run = Followed()
    await run.begin()
    await run.step("a", "b", seen=1)
    await run.end(seen=3)

    stream = run.following.execution(run.tenant, run.id, after=2)

    assert numbers(await told(stream)) == [3, 4]


async def test_what_another_process_commits_is_found_by_looking() -> None:
    run = Followed(look_every=timedelta(0))
    silent = MemoryJournal()
    silent._streams, silent._feed = run.journal._streams, run.journal._feed  # the same journal, in another process
    await run.begin()
    stream = run.following.execution(run.tenant, run.id, after=1)
    await begin(silent, asked("e2"))
    await silent.append(run.tenant, run.id, [ExecutionSucceeded(at=NOON)], expected_version=1)

    assert [update.type for update in await told(stream)] == ["execution.succeeded"]


async def test_a_slow_reader_is_told_less_but_the_end() -> None:
    run = Followed()
    await run.begin()
    await run.step(*("ab" * 100), seen=1)
    await run.end(seen=201)

    batch = await told(run.following.execution(run.tenant, run.id, after=1))

    assert [update.type for update in batch] == ["gap", "node.started", "node.started", "execution.succeeded"]
    assert batch[0].left_out == 198


async def test_streams_end_when_the_server_stops() -> None:
    run = Followed()
    await run.begin()
    stream = run.following.execution(run.tenant, run.id)
    workspace = run.following.workspace(run.tenant, shown=everything)
    await told(stream)
    await told(workspace)
    waiting = [asyncio.create_task(told(stream)), asyncio.create_task(told(workspace))]
    await asyncio.sleep(0)

    run.following.close()

    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(end) for end in ends] == [StopAsyncIteration, StopAsyncIteration]


async def test_a_workspace_is_told_of_all_its_executions_and_of_no_other_tenants() -> None:
    run = Followed()
    stream = run.following.workspace(run.tenant, shown=everything)
    ready = await told(stream)
    assert [(update.type, update.seq) for update in ready] == [("ready", 0)]

    await run.begin()
    await begin(run.journal, asked("e2"))
    batch = await told(stream)

    assert [update.execution_id for update in batch] == ["e1", "e2"]
    other = run.following.workspace(OTHER, after=0, shown=everything)
    await told(other)
    assert list(await anext(other)) == []


async def test_a_workspace_stream_goes_on_after_what_was_seen() -> None:
    run = Followed()
    await run.begin()
    await run.step("a", seen=1)

    stream = run.following.workspace(run.tenant, after=1, shown=everything)

    assert numbers(await told(stream)) == [1]  # ready
    assert numbers(await told(stream)) == [2]


async def test_executions_that_are_not_shown_are_passed_over() -> None:
    run = Followed()

    async def only_the_second(execution_id: ExecutionId, _: ProjectId | None) -> bool:
        return execution_id == "e2"

    await run.begin()
    await begin(run.journal, asked("e2"))
    stream = run.following.workspace(run.tenant, after=0, shown=only_the_second)
    await told(stream)

    assert [update.execution_id for update in await told(stream)] == ["e2"]


async def test_it_is_known_whether_anything_is_left_to_tell() -> None:
    run = Followed()
    await run.begin()
    assert not await run.following.is_over(run.tenant, run.id, after=1)
    await run.end(seen=1)

    assert not await run.following.is_over(run.tenant, run.id, after=1)
    assert await run.following.is_over(run.tenant, run.id, after=2)
    with pytest.raises(ExecutionNotFound):
        await run.following.is_over(OTHER, run.id, after=0)
