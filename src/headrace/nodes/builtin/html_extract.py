"""HTML Extract: takes values out of HTML. HTML is its successor."""

from __future__ import annotations

from headrace.nodes.builtin.html.extracting import extract, extraction_parameters
from headrace.nodes.builtin.html.html import source_html
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Options, String
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.htmlExtract",
    versions=(1,),
    title="HTML Extract",
    summary="Takes values out of HTML by CSS selectors. HTML is its successor.",
    parameters=[
        Options("sourceData", {"binary": "Binary", "json": "JSON"}, "Source Data", "json"),
        String("dataPropertyName", "Property", "data", required=True),
        *extraction_parameters(skip=False),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    html = await source_html(ctx, item, index)
    options = ctx.param("options", index) or {}
    return Item(json=extract(html, ctx.param("extractionValues.values", index), options, readable=False, trim=True))
