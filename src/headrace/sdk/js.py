"""JavaScript's rules for values, for what workflows say in JavaScript's terms.

Source: ECMA-262 (Number::toString, ToNumber, ToBoolean, IsLooselyEqual), applied to JSON values. `UNDEFINED` stands for
undefined, None for null.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from headrace.sdk.context import UNDEFINED

SAFE_INTEGER = 2**53 - 1
"""The largest integer that JavaScript's numbers hold exactly."""

_MAX_DEPTH = 200


def number_to_text(value: float) -> str:
    """Return a number as JavaScript prints it: 1.0 as "1", 1e21 as "1e+21"."""
    if isinstance(value, int):
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return str(value)
        try:
            value = float(value)
        except OverflowError:
            return "Infinity" if value > 0 else "-Infinity"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent_text = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    # The decimal point stands after `point` digits of `digits`.
    point = len(whole) + int(exponent_text or 0)
    if whole == "0":
        point -= len(whole + fraction) - len((whole + fraction).lstrip("0"))
    digits = digits.rstrip("0") or "0"
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = point - 1
    head = digits[0] + ("." + digits[1:] if count > 1 else "")
    return f"{sign}{head}e{'+' if exponent >= 0 else '-'}{abs(exponent)}"


def to_text(value: Any, _depth: int = 0) -> str:
    """Return String(value)."""
    if isinstance(value, str):
        return str.__str__(value)
    if value is None:
        return "null"
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_to_text(value)
    if isinstance(value, Sequence) and _depth < _MAX_DEPTH:
        return ",".join("" if part is None or part is UNDEFINED else to_text(part, _depth + 1) for part in value)
    return "[object Object]"


_SPACE = (
    " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_DECIMAL = re.compile(r"[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")


def text_to_number(text: str) -> float:
    """Return Number(text); nan where it is no number."""
    text = text.strip(_SPACE)
    if not text:
        return 0
    if _RADIX.fullmatch(text):
        return int(text, 0)
    if not _DECIMAL.fullmatch(text):
        return math.nan
    if re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        return int(text)
    return whole(float(text))


def whole(number: float) -> float:
    """Return 2.0 as 2: JavaScript knows one kind of number, and JSON shows the shorter form."""
    if isinstance(number, float) and number.is_integer() and abs(number) <= SAFE_INTEGER:
        return int(number)
    return number


def to_number(value: Any) -> float:
    """Return Number(value); nan where it is no number."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if value is None:
        return 0
    if isinstance(value, str):
        return text_to_number(value)
    if isinstance(value, Sequence):
        return text_to_number(to_text(value))
    return math.nan


def truthy(value: Any) -> bool:
    """Return Boolean(value): empty lists and objects are true."""
    if value is None or value is UNDEFINED or value is False:
        return False
    if isinstance(value, str):
        return value != ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value != 0 and not math.isnan(value)
    return True


def type_of(value: Any) -> str:
    """Return typeof value."""
    if value is UNDEFINED:
        return "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "object"


def strictly_equal(one: Any, other: Any) -> bool:
    """Return one === other for JSON values; objects and lists are equal only to themselves."""
    if isinstance(one, Mapping | list) or isinstance(other, Mapping | list):
        return one is other
    if type_of(one) != type_of(other):
        return False
    return (one is None) == (other is None) and bool(one == other)


def deep_equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, with 1 and 1.0 equal and 1 and true different."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(deep_equal(part, other[key]) for key, part in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(deep_equal, one, other))
    if isinstance(one, Mapping | list) or isinstance(other, Mapping | list):
        return False
    return strictly_equal(one, other)


def loosely_equal(one: Any, other: Any) -> bool:
    """Return one == other by JavaScript's rules for JSON values."""
    nothing = (None, UNDEFINED)
    if any(one is none for none in nothing) or any(other is none for none in nothing):
        return any(one is none for none in nothing) and any(other is none for none in nothing)
    if type_of(one) == type_of(other):
        return strictly_equal(one, other)
    if isinstance(one, Mapping | list) and not isinstance(other, Mapping | list):
        one = to_text(one)
    elif isinstance(other, Mapping | list) and not isinstance(one, Mapping | list):
        other = to_text(other)
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return to_number(one) == to_number(other)


def utf16_length(text: str) -> int:
    """Return text.length: characters past U+FFFF count twice."""
    return len(text) + sum(1 for char in text if char > "\uffff") if not text.isascii() else len(text)
