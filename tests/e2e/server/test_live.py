"""Executions are followed from outside, across a crash of the server."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp

from headrace.infra.event_stream import EventParser
from tests.e2e.server.running import RunningServer, chain, node, webhook

WORKFLOW = chain(
    "orders",
    webhook("orders"),
    node("Keep", "set", 3.4, 200, assignments={"assignments": []}, includeOtherFields=True),
)


async def follow(server: RunningServer, path: str, key: str, last: str | None, until: str) -> list[dict[str, Any]]:
    """Return what is told up to an update of type *until*."""
    headers = {"X-N8N-API-KEY": key, **({"Last-Event-ID": last} if last else {})}
    parser = EventParser()
    told: list[dict[str, Any]] = []
    async with (
        asyncio.timeout(30),
        aiohttp.ClientSession() as session,
        session.get(server.url + path, headers=headers) as answer,
    ):
        assert answer.status == 200, await answer.text()
        async for line in answer.content:
            event = parser.feed(line)
            if event is not None:
                told.append({**json.loads(event.data), "id": event.id})
                if event.name == until:
                    return told
    raise AssertionError(f"the stream ended before {until}: {told}")


async def call(server: RunningServer) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{server.url}/webhook/orders", json={}) as answer:
        assert answer.status == 200


async def test_a_client_that_comes_back_after_a_crash_misses_nothing(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "home")
    server.load([WORKFLOW])
    key = api_key(server)
    await server.start()
    try:
        following = asyncio.create_task(follow(server, "/api/v1/stream", key, "0", "execution.requested"))
        await call(server)
        seen = await following
        server.kill()
        await server.start()
        rest = await follow(server, "/api/v1/stream", key, seen[-1]["id"], "execution.succeeded")
        id_ = seen[-1]["executionId"]
        one = await follow(server, f"/api/v1/executions/{id_}/stream", key, "1", "execution.succeeded")

        async with aiohttp.ClientSession() as session, session.get(server.url + "/api/v1/stream") as answer:
            assert answer.status == 401
        assert [update["type"] for update in seen] == ["ready", "execution.requested"]
        assert [update["seq"] for update in one] == list(range(2, 2 + len(one)))
        assert one[-1]["type"] == rest[-1]["type"] == "execution.succeeded"
        assert {update["node"] for update in one if "node" in update} == {"Webhook", "Keep"}

        tailed = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "headrace.cli", "tail", id_, "--server", server.url, "--api-key", key, "--json"),
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await asyncio.wait_for(tailed.communicate(), 30)
        assert tailed.returncode == 0
        assert [json.loads(line)["type"] for line in output.splitlines()][-1] == "execution.succeeded"
        assert id_ in server.run("tail", id_)
    finally:
        server.close()


async def test_a_server_that_is_told_to_stop_does_not_wait_for_those_who_follow(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "home")
    server.load([WORKFLOW])
    key = api_key(server)
    await server.start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(server.url + "/api/v1/stream", headers={"X-N8N-API-KEY": key}) as answer,
        ):
            await answer.content.readuntil(b"ready")
            code = await asyncio.wait_for(asyncio.to_thread(server.terminate), 15)
        assert code == 0
    finally:
        server.close()


def api_key(server: RunningServer) -> str:
    server.run("user", "add", "owner@example.com", given="a passphrase of some length\n")
    return server.run("key", "create", "tests").split()[-1]
