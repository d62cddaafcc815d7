"""What a server tells of itself from outside, up to its end."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.server.running import RunningServer, chain, node, webhook

AT_ONCE = chain("at-once", webhook("at-once"))
SLOW = chain("slow", webhook("slow", mode="lastNode"), node("Wait", "wait", 1.1, 200, amount=1, unit="seconds"))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    server = RunningServer(tmp_path / "home", HEADRACE_DRAIN_SECONDS="3", HEADRACE_LOG_FORMAT="json")
    server.load([AT_ONCE, SLOW])
    await server.start()
    yield server
    server.close()


async def get(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_server_counts_what_it_does(server: RunningServer) -> None:
    async with aiohttp.ClientSession() as session:
        status, body = await get(session, f"{server.url}/readyz")
        assert (status, json.loads(body)["checks"]) == (200, {"journal": "ok", "sandbox": "ok"})
        async with session.post(f"{server.url}/webhook/at-once", json={}) as answer:
            assert answer.status == 200
        _, numbers = await get(session, f"{server.url}/metrics")

    assert 'headrace_executions_started_total{mode="webhook",tenant="default"} 1.0' in numbers
    assert 'headrace_http_requests_total{kind="webhook",method="POST",status="200"} 1.0' in numbers


async def test_a_server_that_is_to_stop_says_so_and_refuses_nobody_until_the_door_is_shut(
    server: RunningServer,
) -> None:
    async with aiohttp.ClientSession() as session:

        async def call(path: str) -> int:
            async with session.post(f"{server.url}/webhook/{path}", json={}) as answer:
                return answer.status

        async def until_unready() -> int:
            """Call webhooks as a proxy would, for as long as the server says that it is ready."""
            calls = 0
            while (await get(session, f"{server.url}/readyz"))[0] == 200:
                assert await call("at-once") == 200
                calls += 1
            return calls

        slow = asyncio.create_task(call("slow"))
        balancing = asyncio.create_task(until_unready())
        await asyncio.sleep(0)
        server.signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await balancing
            # The proxy has not told everybody yet: who comes now is served.
            assert await call("at-once") == 200
            assert (await get(session, f"{server.url}/healthz"))[0] == 200
            assert await slow == 200
        assert await asyncio.to_thread(server.wait) == 0
