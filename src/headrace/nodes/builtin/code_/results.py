"""Checking what user code returned. Source of the rules and messages: n8n's behaviour."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from headrace.sdk.context import UNDEFINED, CodeFailure, NodeContext
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


def code_error(failure: CodeFailure, index: int | None = None) -> NodeError:
    """Return the error that stands for one that user code threw: its message, and the line."""
    place = f" [line {failure.line}]" if failure.line is not None else ""
    item = f", for item {index}" if index is not None else ""
    if place and item:
        place = f" [line {failure.line}{item}]"
    return NodeError(
        f"{failure.message}{place}",
        description=failure.name if failure.name != "Error" else failure.description,
        item_index=index,
        context={"stack": failure.stack} if failure.stack else {},
    )


async def items_of(ctx: NodeContext, returned: Any, wording: Wording = JAVASCRIPT) -> list[Item]:
    """Return the items that code for all items returned.

    Raises:
        NodeError: it returned something else.
    """
    if returned is None:
        return []
    if returned is UNDEFINED or not isinstance(returned, Mapping | list):
        raise NodeError(
            "Code doesn't return items properly",
            description=f"Please return {wording.objects}, one for each item you would like to output.",
        )
    values = returned if isinstance(returned, list) else [returned]
    for index, value in enumerate(values):
        if not isinstance(value, Mapping):
            raise NodeError(
                "Code doesn't return items properly",
                description=f"Please return {wording.objects}, one for each item you would like to output.",
                item_index=index,
            )
    if any(key in _ITEM_KEYS for value in values for key in value):
        for index, value in enumerate(values):
            _check_keys(value, index)
        return [await _item(ctx, value, index, wording) for index, value in enumerate(values)]
    return [Item(json=dict(value)) for value in values]


async def item_of(ctx: NodeContext, returned: Any, index: int, wording: Wording = JAVASCRIPT) -> Item | None:
    """Return the item that code for each item returned for item *index*; None when it is to be left out.

    Raises:
        NodeError: it returned something else.
    """
    if returned is None:
        return None
    if isinstance(returned, list):
        raise NodeError(
            "Code doesn't return a single object",
            description=f"An array was returned. Please return {wording.object} instead, representing a single output item.",
            item_index=index,
        )
    if not isinstance(returned, Mapping):
        raise NodeError(
            "Code doesn't return an object",
            description=f"Please return {wording.object} representing the output item.",
            item_index=index,
        )
    if not any(key in _ITEM_KEYS for key in returned):
        return Item(json=dict(returned), paired_item=index)
    _check_keys(returned, index)
    item = await _item(ctx, returned, index, wording)
    item.paired_item = index
    return item


def _check_keys(value: Mapping[str, Any], index: int) -> None:
    unknown = [key for key in value if key not in _ITEM_KEYS]
    if not unknown:
        return
    if any(key in value for key in ("json", "binary", "pairedItem")):
        raise NodeError(
            f"Unknown top-level item key: {unknown[0]}",
            description="Access the properties of an item under `.json`, e.g. `item.json`",
            item_index=index,
        )
    reserved = next(key for key in value if key in _ITEM_KEYS)
    raise NodeError(
        f'The key "{reserved}" is reserved',
        description=f'Put your data under "json", or rename the key "{reserved}".',
        item_index=index,
    )


async def _item(ctx: NodeContext, value: Mapping[str, Any], index: int, wording: Wording) -> Item:
    json = value.get("json", {} if "json" not in value else None)
    if not isinstance(json, Mapping):
        raise NodeError(
            f"A 'json' property isn't {wording.object} [item {index}]",
            description=f"In the returned data, every key named 'json' must point to {wording.object}.",
            item_index=index,
        )
    return Item(
        json=dict(json),
        binary=await binaries_of(ctx, value.get("binary"), index, wording),
        paired_item=paired_from(value.get("pairedItem")),
    )


async def binaries_of(
    ctx: NodeContext, value: Any, index: int, wording: Wording = JAVASCRIPT
) -> dict[str, Binary] | None:
    """Return binary data as code returned it: references as they are, inline bytes stored.

    Raises:
        NodeError: it is none.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise NodeError(
            f"A 'binary' property isn't {wording.object} [item {index}]",
            description=f"In the returned data, every key named 'binary' must point to {wording.object}.",
            item_index=index,
        )
    return {name: await _binary(ctx, part, name, index) for name, part in value.items()} or None


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
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, Mapping) and isinstance(value.get("item"), int):
        overwrite = value.get("sourceOverwrite")
        source = None
        if isinstance(overwrite, Mapping) and isinstance(overwrite.get("previousNode"), str):
            source = SourceRef(
                overwrite["previousNode"],
                int(overwrite.get("previousNodeOutput") or 0),
                int(overwrite.get("previousNodeRun") or 0),
            )
        return Link(item=value["item"], input=int(value.get("input") or 0), source_overwrite=source)
    if isinstance(value, list):
        links = [
            link if isinstance(link, Link) else Link(item=link)
            for part in value
            if isinstance(link := paired_from(part), int | Link)
        ]
        return links or None
    return None
