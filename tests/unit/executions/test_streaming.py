"""Streams as they are sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest

from headrace.executions import streaming
from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.commits import Commits
from headrace.executions.errors import ExecutionNotFound, TooManyStreams
from headrace.executions.following import Following
from headrace.executions.public import ExecutionSucceeded
from headrace.executions.streaming import Streams, encode
from headrace.executions.updates import GAP, Update
from headrace.kernel.ids import ExecutionId, TenantId
from tests.contract.executions.beginning import asked, begin
from tests.unit.executions.simulating import NOON

ENDED = ExecutionSucceeded(at=NOON)
E1 = ExecutionId("e1")
TENANT = asked("e1").tenant
MINE = frozenset({"default"})


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal(Commits())


def streams(journal: MemoryJournal, *, most: int = 10, look_every: timedelta = timedelta(hours=1)) -> Streams:
    return Streams(Following(journal, journal, journal, journal._commits, look_every=look_every), journal, most=most)


async def until(stream: AsyncGenerator[bytes, None], text: bytes) -> bytes:
    said = b""
    async with asyncio.timeout(5):
        while text not in said:
            said += await anext(stream)
    return said


def told(said: bytes) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in said.splitlines() if line.startswith(b"data: ")]


async def test_an_execution_is_streamed_to_its_end(journal: MemoryJournal) -> None:
    await begin(journal, asked("e1"))
    stream = await streams(journal).execution(TENANT, E1, MINE, after=0)
    assert stream is not None
    said = await until(stream, b"execution.requested")

    await journal.append(TENANT, E1, [ENDED], expected_version=1)
    said += b"".join([part async for part in stream])

    assert [(update["seq"], update["type"]) for update in told(said)] == [
        (1, "execution.requested"),
        (2, "execution.succeeded"),
    ]


async def test_there_is_no_stream_for_who_has_seen_the_end(journal: MemoryJournal) -> None:
    await begin(journal, asked("e1"), ENDED)

    assert await streams(journal).execution(TENANT, E1, MINE, after=2) is None
    assert await streams(journal).execution(TENANT, E1, MINE, after=1) is not None


@pytest.mark.parametrize("tenant", [TENANT, TenantId("other")])
async def test_an_execution_elsewhere_is_not_found(journal: MemoryJournal, tenant: TenantId) -> None:
    await begin(journal, asked("e1"))

    with pytest.raises(ExecutionNotFound):
        await streams(journal).execution(tenant, E1, frozenset({"elsewhere"}), after=0)


async def test_a_workspace_tells_of_the_projects_that_the_caller_may_see(journal: MemoryJournal) -> None:
    async with aclosing(streams(journal).workspace(TENANT, MINE, after=0)) as stream:
        await begin(journal, asked("e1", project="secret"), ENDED)
        await begin(journal, asked("e2"), ENDED)
        said = await until(stream, b"execution.succeeded")
        # Where only the journal knows the project: the request was seen before.
        rest = streams(journal).workspace(TENANT, MINE, after=1)
        said += await until(rest, b"execution.succeeded")

    assert {update.get("executionId") for update in told(said)} == {None, "e2"}


async def test_more_than_the_limit_do_not_follow(journal: MemoryJournal) -> None:
    served = streams(journal, most=1)
    first = served.workspace(TENANT, MINE, after=None)
    await until(first, b"ready")

    with pytest.raises(TooManyStreams):
        served.workspace(TENANT, MINE, after=None)
    await first.aclose()

    again = served.workspace(TENANT, MINE, after=None)
    await until(again, b"ready")
    await again.aclose()
    assert journal._commits._watches == {}


async def test_a_quiet_stream_says_that_it_is_alive(journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "_ALIVE_SECONDS", 0.0)
    stream = streams(journal, look_every=timedelta(0)).workspace(TENANT, MINE, after=None)

    assert b": alive\n\n" in await until(stream, b"alive")
    await stream.aclose()


async def test_a_stream_ends_after_a_while_so_that_its_client_is_asked_again_who_it_is(
    journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "_LIFE_SECONDS", 0.0)
    stream = streams(journal).workspace(TENANT, MINE, after=None)

    async with asyncio.timeout(5):
        assert [update["type"] for update in told(b"".join([part async for part in stream]))] == ["ready"]


def test_a_gap_has_no_id_so_that_what_was_left_out_can_be_asked_for() -> None:
    gap = encode(Update(type=GAP, seq=9, left_out=3))
    started = encode(Update(type="node.started", seq=10))

    assert gap == b'event: gap\ndata: {"type":"gap","seq":9,"leftOut":3}\n\n'
    assert started.startswith(b"id: 10\nevent: node.started\n")
