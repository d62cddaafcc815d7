"""HTML: fills a template, takes values out of HTML, or makes a table of items."""

from __future__ import annotations

import re
from typing import Any

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.nodes.builtin.html.extracting import Style, extract, values_parameter
from headrace.sdk.context import UNDEFINED, NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Notice, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Link
from headrace.sdk.js import to_text
from headrace.sdk.outcome import Outputs
from headrace.sdk.paths import get_path
from headrace.sdk.running import error_item

_TEMPLATE = {"operation": ["generateHtmlTemplate"]}
_EXTRACT = {"operation": ["extractHtmlContent"]}
_TABLE = {"operation": ["convertToHtmlTable"]}

_DEFAULT_TEMPLATE = """<!DOCTYPE html>
<html>
<head>
  <meta charset="utf-8">
  <title>{{ $json.title }}</title>
  <style>body { font-family: sans-serif; margin: 2rem; }</style>
</head>
<body>
  <h1>{{ $json.title }}</h1>
</body>
</html>
"""

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.html",
    versions=(1, 1.1, 1.2),
    title="HTML",
    summary="Fills an HTML template, takes values out of HTML by CSS selectors, or makes a table of items.",
    group="transform",
    works="list",
    per_item_parameters=True,
    aliases=("extract", "scrape", "template", "css", "table", "parse"),
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
            no_data_expression=True,
        ),
        String(
            "html",
            "HTML Template",
            _DEFAULT_TEMPLATE,
            rows=10,
            show=_TEMPLATE,
            no_data_expression=True,
            type_options={"editor": "htmlEditor"},
            description="HTML with expressions in {{ }}.",
        ),
        Notice("notice", "Scripts in the template are not run here.", show=_TEMPLATE),
        Options("sourceData", {"binary": "Binary", "json": "JSON"}, "Source Data", "json", show=_EXTRACT),
        String(
            "dataPropertyName",
            "Input Binary Field",
            "data",
            required=True,
            show={**_EXTRACT, "sourceData": ["binary"]},
            description="The item's file that holds the HTML.",
        ),
        String(
            "dataPropertyName",
            "JSON Property",
            "data",
            required=True,
            show={**_EXTRACT, "sourceData": ["json"]},
            description="The field that holds the HTML: text, or a list of texts.",
        ),
        values_parameter(_EXTRACT, skip=True),
        Collection(
            "options",
            [
                Boolean("trimValues", "Trim Values", True),
                Boolean(
                    "cleanUpText",
                    "Clean Up Text",
                    True,
                    description="Whether line breaks are dropped and runs of blanks become one.",
                ),
            ],
            "Options",
            show=_EXTRACT,
        ),
        Collection(
            "options",
            [
                Boolean("capitalize", "Capitalize Headers"),
                Boolean("customStyling", "Custom Styling", description="Whether the usual styles are left out."),
                String("caption", "Caption"),
                String("tableAttributes", "Table Attributes", description="Text to put into the table tag."),
                String("headerAttributes", "Header Attributes"),
                String("rowAttributes", "Row Attributes"),
                String("cellAttributes", "Cell Attributes"),
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
                made.append(Item(json={"html": await _filled(ctx, index)}, paired_item=index))
            else:
                made.extend(await _extracted(ctx, item, index))
        except NodeError as failure:
            failure.item_index = index
            if not ctx.node.continues_on_error:
                raise
            made.append(error_item(failure, index))
    return [made]


_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


async def _filled(ctx: NodeContext, index: int) -> str:
    template = to_text(ctx.raw_param("html", ""))
    expressions = _EXPRESSION.findall(template)
    if not expressions:
        return template
    # In one pass: what a value holds is never taken for an expression.
    values = iter(await ctx.evaluate([f"={expression}" for expression in expressions], index))
    return _EXPRESSION.sub(lambda _: to_text(next(values)), template)


async def _extracted(ctx: NodeContext, item: Item, index: int) -> list[Item]:
    name = str(ctx.param("dataPropertyName", index))
    source: Any
    if ctx.param("sourceData", index) == "binary":
        data, _ = await bytes_of(ctx, item, name, index)
        source = data.decode("utf-8", "replace")
    else:
        source = get_path(item.json, name, UNDEFINED)
        if source is UNDEFINED:
            raise NodeError(f'No property named "{name}" exists!', item_index=index)
    options = ctx.param("options", index, {}) or {}
    style = Style(
        readable=ctx.node.version > 1.1,
        trim=bool(options.get("trimValues")),
        clean_up=bool(options.get("cleanUpText")),
    )
    values = ctx.param("extractionValues.values", index, []) or []
    texts = source if isinstance(source, list) else [source]
    return [
        Item(json=extract("" if text is None else to_text(text), values, style), paired_item=index) for text in texts
    ]


_TABLE_STYLE = "style='border-spacing:0; font-family:helvetica,arial,sans-serif'"
_CELL = "margin:0; padding:7px 20px 7px 0px; border-bottom:1px solid #eee"
_HEADER_STYLE = f"style='{_CELL}; text-align:left; color:#888; font-weight:normal'"
_CELL_STYLE = f"style='{_CELL}'"


def _table(ctx: NodeContext) -> str:
    options = ctx.param("options", 0, {}) or {}
    plain = bool(options.get("customStyling"))
    table_style, header_style, cell_style = ("", "", "") if plain else (_TABLE_STYLE, _HEADER_STYLE, _CELL_STYLE)
    names = list(dict.fromkeys(key for item in ctx.items for key in item.json))
    shown = [_title(name) if options.get("capitalize") else name for name in names]
    parts = [f"<table {table_style} {options.get('tableAttributes') or ''}>"]
    if options.get("caption"):
        parts.append(f"<caption>{options['caption']}</caption>")
    parts.append(f"<thead {header_style} {options.get('headerAttributes') or ''}><tr>")
    parts.extend(f"<th>{name}</th>" for name in shown)
    parts.append("</tr></thead><tbody>")
    for index, item in enumerate(ctx.items):
        own = ctx.param("options", index, {}) or {}
        parts.append(f"<tr  {own.get('rowAttributes') or ''}>")
        for name in names:
            cell = _cell(item.json.get(name, UNDEFINED))
            parts.append(f"<td {cell_style} {own.get('cellAttributes') or ''}>{cell}</td>")
        parts.append("</tr>")
    parts.append("</tbody></table>")
    return "".join(parts)


def _title(name: str) -> str:
    """Return "order_id" as "Order Id"."""
    return " ".join(word[0].upper() + word[1:] for word in name.split("_") if word)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return f'<input type="checkbox" {"checked=" + chr(34) + "checked" + chr(34) if value else ""}/>'
    # As it is: cells may hold HTML of their own.
    return to_text(value)
