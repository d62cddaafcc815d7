"""Code may use up its own limits, but neither the server's memory nor its time."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import msgspec
import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.code_helpers import CodeHelpers
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.limits import MIB
from headrace.executor.sandbox.pool import WorkerPool
from headrace.sdk.context import CodeFailure, CodeRequest, HttpRequest, HttpResponse
from headrace.sdk.errors import ExpressionError, NodeError
from headrace.sdk.items import Binary
from tests.integration.executor.one_node import OneNode
from tests.security.sandbox.helping import Helping
from tests.security.sandbox.serving import strained

QUESTIONS = 100_000
LONGEST_ERROR = 256 * 1024
"""Characters in all; errors are in the journal as they are, not by reference."""


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
    source = f"""
        for (let i = 0; i < {QUESTIONS}; i++) this.helpers.request('x').catch(() => {{}});
        await new Promise((ok) => setTimeout(ok, 1));
        return 1;
    """
    request = CodeRequest(source=source, timeout=timedelta(seconds=20))
    scope = OneNode()
    async with strained() as strain:
        # To be refused is as good as to be answered.
        with contextlib.suppress(NodeError):
            await evaluator.run_code(request, scope, helping.helpers(scope))

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


_LONG = "'x'.repeat(20 << 20)"


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", f"throw new Error({_LONG})"),
        ("javascript", f"throw {_LONG}"),
        ("javascript", f"throw Object.assign(new Error('m'), {{ name: {_LONG} }})"),
        ("javascript", f"throw Object.assign(new Error('m'), {{ description: {_LONG} }})"),
        ("javascript", f"throw Object.assign(new Error('m'), {{ stack: {_LONG} }})"),
        ("python", "raise ValueError('x' * (20 << 20))"),
        ("python", "raise type('x' * (20 << 20), (Exception,), {})('m')"),
    ],
)
async def test_no_error_of_code_is_too_long_for_the_journal(
    evaluator: ExpressionEvaluator, language: Literal["javascript", "python"], source: str
) -> None:
    result = await evaluator.run_code(CodeRequest(source=source, language=language), OneNode())

    (failure,) = result.values
    assert isinstance(failure, CodeFailure)
    assert _told(failure.message, failure.name, failure.description, failure.stack) < LONGEST_ERROR


@pytest.mark.parametrize("expression", [f"$({_LONG}).item", f"$items({_LONG})"])
async def test_no_error_of_an_expression_is_too_long_for_the_journal(
    evaluator: ExpressionEvaluator, expression: str
) -> None:
    ((value,),) = await evaluator.resolve([f"={{{{ {expression} }}}}"], OneNode(), 0, 1)

    assert isinstance(value, ExpressionError)
    assert _told(value.message, value.description, *map(str, value.context.values())) < LONGEST_ERROR


def _told(*parts: str | None) -> int:
    return sum(len(part or "") for part in parts)
