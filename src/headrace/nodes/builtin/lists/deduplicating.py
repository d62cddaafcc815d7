"""Removing duplicates: of several items with the same values, the first stays."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from headrace.nodes.builtin.lists.fields import DOTS_HINT, leaf_paths, put_path
from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Items, JsonObject
from headrace.sdk.js import type_of
from headrace.sdk.matching import canonical, field_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Which fields make two items the same."""

    compare: str = "allFields"
    """"allFields", "allFieldsExcept" or "selectedFields"."""

    fields: Sequence[str] = ()
    """The fields to leave out, or to compare."""

    dots: bool = True
    remove_other_fields: bool = False

    check_types: bool = True
    """Whether a field with values of several types is an error."""

    skip_null: bool = False
    """Whether null is of any type."""


def remove_duplicates(items: Items, how: Comparison) -> list[Item]:
    """Return the items without those that equal an earlier one.

    Raises:
        NodeError: no field to compare by, or one that is missing in some items or of several types.
    """
    held = list(items)
    if not held:
        return []
    fields = _compared_fields(held, how)
    columns = [_column(held, field, how) for field in fields]
    seen: set[Hashable] = set()
    kept: list[Item] = []
    for index, item in enumerate(held):
        look = tuple(column[index] for column in columns)
        if look in seen:
            continue
        seen.add(look)
        json = _picked(item.json, fields, how) if how.remove_other_fields else item.json
        kept.append(Item(json=json, binary=None if how.remove_other_fields else item.binary, paired_item=index))
    return kept


def _compared_fields(items: Sequence[Item], how: Comparison) -> list[str]:
    if how.compare == "selectedFields":
        if not how.fields:
            raise NodeError("No fields specified. Please add a field to compare on")
        return [field.strip() for field in how.fields]
    if how.compare == "allFieldsExcept":
        if not how.fields:
            raise NodeError("No fields specified. Please add a field to exclude from comparison")
        # With dots, only the first item says which fields there are; n8n's rule.
        known = _all_fields(items[:1] if how.dots else items, how)
        return [field for field in known if field not in how.fields]
    return _all_fields(items, how)


def _all_fields(items: Iterable[Item], how: Comparison) -> list[str]:
    found: dict[str, None] = {}
    for item in items:
        found.update(dict.fromkeys(leaf_paths(item.json) if how.dots else item.json))
    return list(found)


def _column(items: Sequence[Item], field: str, how: Comparison) -> list[Hashable]:
    """Return a stand-in for each item's value of a field, equal where the values are."""
    if field == "":
        raise NodeError("Name of field to compare is blank")
    kind: str | None = None
    column: list[Hashable] = []
    for index, item in enumerate(items):
        value = field_of(item.json, field, dots=how.dots)
        if value is UNDEFINED:
            raise NodeError(
                f"'{field}' field is missing from some input items",
                description=DOTS_HINT if not how.dots and "." in field else None,
            )
        column.append(canonical(value))
        if not how.check_types or (value is None and how.skip_null):
            continue
        its = type_of(value)
        if kind is not None and kind != its:
            places = (
                f", in item [{index - 1}] it's a {kind} and in item [{index}] it's a {its}" if how.skip_null else ""
            )
            raise NodeError(
                f"'{field}' isn't always the same type",
                description=f"The type of this field varies between items{places}",
            )
        kind = its
    return column


def _picked(json: JsonObject, fields: Sequence[str], how: Comparison) -> JsonObject:
    picked: JsonObject = {}
    for field in fields:
        value: Any = field_of(json, field, dots=how.dots)
        if value is UNDEFINED:
            continue
        if how.dots and field not in json:
            put_path(picked, field, value)
        else:
            picked[field] = value
    return picked
