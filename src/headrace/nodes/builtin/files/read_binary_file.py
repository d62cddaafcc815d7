"""Read Binary File: one file from the server's files folder."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import Effects, NodeDescription, String
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.readBinaryFile",
    versions=(1,),
    title="Read Binary File",
    summary="Reads a file from the server. Read/Write Files from Disk is its successor.",
    group="files",
    effects=Effects.READS,
    parameters=[
        String("filePath", "File Path", required=True),
        String("dataPropertyName", "Property Name", "data", required=True),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    path = str(ctx.param("filePath", index))
    binary = await ctx.store_binary(await ctx.files.read(path), file_name=path)
    return Item(json=item.json, binary={**(item.binary or {}), str(ctx.param("dataPropertyName", index)): binary})
