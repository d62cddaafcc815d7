"""Conditions: what the IF, Filter and Switch nodes test items with.

A filter is {combinator: "and"|"or", conditions: [{leftValue, rightValue, operator}], options}. Source of the rules and
messages: n8n's behaviour.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from headrace.sdk.context import UNDEFINED
from headrace.sdk.conversion import check, describe
from headrace.sdk.errors import NodeError
from headrace.sdk.js import to_text, truthy
from headrace.sdk.patterns import search, split_literal


class FilterError(NodeError):
    """A value in a condition has the wrong type."""


_UNARY = frozenset({"exists", "notExists", "empty", "notEmpty", "true", "false"})
_LENGTHS = {
    "lengthEquals": lambda length, wanted: length == wanted,
    "lengthNotEquals": lambda length, wanted: length != wanted,
    "lengthGt": lambda length, wanted: length > wanted,
    "lengthLt": lambda length, wanted: length < wanted,
    "lengthGte": lambda length, wanted: length >= wanted,
    "lengthLte": lambda length, wanted: length <= wanted,
}


def evaluate_filter(
    filter_: Mapping[str, Any], *, item_index: int = 0, timezone: str | None = None, loose: bool | None = None
) -> bool:
    """Whether the conditions hold.

    Args:
        loose: Overrides `options.typeValidation`, when given.

    Raises:
        FilterError: a value has the wrong type, and validation is strict, or it cannot be converted.
    """
    conditions = filter_.get("conditions") or ()
    combinator = filter_.get("combinator", "and")
    results = (
        _condition(condition, filter_.get("options") or {}, place, item_index, timezone, loose)
        for place, condition in enumerate(conditions)
    )
    return any(results) if combinator == "or" else all(results)


def _condition(
    condition: Mapping[str, Any],
    options: Mapping[str, Any],
    place: int,
    item_index: int,
    timezone: str | None,
    loose: bool | None,
) -> bool:
    operator = condition.get("operator") or {}
    type_, operation = operator.get("type", "string"), operator.get("operation", "")
    if loose is None:
        loose = options.get("typeValidation", "strict") != "strict"
    version = options.get("version", 1)
    right_type = operator.get("rightType") or type_
    where = f"[condition {place}, item {item_index}]"
    left_raw, right_raw = condition.get("leftValue", UNDEFINED), condition.get("rightValue", UNDEFINED)
    left = _operand(left_raw, type_, loose, version, timezone)
    needs_right = not operator.get("singleValue") and operation not in _UNARY
    right = _operand(right_raw, right_type, loose, version, timezone) if needs_right else (True, right_raw)
    if not left[0]:
        if needs_right and not right[0] and type_ == right_type and _kind(left_raw) == _kind(right_raw):
            raise FilterError(
                f"Comparison type expects {_with_article(type_)} but both fields are {_with_article(_kind(left_raw))}",
                item_index=item_index,
            )
        raise _wrong(left_raw, type_, loose, where, item_index)
    if not right[0]:
        raise _wrong(right_raw, right_type, loose, where, item_index)
    if operation in ("exists", "notExists"):
        return bool(_exists(left[1]) == (operation == "exists"))
    ignore_case = not options.get("caseSensitive", True)
    test = _TESTS.get(type_, _nothing)
    return bool(test(operation, left[1], right[1], ignore_case))


def _nothing(_operation: str, _left: Any, _right: Any, _ignore_case: bool) -> bool:
    return False


def _exists(value: Any) -> bool:
    return not (value is None or value is UNDEFINED or (isinstance(value, float) and math.isnan(value)))


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _with_article(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"


def _wrong(value: Any, type_: str, loose: bool, where: str, item_index: int) -> FilterError:
    shown = describe(value) if describe(value).startswith("'") else f"'{describe(value)}'"
    if loose:
        kind = _kind(value)
        text = f"Conversion error: the {kind} {shown} can't be converted to {_with_article(type_)} {where}"
    else:
        text = f"Wrong type: {shown} is {_with_article(_kind(value))} but was expecting {_with_article(type_)} {where}"
    return FilterError(
        text,
        description="Convert the value to the right type, or turn on the conversion of types in the node's options.",
        item_index=item_index,
    )


_FITTING: Mapping[type, str] = {str: "string", int: "number", float: "number", bool: "boolean"}
"""Values that are what a condition expects, which are most; the other checks are slower."""


def _operand(value: Any, type_: str, loose: bool, version: float, timezone: str | None) -> tuple[bool, Any]:
    """Return whether the value fits, and what it is then."""
    if type_ == "any" or value is None or value is UNDEFINED or _FITTING.get(type(value)) == type_:
        return True, value
    if type_ == "string" and not loose and not isinstance(value, str):
        return False, None
    if type_ == "boolean":
        if isinstance(value, bool):
            return True, value
        if not loose:
            return False, None
        if version >= 2:
            checked = check("", value, "boolean")
            return True, checked.value if checked.valid else truthy(value)
        return True, truthy(value)
    if type_ == "number" and loose and version >= 3 and ((isinstance(value, str) and not value.strip()) or value == []):
        return True, None
    if type_ == "number" and isinstance(value, float) and math.isnan(value):
        return True, value
    if type_ == "object" and isinstance(value, str) and not loose:
        return False, None
    if type_ == "array" and isinstance(value, str) and not loose:
        checked = check("", value, "array")
        return checked.valid, checked.value
    if type_ == "dateTime" and value == "":
        return loose, None
    checked = check("", value, type_, strict=not loose, parse_strings=True, timezone=timezone)
    return checked.valid, checked.value


def _string(operation: str, left: Any, right: Any, ignore_case: bool) -> bool:
    a = "" if left is None or left is UNDEFINED else to_text(left)
    b = "" if right is None or right is UNDEFINED else to_text(right)
    if operation == "empty":
        return a == ""
    if operation == "notEmpty":
        return a != ""
    if operation in ("regex", "notRegex"):
        pattern, flags = split_literal(b)
        a = a.lower() if ignore_case else a
        return (search(pattern, a, flags) is not None) == (operation == "regex")
    if ignore_case:
        a, b = a.lower(), b.lower()
    match operation:
        case "equals":
            return a == b
        case "notEquals":
            return a != b
        case "contains":
            return b in a
        case "notContains":
            return b not in a
        case "startsWith":
            return a.startswith(b)
        case "notStartsWith":
            return not a.startswith(b)
        case "endsWith":
            return a.endswith(b)
        case "notEndsWith":
            return not a.endswith(b)
    return False


def _number(operation: str, left: Any, right: Any, _ignore_case: bool) -> bool:
    if operation in ("empty", "notEmpty"):
        return _exists(left) == (operation == "notEmpty")
    a = math.nan if left is UNDEFINED else 0 if left is None else left
    b = math.nan if right is UNDEFINED else 0 if right is None else right
    match operation:
        case "equals":
            return left == right if None in (left, right) else bool(a == b)
        case "notEquals":
            return left != right if None in (left, right) else bool(a != b)
        case "gt":
            return bool(a > b)
        case "lt":
            return bool(a < b)
        case "gte":
            return bool(a >= b)
        case "lte":
            return bool(a <= b)
    return False


def _date(operation: str, left: Any, right: Any, _ignore_case: bool) -> bool:
    if operation in ("empty", "notEmpty"):
        return isinstance(left, datetime) == (operation == "notEmpty")
    if not isinstance(left, datetime) or not isinstance(right, datetime):
        return False
    match operation:
        case "equals":
            return left == right
        case "notEquals":
            return left != right
        case "after":
            return left > right
        case "before":
            return left < right
        case "afterOrEquals":
            return left >= right
        case "beforeOrEquals":
            return left <= right
    return False


def _boolean(operation: str, left: Any, right: Any, _ignore_case: bool) -> bool:
    match operation:
        case "empty":
            return not _exists(left)
        case "notEmpty":
            return _exists(left)
        case "true":
            return left is True
        case "false":
            return left is False
        case "equals":
            return left is right
        case "notEquals":
            return left is not right
    return False


def array_contains(values: Sequence[Any], value: Any, ignore_case: bool) -> bool:
    """Whether the list holds the value; with *ignore_case*, text is compared in lower case."""
    if ignore_case and isinstance(value, str):
        return any(isinstance(part, str) and part.lower() == value.lower() for part in values)
    return any(
        type(part) is type(value) and part == value
        if isinstance(part, bool | str) or isinstance(value, bool | str)
        else part is value or (isinstance(part, int | float) and part == value)
        for part in values
    )


def _array(operation: str, left: Any, right: Any, ignore_case: bool) -> bool:
    values = left if isinstance(left, list) else []
    match operation:
        case "empty":
            return not values
        case "notEmpty":
            return bool(values)
        case "contains":
            return array_contains(values, right, ignore_case)
        case "notContains":
            return not array_contains(values, right, ignore_case)
    compare = _LENGTHS.get(operation)
    return compare is not None and isinstance(right, int | float) and bool(compare(len(values), right))


def _object(operation: str, left: Any, _right: Any, _ignore_case: bool) -> bool:
    empty = not isinstance(left, Mapping) or not left
    return empty if operation == "empty" else not empty if operation == "notEmpty" else False


_TESTS: Mapping[str, Callable[[str, Any, Any, bool], bool]] = {
    "string": _string,
    "number": _number,
    "dateTime": _date,
    "boolean": _boolean,
    "array": _array,
    "object": _object,
}
