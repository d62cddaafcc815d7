"""Split out: a list inside an item becomes items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headrace.nodes.builtin.lists.fields import MISSING, value_of
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.paths import set_path, unset_path


def split_item(
    item: Item,
    index: int,
    *,
    fields: Sequence[str],
    include: str,
    others: Sequence[str],
    destinations: Sequence[str],
    dotted: bool,
    keep_binary: bool = False,
) -> list[Item]:
    """Return an item for each element of the fields' lists; several fields are split side by side.

    Args:
        include: noOtherFields, allOtherFields or selectedOtherFields.

    Raises:
        NodeError: a field is neither a list nor an object, or the names do not match in number.
    """
    if destinations and len(destinations) != len(fields):
        raise NodeError(
            "If multiple fields to split out are given, the same number of destination fields must be given"
        )
    rows: list[dict[str, Any]] = []
    multi = len(fields) > 1
    for place, name in enumerate(fields):
        if name == "$binary":
            rows += [{} for _ in range(len(item.binary or {}) - len(rows))]
            continue
        value = value_of(item, name, dotted=dotted)
        if value is MISSING or value is None:
            value = []
        if isinstance(value, dict):
            value = list(value.values())
        elif not isinstance(value, list):
            value = [value]
        target = destinations[place] if destinations else ""
        for number, element in enumerate(value):
            while len(rows) <= number:
                rows.append({})
            row = rows[number]
            if isinstance(element, dict) and not target and not multi and include == "noOtherFields":
                rows[number] = {**row, **element}
            else:
                row[
                    target or (name.rsplit(".", 1)[-1] if dotted and not multi and include == "noOtherFields" else name)
                ] = element
    made: list[Item] = []
    for number, row in enumerate(rows):
        json: dict[str, Any] = {}
        if include == "allOtherFields":
            json = dict(item.json)
            for name in fields:
                if dotted:
                    unset_path(json, name)
                else:
                    json.pop(name, None)
        elif include == "selectedOtherFields":
            for name in others:
                found = value_of(item, name, dotted=dotted)
                if found is not MISSING:
                    _put(json, name, found, dotted=dotted)
        for key, element in row.items():
            _put(json, key, element, dotted=dotted and include != "noOtherFields")
        binary = item.binary if keep_binary else None
        if "$binary" in fields and item.binary:
            key = list(item.binary)[number] if number < len(item.binary) else None
            binary = {key: item.binary[key]} if key else None
        made.append(Item(json=json, binary=binary, paired_item=index))
    return made


def _put(json: dict[str, Any], name: str, value: Any, *, dotted: bool) -> None:
    if dotted:
        set_path(json, name, value)
    else:
        json[name] = value
