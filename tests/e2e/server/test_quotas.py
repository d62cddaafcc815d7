"""What a tenant may use, seen from outside."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from tests.e2e.server.running import RunningServer, chain, webhook


async def test_a_webhook_says_that_the_tenant_has_used_up_its_minute(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load([chain("hello", webhook("hello"))])
    server.run("tenant", "quotas", "default", "--executions-per-minute", "2")
    await server.start()
    try:
        async with aiohttp.ClientSession() as session:

            async def call() -> tuple[int, str | None, str]:
                async with session.post(f"{server.url}/webhook/hello", json={}) as answer:
                    return answer.status, answer.headers.get("retry-after"), await answer.text()

            assert [(await call())[0] for _ in range(2)] == [200, 200]
            status, retry_after, text = await call()
            assert status == 429
            assert 0 < int(retry_after or 0) <= 61
            assert "2 executions per minute" in text

            await asyncio.to_thread(server.run, "tenant", "quotas", "default")
            async with asyncio.timeout(10):
                while (await call())[0] != 200:
                    await asyncio.sleep(0.1)
    finally:
        server.close()
