"""What code makes of the guest's answer is either a proper result or an error: nothing of another shape gets in."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.pool import WorkerPool
from headrace.sdk.context import CodeFailure, CodeRequest, CodeResult
from headrace.sdk.errors import ExpressionError, NodeError
from tests.integration.executor.one_node import OneNode

_FORGE = (
    "Object.defineProperty(Object.prototype, 'toJSON', {{ configurable: true, value() {{"
    " delete Object.prototype.toJSON; return {0}; }} }})"
)
"""Whatever is made JSON next becomes this instead; that is the answer."""

_FAILURES: Sequence[str] = (
    "{ $$: 'failure', message: { a: 1 }, name: 'E', description: null, line: null, stack: '' }",
    "{ $$: 'failure', message: 'm', name: 5, description: null, line: null, stack: '' }",
    "{ $$: 'failure', message: 'm', name: 'E', description: [1], line: null, stack: '' }",
    "{ $$: 'failure', message: 'm', name: 'E', description: null, line: 'x', stack: '' }",
    "{ $$: 'failure', message: 'm', name: 'E', description: null, line: 1e300, stack: '' }",
    "{ $$: 'failure', message: 'm', name: 'E', description: null, line: null, stack: { a: 1 } }",
    "{ $$: 'failure' }",
)

_ANSWERS: Sequence[str] = (
    *(f"{{ values: [{failure}], lines: [], static: {{ global: {{}}, node: {{}} }} }}" for failure in _FAILURES),
    "{ values: [], lines: [], static: { global: {}, node: {} } }",
    "{ values: [{ value: 1 }, { value: 2 }], lines: [], static: { global: {}, node: {} } }",
    "{ values: { a: 1 }, lines: [], static: { global: {}, node: {} } }",
    "{ values: [{ value: 1 }], lines: [], static: [1] }",
    "{ values: [{ value: 1 }], lines: [], static: { global: 5, node: 'x' } }",
    "{ values: [{ value: 1 }], lines: [], static: null }",
    "{ values: [{ value: 1 }], lines: 5, static: { global: {}, node: {} } }",
    "{ values: [{ value: 1 }], lines: [], static: { global: {}, node: {} }, custom: [1] }",
    "{ values: [{ value: { $$: 'bigint', value: '9'.repeat(1e5) } }], lines: [], static: { global: {}, node: {} } }",
    "{ values: [{ value: { $$: 'number', value: [] } }], lines: [], static: { global: {}, node: {} } }",
    "{ needs: 5 }",
    "{ needs: [[]] }",
    "{ needs: [['data', 'Source\\u0000-1\\u0000-1']] }",
    "{ needs: [['data', 'Nowhere\\u0000999\\u00000']] }",
    "{ needs: [['data', 'Source\\u0000x\\u0000']] }",
    "{ needs: [['links', ['a']]] }",
    "{ needs: [['links', 'Nowhere']] }",
    "{ needs: [['meta', {}]] }",
    "{ needs: [[{}, {}], 1, null] }",
    "5",
    "[]",
    "'text'",
    "null",
)

_RESULTS: Sequence[str] = (
    "{ results: [[{ $$: 'error', message: 5, name: 'E', description: null }]], tagged: true }",
    "{ results: [[{ $$: 'error', message: 'm', name: [], description: null }]], tagged: true }",
    "{ results: [[{ $$: 'error', message: 'm', name: 'E', description: { a: 1 } }]], tagged: true }",
    "{ results: [[{ $$: 'error' }]], tagged: true }",
    "{ results: [[{ $$: 'datetime', value: 5, zone: [] }]], tagged: true }",
    "{ results: [[1, 2, 3]], tagged: false }",
    "{ results: 7, tagged: true }",
    "{ needs: [['data', 'Source\\u0000-1\\u0000-1']] }",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def evaluator() -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(JailLauncher())
    yield ExpressionEvaluator(pool)
    await pool.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("forged", _ANSWERS, ids=range(len(_ANSWERS)))
async def test_codes_answer_has_its_shape_or_is_refused(evaluator: ExpressionEvaluator, forged: str) -> None:
    scope = OneNode(key=f"tenant/{_ANSWERS.index(forged)}")
    try:
        result = await evaluator.run_code(CodeRequest(source=f"{_FORGE.format(forged)}; return 1"), scope)
    except (NodeError, ExpressionError) as refused:
        _check_told(refused)
        return

    assert len(result.values) == 1
    msgspec.convert(dataclasses.asdict(dataclasses.replace(result, values=())), CodeResult, strict=True)
    assert all(isinstance(part, dict) for part in (result.static_data or {}).values())
    for value in result.values:
        if isinstance(value, CodeFailure):
            msgspec.convert(dataclasses.asdict(value), CodeFailure, strict=True)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("forged", _RESULTS, ids=range(len(_RESULTS)))
async def test_an_expressions_answer_has_its_shape_or_is_refused(evaluator: ExpressionEvaluator, forged: str) -> None:
    scope = OneNode(key=f"tenant/expression-{_RESULTS.index(forged)}")

    ((value,),) = await evaluator.resolve([f"={{{{ ({_FORGE.format(forged)}, 1) }}}}"], scope, 0, 1)

    if isinstance(value, ExpressionError):
        _check_told(value)


def test_the_history_can_be_read_whatever_an_execution_answered(tmp_path: Path) -> None:
    forged = f"{{ values: [{_FAILURES[1]}], lines: [], static: {{ global: {{}}, node: {{}} }} }}"
    _run(tmp_path, "run", str(_workflow(tmp_path, f"{_FORGE.format(forged)}; return []")))

    listed = _run(tmp_path, "history")

    assert listed.returncode == 0, listed.stderr[-500:]
    assert "error" in listed.stdout


def _check_told(error: NodeError | ExpressionError) -> None:
    assert isinstance(error.message, str)
    assert error.description is None or isinstance(error.description, str)
    assert all(isinstance(part, str | int | None) for part in error.context.values())


def _workflow(folder: Path, code: str) -> Path:
    def node(name: str, kind: str, version: int, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        where = {"id": name, "name": name, "position": [0, 0], "parameters": parameters}
        return {**where, "type": f"n8n-nodes-base.{kind}", "typeVersion": version}

    path = folder / "workflow.json"
    path.write_text(
        json.dumps(
            {
                "name": "forged",
                "nodes": [node("Start", "manualTrigger", 1, {}), node("Code", "code", 2, {"jsCode": code})],
                "connections": {"Start": {"main": [[{"node": "Code", "type": "main", "index": 0}]]}},
                "settings": {},
            }
        )
    )
    return path


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headrace.cli", *arguments, "--data-dir", str(folder / "data")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
