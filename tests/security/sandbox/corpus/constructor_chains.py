"""Expressions that make code of text through a constructor, in as many spellings as the language has."""

from __future__ import annotations

from collections.abc import Mapping

from tests.security.sandbox.attack import Attack, Language, Sign

FIRST = "CVE-2025-68613"
SYNTAX = "CVE-2026-1470"
RUNTIME_TYPE = "CVE-2026-25049"
AGAIN = "CVE-2026-27577"
COMPUTED = "CVE-2026-65591"
ARROWS = "GHSA-gv7g-jm28-cr3m"
FIELDS = "CVE-2026-86076"
HELPERS = "GHSA-9x83-43r8-5hwc"

_SPELLED: Mapping[str, tuple[str, str]] = {
    "a constructor with dots": ("({}).constructor.constructor(@CODE@)()", FIRST),
    "a constructor in quotes": ("({})['constructor']['constructor'](@CODE@)()", FIRST),
    "a constructor put together with plus": ("({})['const' + 'ructor']['const' + 'ructor'](@CODE@)()", FIRST),
    "a constructor in a template literal": ("({})[`constr${'uct'}or`][`${'con'}structor`](@CODE@)()", FIRST),
    "a constructor with escapes in its name": ("({}).\\u0063onstructor.c\\u{6f}nstructor(@CODE@)()", AGAIN),
    "a constructor behind comments": (
        """
        ({}) /* a */ . /* b */ constructor /**/ . // c
         constructor(@CODE@)()
        """,
        AGAIN,
    ),
    "a constructor behind optional chains": ("({})?.['constructor']?.constructor?.(@CODE@)?.()", AGAIN),
    "a constructor joined from pieces": (
        "[0].map[['con', 'structor'].join('')](@CODE@)()",
        COMPUTED,
    ),
    "a constructor from character codes": (
        "(() => {})[String.fromCharCode(99,111,110,115,116,114,117,99,116,111,114)](@CODE@)()",
        COMPUTED,
    ),
    "a constructor decoded from an array as key": ("[]['map'][['constructor']](@CODE@)()", RUNTIME_TYPE),
    "a key that is an object with toString": ("[].map[{ toString: () => 'constructor' }](@CODE@)()", RUNTIME_TYPE),
    "a key that is another each time it is asked": (
        """
        ((key) => (key + '' === 'name' ? [].map[key](@CODE@)() : 0))({
          n: 0,
          [Symbol.toPrimitive]() { return this.n++ ? 'constructor' : 'name'; },
        })
        """,
        RUNTIME_TYPE,
    ),
    "destructuring a constructor": ("(({ constructor: { constructor: F } }) => F(@CODE@)())({})", AGAIN),
    "a default value in destructuring": ("(({ f = (() => {})['constructor'] }) => f(@CODE@)())({})", AGAIN),
    "a computed key in destructuring": ("(({ ['constr' + 'uctor']: F }) => F(@CODE@)())(() => {})", COMPUTED),
    "a rest in destructuring": ("(([...[{ constructor: F }]]) => F(@CODE@)())([() => {}])", AGAIN),
    "the body of an arrow function": ("(() => { const F = (() => {}).constructor; return F(@CODE@)(); })()", ARROWS),
    "an async function's constructor": ("(async () => {}).constructor(@CODE@)()", FIRST),
    "a generator's constructor": ("(function* () {}).constructor(@CODE@)().next().value", FIRST),
    "an async generator's constructor": (
        "(async () => (await (async function* () {}).constructor(@CODE@)().next()).value)()",
        FIRST,
    ),
    "a method's constructor": ("({ m() {} }).m.constructor(@CODE@)()", FIRST),
    "a getter's constructor": (
        "Object.getOwnPropertyDescriptor({ get x() { return 1; } }, 'x').get.constructor(@CODE@)()",
        FIRST,
    ),
    "a bound function's constructor": ("(function () {}).bind().constructor(@CODE@)()", FIRST),
    "Reflect.get and Reflect.construct": ("Reflect.construct(Reflect.get(() => {}, 'constructor'), [@CODE@])()", AGAIN),
    "Reflect.apply": ("Reflect.apply(Reflect.get([].at, 'constructor'), 0, [@CODE@])()", AGAIN),
    "a property descriptor": (
        "Object.getOwnPropertyDescriptor(Object.getPrototypeOf(() => {}), 'constructor').value(@CODE@)()",
        AGAIN,
    ),
    "all property descriptors": (
        """
        Object.values(Object.getOwnPropertyDescriptors((() => {}).__proto__))
          .map((d) => d.value).find((v) => v?.name === 'Function')(@CODE@)()
        """,
        AGAIN,
    ),
    "__lookupGetter__ and __proto__": (
        "Object.prototype.__lookupGetter__('__proto__').call(() => {}).constructor(@CODE@)()",
        AGAIN,
    ),
    "a Proxy around a function": ("new Proxy(() => {}, {}).constructor(@CODE@)()", AGAIN),
    "a Proxy that is given the key": (
        "new Proxy({}, { get: (t, key) => (() => {})[key] }).constructor(@CODE@)()",
        AGAIN,
    ),
    "a class field with a reserved name": (
        """
        new (class {
          __sanitize = (v) => v;
          $$extend = (v) => v;
          f = (() => {}).constructor;
        })().f(@CODE@)()
        """,
        FIELDS,
    ),
    "a static field": ("(class { static f = this.constructor; }).f(@CODE@)()", FIELDS),
    "a static block": ("(class A { static { A.f = A.constructor; } }).f(@CODE@)()", FIELDS),
    "a private method": ("new (class { #m() {} get f() { return this.#m.constructor; } })().f(@CODE@)()", FIELDS),
    "an accessor with a computed name": (
        "new (class { get ['a' + 1]() { return (() => {}).constructor; } })().a1(@CODE@)()",
        FIELDS,
    ),
    "super in an object": (
        "({ __proto__: () => {}, f() { return super.constructor(@CODE@)(); } }).f()",
        AGAIN,
    ),
    "a with statement": ("(function () { with (() => {}) { return constructor(@CODE@)(); } })()", SYNTAX),
    "new.target": ("new (function () { this.f = new.target.constructor; })().f(@CODE@)()", AGAIN),
    "arguments.callee": ("(function () { return arguments.callee.constructor(@CODE@)(); })()", AGAIN),
    "the caller of a function": ("(function f() { return f.caller.constructor(@CODE@)(); })()", AGAIN),
    "this of a plain function": ("(function () { return this.process.constructor.constructor(@CODE@)(); })()", AGAIN),
    "a tagged template": ("(() => {}).constructor`@RAW@`()", SYNTAX),
    "labels and blocks": ("(() => { a: { b: for (;;) { return (() => {}).constructor(@CODE@)(); } } })()", SYNTAX),
    "a comma and a sequence": ("(0, [].map)['constructor'](@CODE@)()", SYNTAX),
    "a switch": ("(() => { switch (1) { case 1: return (() => {}).constructor(@CODE@)(); } })()", SYNTAX),
    "a thrown function": (
        "(() => { try { throw () => {}; } catch ({ constructor: F }) { return F(@CODE@)(); } })()",
        SYNTAX,
    ),
    "for-in over a key": (
        "(() => { for (const key in { constructor: 1 }) return [].map[key](@CODE@)(); })()",
        COMPUTED,
    ),
    "a logical assignment": ("((f) => { f ||= (() => {}).constructor; return f(@CODE@)(); })()", SYNTAX),
    "an exponent's valueOf": (
        """
        2 ** { valueOf: () => (() => {}).constructor(@CODE@)().length } && (() => {}).constructor(@CODE@)()
        """,
        SYNTAX,
    ),
    "a nested template with code": ("`${ ((f) => f(@CODE@)())((() => {})[`constructor`]) }`", FIRST),
    "toString called by a template": (
        "`${ { toString: () => (() => {}).constructor(@CODE@)() } }`",
        RUNTIME_TYPE,
    ),
    "iterator helpers": ("[1].values().map.constructor(@CODE@)()", AGAIN),
    "an iterator's callback": (
        "[() => {}].values().map((f) => f.constructor(@CODE@)()).next().value",
        AGAIN,
    ),
    "Intl's bound functions": ("new Intl.NumberFormat('en').format.constructor(@CODE@)()", AGAIN),
    "a reviver for JSON": (
        """
        JSON.parse('[1]', function (key, value) {
          return key ? value : this.map === 0 || [].at.constructor(@CODE@)();
        })
        """,
        AGAIN,
    ),
    "a replacer for JSON": (
        """
        JSON.parse(JSON.stringify([1], function (key, value) {
          return key ? this.at.constructor(@CODE@)() : value;
        }))
        """,
        AGAIN,
    ),
    "toJSON of the result": ("({ toJSON: () => (() => {}).constructor(@CODE@)() })", RUNTIME_TYPE),
    "a getter in the result": ("({ get field() { return (() => {}).constructor(@CODE@)(); } })", RUNTIME_TYPE),
    "the species of an array": (
        """
        ((a, f) => {
          a.constructor = { [Symbol.species]: class { constructor() { f = new.target.constructor; } } };
          a.map((x) => x);
          return f(@CODE@)();
        })([1])
        """,
        AGAIN,
    ),
    "a promise of one's own": ("({ then(ok) { ok((() => {}).constructor(@CODE@)()); } })", RUNTIME_TYPE),
    "exec of a regular expression": (
        """
        ((r) => {
          let out;
          r.exec = function () { out = this.exec.constructor(@CODE@)(); return null; };
          r.test('x');
          return out;
        })(/x/)
        """,
        AGAIN,
    ),
    "Symbol.replace": (
        "'x'.replace({ [Symbol.replace]() { return this[Symbol.replace].constructor(@CODE@)(); } }, '')",
        AGAIN,
    ),
    "Symbol.hasInstance": (
        """
        ((o) => (0 instanceof { [Symbol.hasInstance]: (v) => { o.v = [].at.constructor(@CODE@)(); }
        }, o.v))({})
        """,
        AGAIN,
    ),
    "sorting by a comparator": (
        "((o) => ([2, 1].sort((a, b) => { o.v = [].at.constructor(@CODE@)(); return 0; }), o.v))({})",
        AGAIN,
    ),
    "frames of a stack trace": (
        """
        (() => {
          const old = Error.prepareStackTrace;
          Error.prepareStackTrace = (e, frames) => frames;
          const frames = new Error().stack;
          Error.prepareStackTrace = old;
          for (const frame of frames) {
            const f = frame.getFunction?.() ?? frame.getThis?.()?.constructor;
            if (f) return f.constructor(@CODE@)();
          }
        })()
        """,
        AGAIN,
    ),
    "the error of an overflowing stack": (
        """
        (() => {
          const f = () => { try { f(); } catch (e) { return e.constructor.constructor(@CODE@)(); } };
          const deep = () => deep();
          try { deep(); } catch (e) { return e.constructor.constructor(@CODE@)(); }
        })()
        """,
        AGAIN,
    ),
    "a stack getter's constructor": (
        """
        (() => {
          const e = new Error();
          const d = Object.getOwnPropertyDescriptor(e, 'stack');
          return (d.get ?? d.value.at).constructor(@CODE@)();
        })()
        """,
        AGAIN,
    ),
    "WeakRef and FinalizationRegistry": (
        """
        new WeakRef(() => {}).deref().constructor === new FinalizationRegistry(() => {}).register.constructor
          && new FinalizationRegistry(() => {}).register.constructor(@CODE@)()
        """,
        AGAIN,
    ),
    "grouping by a callback": ("Object.groupBy([() => {}], (f) => f.constructor(@CODE@)())", AGAIN),
    "constructor of an error's cause": (
        "new Error('', { cause: () => {} }).cause.constructor(@CODE@)()",
        AGAIN,
    ),
}

_GADGETS: Mapping[str, str] = {
    "$input's methods": "$input.all.constructor(@CODE@)()",
    "an item": "$json.constructor.constructor(@CODE@)()",
    "a node's methods": "$('Source').first.constructor(@CODE@)()",
    "custom data": "$execution.customData.set.constructor(@CODE@)()",
    "the class DateTime": "DateTime.constructor(@CODE@)()",
    "a date's methods": "$now.setLocale.constructor(@CODE@)()",
    "a date's class": "$now.constructor.now.constructor(@CODE@)()",
    "the function for jmespath": "$jmespath.constructor(@CODE@)()",
    "a path of jmespath": "$jmespath({}, ['constructor', 'constructor'].join('.'))(@CODE@)()",
    "a path of jmespath to a prototype": "$jmespath([{}], ['__proto__', 'map', 'constructor'].join('.'))(@CODE@)()",
    "$fromAI's key": "$fromAI('constructor').constructor(@CODE@)()",
    "$fromAI's prototype": "$fromAI('__proto__').constructor.constructor(@CODE@)()",
    "a function of expressions": "$max.constructor(@CODE@)()",
    "the extension call": "$$extend.constructor(@CODE@)()",
    "the extension call with a hostile name": "$$extend(() => {}, 'constructor', [@CODE@], false)()",
    "$parameter's prototype": "Object.getPrototypeOf($parameter).constructor.constructor(@CODE@)()",
}

_DOTTED = tuple(name for name in _SPELLED if name.startswith("a constructor "))


def _in_quotes(name: str, source: str) -> str:
    # Engines like to look for ".constructor" in the text; only some of the attacks are about getting past that.
    if name in _DOTTED:
        return source
    return source.replace("?.constructor", "?.['constructor']").replace(".constructor", "['constructor']")


ATTACKS = (
    *(
        Attack(name, Language.EXPRESSION, _in_quotes(name, source), Sign.SECRET, "constructor chain", after)
        for name, (source, after) in _SPELLED.items()
    ),
    *(
        Attack(f"a gadget: {name}", Language.EXPRESSION, _in_quotes(name, source), Sign.SECRET, "gadgets", HELPERS)
        for name, source in _GADGETS.items()
    ),
)
