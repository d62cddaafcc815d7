"""Tier 0: plain paths and literals, answered without JavaScript, exactly as V8 would.

What is not plainly a path is declined when it is compiled; data on which V8 would do more than follow a path (methods
of text and lists, names found on prototypes, numbers past 2^53) is declined when it is met, and V8 answers instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from headrace.executor.ports import Linked, LinkFailure, Scope
from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import ExpressionError
from headrace.sdk.items import Item
from headrace.sdk.js import SAFE_INTEGER, to_text, utf16_length
from headrace.sdk.templates import split_expression


class Declined(Exception):
    """Not a case for tier 0; V8 has the answer."""


_INHERITED = frozenset(
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

_NAME = r"[A-Za-z_$][\w$]*"
_QUOTED = r"\"(?:[^\"\\\n]|\\[\"'\\/])*\"|'(?:[^'\\\n]|\\[\"'\\/])*'"
_STEP = re.compile(rf"\s*(?:(\?)?\.\s*({_NAME})|(?:(\?)\.)?\[\s*(?:(\d{{1,9}})|({_QUOTED}))\s*\])", re.ASCII)
_ROOTS = re.compile(
    rf"\$json(?![\w$])|\$input\.item\.json(?![\w$])|\$\(\s*({_QUOTED})\s*\)\.item\.json(?![\w$])"
    rf"|\$itemIndex(?![\w$])|\$runIndex(?![\w$])",
    re.ASCII,
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?", re.ASCII)
_LITERALS = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}

Read = Callable[[Scope, Item, int], Any]
"""Returns the value for one input item; raises Declined or ExpressionError."""


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template: literal text and reads in turn."""

    parts: Sequence[str | Read]
    single: bool
    """One piece of code and nothing else: its value is the result, whatever its type."""

    needs_items: bool

    def evaluate(self, scope: Scope, item: Item, index: int) -> Any:
        """Raises: Declined, ExpressionError."""
        if self.single:
            (read,) = self.parts
            assert not isinstance(read, str)
            return read(scope, item, index)
        return "".join(part if isinstance(part, str) else _joined(part(scope, item, index)) for part in self.parts)


def _joined(value: Any) -> str:
    if value is None or value is UNDEFINED:
        return ""
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, dict | list):
        raise Declined
    return to_text(value)


def compile_template(text: str) -> Template | None:
    """Return the template if tier 0 can answer it, else None.

    Args:
        text: The parameter without its leading "=".
    """
    parts: list[str | Read] = []
    chunks = [chunk for chunk in split_expression(text) if chunk.text or chunk.is_code]
    needs_items = False
    for chunk in chunks:
        if not chunk.is_code:
            parts.append(chunk.text)
            continue
        read = _compile_code(chunk.text.strip())
        if read is None:
            return None
        needs_items = True
        parts.append(read)
    single = len(chunks) == 1 and chunks[0].is_code
    return Template(parts, single, needs_items)


def _compile_code(code: str) -> Read | None:
    if code in _LITERALS:
        constant = _LITERALS[code]
        return lambda _scope, _item, _index: constant
    if _NUMBER.fullmatch(code):
        number = float(code)
        if number.is_integer():
            number = int(number)
        return None if number == 0 and code.startswith("-") else lambda _scope, _item, _index: number
    if re.fullmatch(_QUOTED, code):
        text = _unquote(code)
        return lambda _scope, _item, _index: text
    root = _ROOTS.match(code)
    if root is None:
        return None
    steps: list[str | int] = []
    place = root.end()
    while place < len(code):
        step = _STEP.match(code, place)
        if step is None:
            return None
        _, name, _, number_text, quoted = step.groups()
        steps.append(name if name is not None else int(number_text) if number_text is not None else _unquote(quoted))
        place = step.end()
    if any(step in _INHERITED for step in steps):
        return None
    return _reader(root, steps)


def _unquote(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


def _reader(root: re.Match[str], steps: Sequence[str | int]) -> Read | None:
    text = root.group()
    if text in ("$itemIndex", "$runIndex"):
        if steps:
            return None
        if text == "$itemIndex":
            return lambda _scope, _item, index: index
        return lambda scope, _item, _index: scope.variables.get("$runIndex", UNDEFINED)
    if root.group(1) is None:
        return lambda _scope, item, _index: _walk(item.json, steps)
    node = _unquote(root.group(1))
    return lambda scope, _item, index: _walk(_linked(scope, node, index).json, steps)


def _linked(scope: Scope, node: str, index: int) -> Item:
    if node not in scope.node_names or scope.runs_of(node) == 0:
        raise Declined  # V8's side has the words for these errors
    found = scope.links(node)[index]
    if isinstance(found, LinkFailure):
        raise ExpressionError(found.message, description=found.description)
    assert isinstance(found, Linked)
    return scope.items_of(node, found.output, found.run)[found.item]


def _walk(value: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(str(step), UNDEFINED)
        elif value is None or value is UNDEFINED:
            return UNDEFINED
        elif isinstance(value, list):
            if step == "length":
                value = len(value)
            elif isinstance(step, int):
                value = value[step] if step < len(value) else UNDEFINED
            else:
                raise Declined
        elif isinstance(value, str) and step == "length":
            value = utf16_length(value)
        else:
            raise Declined
    if isinstance(value, int) and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
        raise Declined
    if isinstance(value, float) and (value == 0 or not math.isfinite(value)):
        raise Declined
    if isinstance(value, float) and value.is_integer() and abs(value) <= SAFE_INTEGER:
        return int(value)  # JavaScript does not tell 1.0 from 1
    return value
