"""Compression: zip and gzip, both ways, with limits on what may come out."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
import zlib
from collections.abc import Sequence

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.sdk.binaries import extension_of
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import ItemResult

MAX_ENTRIES = 10_000
MAX_BYTES = 512 * 1024 * 1024
MAX_RATIO = 1_000
"""Unpacked to packed: more is a bomb rather than a file."""

_ZIP, _GZIP = (
    {"operation": ["compress"], "outputFormat": ["zip"]},
    {"operation": ["compress"], "outputFormat": ["gzip"]},
)

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.compression",
    versions=(1, 1.1),
    title="Compression",
    summary="Packs files into a zip or gzip file, or unpacks one.",
    group="files",
    aliases=("zip", "gzip", "archive", "unzip"),
    parameters=[
        Options("operation", {"compress": "Compress", "decompress": "Decompress"}, "Operation", "decompress"),
        String("binaryPropertyName", "Input Binary Field(s)", "data", required=True),
        Options(
            "outputFormat",
            {"gzip": "Gzip", "zip": "Zip"},
            "Output Format",
            "",
            show={"operation": ["compress"], "@version": [1]},
        ),
        Options(
            "outputFormat",
            {"gzip": "Gzip", "zip": "Zip"},
            "Output Format",
            "zip",
            show={"operation": ["compress"], "@version": [{"_cnd": {"gte": 1.1}}]},
        ),
        String("fileName", "File Name", required=True, show=_ZIP),
        String("binaryPropertyOutput", "Put Output File in Field", "data", show=_ZIP),
        String("fileName", "File Name", show={**_GZIP, "@version": [{"_cnd": {"gte": 1.1}}]}),
        String(
            "binaryPropertyOutput",
            "Put Output File in Field",
            "data",
            show={**_GZIP, "@version": [{"_cnd": {"gte": 1.1}}]},
        ),
        String("outputPrefix", "Output Prefix", "data", required=True, show={**_GZIP, "@version": [1]}),
        String("outputPrefix", "Output Prefix", "file_", required=True, show={"operation": ["decompress"]}),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    names = [name.strip() for name in str(ctx.param("binaryPropertyName", index)).split(",") if name.strip()]
    if ctx.param("operation", index) == "decompress":
        return await _unpack(ctx, item, names, index)
    return await _pack(ctx, item, names, index)


async def _pack(ctx: NodeContext, item: Item, names: Sequence[str], index: int) -> Item:
    parts = [(name, *await bytes_of(ctx, item, name, index)) for name in names]
    binary = dict(item.binary or {})
    if ctx.param("outputFormat", index) == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data, held in parts:
                archive.writestr(held.file_name or f"{name}.{held.file_extension or 'bin'}", data)
        key = str(ctx.param("binaryPropertyOutput", index))
        binary[key] = await ctx.store_binary(
            out.getvalue(), file_name=str(ctx.param("fileName", index) or "archive.zip")
        )
        return Item(json=item.json, binary=binary)
    prefix = str(ctx.param("outputPrefix", index, "data"))
    for number, (_, data, held) in enumerate(parts):
        packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
        packed = packer.compress(data) + packer.flush()
        chosen = str(ctx.param("fileName", index, "") or "") or f"{held.file_name or 'file'}.gz"
        key = str(ctx.param("binaryPropertyOutput", index)) if ctx.node.version >= 1.1 else f"{prefix}{number}"
        binary[key] = await ctx.store_binary(packed, file_name=chosen, mime_type="application/gzip")
    return Item(json=item.json, binary=binary)


async def _unpack(ctx: NodeContext, item: Item, names: Sequence[str], index: int) -> Item:
    prefix = str(ctx.param("outputPrefix", index))
    binary = dict(item.binary or {})
    number = 0
    for name in names:
        data, held = await bytes_of(ctx, item, name, index)
        extension = held.file_extension or extension_of(held.file_name)
        if extension not in ("zip", "gz", "gzip") and data[:2] not in (b"PK", b"\x1f\x8b"):
            raise NodeError(f'"{held.file_name or name}" is neither a zip nor a gzip file', item_index=index)
        unpacked = (
            await asyncio.to_thread(unzip, data)
            if data[:2] == b"PK"
            else [(_stem(held.file_name), await asyncio.to_thread(gunzip, data))]
        )
        for file_name, content in unpacked:
            binary[f"{prefix}{number}"] = await ctx.store_binary(content, file_name=file_name)
            number += 1
    return Item(json=item.json, binary=binary)


def _stem(name: str | None) -> str | None:
    return re.sub(r"\.(gz|gzip)$", "", name, flags=re.IGNORECASE) if name else None


def gunzip(data: bytes) -> bytes:
    """Raises: NodeError: no gzip, or more than may come out."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(data, MAX_BYTES + 1)
    except zlib.error as damaged:
        raise NodeError("The file is not a gzip file, or it is damaged") from damaged
    if len(content) > MAX_BYTES:
        raise NodeError(f"The file unpacks to more than the limit of {MAX_BYTES // 1024**2} MiB")
    return content


def unzip(data: bytes) -> list[tuple[str, bytes]]:
    """Return the files of a zip archive; names lose whatever would make a path of them.

    Raises:
        NodeError: no zip, or more than may come out.
    """
    found: list[tuple[str, bytes]] = []
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [
                info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX")
            ]
            if len(entries) > MAX_ENTRIES:
                raise NodeError(f"The archive holds more than the limit of {MAX_ENTRIES} files")
            for info in entries:
                if info.file_size > MAX_RATIO * max(info.compress_size, 1024):
                    raise NodeError(f'"{info.filename[:100]}" unpacks to more than {MAX_RATIO} times its size')
                with archive.open(info) as file:
                    # The header's size is a claim; what is read is what counts.
                    content = file.read(MAX_BYTES - total + 1)
                total += len(content)
                if total > MAX_BYTES:
                    raise NodeError(f"The archive unpacks to more than the limit of {MAX_BYTES // 1024**2} MiB")
                found.append((_safe_name(info.filename), content))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as damaged:
        raise NodeError("The file is not a zip file that can be read, or it is damaged") from damaged
    return found


def _safe_name(name: str) -> str:
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    cleaned = re.sub(r"[\x00-\x1f]", "", last).lstrip(".")
    return cleaned or "file"
