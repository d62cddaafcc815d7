"""Read PDF: the text of a PDF file."""

from __future__ import annotations

import asyncio

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.nodes.builtin.files.pdf import read_pdf
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, NodeDescription, String
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.readPDF",
    versions=(1,),
    title="Read PDF",
    summary="Reads the text of a PDF file. Extract From File is its successor.",
    group="files",
    parameters=[
        String("binaryPropertyName", "Input Binary Field", "data", required=True),
        Boolean("encrypted", "Encrypted"),
        String("password", "Password", password=True, show={"encrypted": [True]}),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    data, _ = await bytes_of(ctx, item, str(ctx.param("binaryPropertyName", index)), index)
    password = str(ctx.param("password", index) or "") if ctx.param("encrypted", index) else ""
    return Item(json=await asyncio.to_thread(read_pdf, data, password=password), binary=item.binary)
