"""Summarize: pivot-table figures over groups of items."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.lists.fields import MISSING, exists_anywhere, value_of
from headrace.sdk.conversion import to_json_text
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Link
from headrace.sdk.js import deep_equal, to_text, whole

PREFIXES = {
    "append": "appended_",
    "average": "average_",
    "concatenate": "concatenated_",
    "count": "count_",
    "countUnique": "unique_count_",
    "max": "max_",
    "min": "min_",
    "sum": "sum_",
}
_NUMERIC = ("average", "sum")


class Summary:
    """Figures of one node: what to compute, and how fields are looked up."""

    def __init__(self, fields: Sequence[Mapping[str, Any]], *, dotted: bool) -> None:
        self.fields = fields
        self.dotted = dotted

    def check(self, items: Sequence[Item], split_by: Sequence[str], *, lenient: bool) -> None:
        """Raises: NodeError: a field is named twice in the same way, or no item has it."""
        for field in self.fields:
            if not field.get("field"):
                raise NodeError("Field to summarize is blank", description="Name a field.")
            if not lenient and not exists_anywhere(items, str(field["field"]), dotted=self.dotted):
                raise NodeError(f"The field '{field['field']}' does not exist in any items")
        for name in split_by:
            if not lenient and not exists_anywhere(items, name, dotted=self.dotted):
                raise NodeError(f"The field '{name}' does not exist in any items")

    def figures(self, items: Sequence[Item], output_underscores: bool = True) -> dict[str, Any]:
        """Return the figures of one group."""
        found: dict[str, Any] = {}
        for field in self.fields:
            how = str(field.get("aggregation", "count"))
            name = str(field["field"])
            key = PREFIXES[how] + (name.replace(".", "_") if output_underscores else name)
            found[key] = self._figure(how, field, [value_of(item, name, dotted=self.dotted) for item in items])
        return found

    def _figure(self, how: str, field: Mapping[str, Any], values: Sequence[Any]) -> Any:
        include_empty = bool(field.get("includeEmpty"))
        if how == "append":
            if include_empty:
                return [None if value is MISSING else value for value in values]
            return [value for value in values if not _is_empty(value)]
        if how == "concatenate":
            chosen = (
                [None if value is MISSING else value for value in values]
                if include_empty
                else [v for v in values if not _is_empty(v)]
            )
            separator = (
                str(field.get("customSeparator", ""))
                if field.get("separateBy") == "other"
                else str(field.get("separateBy", ","))
            )
            return separator.join(_joined(value) for value in chosen)
        present = [value for value in values if not _is_empty(value)]
        if how == "count":
            return len(values) if include_empty else len(present)
        if how == "countUnique":
            chosen = list(values) if include_empty else present
            return _count_unique(chosen)
        if how in _NUMERIC:
            numbers = [value for value in present if isinstance(value, int | float) and not isinstance(value, bool)]
            total = whole(math.fsum(numbers)) if any(isinstance(n, float) for n in numbers) else sum(numbers)
            if how == "sum":
                return total
            return whole(total / len(present)) if present else 0
        if not present:
            return None
        return _extreme(present, largest=how == "max")


def _is_empty(value: Any) -> bool:
    return value is MISSING or value is None or value == ""


def _joined(value: Any) -> str:
    if value is None:
        return ""
    return to_json_text(value) if isinstance(value, dict | list) else to_text(value)


def _count_unique(values: Sequence[Any]) -> int:
    plain: set[Any] = set()
    others: list[Any] = []
    for value in values:
        if isinstance(value, dict | list):
            if not any(deep_equal(value, known) for known in others):
                others.append(value)
        else:
            plain.add((type(value) in (bool,), value))
    return len(plain) + len(others)


def _extreme(values: Sequence[Any], *, largest: bool) -> Any:
    """Return the largest or smallest value by JavaScript's comparison; values that do not compare are passed over."""
    best = values[0]
    for value in values[1:]:
        comparable = isinstance(value, str) == isinstance(best, str) and not isinstance(value, dict | list)
        if comparable and ((value > best) if largest else (value < best)):
            best = value
    return best


def group(
    items: Sequence[Item], names: Sequence[str], *, dotted: bool, skip_empty: bool
) -> dict[tuple[str, ...], tuple[list[Any], list[int]]]:
    """Return the groups by the text of their split values: those values, and the indexes of the items."""
    groups: dict[tuple[str, ...], tuple[list[Any], list[int]]] = {}
    for index, item in enumerate(items):
        values = [value_of(item, name, dotted=dotted) for name in names]
        if skip_empty and any(_is_empty(value) for value in values):
            continue
        shown = [None if value is MISSING else value for value in values]
        key = tuple(_joined(value) if not isinstance(value, bool) else to_text(value) for value in shown)
        groups.setdefault(key, (shown, []))[1].append(index)
    return groups


def links_to(indexes: Sequence[int]) -> list[Link]:
    return [Link(item=index) for index in indexes]
