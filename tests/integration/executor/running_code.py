"""Running pieces of code in tests."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal

from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.ports import CodeHelp
from headrace.sdk.context import CodeFailure, CodeRequest, CodeResult
from tests.integration.executor.one_node import OneNode


class Echo:
    """Answers each question with what was asked, after noting it down."""

    def __init__(self) -> None:
        self.batches: list[Any] = []

    def attempt(self) -> Callable[[bytes], Awaitable[bytes]]:
        async def answer(text: bytes) -> bytes:
            batch = json.loads(text)
            self.batches.append([(one["method"], one["args"]) for one in batch])
            return json.dumps([{"id": one["id"], "value": one["args"]} for one in batch]).encode()

        return answer


async def run(
    evaluator: ExpressionEvaluator,
    source: str,
    *,
    style: Literal["all", "each", "function", "functionItem"] = "all",
    scope: OneNode | None = None,
    helpers: CodeHelp | None = None,
    seconds: float = 20,
) -> CodeResult:
    """Run JavaScript; what it throws is among the result's values."""
    request = CodeRequest(source=source, style=style, timeout=timedelta(seconds=seconds))
    return await evaluator.run_code(request, scope or OneNode(), helpers)


async def value_of(
    evaluator: ExpressionEvaluator, source: str, *, scope: OneNode | None = None, helpers: CodeHelp | None = None
) -> Any:
    """Return what code for all items returns; that it throws fails the test."""
    (value,) = (await run(evaluator, source, scope=scope, helpers=helpers)).values
    assert not isinstance(value, CodeFailure), value
    return value


async def failure_of(
    evaluator: ExpressionEvaluator, source: str, *, scope: OneNode | None = None, helpers: CodeHelp | None = None
) -> CodeFailure:
    """Return what code throws; that it does not fails the test."""
    (value,) = (await run(evaluator, source, scope=scope, helpers=helpers)).values
    assert isinstance(value, CodeFailure), value
    return value
