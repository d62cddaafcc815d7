"""Sorting: by fields, at random, or by a person's own comparison."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cmp_to_key
from random import Random
from typing import Any

from headrace.nodes.builtin.lists.fields import require_found
from headrace.sdk.context import UNDEFINED, CodeFailure, CodeRequest, NodeContext
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Items
from headrace.sdk.js import deep_equal, to_number
from headrace.sdk.matching import field_of

_CODE_TIMEOUT = timedelta(seconds=60)


def sort_by_fields(items: Items, fields: Sequence[Mapping[str, Any]], *, dots: bool) -> list[Item]:
    """Return the items in order; equal ones keep theirs. Text is compared without regard to case.

    Args:
        fields: {fieldName, order: "ascending" or "descending"}, the first one counts most.

    Raises:
        NodeError: no field, or one that no item has.
    """
    if not fields:
        raise NodeError("No sorting specified. Please add a field to sort by")
    held = list(items)
    for field in fields:
        require_found(held, field.get("fieldName", ""), dots=dots)
    columns = [
        (
            [_folded(field_of(item.json, field.get("fieldName", ""), dots=dots)) for item in held],
            field.get("order", "ascending") != "ascending",
        )
        for field in fields
    ]
    order = list(range(len(held)))
    if all(_comparable(values) for values, _ in columns):
        # Sorting by the least important column first leaves the others' order within equals intact.
        for values, descending in reversed(columns):
            keys = _keys(values)
            order.sort(key=keys.__getitem__, reverse=descending)
    else:

        def compare(one: int, other: int) -> int:
            return _compare(columns, one, other)

        order.sort(key=cmp_to_key(compare))
    return _in_order(held, order)


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _comparable(values: Sequence[Any]) -> bool:
    """Whether all values are text, or all are numbers: then their own order is JavaScript's."""
    kinds = set(map(type, values))
    return kinds == {str} or (kinds <= {int, float} and all(value == value for value in values))


def _keys(values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(values[0], str) and any(not value.isascii() and max(value) > "\uffff" for value in values):
        # JavaScript compares UTF-16 units, in which characters past U+FFFF sort before U+E000.
        return [value.encode("utf-16-be", "surrogatepass") for value in values]
    return values


def _compare(columns: Sequence[tuple[Sequence[Any], bool]], one: int, other: int) -> int:
    for values, descending in columns:
        first, second = values[one], values[other]
        if not deep_equal(first, second):
            return -1 if _less(first, second) is not descending else 1
    return 0


def _less(one: Any, other: Any) -> bool:
    """Whether one value comes before another: as texts if both are, else as numbers."""
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    return _number(one) < _number(other)


def _number(value: Any) -> float:
    return float("nan") if value is UNDEFINED else to_number(value)


def _in_order(items: Sequence[Item], order: Sequence[int]) -> list[Item]:
    return [Item(json=items[at].json, binary=items[at].binary, paired_item=at) for at in order]


def shuffled(items: Items, random: Random) -> list[Item]:
    """Return the items in random order."""
    held = list(items)
    order = list(range(len(held)))
    random.shuffle(order)
    return _in_order(held, order)


async def sort_by_code(ctx: NodeContext, code: str) -> list[Item]:
    """Return the items in the order that the body of a comparison function of `a` and `b` makes.

    Raises:
        NodeError: the code returns nothing, or threw.
    """
    if not re.search(r"\breturn\b", code):
        raise NodeError("Sort code doesn't return. Please add a 'return' statement to your code")
    source = (
        "const order = items.map((_, place) => place);\n"
        f"const compare = function (a, b) {{\n{code}\n}};\n"
        "return order.sort((one, other) => compare(items[one], items[other]));"
    )
    result = await ctx.run_code(CodeRequest(source=source, style="function", timeout=_CODE_TIMEOUT))
    (order,) = result.values
    if isinstance(order, CodeFailure):
        # The person's own code begins on the third line.
        line = f" [line {order.line - 2}]" if order.line is not None and order.line > 2 else ""
        raise NodeError(f"{order.message}{line}", description=order.description)
    held = list(ctx.items)
    if not isinstance(order, list) or sorted(map(_place, order)) != list(range(len(held))):
        raise NodeError("The sort code did not leave the list of items whole")
    return _in_order(held, [_place(at) for at in order])


def _place(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else -1
