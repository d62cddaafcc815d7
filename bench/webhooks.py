"""`python -m bench.webhooks [SECONDS]`: calls a second, latency and memory of a server, load generator included on the
same machine; every step is in the journal, on the disk."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
from tests.e2e.server.running import RunningServer, chain, node, webhook

from headrace.executor.sandbox.usage import usage_of

ASSIGNMENTS = {
    "assignments": [
        {"id": "1", "name": "id", "value": "={{ $json.body.id }}", "type": "number"},
        {"id": "2", "name": "name", "value": "={{ $json.body.name }}", "type": "string"},
        {"id": "3", "name": "city", "value": "={{ $json.body.address.city }}", "type": "string"},
    ]
}
CONDITION = {
    "options": {"caseSensitive": True, "typeValidation": "strict"},
    "conditions": [
        {"id": "1", "leftValue": "={{ $json.id }}", "rightValue": 5, "operator": {"type": "number", "operation": "gt"}}
    ],
    "combinator": "and",
}
COMPUTED = {
    "assignments": [
        {"id": "1", "name": "id", "value": "={{ $json.body.id * 2 }}", "type": "number"},
        {"id": "2", "name": "name", "value": "={{ $json.body.name.toUpperCase() }}", "type": "string"},
        {"id": "3", "name": "city", "value": "={{ $json.body.address.city + '!' }}", "type": "string"},
    ]
}
CODE = "return Array.from({length: 100}, (_, n) => ({json: {n, id: $input.first().json.body.id}}))"
WORKFLOWS = [
    chain("at once", webhook("at-once")),
    chain(
        "Set (3 paths), IF, last node",
        webhook("paths", "lastNode"),
        node("Set", "set", 3.4, 200, assignments=ASSIGNMENTS),
        node("IF", "if", 2, 400, conditions=CONDITION),
        node("End", "noOp", 1, 600),
    ),
    chain(
        "Set (3 computed), IF, last node",
        webhook("computed", "lastNode"),
        node("Set", "set", 3.4, 200, assignments=COMPUTED),
        node("IF", "if", 2, 400, conditions=CONDITION),
        node("End", "noOp", 1, 600),
    ),
    chain("Code, 100 items", webhook("code", "lastNode"), node("Code", "code", 2, 200, jsCode=CODE)),
]
BODY = {"id": 7, "name": "Ines Weber", "address": {"city": "Lisbon"}}


async def load(server: RunningServer, path: str, connections: int, seconds: float) -> tuple[float, float, float, float]:
    """Return calls a second, the median and the 99th percentile in milliseconds, and the peak memory in MB."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    peak = 0

    async def post(session: aiohttp.ClientSession) -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            async with session.post(f"{server.url}/webhook/{path}", json=BODY) as answer:
                await answer.read()
                assert answer.status == 200, await answer.text()
            times.append((time.perf_counter() - began) * 1000)

    async def watch() -> None:
        nonlocal peak
        while time.perf_counter() < end:
            peak = max(peak, usage_of(server.pid).memory_bytes)
            await asyncio.sleep(0.5)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:
        await asyncio.gather(watch(), *(post(session) for _ in range(connections)))
    return len(times) / seconds, statistics.median(times), statistics.quantiles(times, n=100)[98], peak / 1e6


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    print(f"{'':34}{'conn.':>6}{'calls/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'MB, all':>9}")
    for workflow in WORKFLOWS:
        with tempfile.TemporaryDirectory() as folder:
            server = RunningServer(Path(folder) / "data")
            server.load([workflow])
            await server.start()
            try:
                path = workflow["nodes"][0]["parameters"]["path"]
                await load(server, path, 2, 1)
                for connections in (1, 10, 50):
                    rate, middle, slow, peak = await load(server, path, connections, seconds)
                    name = f"{workflow['name']:34}{connections:6}"
                    print(f"{name}{rate:9.0f}{middle:9.1f}{slow:9.1f}{peak:9.0f}", flush=True)
            finally:
                server.close()


if __name__ == "__main__":
    asyncio.run(main())
