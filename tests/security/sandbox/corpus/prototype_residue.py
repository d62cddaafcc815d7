"""What one execution leaves for the next: globals, prototypes, modules, timers, memory."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Naive, Sign

MODULES = "GHSA-9cmh-xcqm-5hqr"
EMITTER = "CVE-2026-77077"
FUNCTIONS = "CVE-2026-77083"
BUFFERS = "CVE-2025-61917"
HELPERS = "CVE-2026-85165"

_JAVASCRIPT: Mapping[str, tuple[str, str, str]] = {
    "a global": ("globalThis.left = '@PLANT@'; return 1", "return left", HELPERS),
    "a global by accident": ("left = '@PLANT@'; return 1", "return typeof left === 'undefined' ? 0 : left", HELPERS),
    "a field of every object": ("Object.prototype.left = '@PLANT@'; return 1", "return ({}).left", "CVE-2026-59206"),
    "a field of every object through __proto__": (
        "({}).__proto__.left = '@PLANT@'; return 1",
        "return JSON.parse('{}').left",
        "GHSA-xwx6-jjhv-84p8",
    ),
    "a field of every list": ("Array.prototype.left = '@PLANT@'; return 1", "return [].left", "CVE-2026-86078"),
    "a field of every function": (
        "Object.getPrototypeOf(() => {}).left = '@PLANT@'; return 1",
        "return (() => {}).left",
        FUNCTIONS,
    ),
    "a method of lists that tells": (
        """
        const map = Array.prototype.map;
        Array.prototype.map = function (f) { return ['@PLANT@', ...map.call(this, f)]; };
        return 1
        """,
        "return [1].map((x) => x)",
        FUNCTIONS,
    ),
    "a replaced JSON.stringify": (
        "JSON.stringify = () => '@PLANT@'; return 1",
        "return [JSON.stringify({})]",
        "CVE-2026-86083",
    ),
    "toJSON on every object": (
        """
        Object.defineProperty(Object.prototype, 'toJSON', { value: () => '@PLANT@', configurable: true });
        return 1
        """,
        "return { a: 1 }",
        FUNCTIONS,
    ),
    "then on every object": (
        """
        Object.defineProperty(Object.prototype, 'then', { configurable: true, get() { return undefined; } });
        Object.defineProperty(Object.prototype, 'left', { value: '@PLANT@' });
        return 1
        """,
        "return [({}).left]",
        FUNCTIONS,
    ),
    "a hook on promises": (
        """
        const then = Promise.prototype.then;
        Promise.prototype.then = function (ok, no) {
          return then.call(this, (v) => ok?.(v ?? '@PLANT@'), no);
        };
        return 1
        """,
        "return new Promise((ok) => ok()).then((v) => v)",
        FUNCTIONS,
    ),
    "a hook on stack traces": (
        "Error.prepareStackTrace = () => '@PLANT@'; return 1",
        "return [new Error('x').stack]",
        FUNCTIONS,
    ),
    "the console": (
        "console.left = '@PLANT@'; console.log.left = '@PLANT@'; return 1",
        "return [console.left, console.log.left]",
        EMITTER,
    ),
    "a replaced console": (
        "Object.defineProperty(globalThis, 'console', { value: { left: '@PLANT@' } }); return 1",
        "return [console.left]",
        EMITTER,
    ),
    "the prototype of a class that is handed in": (
        "URL.prototype.left = '@PLANT@'; Buffer.prototype.left = '@PLANT@'; return 1",
        "return [new URL('http://a').left, Buffer.from('').left]",
        EMITTER,
    ),
    "a module's prototype": (
        """
        try {
          Object.getPrototypeOf(require('events').prototype.on).left = '@PLANT@';
        } catch {}
        Object.getPrototypeOf(require('url').parse).left = '@PLANT@';
        return 1
        """,
        "return [require('url').parse.left]",
        EMITTER,
    ),
    "a module that is cached": (
        "require('crypto').left = '@PLANT@'; return 1",
        "return require('crypto').left",
        MODULES,
    ),
    "a module's function": (
        "require('jmespath').search = () => '@PLANT@'; return 1",
        "return require('jmespath').search({ a: 1 }, 'a')",
        MODULES,
    ),
    "a module's settings": (
        "require('luxon').Settings.left = '@PLANT@'; return 1",
        "return [require('luxon').Settings.left]",
        MODULES,
    ),
    "a class of a module": (
        "require('luxon').DateTime.now = () => '@PLANT@'; return 1",
        "return [String(require('luxon').DateTime.now())]",
        MODULES,
    ),
    "the function require": ("require.left = '@PLANT@'; return 1", "return [require.left]", MODULES),
    "the function require's prototype": (
        "require.__proto__.left = '@PLANT@'; return 1",
        "return [require.left]",
        FUNCTIONS,
    ),
    "a timer that fires later": (
        "setInterval(() => { globalThis.late = '@PLANT@'; }, 1); return 1",
        "await new Promise((ok) => setTimeout(ok, 30)); return [globalThis.late]",
        MODULES,
    ),
    "a timer that changes another's items": (
        """
        setInterval(() => {
          try { $json.left = '@PLANT@'; $input.all().push({ json: { left: '@PLANT@' } }); } catch {}
        }, 1);
        return 1
        """,
        """
        await new Promise((ok) => setTimeout(ok, 30)); return [$json.left, $input.all().map((i) => i.json)]
        """,
        MODULES,
    ),
    "a promise that goes on": (
        """
        (async () => {
          for (let i = 0; i < 100; i++) {
            await new Promise((ok) => setTimeout(ok, 2));
            globalThis.late = '@PLANT@';
          }
        })();
        return 1
        """,
        "await new Promise((ok) => setTimeout(ok, 30)); return [globalThis.late]",
        MODULES,
    ),
    "a chain of microtasks": (
        """
        const again = (n) => Promise.resolve().then(() => {
          globalThis.late = '@PLANT@';
          if (n < 1e3) again(n + 1);
        });
        again(0);
        return 1
        """,
        "await null; return [globalThis.late]",
        MODULES,
    ),
    "a cleanup that runs late": (
        """
        globalThis.registry = new FinalizationRegistry((left) => { globalThis.late = left; });
        for (let i = 0; i < 1000; i++) registry.register({}, '@PLANT@');
        globalThis.late = registry && '@PLANT@';
        return 1
        """,
        """
        for (let i = 0; i < 30; i++) {
          new Array(1e5).fill(i);
          await new Promise((ok) => setTimeout(ok, 1));
        }
        return [globalThis.late]
        """,
        MODULES,
    ),
    "what was matched last": (
        "/@PLANT@/.test('@PLANT@'); return 1",
        "return [RegExp.lastMatch, RegExp.input]",
        MODULES,
    ),
    "a symbol that all share": (
        "globalThis[Symbol.for('left')] = '@PLANT@'; return 1",
        "return [globalThis[Symbol.for('left')]]",
        MODULES,
    ),
    "old memory in new buffers": (
        """
        const all = [];
        for (let i = 0; i < 3000; i++) all.push(Buffer.from('@PLANT@'.repeat(20)));
        all.length = 0;
        globalThis.gc?.();
        return 1
        """,
        """
        for (const size of [480, 1000, 4000, 9000]) for (let i = 0; i < 1000; i++) {
          const text = Buffer.allocUnsafe(size).toString('latin1');
          const found = text.match(/pl[a]nt[0-9a-f]{20}/);
          if (found) return found;
        }
        return []
        """,
        BUFFERS,
    ),
    "static data of another run": (
        "$getWorkflowStaticData('global').left = '@PLANT@'; return 1",
        "return [$getWorkflowStaticData('global').left]",
        MODULES,
    ),
    "custom data of another run": (
        """
        $execution.customData.left = '@PLANT@';
        $execution.customData.set('left', '@PLANT@');
        Object.prototype.custom = '@PLANT@';
        return 1
        """,
        "return [$execution.customData.left, $execution.customData.get('left'), $execution.custom]",
        MODULES,
    ),
    "an accessor that waits for a name": (
        """
        Object.defineProperty(Object.prototype, 'password', {
          set(value) { globalThis.caught = value; },
          get() { return '@PLANT@'; },
        });
        return 1
        """,
        "const o = {}; return [o.password]",
        "CVE-2026-54306",
    ),
    "items of another run": (
        """
        globalThis.kept = { json: { secret: '@PLANT@' } };
        Object.getPrototypeOf([]).kept = items.at(-1);
        items.push(kept);
        return 1
        """,
        "return [globalThis.kept, items.map((i) => i.json)]",
        MODULES,
    ),
}

_EXPRESSIONS: Mapping[str, tuple[str, str]] = {
    "a field of every object": ("(Object.prototype.left = '@PLANT@')", "({}).left"),
    "a method of texts": ("(String.prototype.trim = () => '@PLANT@', 1)", "' x '.trim()"),
    "luxon's settings": (
        "(DateTime.left = '@PLANT@', Object.getPrototypeOf($now).left = '@PLANT@', 1)",
        "[DateTime.left, $now.left]",
    ),
    "a field of every function": ("(Object.getPrototypeOf(() => {}).left = '@PLANT@')", "(() => {}).left"),
    "a name's prototype": ("(Object.getPrototypeOf($input.all).left = '@PLANT@')", "[$input.first.left]"),
    "the items themselves": ("($json.__proto__.left = '@PLANT@')", "$json.left"),
}

_TENANTS = ("a global", "a field of every object", "a module that is cached", "a timer that fires later")

ATTACKS = (
    *(
        Attack(
            name,
            Language.JAVASCRIPT,
            source,
            Sign.RESIDUE,
            "residue between executions",
            after,
            Naive.CONTEXT,
            then=then,
        )
        for name, (source, then, after) in _JAVASCRIPT.items()
    ),
    *(
        Attack(
            f"{name}, for another tenant",
            *(Language.JAVASCRIPT, source, Sign.RESIDUE, "residue between tenants", after, Naive.CONTEXT),
            then=then,
            across=True,
        )
        for name, (source, then, after) in _JAVASCRIPT.items()
        if name in _TENANTS
    ),
    *(
        Attack(name, Language.EXPRESSION, source, Sign.RESIDUE, "residue between executions", HELPERS, then=then)
        for name, (source, then) in _EXPRESSIONS.items()
    ),
)
