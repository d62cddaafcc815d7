"""Summarizing: counts, sums and other figures over items, as a pivot table makes them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from headrace.sdk.context import UNDEFINED
from headrace.sdk.conversion import to_json_text
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Items, JsonObject, Link
from headrace.sdk.js import to_number, to_text, whole
from headrace.sdk.matching import canonical, field_of

_PREFIXES = {
    "append": "appended_",
    "average": "average_",
    "concatenate": "concatenated_",
    "count": "count_",
    "countUnique": "unique_count_",
    "max": "max_",
    "min": "min_",
    "sum": "sum_",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What to summarize, and by what."""

    aggregations: Sequence[Mapping[str, Any]]
    """{aggregation, field, includeEmpty, separateBy, customSeparator} each."""

    split_by: Sequence[str] = ()
    dots: bool = True
    skip_empty_groups: bool = False
    groups_as_text: bool = True
    """Whether the values that items are grouped by become text (older versions), or stay as they are."""

    single_item: bool = False


@dataclass(slots=True)
class _Group:
    value: Any
    places: list[int] = field(default_factory=list)


_Tree: TypeAlias = "list[tuple[Any, _Tree]] | tuple[JsonObject, list[int]]"


def missing_field(items: Sequence[Item], summary: Summary) -> str | None:
    """Return the first field to summarize that no item has."""
    for entry in summary.aggregations:
        name = entry.get("field", "")
        if name and all(field_of(item.json, name, dots=summary.dots) is UNDEFINED for item in items):
            return str(name)
    return None


def summarize(items: Items, summary: Summary) -> list[Item]:
    """Return one item for each combination of the values of the fields to split by, or all in one.

    Raises:
        NodeError: nothing to summarize.
    """
    if not summary.aggregations or any(not entry.get("field") for entry in summary.aggregations):
        raise NodeError("You need to add at least one aggregation to 'Fields to Summarize' with non empty 'Field'")
    held = list(items)
    tree = _grouped(held, range(len(held)), list(summary.split_by), summary)
    if summary.single_item:
        return [Item(json=_nested(tree), paired_item=[Link(item=index) for index in range(len(held))])]
    return [
        Item(json=json, paired_item=[Link(item=place) for place in places])
        for json, places in _flattened(tree, [_output_name(name) for name in summary.split_by])
    ]


def _grouped(items: Sequence[Item], places: Sequence[int], split_by: Sequence[str], summary: Summary) -> _Tree:
    if not split_by:
        figures = {
            _output_name(_PREFIXES.get(entry.get("aggregation", "count"), "count_") + entry["field"]): _figure(
                [field_of(items[place].json, entry["field"], dots=summary.dots) for place in places], entry
            )
            for entry in summary.aggregations
        }
        return figures, list(places)
    first, *rest = split_by
    groups: dict[Hashable, _Group] = {}
    for place in places:
        value = field_of(items[place].json, first, dots=summary.dots)
        if isinstance(value, Mapping | list):
            value = to_json_text(value)
        if summary.skip_empty_groups and (_is_empty(value) or value is False):
            continue
        if summary.groups_as_text:
            value = to_text(value)
        key = canonical(value)
        group = groups.get(key)
        if group is None:
            group = groups[key] = _Group(value)
        group.places.append(place)
    return [(group.value, _grouped(items, group.places, rest, summary)) for group in groups.values()]


def _nested(tree: _Tree) -> JsonObject:
    if isinstance(tree, tuple):
        return tree[0]
    return {_output_name(to_text(value)): _nested(part) for value, part in tree}


def _flattened(tree: _Tree, names: Sequence[str]) -> list[tuple[JsonObject, list[int]]]:
    if isinstance(tree, tuple):
        return [tree]
    first, *rest = names
    return [
        ({first: value, **json} if value is not UNDEFINED else json, places)
        for value, part in tree
        for json, places in _flattened(part, rest)
    ]


def _output_name(name: str) -> str:
    """Return a name without quotes and brackets, and with "_" for blanks and dots."""
    return re.sub(r"[ .]", "_", re.sub(r'[\]\["]', "", name))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_empty(value: Any) -> bool:
    return value is None or value is UNDEFINED or value == ""


def _filled(values: Sequence[Any], entry: Mapping[str, Any]) -> Sequence[Any]:
    return values if entry.get("includeEmpty") else [value for value in values if not _is_empty(value)]


def _append(values: Sequence[Any], entry: Mapping[str, Any]) -> list[Any]:
    return [None if value is UNDEFINED else value for value in _filled(values, entry)]


def _concatenate(values: Sequence[Any], entry: Mapping[str, Any]) -> str:
    separator = entry.get("separateBy", ",")
    if separator == "other":
        separator = entry.get("customSeparator", "")
    return str(separator).join(
        to_json_text(value) if isinstance(value, Mapping | list) else to_text(value) for value in _filled(values, entry)
    )


def _sum(values: Sequence[Any], _: Mapping[str, Any]) -> float:
    # Added up from left to right, as JavaScript does it: sum() corrects rounding errors in newer Pythons.
    total: float = 0
    for value in values:
        if _is_number(value):
            total += value
    return whole(total)


def _average(values: Sequence[Any], entry: Mapping[str, Any]) -> float | None:
    count = sum(1 for value in values if _is_number(value))
    return whole(_sum(values, entry) / count) if count else None


def _extreme(wins: Callable[[Any, Any], bool]) -> Callable[[Sequence[Any], Mapping[str, Any]], Any]:
    def choose(values: Sequence[Any], _: Mapping[str, Any]) -> Any:
        best: Any = UNDEFINED
        for value in values:
            if not _is_empty(value) and (best is UNDEFINED or wins(value, best)):
                best = value
        return None if best is UNDEFINED else best

    return choose


def _below(one: Any, other: Any) -> bool:
    """Return one < other by JavaScript's rules."""
    if _is_number(one) and _is_number(other):
        return bool(one < other)
    numeric = (int, float)  # booleans are, too
    if not isinstance(one, numeric) and not isinstance(other, numeric):
        return to_text(one) < to_text(other)
    first, second = to_number(one), to_number(other)
    return not math.isnan(first) and not math.isnan(second) and first < second


def _above(one: Any, other: Any) -> bool:
    return _below(other, one)


def _count(values: Sequence[Any], entry: Mapping[str, Any]) -> int:
    return len(_filled(values, entry))


def _count_unique(values: Sequence[Any], entry: Mapping[str, Any]) -> int:
    kept = _filled(values, entry)
    # Objects and lists are never the same as others, whatever they hold.
    plain = {canonical(value) for value in kept if not isinstance(value, Mapping | list)}
    return len(plain) + sum(1 for value in kept if isinstance(value, Mapping | list))


_Figure: TypeAlias = Callable[[Sequence[Any], Mapping[str, Any]], Any]

_FIGURES: Mapping[str, _Figure] = {
    "append": _append,
    "average": _average,
    "concatenate": _concatenate,
    "countUnique": _count_unique,
    "max": _extreme(_above),
    "min": _extreme(_below),
    "sum": _sum,
}


def _figure(values: Sequence[Any], entry: Mapping[str, Any]) -> Any:
    figure: _Figure = _FIGURES.get(entry.get("aggregation", "count"), _count)
    return figure(values, entry)
