"""A server is backed up while it answers webhooks, and another goes on from the backup."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.kernel.ids import DEFAULT_TENANT
from tests.e2e.server.running import RunningServer, chain, node, webhook

WORKFLOW = chain(
    "orders",
    webhook("orders", mode="lastNode"),
    node("Keep", "set", 3.4, 200, assignments={"assignments": []}, includeOtherFields=True),
)


async def test_all_that_was_answered_before_a_backup_is_in_it_and_every_execution_in_it_comes_to_its_end(
    tmp_path: Path,
) -> None:
    server, second = RunningServer(tmp_path / "home"), RunningServer(tmp_path / "again")
    server.load([WORKFLOW])
    await server.start()
    stop = asyncio.Event()
    try:
        async with aiohttp.ClientSession() as session:

            async def call(number: int) -> None:
                async with session.post(f"{server.url}/webhook/orders", json={"number": number}) as answer:
                    assert answer.status == 200

            async def call_on(first: int) -> None:
                number = first
                while not stop.is_set():
                    await call(number)
                    number += 10

            await asyncio.gather(*map(call, range(20)))
            load = [asyncio.create_task(call_on(100 + offset)) for offset in range(10)]
            await asyncio.to_thread(server.run, "backup", str(tmp_path / "b"))
            stop.set()
            await asyncio.gather(*load)
    finally:
        server.close()

    try:
        second.run("restore", str(tmp_path / "b"), "--check")
        second.run("restore", str(tmp_path / "b"))
        await second.start()
        async with asyncio.timeout(60):
            while statuses(second) != {"success"}:
                await asyncio.sleep(0.1)
    finally:
        second.close()
    assert set(range(20)) <= {number async for number in kept_by(tmp_path / "again")}


async def kept_by(home: Path) -> AsyncIterator[int]:
    """The numbers that each execution's last node put out."""
    journal = SqliteJournal(home / "headrace.db")
    try:
        for summary in await journal.find(DEFAULT_TENANT, limit=1000):
            run = await journal.node_run(DEFAULT_TENANT, summary.id, "Keep", 0)
            assert run is not None
            yield json.loads(bytes(run.outputs[0].inline))[0]["json"]["body"]["number"]
    finally:
        await journal.close()


def history(server: RunningServer) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(server.run("history", "--json", "--limit", "1000"))
    return found


def statuses(server: RunningServer) -> set[str]:
    return {one["status"] for one in history(server)}
