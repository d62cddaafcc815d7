"""Hostile code meets a limit that is named, and the next call works."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions import evaluator as evaluating
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.limits import Limits, WorkerDied
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.executor.sandbox.ports import Canaries, Guest, GuestOptions, Launcher
from headrace.executor.sandbox.worker import Worker
from headrace.sdk.context import CodeRequest, CodeResult
from headrace.sdk.errors import ExpressionError, NodeError
from tests.integration.executor.one_node import OneNode

HEAP_BYTES = 128 * 1024 * 1024
OPTIONS = GuestOptions(memory_bytes=HEAP_BYTES)
LAUNCHERS = {"none": ChildLauncher(OPTIONS), "jail": JailLauncher(OPTIONS)}


@pytest.fixture(params=LAUNCHERS)
def launcher(request: pytest.FixtureRequest) -> Launcher:
    return LAUNCHERS[request.param]


@pytest_asyncio.fixture
async def evaluator(launcher: Launcher) -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(launcher, PoolSettings(limits=Limits(memory_bytes=HEAP_BYTES)))
    yield ExpressionEvaluator(pool)
    await pool.close()


async def run(
    evaluator: ExpressionEvaluator, source: str, *, scope: OneNode | None = None, seconds: float = 20
) -> CodeResult:
    return await evaluator.run_code(CodeRequest(source=source, timeout=timedelta(seconds=seconds)), scope or OneNode())


async def value_of(evaluator: ExpressionEvaluator, code: str, scope: OneNode | None = None) -> Any:
    ((value,),) = await evaluator.resolve([f"={{{{ {code} }}}}"], scope or OneNode(), 0, 1)
    return value


@pytest.mark.parametrize(
    "source",
    [
        "while (true) {}",
        "const again = () => Promise.resolve().then(again); await again();",
        "await new Promise(() => {})",
        "return [{json: {s: /(a+)+$/.test('a'.repeat(40) + 'b')}}]",
        "return new Proxy([], {get() { while (true) {} }})",
    ],
)
async def test_code_past_its_deadline_is_stopped_and_the_next_call_works(
    evaluator: ExpressionEvaluator, source: str
) -> None:
    with pytest.raises(NodeError, match=r"the limit of 0\.5 seconds"):
        await run(evaluator, source, seconds=0.5)

    assert await value_of(evaluator, "1 + 1") == 2


async def test_an_expression_past_its_deadline_is_an_error_in_its_place(
    evaluator: ExpressionEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluating, "EXPRESSION_TIMEOUT", timedelta(seconds=0.5))

    value = await value_of(evaluator, "(() => { while (true) {} })()")

    assert isinstance(value, ExpressionError)
    assert "the limit of 0.5 seconds" in value.message


async def test_code_that_fills_the_heap_is_told_the_limit(evaluator: ExpressionEvaluator) -> None:
    bomb = "const all = []; while (true) all.push(new Array(1e5).fill(1.5 + all.length));"

    with pytest.raises(NodeError, match="the limit of 128 MiB"):
        await run(evaluator, bomb)
    value = await value_of(evaluator, f"(() => {{ {bomb} }})()")

    assert isinstance(value, ExpressionError)
    assert "the limit of 128 MiB" in value.message
    assert await value_of(evaluator, "1 + 1") == 2


async def test_array_buffers_count_as_memory_too(evaluator: ExpressionEvaluator) -> None:
    with pytest.raises(NodeError, match="the limit of 128 MiB"):
        await run(evaluator, "const all = []; while (true) all.push(new Uint8Array(1 << 26).fill(1));")

    assert await value_of(evaluator, "1 + 1") == 2


async def test_an_answer_that_is_too_long_is_refused(evaluator: ExpressionEvaluator) -> None:
    with pytest.raises(NodeError):
        await run(evaluator, "const s = 'x'.repeat(1 << 28); return [{json: {s, t: s}}]")

    assert await value_of(evaluator, "1 + 1") == 2


async def test_a_killed_worker_is_told_from_a_slow_one(launcher: Launcher) -> None:
    worker = await Worker.start(launcher, Guest.JAVASCRIPT, Canaries())
    worker.kill()

    with pytest.raises(WorkerDied):
        await worker.call(["open", "tenant/1"], limits=Limits(wall=timedelta(seconds=5)))

    await worker.close()


@pytest.mark.parametrize(
    "source", ["Object.prototype.toJSON = () => 1", "Array.prototype.push = null", "JSON.parse = null"]
)
async def test_code_that_breaks_built_in_objects_breaks_only_its_own_execution(
    evaluator: ExpressionEvaluator, source: str
) -> None:
    with contextlib.suppress(NodeError):  # whether the guest survives it is not the point
        await run(evaluator, f"{source}; return []", scope=OneNode(key="tenant/broken"))

    result = await run(
        evaluator,
        "return [{json: {toJSON: typeof ({}).toJSON, push: typeof [].push}}]",
        scope=OneNode(key="tenant/other"),
    )
    assert result.values == [[{"json": {"toJSON": "undefined", "push": "function"}}]]


async def test_executions_do_not_see_each_others_globals(evaluator: ExpressionEvaluator) -> None:
    await run(evaluator, "globalThis.left = 1; Object.prototype.behind = 2; return []", scope=OneNode(key="tenant/1"))

    result = await run(evaluator, "return [typeof left, typeof ({}).behind]", scope=OneNode(key="tenant/2"))

    assert result.values == [["undefined", "undefined"]]


async def test_data_of_many_runs_does_not_fill_the_worker(
    evaluator: ExpressionEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluating, "MAX_CACHED_BYTES", 4 * 1024 * 1024)
    for number in range(60):
        scope = OneNode([{"text": "x" * 1000}] * 2000, run=number)

        assert await value_of(evaluator, "$json.text.length + 0", scope) == 1000
