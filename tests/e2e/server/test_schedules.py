"""Schedules and waits of a server that is killed: every moment once, and no wait forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import aiohttp
import pytest

from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.public import ExecutionSummary, Status
from headrace.kernel.ids import DEFAULT_TENANT
from tests.e2e.server.running import RunningServer, chain, node, webhook

EVERY_SECOND = {"rule": {"interval": [{"field": "cronExpression", "expression": "* * * * * *"}]}}
TICKS = chain("ticks", node("Clock", "scheduleTrigger", 1.2, 0, **EVERY_SECOND), timezone="UTC", missedRuns="all")
LONG_WAIT = {"resume": "specificTime", "dateTime": "={{ $now.plus({seconds: 68}).toISO() }}"}
WAITS = chain("waits", webhook("waits"), node("Wait", "wait", 1.1, 200, **LONG_WAIT), node("End", "noOp", 1, 400))


async def executions(server: RunningServer) -> Sequence[ExecutionSummary]:
    journal = SqliteJournal(server.data_dir / "headrace.db")
    try:
        return await journal.find(DEFAULT_TENANT, limit=1000)
    finally:
        await journal.close()


async def until(server: RunningServer, done: Callable[[Sequence[ExecutionSummary]], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not done(await executions(server)):
            await asyncio.sleep(0.3)


@pytest.mark.fault
async def test_every_second_is_run_once_though_the_server_is_killed(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load([TICKS])
    try:
        for _ in range(3):
            await server.start()
            await asyncio.sleep(2.2)
            server.kill()
        await server.start()
        await until(server, lambda found: bool(found) and all(one.status is Status.SUCCESS for one in found), 20)
        server.terminate()
        found = await executions(server)
    finally:
        server.close()

    # The first nine characters of an id are its moment; each second has one, and none is left out.
    moments = sorted(one.id[:9] for one in found)
    assert len(moments) == len(set(moments))
    assert len(moments) >= 8
    stamps = [sum("0123456789abcdefghjkmnpqrstvwxyz".index(c) << 5 * (8 - i) for i, c in enumerate(m)) for m in moments]
    assert {later - earlier for earlier, later in zip(stamps, stamps[1:], strict=False)} == {1000}


@pytest.mark.fault
async def test_a_wait_outlives_the_server_and_holds_no_worker(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load([WAITS])
    try:
        await server.start()
        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(session.post(f"{server.url}/webhook/waits", json={}) for _ in range(30)))
        await until(server, lambda found: [one.status for one in found].count(Status.WAITING) == 30, 20)
        server.kill()
        await server.start()
        await until(server, lambda found: [one.status for one in found].count(Status.SUCCESS) == 30, 90)
        assert {one.node_runs for one in await executions(server)} == {3}
    finally:
        server.close()
