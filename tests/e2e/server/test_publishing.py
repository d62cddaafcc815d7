"""What is imported is not served until somebody publishes it; a server that runs takes notice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.server.running import RunningServer, chain, node, webhook

DAILY = {"rule": {"interval": [{"field": "days", "triggerAtHour": 9}]}}


async def status_of(server: RunningServer, path: str) -> int:
    async with aiohttp.ClientSession() as session, session.post(f"{server.url}/webhook/{path}", json={}) as answer:
        return answer.status


async def test_a_running_server_notices_what_is_published_and_taken_back(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load([chain("hello", webhook("hello"), active=False)])
    await server.start()
    try:
        assert await status_of(server, "hello") == 404

        assert "POST /webhook/hello" in await asyncio.to_thread(server.run, "workflow", "publish", "hello")
        async with asyncio.timeout(10):
            while await status_of(server, "hello") != 200:
                await asyncio.sleep(0.1)

        await asyncio.to_thread(server.run, "workflow", "unpublish", "hello")
        async with asyncio.timeout(10):
            while await status_of(server, "hello") != 404:
                await asyncio.sleep(0.1)
    finally:
        server.close()


def test_what_cannot_be_served_is_not_published_and_says_why(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load(
        [
            chain("first", webhook("orders")),
            chain("second", webhook("orders"), active=False),
            chain("idle", node("Start", "manualTrigger", 1, 0), active=False),
            chain("odd", webhook("odd"), node("X", "unheardOf", 1, 200), active=False),
            chain("daily", node("Clock", "scheduleTrigger", 1.2, 0, **DAILY), active=False, timezone="UTC"),
        ]
    )

    for name, reason in (
        ("second", 'POST /webhook/orders is taken by the workflow "first"'),
        ("idle", "nothing starts the workflow by itself"),
        ("odd", "unheardOf"),
        ("nowhere", "there is no one workflow"),
    ):
        with pytest.raises(AssertionError, match=reason):
            server.run("workflow", "publish", name)
    assert server.run("workflow", "next", "daily", "--count", "2").count(" 09:00:00 UTC") == 2
    assert "first" in server.run("workflow", "list")
