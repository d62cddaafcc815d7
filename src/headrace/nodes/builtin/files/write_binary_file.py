"""Write Binary File: one file to the server's files folder."""

from __future__ import annotations

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, Effects, NodeDescription, String
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.writeBinaryFile",
    versions=(1,),
    title="Write Binary File",
    summary="Writes a file to the server. Read/Write Files from Disk is its successor.",
    group="files",
    effects=Effects.WRITES,
    parameters=[
        String("fileName", "File Name", required=True),
        String("dataPropertyName", "Property Name", "data", required=True),
        Collection("options", [Boolean("append", "Append")], "Options"),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    path = str(ctx.param("fileName", index))
    data, _ = await bytes_of(ctx, item, str(ctx.param("dataPropertyName", index)), index)
    await ctx.files.write(path, data, append=ctx.param("options.append", index, default=False) is True)
    return Item(json={**item.json, "fileName": path}, binary=item.binary)
