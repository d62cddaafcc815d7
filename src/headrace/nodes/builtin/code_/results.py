"""Checking what user code returned. Source of the rules and messages: n8n's behaviour."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from headrace.sdk.context import CodeFailure, NodeContext
from headrace.sdk.description import Effects
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Link, Paired, SourceRef

_ITEM_KEYS = frozenset(("json", "binary", "pairedItem", "error", "index"))


class Wording:
    """How messages name things in a language."""

    def __init__(self, object_: str, objects: str) -> None:
        self.object = object_
        self.objects = objects


JAVASCRIPT = Wording("an object", "an array of objects")
PYTHON = Wording("a dictionary", "a list of dictionaries")


def effects_of(source: str) -> Effects:
    """Return what code may do to the outside: it has no other ways there than these."""
    return Effects.WRITES if "helpers" in source or "fetch" in source else Effects.NONE


def code_error(failure: CodeFailure, index: int | None = None) -> NodeError:
    """Return the error that stands for one that user code threw: its message, the line, and the item if it is known."""
    place = ""
    if failure.line is not None:
        place = f" [line {failure.line}]" if index is None else f" [line {failure.line}, for item {index}]"
    return _thrown(failure, place, index)


def old_code_error(failure: CodeFailure, index: int | None = None, *, continues: bool = False) -> NodeError:
    """Return the error of the older Function nodes; a node that goes on after errors shows no line."""
    place = ""
    if failure.line is not None and not continues:
        place = f" [Line {failure.line}]" if index is None else f" [Line {failure.line} | Item Index: {index}]"
    return _thrown(failure, place, index)


def _thrown(failure: CodeFailure, place: str, index: int | None) -> NodeError:
    return NodeError(
        f"{failure.message}{place}",
        description=failure.name if failure.name != "Error" else failure.description,
        item_index=index,
        context={"stack": failure.stack} if failure.stack else {},
    )


def _invalid(message: str, description: str, index: int | None = None) -> NodeError:
    place = "" if index is None else f" [item {index}]"
    return NodeError(f"{message}{place}", description=description, item_index=index)


async def items_of(ctx: NodeContext, returned: Any, wording: Wording = JAVASCRIPT) -> list[Item]:
    """Return the items that code for all items returned.

    Raises:
        NodeError: it returned something else.
    """
    if returned is None:
        return []
    advice = f"Please return {wording.objects}, one for each item you would like to output."
    if isinstance(returned, Mapping):
        # A single item may carry keys of its own beside `json`; without `json` it is data as a whole.
        values: list[Any] = [returned if "json" in returned else {"json": returned}]
    elif isinstance(returned, list):
        values = _wrapped(returned, advice)
    else:
        raise _invalid("Code doesn't return items properly", advice)
    return [await _item(ctx, value, index, wording) for index, value in enumerate(values)]


def _wrapped(values: list[Any], advice: str) -> list[Any]:
    """Return every element as an item: bare objects become the json of one."""
    if any(value is None for value in values):
        raise _invalid("Code doesn't return items properly", advice)
    objects = [value for value in values if isinstance(value, Mapping)]
    if any(not _ITEM_KEYS.isdisjoint(value) for value in objects):
        for index, value in enumerate(values):
            if isinstance(value, Mapping):
                _check_keys(value, index)
    for key in ("json", "binary"):
        having = sum(1 for value in objects if key in value)
        if having == len(values) > 0:
            return [value if "json" in value else _beside_binary(value) for value in values]
        if having:
            raise NodeError("Inconsistent item format", description="Give every item the same keys.")
    return [{"json": value} for value in values]


def _beside_binary(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"json": {key: part for key, part in value.items() if key != "binary"}, "binary": value["binary"]}


async def item_of(ctx: NodeContext, returned: Any, index: int, wording: Wording = JAVASCRIPT) -> Item | None:
    """Return the item that code for each item returned for item *index*; None when it is to be left out.

    Raises:
        NodeError: it returned something else.
    """
    if returned is None:
        return None
    if isinstance(returned, list):
        raise _invalid(
            "Code doesn't return a single object",
            f"A list was returned. Please return {wording.object}, or run once for all items to put out several.",
            index,
        )
    if not isinstance(returned, Mapping):
        raise _invalid("Code doesn't return an object", f"Please return {wording.object}: the output item.", index)
    value = returned if "json" in returned else {"json": returned}
    item = await _item(ctx, value, index, wording)
    _check_keys(value, index)
    item.paired_item = index
    return item


def _check_keys(value: Mapping[str, Any], index: int) -> None:
    unknown = next((key for key in value if key not in _ITEM_KEYS), None)
    if unknown is None:
        return
    reserved = next((key for key in value if key in _ITEM_KEYS), None)
    if reserved is not None:
        raise _invalid(
            "Invalid output format",
            f'An output item has the reserved key "{reserved}". Put the data of each item under a key "json".',
            index,
        )
    raise _invalid(f"Unknown top-level item key: {unknown}", "Put the data of an item under its key `json`.", index)


async def _item(ctx: NodeContext, value: Mapping[str, Any], index: int, wording: Wording) -> Item:
    json = value.get("json")
    if not isinstance(json, Mapping):
        raise _invalid(
            f"A 'json' property isn't {wording.object}", f"Every key 'json' must point to {wording.object}.", index
        )
    if "binary" in value and not isinstance(value["binary"], Mapping):
        raise _invalid(
            f"A 'binary' property isn't {wording.object}", f"Every key 'binary' must point to {wording.object}.", index
        )
    return Item(
        json=dict(json),
        binary=await binaries_of(ctx, value.get("binary"), index),
        paired_item=paired_from(value.get("pairedItem")),
    )


async def binaries_of(ctx: NodeContext, value: Mapping[str, Any] | None, index: int) -> dict[str, Binary] | None:
    """Return binary data as code returned it: references as they are, inline bytes stored.

    Raises:
        NodeError: a part of it is no binary data.
    """
    return {name: await _binary(ctx, part, name, index) for name, part in value.items()} or None if value else None


async def _binary(ctx: NodeContext, part: Any, name: str, index: int) -> Binary:
    if not isinstance(part, Mapping):
        raise NodeError(f"The binary property '{name}' isn't an object [item {index}]", item_index=index)
    if isinstance(part.get("id"), str):
        try:
            return msgspec.convert({key: one for key, one in part.items() if one is not None}, Binary, strict=False)
        except msgspec.ValidationError as wrong:
            raise NodeError(
                f"The binary property '{name}' is no binary data [item {index}]", item_index=index
            ) from wrong
    data = part.get("data")
    try:
        content = base64.b64decode(data) if isinstance(data, str) else b""
    except (binascii.Error, ValueError) as wrong:
        raise NodeError(
            f"The data of the binary property '{name}' is not base64 [item {index}]", item_index=index
        ) from wrong
    mime_type = part.get("mimeType")
    file_name = part.get("fileName")
    stored = await ctx.store_binary(
        content,
        file_name=file_name if isinstance(file_name, str) else None,
        mime_type=mime_type if isinstance(mime_type, str) else None,
    )
    extension = part.get("fileExtension")
    return msgspec.structs.replace(stored, file_extension=extension) if isinstance(extension, str) else stored


def paired_from(value: Any) -> Paired:
    """Read a pairedItem as code writes it; what is none counts as unknown."""
    if isinstance(value, list):
        links = [
            link if isinstance(link, Link) else Link(item=link)
            for part in value
            if isinstance(link := paired_from(part), int | Link)
        ]
        return links or None
    if not isinstance(value, Mapping):
        return _index(value)
    item, place = _index(value.get("item")), _index(value.get("input")) or 0
    overwrite = value.get("sourceOverwrite")
    source = None
    if isinstance(overwrite, Mapping) and isinstance(overwrite.get("previousNode"), str):
        output, run = _index(overwrite.get("previousNodeOutput")), _index(overwrite.get("previousNodeRun"))
        source = SourceRef(overwrite["previousNode"], output or 0, run or 0)
    if item is None or (place == 0 and source is None):
        return item
    return Link(item=item, input=place, source_overwrite=source)


def _index(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        return None
    return int(value)
