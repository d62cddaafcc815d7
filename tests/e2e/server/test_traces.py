"""Traces arrive where they are wanted, and belong to whoever called."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.e2e.server.running import RunningServer, chain, node, webhook

TRACE = "0af7651916cd43dd8448eb211c80319c"
WORKFLOW = chain("traced", webhook("traced"), node("Keep it", "set", 3.4, 200, assignments={"assignments": []}))


async def test_an_execution_is_told_as_a_part_of_the_trace_of_the_call_that_started_it(tmp_path: Path) -> None:
    received: list[bytes] = []

    async def traces(request: web.Request) -> web.Response:
        received.append(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/v1/traces", traces)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}"
    server = RunningServer(tmp_path / "home", HEADRACE_OTLP_ENDPOINT=endpoint)
    server.load([WORKFLOW])
    await server.start()
    try:
        called = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{server.url}/webhook/traced", json={}, headers=called) as answer,
        ):
            assert answer.status == 200
        # What was not sent yet is sent as the server stops.
        assert await asyncio.to_thread(server.terminate) == 0
    finally:
        server.close()
        await runner.cleanup()

    sent = b"".join(received)
    assert bytes.fromhex(TRACE) in sent
    assert b"execution traced" in sent
    assert b"node Keep it" in sent


def test_who_wants_no_traces_does_not_load_what_makes_them() -> None:
    program = "import sys, headrace.app.server, headrace.app.api; print('opentelemetry' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "False"
