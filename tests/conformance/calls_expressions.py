"""Single calls: evaluating and splitting expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.ports import Linked, LinkFailure
from headrace.executor.sandbox.pool import WorkerPool
from headrace.kernel.ids import TenantId
from headrace.sdk.errors import ExpressionError
from headrace.sdk.items import NO_ITEMS, Item, ItemList, Items
from headrace.sdk.templates import split_expression
from tests.conformance.comparing import Verdict, matches


class OneNodeScope:
    """A workflow of one node named "node", at its first run."""

    tenant = TenantId("conformance")
    tiers: ClassVar[set[str]] = set()
    key = "conformance/calls"
    node_name = "node"
    node_names: Sequence[str] = ("node",)
    inputs_cut = False
    has_parents = False
    timezone = "America/New_York"
    static_data: Mapping[str, Any] = {}

    def __init__(self, data: Sequence[Mapping[str, Any]], number: int) -> None:
        self.inputs: Sequence[Items | None] = [ItemList([Item(json=dict(json)) for json in data])]
        self.input_places = [("node", number, 0)]
        self.variables: Mapping[str, Any] = {
            "$runIndex": 0,
            "$execution": {"id": "1", "mode": "test"},
            "$workflow": {"id": "1", "name": "test", "active": False},
            "$parameter": {},
        }

    def input_json(self, place: int) -> None:
        return None

    def runs_of(self, node: str) -> int:
        return 0

    def items_of(self, node: str, output: int, run: int) -> Items:
        return NO_ITEMS

    def output_towards(self, node: str) -> int:
        return 0

    def links(self, node: str) -> Sequence[Linked | LinkFailure]:
        return ()

    def parameters_of(self, node: str) -> Mapping[str, Any]:
        return {}

    def context_of(self, node: str) -> Mapping[str, Any]:
        return {}


async def run_expressions(records: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    pool = WorkerPool(JailLauncher())
    evaluator = ExpressionEvaluator(pool)
    try:
        return [await _evaluate(evaluator, record, number) for number, record in enumerate(records)]
    finally:
        await pool.close()


async def _evaluate(evaluator: ExpressionEvaluator, record: Mapping[str, Any], number: int) -> Verdict:
    data = record.get("data")
    scope = OneNodeScope([{}] if data is None else data, number)
    value = record["expression"]
    for step in record.get("then_access", ()):
        # A property of a date is asked for in JavaScript, where it still is a date.
        value = value.rsplit("}}", 1)[0].rstrip() + f".{step} }}}}" if isinstance(step, str) else value
    ((got,),) = await evaluator.resolve([value], scope, 0, 1)
    expected = record["expected"]
    if expected.get("throws"):
        return _throws(got, expected.get("match"))
    if isinstance(got, ExpressionError):
        return False, f"raised {got.message}"
    return matches(got, expected), f"got {got!r}, expected {expected}"


def _throws(got: Any, match: Any) -> Verdict:
    if not isinstance(got, ExpressionError):
        return False, f"got {got!r}, expected an error"
    wanted = match if isinstance(match, str) else match.get("message") if isinstance(match, Mapping) else None
    return wanted is None or wanted in got.message, f"raised {got.message!r}, expected {wanted!r}"


def run_splits(records: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for record in records:
        got = [
            {"type": "code", "text": chunk.text, "hasClosingBrackets": chunk.closed}
            if chunk.is_code
            else {"type": "text", "text": chunk.text}
            for chunk in split_expression(record["args"][0])
        ]
        verdicts.append((matches(got, record["expected"]), f"got {got}"))
    return verdicts
