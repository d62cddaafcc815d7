"""A server that is killed again and again under load: nothing acknowledged is lost, nothing runs twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.public import ExecutionQuery, ExecutionRequested, NodeSucceeded, Status
from headrace.executor.item_codec import decode_items
from headrace.kernel.ids import DEFAULT_TENANT
from tests.e2e.server.running import RunningServer, chain, node, webhook

CONNECTIONS = 50
KILLS = 10
UNFINISHED = ExecutionQuery(statuses=frozenset({Status.RUNNING}))

WORK = {
    "includeOtherFields": True,
    "assignments": {
        "assignments": [{"id": "1", "name": "number", "value": "={{ $json.body.number }}", "type": "number"}]
    },
}
WORKFLOWS = [
    chain(path, webhook(path, mode), node("Work", "set", 3.4, 200, **WORK), node("End", "noOp", 1, 400))
    for path, mode in (("now", "onReceived"), ("last", "lastNode"))
]


@pytest.mark.fault
async def test_nothing_acknowledged_is_lost_and_nothing_runs_twice(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load(WORKFLOWS)
    await server.start()
    acknowledged: set[int] = set()
    stop = asyncio.Event()
    numbers = iter(range(10**9))

    async def post(session: aiohttp.ClientSession, path: str) -> None:
        while not stop.is_set():
            number = next(numbers)
            try:
                async with session.post(f"{server.url}/webhook/{path}", json={"number": number}) as answer:
                    await answer.read()
                    if answer.status == 200:
                        acknowledged.add(number)
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(0.02)

    chance = random.Random(7)
    timeout = aiohttp.ClientTimeout(total=20)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        posting = [asyncio.create_task(post(session, ("now", "last")[place % 2])) for place in range(CONNECTIONS)]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            server.kill()
            await server.start()
        await asyncio.sleep(1)
        stop.set()
        await asyncio.gather(*posting)
    await _until_idle(server)
    server.terminate()

    finished, doubled = await _what_happened(tmp_path / "data")
    lost = acknowledged - finished.keys()
    twice = {number: count for number, count in finished.items() if count > 1}
    print(
        f"\n{KILLS} kills, {len(acknowledged)} acknowledged, {len(finished)} executions finished:"
        f" {len(lost)} lost, {len(twice)} executed twice, {doubled} nodes repeated after a committed success"
    )
    assert len(acknowledged) > 100
    assert (lost, twice, doubled) == (set(), {}, 0)
    server.close()


async def _until_idle(server: RunningServer) -> None:
    """Wait until nothing is left to run; leases of the killed are free at once on the same machine."""
    async with asyncio.timeout(60):
        while True:
            journal = SqliteJournal(server.data_dir / "headrace.db")
            try:
                running = await journal.find(
                    DEFAULT_TENANT, ExecutionQuery(statuses=frozenset({Status.RUNNING})), limit=1
                )
            finally:
                await journal.close()
            if not running:
                return
            await asyncio.sleep(0.3)


async def _what_happened(data_dir: Path) -> tuple[Counter[int], int]:
    """Return how often each number was carried through to a success, and how many node runs succeeded twice."""
    journal = SqliteJournal(data_dir / "headrace.db")
    finished: Counter[int] = Counter()
    doubled = 0
    before = None
    while True:
        page = await journal.find(DEFAULT_TENANT, before=before, limit=1000)
        if not page:
            break
        before = page[-1].place
        for summary in page:
            assert summary.status is Status.SUCCESS, summary
            events = await journal.read(DEFAULT_TENANT, summary.id)
            runs = Counter((event.node, event.run) for event in events if isinstance(event, NodeSucceeded))
            doubled += sum(count - 1 for count in runs.values())
            assert isinstance(events[0], ExecutionRequested)
            (item,) = decode_items(events[0].given.inline)
            finished[item.json["body"]["number"]] += 1
    await journal.close()
    return finished, doubled
