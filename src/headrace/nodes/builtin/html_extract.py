"""HTML Extract: takes values out of HTML by CSS selectors; the forerunner of HTML."""

from __future__ import annotations

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.nodes.builtin.html.extracting import Style, extract, values_parameter
from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text
from headrace.sdk.outcome import ItemResult
from headrace.sdk.paths import get_path

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.htmlExtract",
    versions=(1,),
    title="HTML Extract",
    summary="Takes values out of HTML by CSS selectors. New workflows use HTML.",
    group="transform",
    aliases=("scrape", "css", "parse"),
    parameters=[
        Options("sourceData", {"binary": "Binary", "json": "JSON"}, "Source Data", "json"),
        String("dataPropertyName", "Input Binary Field", "data", required=True, show={"sourceData": ["binary"]}),
        String("dataPropertyName", "JSON Property", "data", required=True, show={"sourceData": ["json"]}),
        values_parameter({}, skip=False),
        Collection("options", [Boolean("trimValues", "Trim Values", True)], "Options"),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    name = str(ctx.param("dataPropertyName", index))
    if ctx.param("sourceData", index) == "binary":
        data, _ = await bytes_of(ctx, item, name, index)
        texts: list[object] = [data.decode("utf-8", "replace")]
    else:
        source = get_path(item.json, name, UNDEFINED)
        if source is UNDEFINED:
            raise NodeError(f'No property named "{name}" exists!')
        texts = source if isinstance(source, list) else [source]
    style = Style(readable=False, trim=ctx.param("options.trimValues", index, True) is not False)
    values = ctx.param("extractionValues.values", index, []) or []
    return [
        Item(json=extract("" if text is None else to_text(text), values, style), paired_item=index) for text in texts
    ]
