"""Convert to/from binary data: JSON to a file and back."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.nodes.builtin.files.tables import decode_text
from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.description import Boolean, Collection, NodeDescription, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.outcome import ItemResult
from headrace.sdk.paths import get_path, set_path, unset_path

_TO_JSON, _TO_BINARY = {"mode": ["binaryToJson"]}, {"mode": ["jsonToBinary"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.moveBinaryData",
    versions=(1, 1.1),
    title="Convert to/from binary data",
    summary="Moves data between an item's JSON and its files. Successors: Convert to File, Extract From File.",
    group="files",
    parameters=[
        Options("mode", {"binaryToJson": "Binary to JSON", "jsonToBinary": "JSON to Binary"}, "Mode", "binaryToJson"),
        Boolean("setAllData", "Set All Data", True, show=_TO_JSON),
        String("sourceKey", "Source Key", "data", required=True, show=_TO_JSON),
        String("destinationKey", "Destination Key", "data", required=True, show={**_TO_JSON, "setAllData": [False]}),
        Boolean("convertAllData", "Convert All Data", True, show=_TO_BINARY),
        String("sourceKey", "Source Key", "data", required=True, show={**_TO_BINARY, "convertAllData": [False]}),
        String("destinationKey", "Destination Key", "data", required=True, show=_TO_BINARY),
        Collection(
            "options",
            [
                Boolean("addBOM", "Add Byte Order Mark (BOM)"),
                Boolean("dataIsBase64", "Data Is Base64"),
                String("encoding", "Encoding", "utf8"),
                Boolean("stripBOM", "Strip BOM"),
                String("fileName", "File Name"),
                Boolean("jsonParse", "JSON Parse"),
                Boolean("keepAsBase64", "Keep As Base64"),
                Boolean("keepSource", "Keep Source"),
                String("mimeType", "MIME Type", "application/json"),
                Boolean("useRawData", "Use Raw Data"),
            ],
            "Options",
        ),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    options = ctx.param("options", index) or {}
    if ctx.param("mode", index) == "binaryToJson":
        return await _to_json(ctx, item, options, index)
    return await _to_binary(ctx, item, options, index)


async def _to_json(ctx: NodeContext, item: Item, options: dict[str, Any], index: int) -> Item | None:
    source = str(ctx.param("sourceKey", index))
    if source not in (item.binary or {}):
        return None
    data, _ = await bytes_of(ctx, item, source, index)
    encoding = str(options.get("encoding") or "utf8")
    remaining = {
        name: part for name, part in (item.binary or {}).items() if name != source or options.get("keepSource")
    }
    if ctx.param("setAllData", index):
        json = _parse(decode_text(data, _python(encoding)).removeprefix("\ufeff"), index)
        if not isinstance(json, dict):
            json = {"data": json}
        return Item(json=json, binary=remaining or None)
    if options.get("keepAsBase64") or encoding == "base64":
        value: Any = base64.b64encode(data).decode()
    else:
        text = decode_text(data, _python(encoding))
        if options.get("stripBOM", True):
            text = text.removeprefix("\ufeff")
        value = _parse(text, index) if options.get("jsonParse") else text
    json = dict(item.json)
    set_path(json, str(ctx.param("destinationKey", index)), value)
    return Item(json=json, binary=remaining or None)


async def _to_binary(ctx: NodeContext, item: Item, options: dict[str, Any], index: int) -> Item | None:
    everything = ctx.param("convertAllData", index)
    value: Any = item.json if everything else get_path(item.json, str(ctx.param("sourceKey", index)))
    if value is None:
        return None
    mime_type = options.get("mimeType")
    if options.get("dataIsBase64"):
        try:
            data = base64.b64decode(to_text(value))
        except (binascii.Error, ValueError) as malformed:
            raise NodeError("The data is not base64", item_index=index) from malformed
    else:
        text = to_text(value) if options.get("useRawData") else to_json_text(value)
        data = text.encode(_python(str(options.get("encoding") or "utf8")), "replace")
        if options.get("addBOM"):
            data = b"\xef\xbb\xbf" + data
        mime_type = mime_type or ("text/plain" if options.get("useRawData") else "application/json")
    name = options.get("fileName")
    binary = await ctx.store_binary(
        data, file_name=str(name) if name else None, mime_type=str(mime_type) if mime_type else None
    )
    json: dict[str, Any] = dict(item.json) if options.get("keepSource") or not everything else {}
    if not everything and not options.get("keepSource"):
        unset_path(json, str(ctx.param("sourceKey", index)))
    return Item(json=json, binary={**(item.binary or {}), str(ctx.param("destinationKey", index)): binary})


def _python(encoding: str) -> str:
    return {"utf8": "utf-8", "utf16le": "utf-16-le", "ucs2": "utf-16-le", "binary": "latin-1"}.get(
        encoding.lower(), encoding
    )


def _parse(text: str, index: int) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as malformed:
        raise NodeError(f"The file is not valid JSON: {malformed}", item_index=index) from malformed
