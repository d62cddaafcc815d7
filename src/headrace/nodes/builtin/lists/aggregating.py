"""Aggregate: all items become one, with lists of their fields or of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.lists.fields import MISSING, value_of
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Link


def all_links(items: Sequence[Item]) -> list[Link]:
    return [Link(item=index) for index in range(len(items))]


def aggregate_fields(
    items: Sequence[Item], fields: Sequence[Mapping[str, Any]], *, dotted: bool, merge_lists: bool, keep_missing: bool
) -> dict[str, Any]:
    """Return {name: [values]} for each field.

    Raises:
        NodeError: no field is named, or two go by the same name.
    """
    if not fields:
        raise NodeError("No fields specified", description="Please add a field to aggregate")
    json: dict[str, Any] = {}
    targets: set[str] = set()
    for field in fields:
        name = str(field.get("fieldToAggregate", ""))
        if not name:
            raise NodeError("Field to aggregate is blank", description="Please add a field to aggregate")
        renamed = field.get("renameField")
        target = str(field.get("outputFieldName") or "") if renamed else name.rsplit(".", 1)[-1] if dotted else name
        if not target:
            raise NodeError("Output field name is blank")
        if target in targets:
            raise NodeError(
                f"The '{target}' output field is used more than once",
                description="Please make sure each output field name is unique",
            )
        targets.add(target)
        values: list[Any] = []
        for item in items:
            value = value_of(item, name, dotted=dotted)
            if value is MISSING or value is None:
                if keep_missing:
                    values.append(None)
                continue
            if isinstance(value, list) and merge_lists:
                values.extend(one for one in value if one is not None or keep_missing)
            else:
                values.append(value)
        if dotted:
            put_path(json, target, values)
        else:
            json[target] = values
    return json


def aggregate_items(
    items: Sequence[Item], destination: str, *, include: Sequence[str], exclude: Sequence[str]
) -> dict[str, Any]:
    """Return {destination: [the items' json]}, cut down to some fields or without some."""
    rows: list[dict[str, Any]] = []
    for item in items:
        if include:
            row = {name: item.json[name] for name in include if name in item.json}
        else:
            row = {name: value for name, value in item.json.items() if name not in exclude}
        if row or not (include or exclude):
            rows.append(row)
    return {destination: rows}


def gather_binaries(items: Sequence[Item], *, unique: bool) -> dict[str, Binary] | None:
    """Return the binary data of all items; names that clash are numbered."""
    gathered: dict[str, Binary] = {}
    seen: set[tuple[str, str | None, int]] = set()
    for item in items:
        for name, binary in (item.binary or {}).items():
            mark = (binary.mime_type, binary.file_type, binary.bytes)
            if unique and mark in seen:
                continue
            seen.add(mark)
            free, number = name, 1
            while free in gathered:
                free, number = f"{name}_{number}", number + 1
            gathered[free] = binary
    return gathered or None
