"""Read/Write Files from Disk."""

from __future__ import annotations

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, Effects, NodeDescription, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.outcome import Outputs
from headrace.sdk.running import error_item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.readWriteFile",
    versions=(1, 1.1),
    title="Read/Write Files from Disk",
    summary="Reads and writes files in the server's files folder, and nowhere else.",
    group="files",
    works="list",
    per_item_parameters=True,
    effects=Effects.WRITES,
    aliases=("file", "disk", "save", "load"),
    parameters=[
        Options("operation", {"read": "Read File(s) From Disk", "write": "Write File to Disk"}, "Operation", "read"),
        String("fileSelector", "File(s) Selector", required=True, show={"operation": ["read"]}),
        String("fileName", "File Path and Name", required=True, show={"operation": ["write"]}),
        String("dataPropertyName", "Input Binary Field", "data", required=True, show={"operation": ["write"]}),
        Collection(
            "options",
            [
                String("fileExtension", "File Extension", show={"/operation": ["read"]}),
                String("fileName", "File Name", show={"/operation": ["read"]}),
                String("mimeType", "MIME Type", show={"/operation": ["read"]}),
                String("dataPropertyName", "Put Output File in Field", "data", show={"/operation": ["read"]}),
                Boolean("append", "Append", show={"/operation": ["write"]}),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    made: list[Item] = []
    for index, item in enumerate(ctx.items):
        try:
            if ctx.param("operation", index) == "read":
                made += await _read(ctx, index)
            else:
                made.append(await _write(ctx, item, index))
        except NodeError as failure:
            if failure.item_index is None:
                failure.item_index = index
            if not ctx.node.continues_on_error:
                raise
            made.append(error_item(failure, index))
    return [made]


async def _read(ctx: NodeContext, index: int) -> list[Item]:
    pattern = str(ctx.param("fileSelector", index))
    options = ctx.param("options", index) or {}
    paths = await ctx.files.find(pattern)
    if not paths:
        raise NodeError("No file(s) found", description=f'Nothing matches "{pattern}".', item_index=index)
    made: list[Item] = []
    for path in paths:
        binary: Binary = await ctx.store_binary(
            await ctx.files.read(path),
            file_name=str(options.get("fileName") or path),
            mime_type=str(options["mimeType"]) if options.get("mimeType") else None,
        )
        json = {
            "mimeType": binary.mime_type,
            "fileType": binary.file_type,
            "fileName": binary.file_name,
            "fileExtension": str(options.get("fileExtension") or binary.file_extension or ""),
            "fileSize": binary.file_size,
        }
        made.append(Item(json=json, binary={str(options.get("dataPropertyName") or "data"): binary}, paired_item=index))
    return made


async def _write(ctx: NodeContext, item: Item, index: int) -> Item:
    path = str(ctx.param("fileName", index))
    data, _ = await bytes_of(ctx, item, str(ctx.param("dataPropertyName", index)), index)
    await ctx.files.write(path, data, append=ctx.param("options.append", index, default=False) is True)
    return Item(json={**item.json, "fileName": path}, binary=item.binary, paired_item=index)
