"""Reading plain values without JavaScript: what tier 0's two grammars stand on."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from headrace.executor.ports import Linked, LinkFailure, Scope
from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import ExpressionError
from headrace.sdk.items import Item
from headrace.sdk.js import SAFE_INTEGER, utf16_length


class Declined(Exception):
    """Not a case for tier 0; V8 has the answer."""


Read = Callable[[Scope, Item, int], Any]
"""Returns the value for one input item; raises Declined or ExpressionError."""

_MAX_COUNTED = 10_000
"""Characters that are looked at one by one, where some count twice; more are left to V8."""

inherited = frozenset(
    [
        "constructor",
        "__proto__",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
    ]
)
"""Names that every object has from its prototype."""


def unquote(quoted: str) -> str:
    """Return what a quoted text says, whose only escapes are of quotes, slashes and backslashes."""
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


def read_root(name: str, node: str | None) -> Read:
    """Return what reads `$json`, `$itemIndex` or `$runIndex`; or the json of the item of *node* behind one."""
    if node is not None:
        return lambda scope, _item, index: _linked(scope, node, index).json
    if name == "$itemIndex":
        return lambda _scope, _item, index: index
    if name == "$runIndex":
        return lambda scope, _item, _index: scope.variables.get("$runIndex", UNDEFINED)
    return lambda _scope, item, _index: item.json


def _linked(scope: Scope, node: str, index: int) -> Item:
    if node not in scope.node_names or scope.runs_of(node) == 0:
        raise Declined  # V8's side has the words for these errors
    found = scope.links(node)[index]
    if isinstance(found, LinkFailure):
        raise ExpressionError(found.message, description=found.description)
    assert isinstance(found, Linked)
    return scope.items_of(node, found.output, found.run)[found.item]


def step_into(value: Any, step: str | int) -> Any:
    """Return a member of a value; declined of null and undefined, whose members are an error."""
    if isinstance(value, dict):
        return value.get(str(step), UNDEFINED)
    if isinstance(value, list):
        if step == "length":
            return len(value)
        if isinstance(step, int):
            return value[step] if step < len(value) else UNDEFINED
    elif isinstance(value, str) and step == "length" and (value.isascii() or len(value) <= _MAX_COUNTED):
        return utf16_length(value)
    raise Declined


def settled(value: Any) -> Any:
    """Return a value in the one form that JavaScript's numbers have here; declined where they could not hold it."""
    if isinstance(value, int) and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
        raise Declined
    if isinstance(value, float) and (value == 0 or not math.isfinite(value)):
        raise Declined
    if isinstance(value, float) and value.is_integer() and abs(value) <= SAFE_INTEGER:
        return int(value)  # JavaScript does not tell 1.0 from 1
    return value
