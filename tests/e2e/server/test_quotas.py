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


async def test_a_suspended_tenants_webhook_says_so_and_another_tenants_goes_on(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load([chain("ours", webhook("ours"))])
    server.run("user", "add", "ann@example.com", given="four words nobody joins\n")
    acme = server.run("tenant", "create", "Acme", "--owner", "ann@example.com").strip()
    key = server.run("key", "create", "test", "--tenant", acme).strip()
    await server.start()
    try:
        async with aiohttp.ClientSession(headers={"X-API-Key": key}) as session:
            api = f"{server.url}/api/v1/workflows"
            drawn = {name: value for name, value in chain("theirs", webhook("theirs")).items() if name != "active"}
            async with session.post(api, json=drawn) as answer:
                assert answer.status < 300, await answer.text()
                made = (await answer.json())["id"]
            async with session.post(f"{api}/{made}/publish", json={}) as answer:
                assert answer.status < 300, await answer.text()

            async def call(path: str) -> tuple[int, str]:
                async with session.post(f"{server.url}/webhook/{path}", json={}) as answer:
                    return answer.status, await answer.text()

            assert (await call("theirs"))[0] == 200
            await asyncio.to_thread(server.run, "tenant", "suspend", acme, "--reason", "the invoice is open")
            async with asyncio.timeout(10):
                while (refused := await call("theirs"))[0] == 200:
                    await asyncio.sleep(0.1)
            assert refused[0] == 403
            assert "the invoice is open" in refused[1]
            assert (await call("ours"))[0] == 200

            async with session.post(api, json=drawn) as answer:
                assert (answer.status, (await answer.json())["code"]) == (403, "tenant_suspended")
    finally:
        server.close()
