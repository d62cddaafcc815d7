"""Spreadsheet File: tables in files, both ways."""

from __future__ import annotations

import asyncio
from typing import Any

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.nodes.builtin.files.tables import ReadOptions, detect, flatten, parse_csv, read_table, write_table
from headrace.sdk.binaries import extension_of
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Link
from headrace.sdk.outcome import Outputs
from headrace.sdk.running import error_item

FORMATS = {"csv": "CSV", "html": "HTML", "ods": "ODS", "rtf": "RTF", "xls": "XLS", "xlsx": "XLSX"}
MIME_TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FROM, _TO = {"operation": ["fromFile"]}, {"operation": ["toFile"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.spreadsheetFile",
    versions=(1, 2),
    title="Spreadsheet File",
    summary="Reads rows from a spreadsheet or CSV file, or writes items to one.",
    group="files",
    works="list",
    per_item_parameters=True,
    aliases=("csv", "excel", "xlsx", "table"),
    parameters=[
        Options("operation", {"fromFile": "Read From File", "toFile": "Write to File"}, "Operation", "fromFile"),
        Options(
            "fileFormat",
            {"autodetect": "Autodetect", **FORMATS},
            "File Format",
            "autodetect",
            show={**_FROM, "@version": [2]},
        ),
        String("binaryPropertyName", "Input Binary Field", "data", required=True, show=_FROM),
        Options("fileFormat", FORMATS, "File Format", "xls", show=_TO),
        String("binaryPropertyName", "Put Output File in Field", "data", required=True, show=_TO),
        Collection(
            "options",
            [
                Boolean("compression", "Compression"),
                String("delimiter", "Delimiter", ","),
                String("encoding", "Encoding", "utf-8"),
                Boolean("enableBOM", "Exclude Byte Order Mark (BOM)"),
                String("fileName", "File Name"),
                Boolean("headerRow", "Header Row", True),
                Boolean("includeEmptyCells", "Include Empty Cells"),
                Number("fromLine", "Starting Line", 0),
                Number("maxRowCount", "Max Number of Rows to Load", -1),
                Boolean("rawData", "RAW Data"),
                Boolean("readAsString", "Read As String"),
                Boolean("relaxQuotes", "Preserve Quotes"),
                String("range", "Range"),
                String("sheetName", "Sheet Name", "Sheet"),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    if ctx.param("operation") == "toFile":
        return [[await _to_file(ctx)]]
    made: list[Item] = []
    for index, item in enumerate(ctx.items):
        try:
            rows = await _rows(ctx, item, index)
        except NodeError as failure:
            failure.item_index = index
            if not ctx.node.continues_on_error:
                raise
            made.append(error_item(failure, index))
            continue
        made += [Item(json=row, paired_item=index) for row in rows]
    return [made]


async def _rows(ctx: NodeContext, item: Item, index: int) -> list[dict[str, Any]]:
    data, held = await bytes_of(ctx, item, str(ctx.param("binaryPropertyName", index)), index)
    options = ctx.param("options", index) or {}
    chosen = str(ctx.param("fileFormat", index, "autodetect"))
    detected = detect(data, held.file_extension or extension_of(held.file_name))
    if ctx.node.version >= 2 and (chosen == "csv" or (chosen == "autodetect" and held.mime_type == "text/csv")):
        return await asyncio.to_thread(_csv_rows, data, options)
    return await asyncio.to_thread(
        read_table, data, detected if chosen == "autodetect" else chosen, read_options(options)
    )


def _csv_rows(data: bytes, options: dict[str, Any]) -> list[dict[str, Any]]:
    return parse_csv(data, **csv_options(options))


def csv_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return a node's options for `parse_csv`."""
    count = options.get("maxRowCount", -1)
    return {
        "delimiter": str(options.get("delimiter") or ","),
        "encoding": str(options.get("encoding") or "utf-8"),
        "header_row": options.get("headerRow", True) is not False,
        "bom": options.get("enableBOM", False) is True,
        "from_line": int(options.get("fromLine") or 1),
        "max_rows": int(count) if isinstance(count, int | float) and count > 0 else None,
        "include_empty": options.get("includeEmptyCells", False) is True,
        "relax_quotes": options.get("relaxQuotes", False) is True,
    }


def read_options(options: dict[str, Any]) -> ReadOptions:
    """Return a node's options for `read_table`."""
    return ReadOptions(
        header_row=options.get("headerRow", True) is not False,
        range=str(options.get("range") or ""),
        sheet=str(options.get("sheetName") or ""),
        raw=options.get("rawData") is True,
        include_empty=options.get("includeEmptyCells") is True,
        read_as_string=options.get("readAsString") is True,
    )


async def _to_file(ctx: NodeContext) -> Item:
    options = ctx.param("options", 0) or {}
    kind = str(ctx.param("fileFormat", 0))
    rows = [flatten(item.json) for item in ctx.items]

    def write() -> bytes:
        return write_table(
            rows,
            kind,
            header_row=options.get("headerRow", True) is not False,
            sheet=str(options.get("sheetName") or "Sheet"),
            delimiter=str(options.get("delimiter") or ","),
        )

    data = await asyncio.to_thread(write)
    name = str(options.get("fileName") or f"spreadsheet.{kind}")
    binary = await ctx.store_binary(data, file_name=name, mime_type=MIME_TYPES[kind])
    links = [Link(item=index) for index in range(len(rows))]
    return Item(json={}, binary={str(ctx.param("binaryPropertyName", 0)): binary}, paired_item=links)
