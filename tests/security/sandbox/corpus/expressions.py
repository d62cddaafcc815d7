"""Expressions that use the engine around them: its wrapper, its generator, its names, its second look at data."""

from __future__ import annotations

from tests.security.sandbox.attack import Attack, Language, Naive, Sign

FREE = "CVE-2026-85165"
SECOND_ORDER = "CVE-2026-27493"
GENERATOR = "CVE-2026-86083"

_READ = "process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')"
_EVALUATED = "={{ @LEFT@ * @RIGHT@ }}"


def _free(name: str, source: str) -> Attack:
    return Attack(
        f"a free name in {name}", Language.EXPRESSION, source, Sign.SECRET, "free identifiers", FREE, Naive.BARE
    )


def _joined(name: str, source: str) -> Attack:
    return Attack(name, Language.EXPRESSION, source, Sign.SECRET, "closing the wrapper", "CVE-2025-68613", Naive.JOINED)


def _second(name: str, source: str, **data: str) -> Attack:
    return Attack(
        name,
        *(Language.EXPRESSION, source, Sign.PROOF, "second-order evaluation", SECOND_ORDER, Naive.TWICE),
        data=data or {"value": _EVALUATED},
    )


ATTACKS = (
    _free("plain sight", _READ),
    _free("a spread", f"[...[{_READ}]]"),
    _free("a computed key", f"Object.keys({{ [{_READ}]: 1 }})[0]"),
    _free("a case", f"(() => {{ switch (true) {{ case !!process: return {_READ}; }} }})()"),
    _free("an extends clause", f"(class extends (class {{ static v = {_READ}; }}) {{}}).v"),
    _free("a default argument", f"((v = {_READ}) => v)()"),
    _free("a field of a class", f"new (class {{ v = {_READ}; }})().v"),
    _free("a tag of a template", f"((...all) => all[1])`${{ {_READ} }}`"),
    _free(
        "a shorthand property",
        "(({ process }) => process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8'))({ process })",
    ),
    _free("typeof and a chain", f"typeof process !== 'undefined' && {_READ}"),
    _free("globalThis", f"globalThis.{_READ}"),
    _free("this of an arrow function", f"(() => (this.process ?? globalThis.process).{_READ[8:]})()"),
    _free("require", "require('fs').readFileSync('@FILE@', 'utf8')"),
    _free("an import", "import('node:fs').then((fs) => fs.readFileSync('@FILE@', 'utf8'))"),
    _free("indirect eval", f'(0, eval)("{_READ}")'),
    _free(
        "a timer",
        "new Promise((ok) => setTimeout(() => ok(process.getBuiltinModule('fs').readFileSync('@FILE@', 'utf8')), 1))",
    ),
    _joined("brackets closed early", f"0); }})(), (() => {{ return 0; }})(), (() => {{ return ({_READ}"),
    _joined("brackets closed early behind a comment", f"0 /* ( */); }})(), (() => {{ return ({_READ} /* [ */"),
    _joined("a line that ends a comment", f"0 // (\u2028); }})(), (() => {{ return ({_READ} // \u2029"),
    _joined("a wrapper that is called", f"0); }}).call(), ((hidden) => {{ return ({_READ}"),
    _joined(
        "brackets closed early for a list",
        f"0); }})(), [(() => {{ return {_READ}; }})()][0], (() => {{ return ({_READ}",
    ),
    _joined("a regular expression that looks like a division", f"0 /1/ 1); }})(), (() => {{ return (/[)]/ && {_READ}"),
    _joined("a comment as in HTML", f"0); }})(), (() => {{ return ({_READ} <!-- "),
    Attack(
        "a generator's own JSON.stringify",
        Language.EXPRESSION,
        "(JSON.stringify = () => \"'at', []), ((a, b) => @LEFT@ * @RIGHT@)('x'\","
        " $evaluateExpression('{' + '{ \"a\".toTitleCase() }' + '}'))",
        Sign.PROOF,
        "the generator's built-ins",
        GENERATOR,
        Naive.GENERATED,
    ),
    _second("data that looks like an expression", "$json.value"),
    _second("data that looks like an expression, through code", "$json.value + ''"),
    _second("data with brackets, inside text", "=Dear {{ $json.value }},", value="{{ @LEFT@ * @RIGHT@ }}"),
    _second(
        "data cut in two that is an expression once joined",
        "={{ $json.a }}{{ $json.b }}",
        a="={{ @LEFT@ *",
        b=" @RIGHT@ }}",
    ),
    _second("a computed text that is an expression", "'=' + '{' + '{ @LEFT@ * @RIGHT@ }' + '}'"),
    _second("data of another node", "$('Source').item.json.value ?? $json.value"),
    _second("data through $fromAI", "$fromAI('value')"),
    _second("data through a list", "[$json.value][0]"),
    _second("data through jmespath", "$jmespath($json, 'value')"),
)
