"""Sort: by fields, by code, or at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cmp_to_key
from typing import Any

from headrace.nodes.builtin.lists.fields import MISSING, exists_anywhere, value_of
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item


def sort_by_fields(items: Sequence[Item], fields: Sequence[Mapping[str, Any]], *, dotted: bool) -> list[int]:
    """Return the places of the items in order; items without a field come last.

    Raises:
        NodeError: no field is named, or no item has it.
    """
    if not fields:
        raise NodeError("No sorting specified. Please add a field to sort by")
    rules: list[tuple[str, int]] = []
    for field in fields:
        name = str(field.get("fieldName", ""))
        if not exists_anywhere(items, name, dotted=dotted):
            raise NodeError(
                f"Couldn't find the field '{name}' in the input data",
                description="Check the name, and whether dots in it mean nesting.",
            )
        rules.append((name, -1 if field.get("order") == "descending" else 1))
    places = list(range(len(items)))
    # A stable sort by the last rule first gives the order by all of them.
    for name, direction in reversed(rules):
        keys = [_key(value_of(item, name, dotted=dotted)) for item in items]
        if _same_kind(keys):
            places.sort(
                key=lambda place, keys=keys: keys[place][1:] if keys[place][0] < 2 else (), reverse=direction < 0
            )  # type: ignore[misc]
        else:
            places.sort(
                key=cmp_to_key(lambda a, b, keys=keys, direction=direction: direction * _compare(keys[a], keys[b]))
            )  # type: ignore[misc]
    return places


def _key(value: Any) -> tuple[int, Any]:
    """Return (kind, value): text compares without regard to case, numbers as numbers."""
    if isinstance(value, str):
        return 1, value.lower()
    if isinstance(value, bool):
        return 0, int(value)
    if isinstance(value, int | float):
        return 0, value
    return (3, None) if value is MISSING or value is None else (2, None)


def _same_kind(keys: Sequence[tuple[int, Any]]) -> bool:
    return len({kind for kind, _ in keys}) == 1 and keys[0][0] < 2


def _compare(one: tuple[int, Any], other: tuple[int, Any]) -> int:
    if one[0] == other[0]:
        if one[0] >= 2 or one[1] == other[1]:
            return 0
        return 1 if one[1] > other[1] else -1
    if 3 in (one[0], other[0]):
        return 0
    return 0
