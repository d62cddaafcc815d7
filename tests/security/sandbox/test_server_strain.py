"""Code may use up its own limits, but neither the server's memory nor its time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.code_helpers import CodeHelpers
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.limits import MIB
from headrace.executor.sandbox.pool import WorkerPool
from headrace.sdk.context import CodeRequest, HttpRequest, HttpResponse
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary
from tests.integration.executor.one_node import OneNode
from tests.security.sandbox.helping import Helping
from tests.security.sandbox.serving import strained

QUESTIONS = 100_000


@pytest_asyncio.fixture
async def evaluator() -> AsyncIterator[ExpressionEvaluator]:
    """Under the limits that a server has when nobody sets any."""
    pool = WorkerPool(JailLauncher())
    yield ExpressionEvaluator(pool)
    await pool.close()


@pytest_asyncio.fixture
async def helping(tmp_path: Path) -> AsyncIterator[Helping]:
    helping = Helping(tmp_path)
    yield helping
    await helping.close()


async def test_a_flood_of_questions_does_not_keep_the_server_from_others(
    evaluator: ExpressionEvaluator, helping: Helping
) -> None:
    source = f"for (let i = 0; i < {QUESTIONS}; i++) this.helpers.request('x').catch(() => {{}}); return 1"
    waits = "; await new Promise((ok) => setTimeout(ok, 1)); return 1"
    scope = OneNode()
    async with strained() as strain:
        try:
            request = CodeRequest(source=source.replace("; return 1", waits), timeout=timedelta(seconds=20))
            await evaluator.run_code(request, scope, helping.helpers(scope))
        except NodeError:
            pass  # to be refused is as good as to be answered

    assert strain.busy_seconds < 0.5
    assert strain.grown_bytes < 100 * MIB


class _LargeAnswers:
    async def request(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=200, reason="OK", headers=[], body=b"x" * MIB, url=request.url)


class _NoFiles:
    async def read_binary(self, binary: Binary) -> bytes:
        raise NodeError("there are no files")

    async def store_binary(self, data: bytes, *, file_name: str | None = None, mime_type: str | None = None) -> Binary:
        raise NodeError("there are no files")


async def test_what_code_has_fetched_does_not_pile_up_in_the_server() -> None:
    helpers = CodeHelpers(http=_LargeAnswers, files=_NoFiles(), inputs=[])
    ask = helpers.attempt()
    async with strained() as strain:
        for number in range(300):
            question = {"method": "httpRequest", "args": [{"url": f"http://example.invalid/{number}"}]}
            assert b"xxx" in await ask(msgspec.json.encode(question))

    assert strain.grown_bytes < 100 * MIB


@pytest.mark.parametrize(
    "expression", ["$json.text.split('').join($json.text).length", "$json.text" + ".split('').join('')" * 90]
)
async def test_no_expression_is_the_servers_own_to_work_on_for_long(
    evaluator: ExpressionEvaluator, expression: str
) -> None:
    scope = OneNode([{"text": "x" * 12_000}] * 50)
    await evaluator.resolve(["={{ [1].length }}"], scope, 0, 1)
    async with strained() as strain:
        await evaluator.resolve([f"={{{{ {expression} }}}}"], scope, 0, 50)

    assert strain.busy_seconds < 0.5
    assert strain.grown_bytes < 100 * MIB
