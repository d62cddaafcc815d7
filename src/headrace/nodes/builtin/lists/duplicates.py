"""Remove duplicates: within the input, or against what earlier runs have seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.lists.fields import MISSING, value_of
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.paths import set_path


def flat_names(value: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Return the dotted names of all values of an object, lists whole."""
    names: list[str] = []
    for key, part in value.items():
        name = f"{prefix}.{key}" if prefix else key
        names += flat_names(part, name) if isinstance(part, Mapping) and part else [name]
    return names


def fields_to_compare(
    items: Sequence[Item], compare: str, *, include: Sequence[str], exclude: Sequence[str], dotted: bool
) -> list[str]:
    """Return the fields by which items are the same.

    Raises:
        NodeError: fields are to be named and none is, or no item has one.
    """
    if compare == "selectedFields":
        if not include:
            raise NodeError("No fields specified. Please add a field to compare on")
        names = list(include)
    else:
        everything: dict[str, None] = {}
        for item in items:
            everything.update(dict.fromkeys(flat_names(item.json) if dotted else item.json))
        if compare == "allFieldsExcept":
            if not exclude:
                raise NodeError("No fields specified. Please add a field to exclude from comparison")
            names = [
                name for name in everything if not any(name == one or name.startswith(f"{one}.") for one in exclude)
            ]
        else:
            names = list(everything)
    return names


def check_types(items: Sequence[Item], names: Sequence[str], *, dotted: bool, version_checks: bool) -> None:
    """Raises: NodeError: a field is missing somewhere, or has different types, in versions that mind."""
    if not version_checks:
        return
    for name in names:
        kind = ""
        for item in items:
            value = value_of(item, name, dotted=dotted)
            if value is MISSING or value is None:
                raise NodeError(
                    f"'{name}' field is missing from some items",
                    description="Make sure all items have it, or leave it out of the comparison.",
                )
            found = _kind(value)
            if kind and found != kind:
                raise NodeError(
                    f"'{name}' isn't always the same type", description="The type of this field varies between items"
                )
            kind = found


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "object"


def fingerprint(item: Item, names: Sequence[str], *, dotted: bool) -> str:
    """Return text that is the same for items that are the same by these fields."""
    values = [value_of(item, name, dotted=dotted) for name in names]
    return json.dumps([["missing"] if value is MISSING else [_plain(value)] for value in values], sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def unique_places(items: Sequence[Item], names: Sequence[str], *, dotted: bool) -> list[int]:
    """Return the places of items that are no duplicates of an earlier one."""
    seen: set[str] = set()
    kept: list[int] = []
    for place, item in enumerate(items):
        mark = fingerprint(item, names, dotted=dotted)
        if mark not in seen:
            seen.add(mark)
            kept.append(place)
    return kept


def only_fields(item: Item, names: Sequence[str], *, dotted: bool) -> dict[str, Any]:
    """Return an item's json cut down to some fields."""
    kept: dict[str, Any] = {}
    for name in names:
        value = value_of(item, name, dotted=dotted)
        if value is MISSING:
            continue
        if dotted:
            set_path(kept, name, value)
        else:
            kept[name] = value
    return kept
