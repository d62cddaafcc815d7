"""Tier 0: plain paths and literals, answered without JavaScript, exactly as V8 would.

What is not plainly a path is declined when it is compiled; data on which V8 would do more than follow a path (methods
of text and lists, names found on prototypes, numbers past 2^53) is declined when it is met, and V8 answers instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headrace.executor.expressions.plain import compile_plain
from headrace.executor.expressions.reading import Declined, Read, inherited, read_root, settled, step_into, unquote
from headrace.executor.ports import Scope
from headrace.sdk.context import UNDEFINED
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.templates import split_expression

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


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template: literal text and reads in turn."""

    parts: Sequence[str | Read]
    single: bool
    """One piece of code and nothing else: its value is the result, whatever its type."""

    needs_items: bool
    cost: int
    """What one item takes at most, counted in operators; 0 where all code is paths."""

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
    cost = 0
    for chunk in chunks:
        if not chunk.is_code:
            parts.append(chunk.text)
            continue
        code = chunk.text.strip()
        path = _compile_code(code)
        read, price = (path, 0) if path is not None else compile_plain(code) or (None, 0)
        if read is None:
            return None
        cost += price
        needs_items = True
        parts.append(read)
    single = len(chunks) == 1 and chunks[0].is_code
    return Template(parts, single, needs_items, cost)


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
        text = unquote(code)
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
        steps.append(name if name is not None else int(number_text) if number_text is not None else unquote(quoted))
        place = step.end()
    if any(step in inherited for step in steps):
        return None
    return _reader(root, steps)


def _reader(root: re.Match[str], steps: Sequence[str | int]) -> Read | None:
    text = root.group()
    node = unquote(root.group(1)) if root.group(1) is not None else None
    read = read_root(text, node)
    if text in ("$itemIndex", "$runIndex"):
        return None if steps else read
    return lambda scope, item, index: _walk(read(scope, item, index), steps)


def _walk(value: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        if value is None or value is UNDEFINED:
            # An error, which makes the whole expression undefined; and the path is the whole.
            return UNDEFINED
        value = step_into(value, step)
    return settled(value)
