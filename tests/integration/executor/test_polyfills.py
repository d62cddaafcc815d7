"""The Web's and Node's interfaces in the sandbox give what they give in a browser and in Node."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.pool import WorkerPool
from tests.integration.executor.running_code import value_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Pairs of a JavaScript expression and its value; one that throws has "!" and the error's code, or else its name.
TABLES = {path.stem: json.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("polyfills/*.json")}
CASES = [
    pytest.param(expression, value, id=f"{name}: {expression[:80]}")
    for name, table in sorted(TABLES.items())
    for expression, value in table
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def evaluator() -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(ChildLauncher())
    yield ExpressionEvaluator(pool)
    await pool.close()


async def given_back(evaluator: ExpressionEvaluator, expression: str) -> Any:
    source = f"""
        try {{ return JSON.stringify([{expression}]); }}
        catch (e) {{ return JSON.stringify(['!' + (typeof e.code === 'string' ? e.code : e.name)]); }}
    """
    (value,) = json.loads(await value_of(evaluator, source))
    return value


@pytest.mark.parametrize(("expression", "value"), CASES)
async def test_an_interface_gives_what_it_gives_elsewhere(
    evaluator: ExpressionEvaluator, expression: str, value: Any
) -> None:
    assert await given_back(evaluator, expression) == value


async def test_every_allocated_buffer_is_zeroed(evaluator: ExpressionEvaluator) -> None:
    source = """
        Buffer.from("secret ".repeat(10_000)).fill("secret ");
        const ways = [Buffer.alloc, Buffer.allocUnsafe, Buffer.allocUnsafeSlow, (size) => new Buffer(size)];
        return ways.map((make) => make(70_000)).map((buffer) => buffer.every((byte) => byte === 0));
    """

    assert await value_of(evaluator, source) == [True] * 4


async def test_random_numbers_do_not_run_out_and_do_not_repeat(evaluator: ExpressionEvaluator) -> None:
    source = """
        const seen = new Set();
        for (let i = 0; i < 20_000; i++) seen.add(crypto.randomUUID());
        const bytes = crypto.getRandomValues(new Uint8Array(65_536));
        const counts = new Array(256).fill(0);
        for (const byte of bytes) counts[byte]++;
        return [seen.size, Math.min(...counts) > 150, Math.max(...counts) < 370, [...seen][0].length];
    """

    assert await value_of(evaluator, source) == [20_000, True, True, 36]


async def test_random_numbers_have_all_values_of_their_range(evaluator: ExpressionEvaluator) -> None:
    source = """
        const { randomInt } = require("crypto");
        const drawn = new Set();
        for (let i = 0; i < 500; i++) drawn.add(randomInt(3, 7));
        return [...drawn].sort();
    """

    assert await value_of(evaluator, source) == [3, 4, 5, 6]


@pytest.mark.parametrize("name", ["SHA-1", "SHA-256", "SHA-384", "SHA-512"])
async def test_subtle_hashes_signs_and_verifies(evaluator: ExpressionEvaluator, name: str) -> None:
    source = f"""
        const data = new TextEncoder().encode("data"), hex = (buffer) => Buffer.from(buffer).toString("hex");
        const algorithm = {{ name: "HMAC", hash: "{name}" }};
        const key = await crypto.subtle.importKey("raw", Buffer.from("key"), algorithm, false, ["sign", "verify"]);
        const signature = await crypto.subtle.sign("HMAC", key, data);
        return [
            hex(await crypto.subtle.digest("{name}", data)),
            hex(signature),
            await crypto.subtle.verify("HMAC", key, signature, data),
            await crypto.subtle.verify("HMAC", key, signature, Buffer.from("other")),
        ];
    """
    digest = name.lower().replace("-", "")

    assert await value_of(evaluator, source) == [
        hashlib.new(digest, b"data").hexdigest(),
        hmac.new(b"key", b"data", digest).hexdigest(),
        True,
        False,
    ]


async def test_what_listeners_throw_ends_nothing_and_is_shown(evaluator: ExpressionEvaluator) -> None:
    source = """
        const target = new EventTarget(), heard = [];
        target.addEventListener("x", () => { throw new Error("first"); });
        target.addEventListener("x", () => heard.push("second"));
        target.dispatchEvent(new Event("x"));
        return heard;
    """

    assert await value_of(evaluator, source) == ["second"]


async def test_a_signal_times_out(evaluator: ExpressionEvaluator) -> None:
    source = """
        const signal = AbortSignal.timeout(10);
        await new Promise((done) => signal.addEventListener("abort", done));
        return signal.reason.name;
    """

    assert await value_of(evaluator, source) == "TimeoutError"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), text=st.text(max_size=200))
async def test_bytes_and_text_survive_every_encoding(evaluator: ExpressionEvaluator, data: bytes, text: str) -> None:
    source = f"""
        const data = Buffer.from({json.dumps(data.hex())}, "hex"), text = {json.dumps(text)};
        const hex = (buffer) => buffer.toString("hex");
        return [
            ...["hex", "base64", "base64url", "latin1"].map((name) => hex(Buffer.from(data.toString(name), name))),
            ...["utf8", "utf16le"].map((name) => Buffer.from(text, name).toString(name)),
            data.toString("utf8"),
            new TextDecoder().decode(data),
            new TextDecoder("utf-16le").decode(Buffer.from(text, "utf16le")),
        ];
    """

    *encoded, utf8, utf16, decoded, again, units = await value_of(evaluator, source)

    assert encoded == [data.hex()] * 4
    assert (utf8, utf16) == (text, text)
    assert decoded == data.decode("utf-8", "replace")
    assert again == data.decode("utf-8", "replace").removeprefix("\ufeff")
    assert units == text.removeprefix("\ufeff")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(max_size=10), st.text(max_size=10)), max_size=5))
async def test_a_query_says_what_was_put_in(evaluator: ExpressionEvaluator, pairs: list[tuple[str, str]]) -> None:
    source = f"""
        const params = new URLSearchParams({json.dumps(pairs)});
        const url = new URL("http://h/");
        for (const [name, value] of params) url.searchParams.append(name, value);
        return [params.toString(), [...new URL(url.href).searchParams], url.search];
    """

    text, read, search = await value_of(evaluator, source)

    assert read == [list(pair) for pair in pairs]
    assert parse_qsl(text, keep_blank_values=True) == pairs
    assert text.replace("*", "%2A") == urlencode(pairs).replace("~", "%7E")
    assert search == (f"?{text}" if text else "")
