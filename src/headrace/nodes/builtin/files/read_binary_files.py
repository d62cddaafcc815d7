"""Read Binary Files: all files that match a pattern."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import Effects, NodeDescription, String
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.readBinaryFiles",
    versions=(1,),
    title="Read Binary Files",
    summary="Reads all files that match a pattern. Read/Write Files from Disk is its successor.",
    group="files",
    works="list",
    effects=Effects.READS,
    parameters=[
        String("fileSelector", "File Selector", required=True, placeholder="*.jpg"),
        String("dataPropertyName", "Property Name", "data", required=True),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    name = str(ctx.param("dataPropertyName"))
    made: list[Item] = []
    for path in await ctx.files.find(str(ctx.param("fileSelector"))):
        binary = await ctx.store_binary(await ctx.files.read(path), file_name=path)
        made.append(Item(json={}, binary={name: binary}, paired_item=0))
    return [made]
