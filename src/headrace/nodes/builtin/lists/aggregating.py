"""Aggregating: one item that holds the values of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headrace.nodes.builtin.lists.fields import put_path, require_found
from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Items, JsonObject, Link
from headrace.sdk.matching import field_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLists:
    """How the values of single fields are collected into lists."""

    dots: bool = True
    merge_lists: bool = False
    """Whether a value that is a list adds its elements in place of itself."""

    keep_missing: bool = False
    """Whether null and missing values are kept, as null."""

    must_exist: bool = False
    """Whether a field that no item has is an error (the first versions of Item Lists)."""


def aggregate_fields(items: Items, fields: Sequence[Mapping[str, Any]], how: FieldLists) -> Item:
    """Return one item with a list for each field.

    Args:
        fields: {fieldToAggregate, renameField, outputFieldName} each.

    Raises:
        NodeError: no field, or two for the same output.
    """
    if not fields:
        raise NodeError("No fields specified", description="Please add a field to aggregate")
    if how.must_exist:
        _require_all(items, fields, how)
    lists: dict[str, list[Any]] = {}
    used: set[str] = set()
    for entry in fields:
        source, renamed = entry.get("fieldToAggregate", ""), entry.get("outputFieldName") or ""
        output = renamed if entry.get("renameField") else source
        if output in used:
            raise NodeError(
                f"The '{output}' output field is used more than once",
                description="Please make sure each output field name is unique",
            )
        used.add(output)
        if source:
            name = renamed or (source.rsplit(".", 1)[-1] if how.dots else source)
            lists[name] = _collected(items, source, how)
    json: JsonObject = {}
    for name, values in lists.items():
        if how.dots:
            put_path(json, name, values)
        else:
            json[name] = values
    return Item(json=json, paired_item=all_links(items))


def _require_all(items: Items, fields: Sequence[Mapping[str, Any]], how: FieldLists) -> None:
    held = list(items)
    for entry in fields:
        source = entry.get("fieldToAggregate", "")
        if not source:
            raise NodeError("Field to aggregate is blank", description="Please add a field to aggregate")
        if not how.keep_missing or (not how.dots and "." in source):
            require_found(held, source, dots=how.dots)


def _collected(items: Items, source: str, how: FieldLists) -> list[Any]:
    values: list[Any] = []
    for item in items:
        value = field_of(item.json, source, dots=how.dots)
        if value is None or value is UNDEFINED:
            if how.keep_missing:
                values.append(None)
            continue
        if isinstance(value, list):
            if not how.keep_missing:
                value = [part for part in value if part is not None]
            if how.merge_lists:
                values.extend(value)
                continue
        values.append(value)
    return values


def all_links(items: Sequence[Item]) -> list[Link]:
    """Return links to every one of the items: what an item that was made of all of them is paired with."""
    return [Link(item=index) for index in range(len(items))]


def aggregate_items(items: Items, destination: str, *, only: Sequence[str] = (), without: Sequence[str] = ()) -> Item:
    """Return one item with a list of all items' objects.

    Args:
        only: The fields to keep of each; none: all. Objects of which nothing is left are dropped.
        without: The fields to leave out of each.
    """
    if not only and not without:
        return Item(json={destination: [item.json for item in items]}, paired_item=all_links(items))
    kept: list[JsonObject] = []
    links: list[Link] = []
    for index, item in enumerate(items):
        json = {key: value for key, value in item.json.items() if key not in without and (not only or key in only)}
        if json:
            kept.append(json)
            links.append(Link(item=index))
    return Item(json={destination: kept}, paired_item=links)


def add_binaries(item: Item, items: Items, *, unique: bool) -> None:
    """Give a new item the binaries of the items it was made of; a name that is taken gets "_1", "_2", ...

    Args:
        unique: Whether binaries that look the same (name, type, size) are taken once.
    """
    binary: dict[str, Binary] = {}
    seen: set[tuple[Any, ...]] = set()
    taken: dict[str, int] = {}
    links = item.paired_item if isinstance(item.paired_item, list) else []
    wanted = {link.item for link in links}
    for index, source in enumerate(items):
        if index not in wanted or not source.binary:
            continue
        for name, part in source.binary.items():
            look = (part.mime_type, part.file_type, part.file_extension, part.file_size, part.file_name)
            if unique and look in seen:
                continue
            seen.add(look)
            key = name
            while key in binary:
                taken[name] = taken.get(name, 0) + 1
                key = f"{name}_{taken[name]}"
            binary[key] = part
    item.binary = binary or None
