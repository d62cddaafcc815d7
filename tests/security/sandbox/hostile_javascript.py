"""Random JavaScript that means harm: grown from a grammar of what a sandbox has to fear."""

from __future__ import annotations

from random import Random

from tests.security.sandbox.grammar import Grammar, rules, words

_GRAMMAR = Grammar(
    {
        "program": ["let a = {}, b = [], c = 0; const f = (...args) => args[0]; §statements\nreturn §e"],
        "statements": ["§s", "§s\n§statements", "§s\n§s\n§statements"],
        "s": rules("""
            try { §s } catch (e) { a = e; §s }
            for (let i = 0; i < §count; i++) { §e; }
            for (const key of Reflect.ownKeys(Object(§e)).slice(0, 50)) { try { a[key] = §e; } catch {} }
            if (§e) { §s } else { §s }
            try { §name§member = §e; } catch {}
            try { §name§member§member = §e; } catch {}
            try { delete §name§member; } catch {}
            try { Object.defineProperty(§name, §key, { configurable: true, get() { return §e; } }); } catch {}
            try { Object.defineProperty(Object.prototype, §key, { configurable: true, value: §e }); } catch {}
            try { Object.setPrototypeOf(§e, §e); } catch {}
            setTimeout(() => { §e; }, §delay);
            setInterval(() => { §e; }, §delay);
            Promise.resolve().then(() => { §e; }).catch(() => {});
            (async () => { try { await §e; } catch {} })();
            try { await Promise.race([§e, new Promise((ok) => setTimeout(ok, 5))]); } catch {}
            console.log(§e);
            try { b.push(§e); } catch {}
            (class extends Array { static { try { §e; } catch {} } #p = §e; });
            try { a = §e; } catch {}
            try { b = §e; } catch {}
            §e;
            §rarely
        """),
        "rarely": ["§e;", "§e;", "§e;", "§e;", "§e;", "§bomb;"],
        "bomb": rules("""
            while (true) {}
            b = []; while (true) b.push(new Array(1e4).fill(1.5))
            const deep = () => deep(); deep()
            /^(a+)+$/.test('a'.repeat(40) + 'b')
            console.log('x'.repeat(1 << 20))
            a = 'x'.repeat(1 << 22)
            for (let i = 0; i < 1e4; i++) helpers.request('x').catch(() => {})
            Promise.resolve().then(function again() { return Promise.resolve().then(again); })
            throw undefined
            throw { get message() { throw this; } }
        """),
        "e": rules("""
            §number
            '§text'
            §name
            §name§member
            §name§member§member
            §name§member(§e)
            §name§member(§e, §e)
            §name(§e, §e)
            new (§name)(§e)
            Reflect.construct(§e, [§e])
            (§e)§member(§e, §e)
            (§e §operator §e)
            [§e, ...[§e]]
            ({ [§key]: §e, [§key]: §e })
            ({ get [§key]() { return §e; } })
            ({ [Symbol.§symbol]: (...args) => §e })
            ((...args) => §e)
            (function () { return §e; })
            (function* () { yield §e; })()
            (async () => §e)()
            new Proxy(Object(§e), { §trap: (...args) => §e })
            `x${ §e }y`
            (() => { try { return §e; } catch (e) { return e; } })()
            (typeof §name)
            JSON.parse(JSON.stringify(§e) ?? 'null', (key, value) => §e)
            Object.getOwnPropertyDescriptors(Object(§e))
        """),
        "member": ["?.[§key]", "[§key]", "?.['§property']", "?.['§property']"],
        "key": ["'§property'", "'§property'", "Symbol.§symbol", "'§text'"],
        "count": words("3 100 10_000"),
        "delay": words("0 1 5 1000"),
        "name": words("""
            Object Array String Number Boolean Symbol BigInt Date RegExp Error Promise Proxy Reflect JSON Math
            Intl Map Set WeakMap WeakRef FinalizationRegistry Iterator ArrayBuffer Uint8Array Float64Array
            DataView globalThis Function parseInt undefined Buffer URL URLSearchParams TextEncoder TextDecoder
            structuredClone crypto console atob setTimeout setInterval clearTimeout queueMicrotask fetch Headers
            AbortController $json $input $ items item $now DateTime $jmespath $execution $workflow $fromAI
            $evaluateExpression $getWorkflowStaticData $ifEmpty $parameter $self $items $node this a b c f
            helpers require process WebAssembly SharedArrayBuffer
        """),
        "property": words("""
            constructor __proto__ prototype then toJSON toString valueOf length name message stack call apply
            bind map push sort replace exec get set has all first item json binary id data static values lines
            needs results tagged $$ value next return from of alloc allocUnsafe fill concat slice buffer
            byteLength resize transfer global getBinaryDataBuffer prepareBinaryData httpRequest
            prepareStackTrace stackTraceLimit defineProperty setPrototypeOf freeze ownKeys construct search
            parse stringify repeat padEnd split join
        """),
        "text": rules("""
            x
            ={{ 1 }}
            {{ $json }}
            constructor
            fs
            luxon
            crypto
            url
            node:fs
            $$
            \\ud83d
            \\u0000
            \\u2028
            @FILE@
            ../../@FOREIGN@
            @FOREIGN@
            http://127.0.0.1:@PORT@
        """),
        "number": words("0 -0 1 -1 NaN Infinity 1e9 2**31 2**53 0.1 1n 2n**64n 1e308 null undefined true"),
        "symbol": words("iterator asyncIterator toPrimitive species hasInstance match replace unscopables"),
        "operator": words("+ - * / % ** === < && || ?? in instanceof | << >>> ,"),
        "trap": words("get set has ownKeys getPrototypeOf getOwnPropertyDescriptor apply construct deleteProperty"),
    },
    {"e": ["§number", "§name", "[]", "({})"], "s": [";"], "statements": ["§s"]},
)


def code(random: Random) -> str:
    """Return the body of a function."""
    return _GRAMMAR.grow("program", random, random.randint(10, 120))


def expression(random: Random) -> str:
    """Return an expression, without two curly brackets in a row, which would end it."""
    text = _GRAMMAR.grow("e", random, random.randint(3, 40))
    while "}}" in text or "{{" in text:
        text = text.replace("}}", "} }").replace("{{", "{ {")
    return text
