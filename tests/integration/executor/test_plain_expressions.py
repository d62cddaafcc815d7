"""Operators and methods without JavaScript give exactly what V8 gives, or leave it to V8."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.expressions.paths import compile_template
from headrace.executor.expressions.plain import compile_plain
from headrace.executor.expressions.reading import Declined
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.sdk.context import UNDEFINED
from tests.integration.executor.one_node import OneNode

ITEM = {
    "n": 12.5,
    "i": 7,
    "zero": 0,
    "neg": -3,
    "big": 9007199254740991,
    "t": "Ines Weber",
    "e": "",
    "num": "42",
    "u": "é😀",
    "yes": True,
    "no": False,
    "nil": None,
    "list": [3, "a", None, True],
    "o": {"p": {"q": "deep"}, "list": [1, 2]},
}
PATHS = [f"$json.{name}" for name in ITEM] + [
    "$json.o.p.q", "$json.o.list", "$json.list[1]", "$json.list.length", "$json.missing", "$json.missing.more",
    "$json.o?.p?.q", "$json['t']", "$itemIndex", "$('Source').item.json.place", "$input.item.json.i",
]  # fmt: skip
LITERALS = ["0", "1", "2.5", "100", "'a'", '"Weber"', "''", "' '", "true", "false", "null", "undefined"]
METHODS = [
    ".toUpperCase()", ".toLowerCase()", ".trim()", ".includes({})", ".startsWith({})", ".endsWith({})", ".indexOf({})",
    ".charAt({})", ".slice({})", ".slice({}, {})", ".split({})", ".replace({}, {})", ".replaceAll({}, {})",
    ".padStart({})", ".padStart({}, {})", ".padEnd({}, {})", ".concat({})", ".join({})", ".join()", ".length",
]  # fmt: skip
BINARY = ["+", "-", "*", "/", "%", "<", ">", "<=", ">=", "===", "!==", "==", "!=", "&&", "||", "??"]
MATH = ["Math.round({})", "Math.floor({})", "Math.ceil({})", "Math.abs({})", "Math.max({}, {})", "Math.min({}, {})"]


def filled(pattern: str, part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*[part] * pattern.count("{}")).map(lambda parts: pattern.format(*parts))


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bracketed = st.one_of(inner, inner.map("({})".format))
    return st.one_of(
        st.tuples(bracketed, st.sampled_from(BINARY), bracketed).map(" ".join),
        st.tuples(bracketed, bracketed, bracketed).map(lambda three: "{} ? {} : {}".format(*three)),
        st.tuples(st.sampled_from(["!", "-"]), inner).map(lambda two: f"{two[0]}({two[1]})"),
        st.tuples(inner.map("({})".format), st.sampled_from(METHODS).flatmap(lambda m: filled(m, inner))).map("".join),
        st.sampled_from(MATH).flatmap(lambda pattern: filled(pattern, inner)),
    )


CODES = st.recursive(st.sampled_from([*PATHS, *LITERALS]), grown, max_leaves=6)


@given(codes=st.lists(CODES, min_size=40, max_size=80, unique=True))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_plain_expression_agrees_with_v8(codes: list[str]) -> None:
    asyncio.run(agrees(codes))


COMMON = [
    "$json.i * 2", "$json.n * 1.19", "$json.i / 3", "$json.i % 4", "$json.neg % 2", "$json.i + ' pieces'",
    "$json.t + '!'",
    "$json.t.toUpperCase()", "$json.t.split(' ')[0]", "$json.t.split(' ').join('-')", "$json.list.includes('a')",
    "$json.i > 5 ? 'large' : 'small'", "$json.missing || 'none'", "$json.nil ?? 'none'", "$json.missing.more || 'none'",
    "!$json.e", "$json.e === ''", "$json.num == 42", "$json.yes && $json.t", "Math.round($json.n)", "($json.i + 1) * 2",
    "$json.u.length", "$json.u.slice(0, 1)", "$json.list.length > 3", "$json.t.padEnd(12, '.')", "$json.big + 1",
    "$json.big * 2", "$json.zero * -1", "0.1 + 0.2", "1 / 0", "$json.o + ''", "$json.t.replace('e', '$&')",
    "-$json.zero",
    "$json.t.charAt(-1)", "$json.t.slice(-3)", "'5' * '2'", "null + 1", "true + true", "'b' > 'a'", "'10' < 9",
    "$json.t .length", "$json.i>5&&$json.i<9", "1 - -1", "3 - - 2",
]  # fmt: skip


def test_common_expressions_agree_with_v8_and_most_need_none() -> None:
    asyncio.run(agrees(COMMON))
    assert sum(compile_plain(code) is not None for code in COMMON) > 40


async def agrees(codes: list[str]) -> None:
    pool = WorkerPool(ChildLauncher(), PoolSettings(size=1))
    scope = OneNode([ITEM])
    texts = [f"{{{{ {code} }}}}" for code in codes] + [f"<{{{{ {code} }}}}>" for code in codes[:20]]
    try:
        # A name more than the person wrote keeps tier 0 out of it.
        columns = await ExpressionEvaluator(pool).resolve([f"={text}" for text in texts], scope, 0, 1, extra={"$x": 1})
    finally:
        await pool.close()
    assert scope.inputs[0] is not None
    (item,) = scope.inputs[0]
    for text, (theirs,) in zip(texts, columns, strict=True):
        template = compile_template(text)
        if template is None:
            continue
        try:
            mine = template.evaluate(scope, item, 0)
        except Declined:
            continue
        assert same(mine, theirs), f"{text}: {mine!r} here, {theirs!r} in V8"


def same(one: Any, other: Any) -> bool:
    if one is UNDEFINED or other is UNDEFINED or isinstance(other, Exception):
        return one is other
    return json.dumps(one) == json.dumps(other) or (
        type(one) in (int, float) and type(other) in (int, float) and float(one) == float(other)
    )


@pytest.mark.parametrize(
    "code",
    [
        "$json.constructor", "$json.t.constructor('x')", "$json['__proto__']", "$json.t.at(0)", "a => a", "1 + + 2",
        "1 ++ 2", "$json.i--", "2 ** 3", "$json.a = 1", "`x`", "/x/", "new Date()", "[1]", "{a: 1}", "1, 2", "this",
        "$json.a ?? 1 || 2", "Math.random()", "$json.t.match('x')", "0x10", "1e3", "01", "1.", "globalThis",
        "$json.t.length()",
        "(" * 60 + "1" + ")" * 60, "$json.e" + " + $json.e" * 1000,
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_v8(code: str) -> None:
    assert compile_plain(code) is None
