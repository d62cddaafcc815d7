"""JavaScript code: how it is compiled, what it prints, how it waits and asks, and what it cannot make of the guest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.jail import JailLauncher
from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.limits import CodeLogsTooLarge, Limits
from headrace.executor.sandbox.pool import PoolSettings, WorkerPool
from headrace.executor.sandbox.ports import Canaries, Guest, GuestOptions
from headrace.executor.sandbox.worker import Worker
from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import NodeError
from tests.integration.executor.one_node import OneNode
from tests.integration.executor.running_code import Echo, failure_of, run, value_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOG_BYTES = 4096
MODULES = {
    "greeting": "const { join } = require('path'); exports.hello = (name) => join('hello', name);",
    "@scope/answer": "module.exports = 42;",
    "broken": "throw new Error('not today');",
    "events": "module.exports = 'mine';",
}


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=[ChildLauncher, JailLauncher], ids=["none", "jail"])
async def evaluator(request: pytest.FixtureRequest) -> AsyncIterator[ExpressionEvaluator]:
    settings = PoolSettings(limits=Limits(log_bytes=LOG_BYTES), javascript_modules=MODULES)
    pool = WorkerPool(request.param(), settings)
    yield ExpressionEvaluator(pool)
    await pool.close()


# ---- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("let a = 1;\nlet b = ;\n", "Unexpected token ';'", 2),
        ("const a = 1;\n\nconst a = 2;", "Identifier 'a' has already been declared", 3),
        ("return [\n  1,\n", "Unexpected token", 3),
        ("const s = 'a\n';", "Invalid or unexpected token", 1),
        ("await 1;\nfoo bar", "Unexpected identifier 'bar'", 2),
    ],
)
async def test_a_mistake_in_the_text_names_its_line(
    evaluator: ExpressionEvaluator, source: str, message: str, line: int
) -> None:
    failure = await failure_of(evaluator, source)

    assert failure.name == "SyntaxError"
    assert failure.message.startswith(message)
    assert failure.line == line


@pytest.mark.parametrize(
    "source",
    [
        "} return 5; {",
        "}}); escaped(); ((() => {{",
        "} while (0); {",
        "} while (0); do {",
        "} finally { return 1",
        "}\n{",
    ],
)
async def test_text_that_closes_what_is_around_it_is_a_mistake(evaluator: ExpressionEvaluator, source: str) -> None:
    assert (await failure_of(evaluator, source)).name == "SyntaxError"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("\n\nnull.x", 3),
        ("const f = () => {\n  throw new Error('x');\n};\n\nf();", 2),
        ("await null;\nawait Promise.reject(new Error('late'));", 2),
        ("const text = 'Code:77:7';\nthrow new Error(text);", 2),
        ("[1].map(() =>\n  new URL('nope'));", 2),
        ("await this.helpers.httpRequest('http://x');", 1),
        ("\nconst { DateTime } = require('luxon');\nDateTime.fromMillis('x');", 3),
    ],
)
async def test_an_error_names_the_persons_own_line(evaluator: ExpressionEvaluator, source: str, line: int) -> None:
    assert (await failure_of(evaluator, source)).line == line


async def test_a_stack_shows_the_persons_own_lines_alone(evaluator: ExpressionEvaluator) -> None:
    failure = await failure_of(evaluator, "const inner = () => { throw new TypeError('no') };\ninner();")

    assert failure.stack == "TypeError: no\n    at inner (Code:1:29)\n    at Code:2:1"


@pytest.mark.parametrize(
    ("thrown", "message"),
    [
        ("'text'", "text"),
        ("null", "null"),
        ("undefined", "undefined"),
        ("{ message: 'in an object' }", "in an object"),
        ("{ get message() { throw 1; } }", "The code threw something that has no text"),
        ("Object.create(null)", "The code threw something that has no text"),
        ("Object.assign(new Error('x'), { get stack() { throw 2; } })", "2"),
    ],
)
async def test_whatever_is_thrown_is_told(evaluator: ExpressionEvaluator, thrown: str, message: str) -> None:
    assert (await failure_of(evaluator, f"throw {thrown}")).message == message


# ---- printing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("console.log('a', 1, { b: [1, { c: { d: {} } }] })", ["a 1 { b: [ 1, { c: [Object] } ] }"]),
        ("console.log('%s has %d', 'it', 3, [])", ["it has 3 []"]),
        (
            "console.error(new Map([[1, 'x']]), new Set(), null, undefined)",
            ["Map(1) { 1 => 'x' } Set(0) {} null undefined"],
        ),
        ("console.info()", [""]),
        ("console.group('in'); console.log('a\\nb'); console.groupEnd(); console.log('c')", ["in", "  a\n  b", "c"]),
        ("console.count(); console.count('x'); console.count()", ["default: 1", "x: 1", "default: 2"]),
        ("console.assert(1 === 1); console.assert(false, 'is %s', 'wrong')", ["Assertion failed: is wrong"]),
        ("console.dir({ a: { b: 1 } }, { depth: 0 })", ["{ a: [Object] }"]),
        ("console.timeEnd('x')", ["Warning: No such label 'x' for console.time()"]),
        (
            "setTimeout(() => { throw new Error('late') }, 1); await new Promise((go) => setTimeout(go, 20))",
            ["Uncaught Error: late\n    at Code:1:26"],
        ),
        ("console.log(new Error('shown'))", ["Error: shown\n    at Code:1:13"]),
    ],
)
async def test_what_code_prints_is_kept(evaluator: ExpressionEvaluator, source: str, lines: list[str]) -> None:
    assert (await run(evaluator, source)).console == lines


async def test_a_table_is_printed_in_columns(evaluator: ExpressionEvaluator) -> None:
    (text,) = (await run(evaluator, "console.table([{ a: 1, b: 'x' }, { a: 2 }])")).console

    assert text.splitlines() == [
        "┌─────────┬───┬─────┐",
        "│ (index) │ a │ b   │",
        "├─────────┼───┼─────┤",
        "│ 0       │ 1 │ 'x' │",
        "│ 1       │ 2 │     │",
        "└─────────┴───┴─────┘",
    ]


async def test_a_duration_is_printed(evaluator: ExpressionEvaluator) -> None:
    source = "console.time(); await new Promise((go) => setTimeout(go, 20)); console.timeEnd()"

    (text,) = (await run(evaluator, source)).console

    label, duration = text.split(": ")
    assert label == "default"
    assert float(duration.removesuffix("ms")) >= 19


async def test_each_run_starts_with_an_empty_console(evaluator: ExpressionEvaluator) -> None:
    await run(evaluator, "console.group('left open'); console.count()")

    assert (await run(evaluator, "console.count()")).console == ["default: 1"]


@pytest.mark.parametrize(
    "source",
    [
        "for (;;) console.log('x'.repeat(100))",
        "for (;;) console.log()",
        "try { for (;;) console.log('x'.repeat(100)) } catch {} return []",
        "for (;;) console.log('\\ud800€')",
        "await 1; console.log('x'.repeat(4096))",
        "setTimeout(() => console.log('x'.repeat(5000)), 1); await new Promise((go) => setTimeout(go, 20)); return []",
    ],
)
async def test_code_that_prints_too_much_is_told_the_limit(evaluator: ExpressionEvaluator, source: str) -> None:
    with pytest.raises(NodeError, match="printed more than the limit of 4 KiB") as caught:
        await run(evaluator, source)

    assert isinstance(caught.value.__cause__, CodeLogsTooLarge)


async def test_printing_up_to_the_limit_is_allowed(evaluator: ExpressionEvaluator) -> None:
    (text,) = (await run(evaluator, f"console.log('x'.repeat({LOG_BYTES} - 1)); return []")).console

    assert len(text) == LOG_BYTES - 1


async def test_what_the_isolate_says_of_the_size_is_not_believed(evaluator: ExpressionEvaluator) -> None:
    source = """
        for (let i = 0; i < 3; i++) console.log("x");
        const stringify = JSON.stringify;
        Array.prototype.toJSON = function () { return this.length === 3 ? ["x".repeat(5000)] : [...this]; };
        return [];
    """

    with pytest.raises(NodeError, match="printed more than the limit"):
        await run(evaluator, source, scope=OneNode(key="tenant/liar"))


# ---- waiting and asking ----------------------------------------------------------------------------------------------


async def test_timers_fire_in_their_order_each_before_the_next(evaluator: ExpressionEvaluator) -> None:
    source = """
        const order = [];
        setTimeout(() => { order.push("second"); Promise.resolve().then(() => order.push("then")); }, 10);
        setTimeout(() => order.push("third"), 10);
        setImmediate((...args) => order.push(...args), "first");
        queueMicrotask(() => order.push("micro"));
        const repeated = setInterval(() => { order.push("again"); clearInterval(repeated); }, 15);
        await new Promise((done) => setTimeout(done, 40));
        return order;
    """

    assert await value_of(evaluator, source) == ["micro", "first", "second", "then", "third", "again"]


async def test_timers_of_a_run_end_with_it(evaluator: ExpressionEvaluator) -> None:
    await run(evaluator, "globalThis.late = 0; setInterval(() => late++, 1); return []")

    assert await value_of(evaluator, "await new Promise((go) => setTimeout(go, 20)); return [late]") == [0]


async def test_questions_of_one_moment_are_asked_together(evaluator: ExpressionEvaluator) -> None:
    echo = Echo()
    source = """
        const both = await Promise.all([1, 2].map((n) => this.helpers.httpRequest({ url: "http://h/" + n })));
        const third = await helpers.httpRequest("http://h/3");
        return [...both, third].map(([options]) => options.url);
    """

    assert await value_of(evaluator, source, helpers=echo) == ["http://h/1", "http://h/2", "http://h/3"]
    assert [len(batch) for batch in echo.batches] == [2, 1]


async def test_timers_go_on_while_an_answer_is_awaited(evaluator: ExpressionEvaluator) -> None:
    class Slow(Echo):
        def attempt(self) -> Callable[[bytes], Awaitable[bytes]]:
            answer = super().attempt()

            async def late(text: bytes) -> bytes:
                await asyncio.sleep(0.2)
                return await answer(text)

            return late

    source = """
        const late = new Promise((_, fail) => setTimeout(() => fail(new Error("too slow")), 20));
        return await Promise.race([this.helpers.httpRequest("http://h/"), late]).catch((error) => error.message);
    """

    assert await value_of(evaluator, source, helpers=Slow()) == "too slow"
    assert await value_of(evaluator, "return 'the next run is not confused'") == "the next run is not confused"


async def test_what_nobody_waits_for_is_still_asked(evaluator: ExpressionEvaluator) -> None:
    echo = Echo()

    assert await value_of(evaluator, "this.helpers.httpRequest('http://h/'); return 'done'", helpers=echo) == "done"
    assert echo.batches == [[("httpRequest", [{"url": "http://h/"}])]]


async def test_answers_do_not_reach_the_next_run(evaluator: ExpressionEvaluator) -> None:
    await value_of(
        evaluator,
        "globalThis.got = []; this.helpers.httpRequest('http://h/').then((x) => got.push(x)); return []",
        helpers=Echo(),
    )

    assert await value_of(evaluator, "await this.helpers.httpRequest('http://h/2'); return got", helpers=Echo()) == []


async def test_a_question_that_is_no_json_fails_alone(evaluator: ExpressionEvaluator) -> None:
    source = """
        const asked = [{ url: "http://h/", qs: { n: 1n } }, { url: "http://h/" }].map((o) => helpers.httpRequest(o));
        return (await Promise.allSettled(asked)).map((one) => one.status);
    """

    assert await value_of(evaluator, source, helpers=Echo()) == ["rejected", "fulfilled"]


async def test_without_anybody_to_ask_it_is_an_error(evaluator: ExpressionEvaluator) -> None:
    assert (await failure_of(evaluator, "return await this.helpers.httpRequest('http://h/')")).message != ""


@pytest.mark.parametrize("name", ["httpRequestWithAuthentication", "requestOAuth2"])
async def test_code_gets_no_credentials(evaluator: ExpressionEvaluator, name: str) -> None:
    failure = await failure_of(evaluator, f"return await this.helpers.{name}('x', {{}})", helpers=Echo())

    assert "HTTP Request node with a credential" in failure.message


async def test_a_helper_that_there_is_not_is_an_error_with_those_there_are(evaluator: ExpressionEvaluator) -> None:
    failure = await failure_of(evaluator, "return this.helpers.getSSHClient()", helpers=Echo())

    assert "getSSHClient() is not available" in failure.message
    assert "getBinaryDataBuffer" in failure.message


async def test_expressions_have_neither_network_nor_timers(evaluator: ExpressionEvaluator) -> None:
    ((value,),) = await evaluator.resolve(
        ["={{ [typeof fetch, typeof setTimeout, typeof require, typeof queueMicrotask] }}"], OneNode(), 0, 1
    )

    assert value == ["undefined"] * 4


# ---- modules ---------------------------------------------------------------------------------------------------------


async def test_code_requires_what_the_owner_allows(evaluator: ExpressionEvaluator) -> None:
    source = """
        const { hello } = require("greeting");
        const same = require("greeting") === require("greeting");
        return [hello("you"), require("@scope/answer"), same, require("events"), typeof require("node:events")];
    """

    assert await value_of(evaluator, source) == ["hello/you", 42, True, "mine", "function"]


async def test_a_module_that_is_not_allowed_is_an_error_that_names_the_setting(evaluator: ExpressionEvaluator) -> None:
    failure = await failure_of(evaluator, "require('fs')")

    assert failure.message.startswith("Cannot find module 'fs'. Available here: ")
    assert "greeting" in failure.message
    assert "HEADRACE_JAVASCRIPT_MODULES" in failure.message


async def test_a_module_that_fails_fails_where_it_is_required(evaluator: ExpressionEvaluator) -> None:
    failure = await failure_of(evaluator, "\nrequire('broken')")

    assert (failure.message, failure.line) == ("not today", 2)


async def test_what_code_does_to_a_module_ends_with_the_execution(evaluator: ExpressionEvaluator) -> None:
    await run(evaluator, "require('greeting').hello = null; return []", scope=OneNode(key="tenant/a"))

    source = "return require('greeting').hello('b')"
    assert await value_of(evaluator, source, scope=OneNode(key="tenant/b")) == "hello/b"


@pytest.mark.parametrize("jit", [False, True], ids=["jitless", "jit"])
async def test_machine_code_is_made_only_where_it_is_allowed(jit: bool) -> None:
    worker = await Worker.start(ChildLauncher(GuestOptions(jit=jit)), Guest.JAVASCRIPT, Canaries())
    source = "let n = 0; for (let i = 0; i < 1e6; i++) n = (n * 31 + i) % 1000003; return [n]"
    request = {"source": source, "style": "all", "inputs": [], "vars": {}, "names": [], "zone": "UTC", "logBytes": 1}
    try:
        answer = json.loads(await worker.call(["run", "code", json.dumps(request)], limits=Limits()))
        # A page of the foreign function interface is executable either way.
        executable = _anonymous_executable_bytes(worker._sandbox._process.pid)  # type: ignore[attr-defined]
    finally:
        await worker.close()

    assert answer["values"] == [{"value": [256782]}]
    assert (executable > 1 << 20) is jit


def _anonymous_executable_bytes(pid: int) -> int:
    total = 0
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            place, rights, _, _, inode, *name = line.split(maxsplit=5)
            if "x" in rights and inode == "0" and not name:
                start, end = (int(part, 16) for part in place.split("-"))
                total += end - start
    return total


async def test_a_value_of_nothing_is_told_from_null(evaluator: ExpressionEvaluator) -> None:
    assert (await run(evaluator, "")).values == [UNDEFINED]
    assert (await run(evaluator, "return null")).values == [None]
