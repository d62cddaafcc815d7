"""Programs that use up what there is: time, memory, output, logs, processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.security.sandbox.attack import Attack, Language, Naive, Sign

TIME = ("sandbox_timeout", "sandbox_cpu")
MEMORY = ("sandbox_memory",)
OUTPUT = ("sandbox_output",)
LOG = ("sandbox_log",)

_FOR_EVER: Mapping[str, str] = {
    "a loop": "while (true) {}",
    "microtasks without end": "const again = () => Promise.resolve().then(again); await again()",
    "a promise that nobody keeps": "await new Promise(() => {})",
    "timers without end": "await new Promise(() => { const again = () => setTimeout(again, 0); again(); })",
    "a regular expression that tries everything": "return /^(a+)+$/.test('a'.repeat(60) + 'b')",
    "integers that grow": "let n = 3n; while (true) n *= n % 1000003n;",
    "a comparator that never returns": "[2, 1].sort(() => { while (true) {} })",
    "a getter in the answer": "return { get field() { while (true) {} } }",
    "toJSON in the answer": "return { toJSON() { while (true) {} } }",
    "a Proxy in the answer": "return new Proxy([], { get() { while (true) {} } })",
    "an error's message": "throw { get message() { while (true) {} } }",
    "a generator": "for (const n of (function* () { while (true) yield 1; })()) if (n > 1) break",
    "a thenable without end": "const p = { then(ok) { ok(p); } }; await p",
    "an async generator": "for await (const n of (async function* () { while (true) yield 1; })()) if (n > 1) break",
    "a name asked for by the runtime": (
        """
        Object.defineProperty(Object.prototype, 'then', { get() { while (true) {} }, configurable: true });
        await {}
        """
    ),
    "texts compared": """
        const s = 'a'.repeat(1 << 20);
        for (let i = 0; ; i++) { if ((s + i).localeCompare(s + i + 1) > 1) break; }
        """,
}

_FOR_EVER_EXPRESSIONS: Mapping[str, str] = {
    "a loop": "(() => { while (true) {} })()",
    "a regular expression that tries everything": "/^(a+)+$/.test('a'.repeat(60) + 'b')",
    "toJSON in the answer": "({ toJSON() { while (true) {} } })",
    "a getter in the answer": "({ get field() { while (true) {} } })",
    "a comparator that never returns": "[2, 1].sort(() => { while (true) {} })",
    "recursion that forks": "((f) => f(f, 60))((f, n) => (n < 2 ? 1 : f(f, n - 1) + f(f, n - 2)))",
}

_MEMORY: Mapping[str, tuple[str, bool]] = {
    "a list that grows": ("const all = []; while (true) all.push(new Array(1e5).fill(all.length + 0.5))", False),
    "a text that doubles": (
        """
        let s = 'x';
        const all = [];
        while (true) { s = (s + s).slice(0, 1 << 24); all.push(JSON.parse(JSON.stringify(s))); }
        """,
        True,
    ),
    "array buffers": ("const all = []; while (true) all.push(new Uint8Array(1 << 25).fill(1))", True),
    "an array buffer that grows": (
        """
        const b = new ArrayBuffer(1, { maxByteLength: 1 << 30 });
        for (let n = 1; ; n *= 2) {
          b.resize(Math.min(n, 1 << 30));
          new Uint8Array(b).fill(1);
          if (n >= 1 << 30) break;
        }
        const all = [b];
        while (true) all.push(new Uint8Array(1 << 27).fill(1))
        """,
        True,
    ),
    "WebAssembly's memory": (
        """
        const all = [];
        while (true) {
          const m = new WebAssembly.Memory({ initial: 512 });
          new Uint8Array(m.buffer).fill(1);
          all.push(m);
        }
        """,
        True,
    ),
    "nested JSON": (
        """
        let s = '['.repeat(1000) + ']'.repeat(1000);
        const all = [];
        while (true) all.push(JSON.parse(s), JSON.parse(`[${Array(2e4).fill('{"a":[1]}')}]`))
        """,
        False,
    ),
    "a map that grows": ("const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })", False),
    "closures that keep everything": (
        "let f = () => 0; while (true) { const g = f, a = new Array(1000).fill(0.5); f = () => [g, a]; }",
        False,
    ),
    "promises that pile up": (
        "const all = []; while (true) all.push(new Promise(() => {}).then(() => new Array(10)))",
        False,
    ),
    "a list with a hole": (
        "const all = []; while (true) { const a = []; a.length = 3e7; a.fill(1); all.push(a); }",
        True,
    ),
    "big integers": (
        "const all = []; const n = 3n ** 200000n; while (true) all.push(n << BigInt(all.length % 9))",
        True,
    ),
    "groups of a regular expression": (
        "const s = 'ab'.repeat(1e5); const all = []; while (true) all.push([...s.matchAll(/(a)(b)/g)])",
        False,
    ),
    "typed arrays in a chain": (
        """
        let a = { n: null, d: new Float64Array(1e5).fill(1) };
        while (true) a = { n: a, d: new Float64Array(1e5).fill(1) }
        """,
        True,
    ),
}

_PLAIN: Mapping[str, tuple[str, int, Sequence[str]]] = {
    "a text between the letters of another": (
        "$json.text.slice(0, 20000).split('').join($json.text.slice(0, 20000)).toUpperCase().length",
        100_000,
        MEMORY,
    ),
    "a text for the letters of another": (
        "$json.text.slice(0, 20000).replaceAll('x', $json.text.slice(0, 20000)).toUpperCase().length",
        100_000,
        MEMORY,
    ),
    "a text that is cut up and joined again and again": ("$json.text" + ".split('').join('')" * 95, 1_000_000, TIME),
}
"""Expressions that are simple enough for the server itself to be tempted to evaluate them, each with the length of its
text."""

_OUTPUT: Mapping[str, str] = {
    "a long text": "return ['x'.repeat(1 << 20), 'y'.repeat(1 << 20)]",
    "many items": "return Array.from({ length: 1e5 }, (_, i) => ({ json: { i, text: 'x'.repeat(20) } }))",
    "static data": """
        $getWorkflowStaticData('global').all = 'x'.repeat(1 << 21); return $getWorkflowStaticData('global')
        """,
    "an error's message": """
        return Promise.reject(Object.assign(new Error(), { stack: 'x'.repeat(1 << 21) }))
          .catch((e) => ({ all: e.stack }))
        """,
}

_LOGS: Mapping[str, str] = {
    "lines": "for (let i = 0; i < 1e5; i++) console.log(`line ${i}`); return 1",
    "one line": "console.log('x'.repeat(1 << 20), 'y'); return 1",
    "a line without end": "for (let i = 0; i < 2000; i++) console.error('x'.repeat(1000)); return 1",
}


def _bomb(name: str, source: str, limits: Sequence[str], *, may_fail: bool = False) -> Attack:
    return Attack(
        *(name, Language.JAVASCRIPT, source, Sign.UNLIMITED, "bombs", "", Naive.FUNCTION),
        stopped_by=limits,
        may_fail=may_fail,
    )


ATTACKS = (
    *(_bomb(f"time: {name}", source, TIME) for name, source in _FOR_EVER.items()),
    *(_bomb(f"memory: {name}", source, MEMORY, may_fail=fails) for name, (source, fails) in _MEMORY.items()),
    *(_bomb(f"output: {name}", source, OUTPUT) for name, source in _OUTPUT.items()),
    *(_bomb(f"log: {name}", source, LOG) for name, source in _LOGS.items()),
    *(
        Attack(f"time: {name}", Language.EXPRESSION, source, Sign.UNLIMITED, "bombs", stopped_by=TIME)
        for name, source in _FOR_EVER_EXPRESSIONS.items()
    ),
    *(
        Attack(
            *(f"plain operators: {name}", Language.EXPRESSION, source, Sign.UNLIMITED, "bombs"),
            data={"text": "x" * length},
            stopped_by=limits,
        )
        for name, (source, length, limits) in _PLAIN.items()
    ),
    Attack(
        "memory: a list that grows",
        Language.EXPRESSION,
        "(() => { const all = []; while (true) all.push(new Array(1e5).fill(all.length + 0.5)); })()",
        Sign.UNLIMITED,
        "bombs",
        stopped_by=MEMORY,
    ),
)
