"""HTML: fills a template, takes values out of HTML, or makes a table of items."""

from __future__ import annotations

from html import escape
from typing import Any

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.nodes.builtin.html.extracting import extract, extraction_parameters
from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.description import Boolean, Collection, Display, NodeDescription, Options, Parameter, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Link
from headrace.sdk.js import to_text
from headrace.sdk.outcome import Outputs
from headrace.sdk.paths import get_path
from headrace.sdk.running import error_item

_EXTRACT, _TABLE = {"operation": ["extractHtmlContent"]}, {"operation": ["convertToHtmlTable"]}


def _shown(parameter: Parameter) -> Parameter:
    import msgspec

    return msgspec.structs.replace(parameter, display_options=Display(show=dict(_EXTRACT)))


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.html",
    versions=(1, 1.1, 1.2),
    title="HTML",
    summary="Fills an HTML template, takes values out of HTML by CSS selectors, or makes a table of items.",
    works="list",
    per_item_parameters=True,
    aliases=("extract", "scrape", "template", "css", "table"),
    parameters=[
        Options(
            "operation",
            {
                "generateHtmlTemplate": "Generate HTML Template",
                "extractHtmlContent": "Extract HTML Content",
                "convertToHtmlTable": "Convert to HTML Table",
            },
            "Operation",
            "generateHtmlTemplate",
        ),
        String(
            "html",
            "HTML Template",
            "<!DOCTYPE html>\n<html>\n<body>\n  <h1>Title</h1>\n</body>\n</html>",
            show={"operation": ["generateHtmlTemplate"]},
        ),
        Options("sourceData", {"binary": "Binary", "json": "JSON"}, "Source Data", "json", show=_EXTRACT),
        String("dataPropertyName", "Input Binary Field", "data", show={**_EXTRACT, "sourceData": ["binary"]}),
        String("dataPropertyName", "JSON Property", "data", show={**_EXTRACT, "sourceData": ["json"]}),
        *(_shown(parameter) for parameter in extraction_parameters(skip=True)),
        Collection(
            "options",
            [
                Boolean("capitalize", "Capitalize Headers"),
                Boolean("customStyling", "Custom Styling"),
                String("caption", "Caption"),
                *(String(f"{part}Attributes") for part in ("table", "header", "row", "cell")),
            ],
            "Options",
            show=_TABLE,
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    operation = ctx.param("operation", 0)
    if operation == "convertToHtmlTable":
        links = [Link(item=index) for index in range(len(ctx.items))]
        return [[Item(json={"table": _table(ctx)}, paired_item=links)]]
    made: list[Item] = []
    for index, item in enumerate(ctx.items):
        try:
            if operation == "generateHtmlTemplate":
                json = {"html": to_text(ctx.param("html", index))}
            else:
                json = extract(
                    await source_html(ctx, item, index),
                    ctx.param("extractionValues.values", index),
                    ctx.param("options", index) or {},
                    readable=ctx.node.version >= 1.2,
                    trim=False,
                )
            made.append(Item(json=json, paired_item=index))
        except NodeError as failure:
            failure.item_index = index
            if not ctx.node.continues_on_error:
                raise
            made.append(error_item(failure, index))
    return [made]


async def source_html(ctx: NodeContext, item: Item, index: int) -> str:
    """Return the HTML of an item: from a field or from a file; a list of texts counts as one.

    Raises:
        NodeError: there is none.
    """
    name = str(ctx.param("dataPropertyName", index))
    if ctx.param("sourceData", index) == "binary":
        data, _ = await bytes_of(ctx, item, name, index)
        return data.decode("utf-8", "replace")
    value = get_path(item.json, name)
    if value is None:
        raise NodeError(f'No property named "{name}" exists!', item_index=index)
    return "".join(map(to_text, value)) if isinstance(value, list) else to_text(value)


def _table(ctx: NodeContext) -> str:
    options = ctx.param("options", 0) or {}
    plain = options.get("customStyling")
    names = list(dict.fromkeys(key for item in ctx.items for key in item.json))

    def style(part: str, default: str) -> str:
        if plain:
            given = str(options.get(f"{part}Attributes") or "")
            return f" {given}" if given else ""
        return f' style="{default}"'

    def title(name: str) -> str:
        return name.replace("_", " ").title() if options.get("capitalize") else name

    caption = f"<caption>{escape(str(options['caption']))}</caption>" if options.get("caption") else ""
    head = "".join(f"<th>{escape(title(name))}</th>" for name in names)
    rows = "".join(
        f"<tr{style('row', 'border-bottom:1px solid #ccc')}>"
        + "".join(f"<td{style('cell', 'padding:4px 8px')}>{escape(_cell(item.json.get(name)))}</td>" for name in names)
        + "</tr>"
        for item in ctx.items
    )
    table = style("table", "border-collapse:collapse;width:100%")
    return f"<table{table}>{caption}<thead{style('header', 'text-align:left')}><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return to_json_text(value) if isinstance(value, dict | list) else to_text(value)
