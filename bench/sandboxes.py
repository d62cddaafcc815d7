"""`python -m bench.sandboxes [TIER ...]`: what each tier costs, side by side in one run; medians.

Tiers: none, jail, oci:crun, oci:runc, oci:runsc; those that this machine has, if none is named.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from tests.integration.executor.one_node import OneNode

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.adapters.launchers.oci import OciLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.executor.sandbox.ports import Canaries, Guest, GuestOptions, Launcher
from headrace.executor.sandbox.worker import Worker
from headrace.sdk.context import CodeFailure, CodeRequest
from headrace.sdk.errors import NodeError

ITEM = {"id": 7, "name": "Ines Weber", "price": 12.5, "tags": ["a", "b"], "address": {"city": "Lisbon", "zip": "1000"}}
EXPRESSIONS = [
    "={{ $json.name.toUpperCase() }}",
    "={{ $json.price * 1.19 }}",
    "={{ $json.tags.join('-') }}",
    "={{ $json.address.city + ' ' + $json.address.zip }}",
    "={{ $json.id > 5 ? 'large' : 'small' }}",
]
IN_V8 = "={{ $json.tags.map(tag => tag + $json.id) }}"
PAUSE = 0.1
"""Seconds between calls, enough for a child to be ready for the next. Calls without a pause wait for it."""

JAVASCRIPT = "return items.map(i => ({json: {...i.json, total: i.json.price * 2}}))"
PYTHON = "return [{'json': {**item['json'], 'total': item['json']['price'] * 2}} for item in _items]"


def launcher(tier: str, folder: Path) -> Launcher:
    options = GuestOptions(memory_bytes=512 << 20)
    if tier == "none":
        return ChildLauncher(options)
    if tier == "jail":
        return JailLauncher(options)
    return OciLauncher(options, runtime=tier.removeprefix("oci:"), state_dir=folder)


async def milliseconds(work: Callable[[], Awaitable[object]], times: int, *, pause: float = 0.0) -> float:
    """Return the median of some runs, after one that is not counted; *pause* is in seconds, between them."""
    await work()
    found = []
    for _ in range(times):
        await asyncio.sleep(pause)
        began = time.perf_counter()
        await work()
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found)


async def measure(tier: str, folder: Path) -> list[float]:
    walls = launcher(tier, folder)

    async def spawn(guest: Guest) -> None:
        await (await Worker.start(walls, guest, Canaries())).close()

    spawns = [await milliseconds(lambda guest=guest: spawn(guest), 5) for guest in Guest]  # type: ignore[misc]
    pool = WorkerPool(walls, PoolSettings(size=2))
    evaluator = ExpressionEvaluator(pool)
    runs = itertools.count()

    def items(count: int) -> OneNode:
        # Another run each time: the worker has not seen its items before.
        return OneNode([ITEM] * count, run=next(runs))

    def code(source: str, count: int, language: str) -> Callable[[], Awaitable[object]]:
        request = CodeRequest(source=source, language=language)  # type: ignore[arg-type]

        async def run() -> None:
            for value in (await evaluator.run_code(request, items(count))).values:
                assert not isinstance(value, CodeFailure), value

        return run

    async def resolve(texts: list[str], count: int) -> None:
        for column in await evaluator.resolve(texts, items(count), 0, count):
            assert len(column) == count
            assert not isinstance(column[0], Exception), column[0]

    async def late(language: str, source: str) -> None:
        # What is counted: from the end of one that is killed for its time to the answer of the next.
        request = CodeRequest(source=source, language=language, timeout=timedelta(seconds=0.3))  # type: ignore[arg-type]
        try:
            await evaluator.run_code(request, items(1))
        except NodeError:
            return
        raise AssertionError("it came to an end")

    async def spare_ready(before: int) -> None:
        while pool.statistics.started.total() <= before:  # noqa: ASYNC110 - nobody tells when one has started
            await asyncio.sleep(0.05)

    async def kill_to_ready(language: str, spin: str, work: str) -> float:
        found = []
        for _ in range(5):
            before = pool.statistics.started.total()
            await late(language, spin)
            began = time.perf_counter()
            await code(work, 1, language)()
            found.append((time.perf_counter() - began) * 1000)
            # The spare took the killed one's place, and another spare is on its way.
            await spare_ready(before)
        return statistics.median(found)

    try:
        return [
            *spawns,
            await milliseconds(lambda: resolve([IN_V8], 1), 200),
            await milliseconds(lambda: resolve(EXPRESSIONS, 1_000), 30),
            await milliseconds(code(JAVASCRIPT, 1, "javascript"), 100),
            await milliseconds(code(JAVASCRIPT, 1_000, "javascript"), 20),
            await milliseconds(code(JAVASCRIPT, 10_000, "javascript"), 5),
            await milliseconds(code(PYTHON, 1, "python"), 50),
            await milliseconds(code(PYTHON, 1, "python"), 50, pause=PAUSE),
            await milliseconds(code(PYTHON, 1_000, "python"), 20),
            await milliseconds(code(PYTHON, 10_000, "python"), 5),
            await kill_to_ready("javascript", "while (true) {}", JAVASCRIPT),
            await kill_to_ready("python", "while True: pass", PYTHON),
        ]
    finally:
        await pool.close()


ROWS = (
    "spawn JavaScript", "spawn Python", "warm expression, 1 item", "5 expressions x 1,000 items",
    "JavaScript, 1 item", "JavaScript, 1,000 items", "JavaScript, 10,000 items",
    "Python, 1 item, no pause", "Python, 1 item", "Python, 1,000 items", "Python, 10,000 items",
    "killed to ready, JavaScript", "killed to ready, Python",
)  # fmt: skip


async def main() -> None:
    runtimes = [
        name for name in ("crun", "runc", "runsc") if shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin")
    ]
    tiers = sys.argv[1:] or ["none", "jail", *(f"oci:{name}" for name in runtimes)]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # noqa: ASYNC240 - nothing else runs yet
        columns = {tier: await measure(tier, Path(folder)) for tier in tiers}
    print(f"{'milliseconds, medians':30}" + "".join(f"{tier:>12}" for tier in tiers))
    for place, row in enumerate(ROWS):
        print(f"{row:30}" + "".join(f"{columns[tier][place]:12.2f}" for tier in tiers))


if __name__ == "__main__":
    asyncio.run(main())
