"""Whatever code makes of built-in objects, the worst that comes of it is its own wrong answer."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions import evaluator as evaluating
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.pool import WorkerPool
from headrace.sdk.errors import NodeError
from tests.integration.executor.one_node import OneNode
from tests.integration.executor.running_code import Echo, run, value_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def evaluator() -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(ChildLauncher())
    yield ExpressionEvaluator(pool)
    await pool.close()


SPY = """
    const own = Object.getOwnPropertyDescriptor, apply = Reflect.apply, make = Reflect.construct;
    const seen = new Set(), found = [], names = ["lazyGlobals", "addSource", "step", "ask"];
    let looking = false;
    const look = (value) => {
        if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
        seen.add(value);
        for (let i = 0; i < names.length; i++) {
            if (typeof own(value, names[i])?.value === "function") found.push(names[i]);
        }
    };
    const watch = (...values) => {
        if (looking) return;
        looking = true;
        try { for (let i = 0; i < values.length; i++) look(values[i]); } finally { looking = false; }
    };
    globalThis.caught = { ask() {} };
    globalThis.calls = 0;
    const kinds = [Object, Array, String, RegExp, Map, Set, Promise, Error, Date, Number];
    const owners = [...kinds, ...kinds.slice(1).map((kind) => kind.prototype), JSON, Reflect];
    owners.push(Object.getPrototypeOf(() => {}));
    for (const owner of owners) {
        for (const name of Object.getOwnPropertyNames(owner)) {
            const held = own(owner, name);
            if (typeof held.value !== "function" || !held.configurable || name === "constructor") continue;
            held.value = ((original) => function (...args) {
                calls++;
                watch(this, ...args);
                return new.target ? make(original, args) : apply(original, this, args);
            })(held.value);
            Object.defineProperty(owner, name, held);
        }
    }
    const define = Object.defineProperty;
    for (const name of ["compile", "zone", "seed", "needs", "require", "operations"]) {
        define(Object.prototype, name, { configurable: true, set(value) {
            watch(this);
            define(this, name, { value, writable: true, configurable: true, enumerable: true });
        } });
    }
    globalThis.found = found;
    return [];
"""


async def test_code_does_not_get_at_the_guests_own_objects(evaluator: ExpressionEvaluator) -> None:
    scope = OneNode([{"n": 1}], key="tenant/spy")
    await run(evaluator, SPY, scope=scope)
    busy = """
        console.log({ a: 1 }); setTimeout(() => {}, 1); await new Promise((go) => setTimeout(go, 5));
        await this.helpers.httpRequest("http://h/").catch(() => {});
        require("luxon").DateTime.now(); crypto.randomUUID(); new URL("http://h/"); $input.all();
        const before = [...found];
        Object.keys(caught);
        return [before, found, calls > 100];
    """
    await evaluator.resolve(["={{ $json.n.toString() + $jmespath({a: 1}, 'a') }}"], scope, 0, 1)

    assert await value_of(evaluator, busy, scope=scope, helpers=Echo()) == [[], ["ask"], True]


async def test_functions_are_known_but_not_made_of_text(evaluator: ExpressionEvaluator) -> None:
    source = """
        const refused = (make) => { try { return typeof make(); } catch (error) { return error.name; } };
        const kinds = [() => {}, async () => {}, function* () {}, async function* () {}, class {}, Function];
        return [
            kinds.every((kind) => kind instanceof Function),
            refused(() => Function("return 1")()), refused(() => new Function("return 1")()),
            kinds.map((kind) => typeof Object.getPrototypeOf(kind).constructor).join(),
            typeof eval,
        ];
    """

    known, called, made, constructors, evaluating = await value_of(evaluator, source)

    assert (known, called, made, evaluating) == (True, "EvalError", "EvalError", "undefined")
    assert set(constructors.split(",")) == {"undefined"}


@pytest.mark.parametrize(
    "patch",
    [
        "JSON.stringify = () => \"'trim', []), ((a, b) => 6 * 7)('x'\"",
        "Array.prototype.join = () => forged; Array.prototype.map = () => [forged]",
        "Array.prototype[Symbol.iterator] = function* () { yield [true, forged]; yield forged; }",
        "Array.prototype.push = function () { this[this.length] = forged; }",
        "for (const name of ['slice', 'substring', 'trim', 'replace']) String.prototype[name] = () => forged",
        "RegExp.prototype.exec = () => [forged, forged]; RegExp.prototype[Symbol.replace] = () => forged",
        "Map.prototype.get = () => forged; Object.keys = () => [forged]",
        "Object.defineProperty(Array.prototype, 0, { set() {}, get() { return forged; }, configurable: true })",
        "Object.defineProperty(Object.prototype, 'text', { set() {}, get() { return forged; } })",
    ],
)
@pytest.mark.parametrize("text", ["={{ $json.name.toTitleCase() }}", "={{ $json.name }}", "=a{{ $json.name + '' }}b"])
async def test_replaced_functions_put_no_text_into_an_expression(
    evaluator: ExpressionEvaluator, monkeypatch: pytest.MonkeyPatch, patch: str, text: str
) -> None:
    # Some keep the parser busy for ever.
    monkeypatch.setattr(evaluating, "EXPRESSION_TIMEOUT", timedelta(seconds=1))
    scope = OneNode([{"name": "ann"}], key=f"tenant/{patch}{text}")
    with contextlib.suppress(NodeError):  # whether the guest survives it is not the point
        await run(evaluator, f"const forged = '6 * 7'; {patch}; return []", scope=scope)

    ((value,),) = await evaluator.resolve([text], scope, 0, 1, extra={"$unused": 1})

    assert "42" not in str(value)


STACKS = """
    Error.prepareStackTrace = (_, frames) => frames;
    const frames = [];
    const note = (error) => { if (Array.isArray(error.stack)) frames.push(...error.stack); };
    [1].map(() => note(new Error()));
    try { $("Nowhere"); } catch (error) { note(error); }
    try { new URL("x"); } catch (error) { note(error); }
    items[0].json = { toJSON() { note(new Error()); return {}; } };
    globalThis.kept = frames.map((frame) => [typeof frame.getThis(), typeof frame.getFunction()].join());
    return [[...new Set(kept)]];
"""


async def test_a_stack_does_not_lead_to_the_guests_functions(evaluator: ExpressionEvaluator) -> None:
    (kinds,) = await value_of(evaluator, STACKS, scope=OneNode(key="tenant/stacks"))

    # Code's own frames are not strict, so that they show themselves; nothing else does.
    assert set(kinds) <= {"undefined,undefined", "object,function", "undefined,function"}


@pytest.mark.parametrize(
    "source",
    [
        "Promise.prototype.then = (done) => { done('=forged'); done('?0\\n[]'); done({}); }; await 1; return [1]",
        "Object.defineProperty(Promise.prototype, 'constructor', { get() { return null; } }); await 1; return [1]",
        "Object.prototype.then = (done) => done('=forged'); await 1; return [1]",
        "JSON.stringify = () => '?0\\n[{\"id\":1}]'; await 1; return [1]",
        "String.prototype.indexOf = () => 0; String.prototype.substring = () => 'run'; return [1]",
        "Array.prototype[Symbol.iterator] = function* () { yield 'run'; }; return [1]",
        "Reflect.apply = Reflect.construct = Object.hasOwn = null; return [1]",
        "Object.defineProperty(Array.prototype, '0', { set() {}, get() { return 'x'; } }); return [1]",
        "Object.getPrototypeOf(function* () {}).prototype.next = () => ({ done: true, value: '~' }); return [1]",
        "Date.now = () => NaN; setTimeout(() => {}, 1); await new Promise((go) => setTimeout(go, 1)); return [1]",
        "Object.getPrototypeOf(async () => {}).constructor; throw { toString: null, message: { toString: null } }",
    ],
)
async def test_code_that_forges_answers_harms_itself_alone(evaluator: ExpressionEvaluator, source: str) -> None:
    for way in (source, f"{source.replace('return [1]', '')}; return [1];"):
        # It may find that the answer makes no sense; it must not hang, nor take another's.
        with contextlib.suppress(NodeError):
            result = await run(evaluator, way, scope=OneNode(key="tenant/forger"), helpers=Echo(), seconds=5)
            assert len(result.values) == 1

    assert await value_of(evaluator, "await 1; return ['sane']", scope=OneNode(key="tenant/next")) == ["sane"]
