"""Conditions of the first versions of IF and Filter: {string|number|boolean|dateTime: [{value1, operation, value2}]}."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.dates import NotADate, parse_date
from headrace.sdk.description import Boolean, DateTime, FixedCollection, Group, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.js import loosely_equal, strictly_equal, to_number, to_text
from headrace.sdk.patterns import search, split_literal

_TEXT = {
    "contains": "Contains",
    "notContains": "Not Contains",
    "endsWith": "Ends With",
    "notEndsWith": "Not Ends With",
    "equal": "Equal",
    "notEqual": "Not Equal",
    "regex": "Regex Match",
    "notRegex": "Regex Not Match",
    "startsWith": "Starts With",
    "notStartsWith": "Not Starts With",
    "isEmpty": "Is Empty",
    "isNotEmpty": "Is Not Empty",
}
_NUMBER = {
    "smaller": "Smaller",
    "smallerEqual": "Smaller or Equal",
    "equal": "Equal",
    "notEqual": "Not Equal",
    "larger": "Larger",
    "largerEqual": "Larger or Equal",
    "isEmpty": "Is Empty",
    "isNotEmpty": "Is Not Empty",
}
_PLAIN = {"regex": ["regex", "notRegex"], "none": ["isEmpty", "isNotEmpty"]}

CONDITIONS = FixedCollection(
    "conditions",
    [
        Group(
            name="boolean",
            display_name="Boolean",
            values=[
                Boolean("value1", "Value 1"),
                Options("operation", {"equal": "Equal", "notEqual": "Not Equal"}, "Operation", "equal"),
                Boolean("value2", "Value 2"),
            ],
        ),
        Group(
            name="dateTime",
            display_name="Date & Time",
            values=[
                DateTime("value1", "Value 1"),
                Options("operation", {"after": "Occurred After", "before": "Occurred Before"}, "Operation", "after"),
                DateTime("value2", "Value 2"),
            ],
        ),
        Group(
            name="number",
            display_name="Number",
            values=[
                Number("value1", "Value 1"),
                Options("operation", _NUMBER, "Operation", "smaller"),
                Number("value2", "Value 2", hide={"operation": _PLAIN["none"]}),
            ],
        ),
        Group(
            name="string",
            display_name="String",
            values=[
                String("value1", "Value 1"),
                Options("operation", _TEXT, "Operation", "equal"),
                String("value2", "Value 2", hide={"operation": [*_PLAIN["none"], *_PLAIN["regex"]]}),
                String("value2", "Regex", placeholder="/text/i", show={"operation": _PLAIN["regex"]}),
            ],
        ),
    ],
    "Conditions",
    multiple=True,
)
COMBINE = Options("combineOperation", {"all": "ALL", "any": "ANY"}, "Combine", "all")


def _moment(value: Any, ctx: NodeContext) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return parse_date(value, ctx.workflow.timezone).timestamp() * 1000
    except NotADate as wrong:
        raise NodeError(f'The value "{to_text(value)}" is not a valid DateTime.') from wrong


def _text(value: Any) -> str:
    return "" if value is None or value is UNDEFINED else to_text(value)


def _matches(pattern: Any, text: Any) -> bool:
    expression, flags = split_literal(_text(pattern))
    return search(expression, _text(text), flags) is not None


def _is_empty(value: Any) -> bool:
    return value is None or value is UNDEFINED or value == "" or (isinstance(value, float) and value != value)


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "contains": lambda a, b: _text(b) in _text(a),
    "notContains": lambda a, b: _text(b) not in _text(a),
    "endsWith": lambda a, b: _text(a).endswith(_text(b)),
    "notEndsWith": lambda a, b: not _text(a).endswith(_text(b)),
    "equal": strictly_equal,
    "notEqual": lambda a, b: not strictly_equal(a, b),
    "larger": lambda a, b: to_number(a or 0) > to_number(b or 0),
    "largerEqual": lambda a, b: to_number(a or 0) >= to_number(b or 0),
    "smaller": lambda a, b: to_number(a or 0) < to_number(b or 0),
    "smallerEqual": lambda a, b: to_number(a or 0) <= to_number(b or 0),
    "startsWith": lambda a, b: _text(a).startswith(_text(b)),
    "notStartsWith": lambda a, b: not _text(a).startswith(_text(b)),
    "isEmpty": lambda a, _: _is_empty(a),
    "isNotEmpty": lambda a, _: not _is_empty(a),
    "regex": lambda a, b: _matches(b, a),
    "notRegex": lambda a, b: not _matches(b, a),
}


def holds(ctx: NodeContext, index: int, *, want_any: bool) -> bool:
    """Whether an item meets the node's conditions; none at all: "all" is true, "any" is false.

    Raises:
        NodeError: a date is none, or a pattern is no regular expression.
    """
    conditions = ctx.param("conditions", index) or {}
    for kind in ("boolean", "dateTime", "number", "string"):
        for condition in conditions.get(kind) or ():
            met = _condition(ctx, kind, condition)
            if met and want_any:
                return True
            if not met and not want_any:
                return False
    return not want_any


def _condition(ctx: NodeContext, kind: str, condition: Mapping[str, Any]) -> bool:
    operation = str(condition.get("operation", "equal"))
    one, other = condition.get("value1", UNDEFINED), condition.get("value2", UNDEFINED)
    if kind == "dateTime":
        first, second = _moment(one, ctx), _moment(other, ctx)
        return first > second if operation == "after" else first < second
    compare = COMPARE.get(operation)
    if compare is None:
        raise NodeError(f'The operation "{operation}" is not known')
    if kind == "number" and operation in ("equal", "notEqual"):
        return (
            loosely_equal(one, other) == (operation == "equal") if type(one) is not type(other) else compare(one, other)
        )
    return compare(one, other)
