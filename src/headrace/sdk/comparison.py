"""Comparing two values by the name of an operation: what IF 1, Filter 1 and Switch 1 and 2 test items with.

Newer nodes use `headrace.sdk.conditions`. Source of the rules and messages: n8n's behaviour, which is JavaScript's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from headrace.sdk.context import UNDEFINED
from headrace.sdk.dates import NotADate, parse_date, to_millis
from headrace.sdk.errors import NodeError
from headrace.sdk.js import strictly_equal, to_number, to_text, truthy
from headrace.sdk.patterns import search, split_literal


def compare(type_: str, operation: str, one: Any, other: Any) -> bool:
    """Whether *operation* holds between two values.

    Args:
        type_: "dateTime" makes moments of both values first; other types change nothing.

    Raises:
        NodeError: a value does not fit the operation, or there is no such operation.
    """
    if type_ == "dateTime":
        one, other = moment_millis(one), moment_millis(other)
    test = _TESTS.get(operation)
    if test is None:
        raise NodeError(f'The operation "{operation}" is not known')
    return test(one, other)


def moment_millis(value: Any) -> float:
    """Return a moment as milliseconds since 1970; a number is taken for just that.

    Raises:
        NodeError: it is no moment.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return to_millis(parse_date(value))
        except NotADate:
            pass
    raise NodeError(f'The value "{to_text(value)}" is not a valid DateTime.')


def is_empty(value: Any) -> bool:
    """Whether a value is missing, null, empty text, NaN, or an object or list without members."""
    if value is None or value is UNDEFINED:
        return True
    if isinstance(value, float):
        return value != value
    return isinstance(value, str | Mapping | Sequence) and len(value) == 0


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def check(one: Any, other: Any) -> bool:
        one = one if truthy(one) else 0
        other = other if truthy(other) else 0
        if isinstance(one, str) and isinstance(other, str):
            return test(one, other)
        # NaN is neither smaller nor larger than anything, in both languages.
        return test(to_number(one), to_number(other))

    return check


def _text(value: Any) -> str:
    return to_text(value) if truthy(value) else ""


def _contains(one: Any, other: Any) -> bool:
    return _text(other) in _text(one)


def _method(name: str, value: Any) -> str:
    """Return a text to call a method of text on; JavaScript has none on other values."""
    if isinstance(value, str):
        return value
    if value is None or value is UNDEFINED:
        raise NodeError(f"Cannot read properties of {to_text(value)} (reading '{name}')")
    raise NodeError(f"value1.{name} is not a function")


def _starts(one: Any, other: Any) -> bool:
    return _method("startsWith", one).startswith(to_text(other))


def _ends(one: Any, other: Any) -> bool:
    return _method("endsWith", one).endswith(to_text(other))


def _matches(one: Any, other: Any) -> bool:
    pattern, flags = split_literal(_text(other))
    return search(pattern, _text(one), flags) is not None


def _negated(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda one, other: not test(one, other)


_larger = _ordered(lambda one, other: bool(one > other))
_smaller = _ordered(lambda one, other: bool(one < other))

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equal": strictly_equal,
    "notEqual": _negated(strictly_equal),
    "larger": _larger,
    "largerEqual": _ordered(lambda one, other: bool(one >= other)),
    "smaller": _smaller,
    "smallerEqual": _ordered(lambda one, other: bool(one <= other)),
    "after": _larger,
    "before": _smaller,
    "contains": _contains,
    "notContains": _negated(_contains),
    "startsWith": _starts,
    "notStartsWith": _negated(_starts),
    "endsWith": _ends,
    "notEndsWith": _negated(_ends),
    "regex": _matches,
    "notRegex": _negated(_matches),
    "isEmpty": lambda one, _: is_empty(one),
    "isNotEmpty": lambda one, _: not is_empty(one),
}
