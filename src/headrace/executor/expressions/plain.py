"""Tier 0 beyond paths: operators and common methods on plain values, answered without JavaScript, exactly as V8 would.

The grammar is a small part of JavaScript's; all else is declined when it is compiled. Where JavaScript's answer would
need its own rules (NaN, minus zero, numbers past 2^53, characters past U+FFFF, objects as text, errors), the value is
declined when it is met, and V8 answers instead.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from headrace.executor.expressions.reading import Declined, Read, inherited, read_root, settled, step_into, unquote
from headrace.executor.ports import Scope
from headrace.sdk.context import UNDEFINED
from headrace.sdk.items import Item
from headrace.sdk.js import loosely_equal, strictly_equal, to_text, truthy, utf16_length

_MAX_LENGTH = 2_000
_MAX_DEPTH = 40
_MAX_SIZE = 1_000
"""Longer texts and lists are left to V8, whose sandbox has limits of time and memory; here there are none."""

_CALL_COST = 20
"""Of a method that looks at every character of such a text, compared with an operator."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?![\w.]))"
    r"|(?P<text>\"(?:[^\"\\\n]|\\[\"'\\/])*\"|'(?:[^'\\\n]|\\[\"'\\/])*')"
    r"|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<bad>\+\+|--|\*\*|//|/\*|<<|>>|\?\?=|&&=|\|\|=)"
    r"|(?P<mark>===|!==|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|[-+*/%<>!()\[\].,?:]))",
    re.ASCII,
)
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}
_BINARY: Sequence[Mapping[str, Callable[[Any, Any], Any]]]


class _NotPlain(Exception):
    """Not of the small grammar."""


def compile_plain(code: str) -> tuple[Read, int] | None:
    """Return what evaluates *code*, and what it costs at most for one item, compared with an operator.

    Returns:
        None if the code is not plain enough.
    """
    if len(code) > _MAX_LENGTH:
        return None
    try:
        tokens = _tokens(code)
        parser = _Parser(tokens)
        return parser.whole(), len(tokens) + _CALL_COST * parser.calls
    except (_NotPlain, RecursionError):
        return None


def _tokens(code: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, end = 0, len(code.rstrip())
    while place < end:
        match = _TOKEN.match(code, place)
        if match is None or match.lastgroup in (None, "bad"):
            raise _NotPlain
        found.append((str(match.lastgroup), match.group(str(match.lastgroup))))
        place = match.end()
    marks = {text for kind, text in found if kind == "mark"}
    if "??" in marks and marks & {"&&", "||"}:
        raise _NotPlain  # together they need brackets, which are not looked at here
    return [*found, ("end", "")]


class _Parser:
    """Recursive descent; every rule returns what evaluates its part."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self.calls = 0
        """Methods called in what has been read."""

    def whole(self) -> Read:
        read = self._choice()
        if self._tokens[self._place][0] != "end":
            raise _NotPlain
        return read

    def _choice(self) -> Read:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _NotPlain
        condition = self._binary(0)
        if self._takes("?"):
            yes = self._choice()
            self._needs(":")
            no = self._choice()
            self._depth -= 1
            return lambda s, i, n: yes(s, i, n) if truthy(condition(s, i, n)) else no(s, i, n)
        self._depth -= 1
        return condition

    def _binary(self, level: int) -> Read:
        if level == len(_BINARY):
            return self._unary()
        left = self._binary(level + 1)
        while self._peek() in _BINARY[level] and self._tokens[self._place][0] == "mark":
            mark = self._next()
            right = self._binary(level + 1)
            left = (
                _lazily(mark, left, right) if mark in ("&&", "||", "??") else _both(_BINARY[level][mark], left, right)
            )
        return left

    def _unary(self) -> Read:
        if self._takes("!"):
            inner = self._unary()
            return lambda s, i, n: not truthy(inner(s, i, n))
        if self._takes("-"):
            inner = self._unary()
            return lambda s, i, n: _negative(inner(s, i, n))
        return self._steps(self._primary())

    def _primary(self) -> Read:
        kind, text = self._tokens[self._place]
        self._place += 1
        if kind == "number":
            number: float = float(text)
            constant: Any = int(number) if number.is_integer() else number
            return lambda _s, _i, _n: constant
        if kind == "text":
            plain = unquote(text)
            return lambda _s, _i, _n: plain
        if text == "(":
            read = self._choice()
            self._needs(")")
            return read
        if kind != "name":
            raise _NotPlain
        if text in _CONSTANTS:
            value = _CONSTANTS[text]
            return lambda _s, _i, _n: value
        if text == "Math":
            self._needs(".")
            name = self._next()
            if name not in _MATH:
                raise _NotPlain
            return _math(_MATH[name], self._arguments())
        return self._root(text)

    def _root(self, name: str) -> Read:
        if name == "$input":
            for part in (".", "item", ".", "json"):
                self._needs(part)
            return read_root("$json", None)
        if name == "$":
            self._needs("(")
            kind, text = self._tokens[self._place]
            self._place += 1
            if kind != "text":
                raise _NotPlain
            for part in (")", ".", "item", ".", "json"):
                self._needs(part)
            return read_root("$", unquote(text))
        if name not in ("$json", "$itemIndex", "$runIndex"):
            raise _NotPlain
        return read_root(name, None)

    def _steps(self, read: Read) -> Read:
        while True:
            if self._takes("["):
                kind, text = self._tokens[self._place]
                self._place += 1
                self._needs("]")
                if kind == "number" and text.isdecimal():
                    read = _member(read, int(text))
                elif kind == "text":
                    read = _member(read, unquote(text))
                else:
                    raise _NotPlain
            elif self._takes(".") or self._takes("?."):
                if self._peek() in ("[", "("):
                    raise _NotPlain
                kind, name = self._tokens[self._place]
                self._place += 1
                if kind != "name":
                    raise _NotPlain
                if self._peek() == "(":
                    if name not in _METHODS:
                        raise _NotPlain
                    self.calls += 1
                    read = _call(read, name, self._arguments())
                else:
                    read = _member(read, name)
            else:
                return read

    def _arguments(self) -> list[Read]:
        self._needs("(")
        found: list[Read] = []
        if self._takes(")"):
            return found
        while True:
            found.append(self._choice())
            if self._takes(")"):
                return found
            self._needs(",")

    def _peek(self) -> str:
        kind, text = self._tokens[self._place]
        return text if kind in ("mark", "name") else ""

    def _next(self) -> str:
        _, text = self._tokens[self._place]
        self._place += 1
        return text

    def _takes(self, mark: str) -> bool:
        if self._tokens[self._place] == ("mark", mark):
            self._place += 1
            return True
        return False

    def _needs(self, text: str) -> None:
        if self._tokens[self._place][0] not in ("mark", "name") or self._tokens[self._place][1] != text:
            raise _NotPlain
        self._place += 1


def _member(read: Read, step: str | int) -> Read:
    if step in inherited:
        raise _NotPlain
    return lambda s, i, n: settled(step_into(read(s, i, n), step))


def _both(work: Callable[[Any, Any], Any], left: Read, right: Read) -> Read:
    return lambda s, i, n: work(left(s, i, n), right(s, i, n))


def _lazily(mark: str, left: Read, right: Read) -> Read:
    def read(scope: Scope, item: Item, index: int) -> Any:
        value = left(scope, item, index)
        if mark == "??":
            return right(scope, item, index) if value is None or value is UNDEFINED else value
        return value if truthy(value) == (mark == "||") else right(scope, item, index)

    return read


def _call(read: Read, name: str, arguments: Sequence[Read]) -> Read:
    def call(scope: Scope, item: Item, index: int) -> Any:
        receiver = read(scope, item, index)
        method = _METHODS[name].get(type(receiver))
        if method is None:
            raise Declined
        try:
            return settled(method(receiver, *[argument(scope, item, index) for argument in arguments]))
        except (TypeError, ValueError, OverflowError) as otherwise:
            raise Declined from otherwise  # too few or too many arguments, or of another kind

    return call


def _math(work: Callable[..., Any], arguments: Sequence[Read]) -> Read:
    def call(scope: Scope, item: Item, index: int) -> Any:
        values = [_number(argument(scope, item, index)) for argument in arguments]
        try:
            return _result(work(*values), *values)
        except (TypeError, ValueError, OverflowError) as otherwise:
            raise Declined from otherwise

    return call


# Values: each returns one that is plain, or declines.


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Declined
    return value


def _result(number: Any, *operands: Any) -> Any:
    """Return a number that was computed; zero may be minus zero where an operand was negative."""
    if number == 0 and any(operand < 0 for operand in operands):
        raise Declined
    if isinstance(number, float) and number == 0:
        return 0
    return settled(number)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MAX_SIZE:
        raise Declined
    return value


def _units(value: Any) -> str:
    """Return a text whose characters are one unit each."""
    text = _text(value)
    if utf16_length(text) != len(text):
        raise Declined
    return text


def _ascii(value: Any) -> str:
    text = _text(value)
    if not text.isascii():
        raise Declined
    return text


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_SIZE:
        raise Declined
    return value


def _add(one: Any, other: Any) -> Any:
    if isinstance(one, str) or isinstance(other, str):
        if isinstance(one, dict | list) or isinstance(other, dict | list):
            raise Declined
        return _text(_text(to_text(one)) + _text(to_text(other)))
    return _result(_number(one) + _number(other), one, other)


def _times(one: Any, other: Any) -> Any:
    return _result(_number(one) * _number(other), one, other)


def _minus(one: Any, other: Any) -> Any:
    return _result(_number(one) - _number(other), one, -other)


def _over(one: Any, other: Any) -> Any:
    if _number(other) == 0:
        raise Declined
    return _result(_number(one) / other, one, other)


def _rest(one: Any, other: Any) -> Any:
    if _number(other) == 0:
        raise Declined
    return _result(math.fmod(_number(one), other), one)


def _negative(value: Any) -> Any:
    if _number(value) == 0:
        raise Declined
    return -value


def _compared(work: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(one: Any, other: Any) -> bool:
        if isinstance(one, str) and isinstance(other, str):
            return work(_units(one), _units(other))
        return work(_number(one), _number(other))

    return compare


def _equal(work: Callable[[Any, Any], bool], *, wanted: bool) -> Callable[[Any, Any], bool]:
    def compare(one: Any, other: Any) -> bool:
        if isinstance(one, dict | list) or isinstance(other, dict | list):
            raise Declined
        if isinstance(one, str) and isinstance(other, str) and min(len(one), len(other)) > _MAX_SIZE:
            raise Declined
        return work(one, other) is wanted

    return compare


def _unused(_one: Any, _other: Any) -> Any:
    """Stands for operators that may not evaluate their right side."""
    raise Declined


_BINARY = (
    {"??": _unused, "||": _unused},
    {"&&": _unused},
    {
        "===": _equal(strictly_equal, wanted=True),
        "!==": _equal(strictly_equal, wanted=False),
        "==": _equal(loosely_equal, wanted=True),
        "!=": _equal(loosely_equal, wanted=False),
    },
    {
        "<": _compared(operator.lt),
        ">": _compared(operator.gt),
        "<=": _compared(operator.le),
        ">=": _compared(operator.ge),
    },
    {"+": _add, "-": _minus},
    {"*": _times, "/": _over, "%": _rest},
)

_MATH: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "max": lambda first, *more: max([first, *more]),
    "min": lambda first, *more: min([first, *more]),
    "round": lambda value: math.floor(value + 0.5) if abs(value) < 2**50 else _unused(value, 0),
}


def _listed(value: list[Any]) -> list[Any]:
    if len(value) > _MAX_SIZE:
        raise Declined
    return value


def _slice(value: Any, start: Any = 0, end: Any = None) -> Any:
    held = _units(value) if isinstance(value, str) else _listed(value)
    return held[_whole(start) : len(held) if end is None else _whole(end)]


def _join(value: list[Any], separator: Any = ",") -> str:
    if any(isinstance(part, dict | list) for part in _listed(value)):
        raise Declined
    return _text(_text(separator).join("" if part is None else _text(to_text(part)) for part in value))


def _list_includes(value: list[Any], wanted: Any) -> bool:
    if isinstance(wanted, dict | list):
        raise Declined
    return any(strictly_equal(part, wanted) for part in _listed(value) if not isinstance(part, dict | list))


def _split(value: str, separator: Any) -> list[str]:
    return _text(value).split(_text(separator)) if separator != "" else list(_units(value))


def _replace(value: str, old: Any, new: Any, *, count: int) -> str:
    if "$" in _text(new) or _text(old) == "":
        raise Declined
    return _text(_text(value).replace(old, new, count))


def _pad(value: str, length: Any, fill: Any, *, before: bool) -> str:
    missing = _whole(length) - len(_units(value))
    if missing <= 0 or not _units(fill):
        return value
    padding: str = (fill * (missing // len(fill) + 1))[:missing]
    return padding + value if before else value + padding


def _trimmed(value: str) -> str:
    # Python's white space and JavaScript's differ beyond ASCII, and in four control characters.
    return _ascii(value).strip(" \t\n\r\v\f")


_METHODS: Mapping[str, Mapping[type, Callable[..., Any]]] = {
    "toUpperCase": {str: lambda value: _ascii(value).upper()},
    "toLowerCase": {str: lambda value: _ascii(value).lower()},
    "trim": {str: _trimmed},
    "includes": {str: lambda value, part: _text(part) in _text(value), list: _list_includes},
    "startsWith": {str: lambda value, part: _text(value).startswith(_text(part))},
    "endsWith": {str: lambda value, part: _text(value).endswith(_text(part))},
    "indexOf": {str: lambda value, part: _units(value).find(_text(part))},
    "charAt": {str: lambda value, place: _units(value)[_whole(place) : _whole(place) + 1] if place >= 0 else ""},
    "slice": {str: _slice, list: _slice},
    "split": {str: _split},
    "replace": {str: lambda value, old, new: _replace(value, old, new, count=1)},
    "replaceAll": {str: lambda value, old, new: _replace(value, old, new, count=-1)},
    "padStart": {str: lambda value, length, fill=" ": _pad(value, length, fill, before=True)},
    "padEnd": {str: lambda value, length, fill=" ": _pad(value, length, fill, before=False)},
    "concat": {str: lambda value, *more: _text(_text(value) + "".join(map(_text, more)))},
    "join": {list: _join},
}
