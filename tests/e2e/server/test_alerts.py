"""Somebody is told of an execution that failed, by a server that was killed in between."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.e2e.server.running import RunningServer, chain, node, webhook

FAILING = chain(
    "failing",
    webhook("failing", mode="lastNode"),
    node("Stop", "stopAndError", 1, 200, errorType="errorMessage", errorMessage="out of paper"),
)


async def test_a_failure_is_told_to_a_webhook_though_the_server_dies(tmp_path: Path) -> None:
    told: asyncio.Queue[Any] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        await told.put(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"

    server = RunningServer(tmp_path / "home", HEADRACE_ALLOW_PRIVATE_NETWORK="1")
    server.load([FAILING])
    rule = server.run("alert", "add", "Printers", "--webhook", url, "--error", "PAPER").strip()
    assert rule in server.run("alert", "list")
    try:
        await server.start()
        await asyncio.to_thread(server.run, "alert", "test", rule)
        tested = await asyncio.wait_for(told.get(), 20)
        async with aiohttp.ClientSession() as session, session.post(f"{server.url}/webhook/failing", json={}) as answer:
            assert answer.status == 500
        server.kill()
        await server.start()
        failed = await asyncio.wait_for(told.get(), 20)
    finally:
        server.close()
        await runner.cleanup()

    assert tested["failures"][0]["executionId"] == "test"
    assert (failed["rule"], failed["count"], failed["failures"][0]["error"]) == ("Printers", 1, "out of paper")
    assert failed["text"] == '[Headrace] Printers: 1 failed execution of "failing"'
