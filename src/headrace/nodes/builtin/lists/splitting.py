"""Splitting out: one item for each element of a list in an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headrace.nodes.builtin.lists.fields import DOTS_HINT
from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, JsonObject
from headrace.sdk.matching import field_of
from headrace.sdk.paths import unset_path

BINARY_FIELD = "$binary"
"""In place of a field name: one item for each binary of the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What to split out, and what else an output item holds."""

    fields: Sequence[str]
    destinations: Sequence[str] = ()
    """Names of the output fields, one for each field; none: as the fields are called."""

    include: str = "noOtherFields"
    """Other fields of the input item: "noOtherFields", "allOtherFields" or "selectedOtherFields"."""

    included: Sequence[str] = ()
    dots: bool = True
    keep_binary: bool = False


def split_item(item: Item, index: int, split: Split) -> list[Item]:
    """Return an item for each element of the fields to split; elements with the same place share one.

    Raises:
        NodeError: the parameters do not fit each other.
    """
    if split.destinations and len(split.destinations) != len(split.fields):
        raise NodeError(
            "If multiple fields to split out are given, the same number of destination fields must be given",
            item_index=index,
        )
    _require_selection(split, index)
    made: list[JsonObject] = []
    binaries: dict[int, dict[str, Binary]] = {}
    spread = split.include == "noOtherFields" and len(split.fields) == 1
    for place, field in enumerate(split.fields):
        destination = split.destinations[place] if split.destinations else ""
        if field == BINARY_FIELD:
            for number, (name, binary) in enumerate((item.binary or {}).items()):
                _at(made, number)
                binaries.setdefault(number, {})[name] = binary
            continue
        for number, element in enumerate(_elements(field_of(item.json, field, dots=split.dots))):
            json = _at(made, number)
            if isinstance(element, Mapping | list) and spread and not destination:
                json.update(_members(element))
            else:
                json[destination or field] = element
    others = _other_fields(item.json, split)
    default = item.binary if split.keep_binary else None
    return [
        Item(json=_merged(json, others, split.include), binary=binaries.get(number, default), paired_item=index)
        for number, json in enumerate(made)
    ]


def _require_selection(split: Split, index: int) -> None:
    if split.include == "selectedOtherFields" and not split.included:
        raise NodeError("No fields specified", description="Please add a field to include", item_index=index)


def _at(made: list[JsonObject], number: int) -> JsonObject:
    while len(made) <= number:
        made.append({})
    return made[number]


def _elements(value: Any) -> Sequence[Any]:
    """Return what a value is split into: the members of a list or object, or the value alone."""
    if value is UNDEFINED:
        return ()
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        return list(value.values())
    return (value,)


def _members(element: Any) -> Mapping[str, Any]:
    """Return the fields that an element becomes; those of a list are named by their place."""
    if isinstance(element, Mapping):
        return element
    return {str(place): part for place, part in enumerate(element)}


def _other_fields(json: JsonObject, split: Split) -> JsonObject:
    if split.include == "allOtherFields":
        others = dict(json)
        for field in split.fields:
            if split.dots:
                unset_path(others, field)
            else:
                others.pop(field, None)
        return others
    if split.include == "selectedOtherFields":
        found = {field: field_of(json, field, dots=split.dots) for field in split.included}
        return {field: value for field, value in found.items() if value is not UNDEFINED}
    return {}


def _merged(json: JsonObject, others: JsonObject, include: str) -> JsonObject:
    if not others:
        return json
    # A selected field that is the one split out holds the whole list again, as in n8n.
    return {**json, **others} if include == "selectedOtherFields" else {**others, **json}


def split_one_field(item: Item, index: int, split: Split, *, version: float) -> list[Item]:
    """Split as the first two versions of Item Lists do: one field, and an error where it is missing.

    Raises:
        NodeError: the field is missing, or (before version 2) no list.
    """
    (field,) = split.fields
    value = field_of(item.json, field, dots=split.dots)
    if value is UNDEFINED and version < 2.1:
        raise NodeError(
            f"Couldn't find the field '{field}' in the input data",
            description=DOTS_HINT if not split.dots and "." in field else None,
            item_index=index,
        )
    if version < 2 and not isinstance(value, list):
        raise NodeError(f"The provided field '{field}' is not an array", item_index=index)
    if value is None:
        raise NodeError("Cannot convert undefined or null to object", item_index=index)
    _require_selection(split, index)
    name = split.destinations[0] if split.destinations else ""
    others = _other_fields(item.json, split)
    if split.include == "selectedOtherFields":
        others.pop(field, None)
    made = []
    for element in _elements(value):
        if isinstance(element, Mapping | list) and split.include == "noOtherFields" and not name:
            json = dict(_members(element))
        else:
            json = {**others, name or field: element}
        made.append(Item(json=json, paired_item=index))
    return made
