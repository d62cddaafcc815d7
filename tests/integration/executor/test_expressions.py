"""Expressions and code as V8 answers them."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.expressions.paths import Declined, compile_template
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.sdk.context import UNDEFINED, CodeFailure, CodeRequest
from headrace.sdk.errors import ExpressionError
from headrace.sdk.values import DateText
from tests.integration.executor.one_node import OneNode


@pytest_asyncio.fixture(params=[ChildLauncher, JailLauncher], ids=["none", "jail"])
async def evaluator(request: pytest.FixtureRequest) -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(request.param())
    yield ExpressionEvaluator(pool)
    await pool.close()


async def value_of(evaluator: ExpressionEvaluator, text: str, data: dict[str, Any] | None = None) -> Any:
    ((value,),) = await evaluator.resolve([text], OneNode([data or {}]), 0, 1)
    return value


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("$json.price * 2", 5),
        ("$json.gone.deeper.still", UNDEFINED),
        ("$('Source').item.json.place + 1", 1),
        ("$('So' + 'urce').first().json.place", 0),
        ("[1, undefined]", [1, None]),
        ("({a: 1, b: undefined})", {"a": 1}),
        ("10n ** 20n", 10**20),
        ("1 / 0", math.inf),
        ("({'$$': 'undefined'})", {"$$": "undefined"}),
        ("'\\ud83d'", "\ufffd"),
        ("typeof setTimeout + typeof process + typeof WebAssembly", "undefined" * 3),
        ("(() => {})['const' + 'ructor']", UNDEFINED),
    ],
)
async def test_an_expression_gives_its_value(evaluator: ExpressionEvaluator, code: str, value: Any) -> None:
    assert await value_of(evaluator, f"={{{{ {code} }}}}", {"price": 2.5}) == value


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1) , (2", "invalid syntax"),
        ("1] , [2", "invalid syntax"),
        ("1); (2", "invalid syntax"),
        ("1 +", "invalid syntax"),
        ("$json.toString", "this is a function, please add ()"),
        ("DateTime", "this is a DateTime, please access its methods"),
        ("$('Nowhere').item", "Referenced node doesn't exist"),
        ("({}).constructor", "Expression contains invalid constructor function call"),
    ],
)
async def test_an_expression_that_fails_says_why(evaluator: ExpressionEvaluator, code: str, message: str) -> None:
    value = await value_of(evaluator, f"={{{{ {code} }}}}")

    assert isinstance(value, ExpressionError)
    assert value.message == message


async def test_dates_are_text_that_knows_it_was_a_date(evaluator: ExpressionEvaluator) -> None:
    plain = await value_of(evaluator, "={{ new Date(0) }}")
    zoned = await value_of(evaluator, "={{ DateTime.fromISO('2026-07-01T10:00') }}")

    assert (plain, plain.zone) == ("1970-01-01T00:00:00.000Z", None)
    assert isinstance(zoned, DateText)
    assert (zoned, zoned.zone) == ("2026-07-01T10:00:00.000+01:00", "Europe/Lisbon")


async def test_a_result_that_looks_like_an_expression_is_not_evaluated(evaluator: ExpressionEvaluator) -> None:
    assert await value_of(evaluator, "={{ $json.a + '' }}", {"a": "={{ 1 }}"}) == "={{ 1 }}"


async def test_asking_for_more_data_does_not_change_data_twice(evaluator: ExpressionEvaluator) -> None:
    needed = "{{ $('Sou' + 'rce').item.json.place }}{{ $('Source').last().json.place }}"
    text = "={{ $json.list.reverse().join('') }}" + needed

    assert await value_of(evaluator, text, {"list": [1, 2, 3]}) == "32100"


async def test_nested_parameters_are_resolved_part_by_part(evaluator: ExpressionEvaluator) -> None:
    (column,) = await evaluator.resolve(
        [{"fixed": "a", "list": ["={{ $json.n }}", "={{ $json.n + 1 }}"]}], OneNode([{"n": 1}, {"n": 5}]), 0, 2
    )

    assert column == [{"fixed": "a", "list": [1, 2]}, {"fixed": "a", "list": [5, 6]}]


async def test_code_waits_for_timers(evaluator: ExpressionEvaluator) -> None:
    source = """
        const order = [];
        setTimeout(() => order.push("late"), 30);
        setTimeout(() => order.push("early"), 5);
        clearTimeout(setTimeout(() => order.push("never"), 1));
        await new Promise((done) => setTimeout(done, 60));
        return order;
    """

    result = await evaluator.run_code(CodeRequest(source=source), OneNode())

    assert result.values == [["early", "late"]]


async def test_an_error_in_code_names_the_persons_own_line(evaluator: ExpressionEvaluator) -> None:
    result = await evaluator.run_code(CodeRequest(source="const a = 1;\n\nthrow new Error('boom')"), OneNode())

    (failure,) = result.values
    assert isinstance(failure, CodeFailure)
    assert (failure.message, failure.line) == ("boom", 3)


async def test_code_does_not_change_what_others_see(evaluator: ExpressionEvaluator) -> None:
    scope = OneNode([{"n": 1}])
    await evaluator.run_code(CodeRequest(source="items[0].json.n = 99; return items"), scope)

    assert await evaluator.resolve(["={{ $json.n + 0 }}"], scope, 0, 1) == [[1]]


NAMES = ["a", "b c", "0", "length", "x", "toString", "é"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "text", "😀é", "0"]),
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
STEPS = st.one_of(
    st.sampled_from([".a", ".x", "?.a", ".length", ".toString", ".é"]),
    st.integers(0, 3).map(lambda place: f"[{place}]"),
    st.sampled_from(NAMES).map(lambda name: f"[{json.dumps(name)}]"),
)
TEMPLATES = st.tuples(st.lists(STEPS, max_size=4), st.booleans()).map(
    lambda made: f"{'text ' if made[1] else ''}{{{{ $json{''.join(made[0])} }}}}"
)


@given(
    items=st.lists(st.dictionaries(st.sampled_from(NAMES), DATA, max_size=6), min_size=1, max_size=6),
    texts=st.lists(TEMPLATES, min_size=1, max_size=20, unique=True),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tier_zero_agrees_with_v8(items: list[dict[str, Any]], texts: list[str]) -> None:
    asyncio.run(_agrees(items, texts))


async def _agrees(items: list[dict[str, Any]], texts: list[str]) -> None:
    pool = WorkerPool(ChildLauncher(), PoolSettings(size=1))
    scope = OneNode(items)
    try:
        # A name more than the person wrote keeps tier 0 out of it.
        columns = await ExpressionEvaluator(pool).resolve(
            [f"={text}" for text in texts], scope, 0, len(items), extra={"$unused": 1}
        )
    finally:
        await pool.close()
    assert scope.inputs[0] is not None
    for text, column in zip(texts, columns, strict=True):
        template = compile_template(text)
        if template is None:
            continue
        for place, item in enumerate(scope.inputs[0]):
            try:
                mine = template.evaluate(scope, item, place)
            except Declined:
                continue
            assert mine == column[place] or _same_number(mine, column[place]), f"{text} of {item.json}"


def _same_number(one: Any, other: Any) -> bool:
    """Whether two values differ only in what JavaScript's numbers cannot tell, deep inside lists and objects."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same_number, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same_number(part, other[key]) for key, part in one.items())
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isinstance(one, bool) == isinstance(other, bool) and float(one) == float(other)
    return bool(one == other)
