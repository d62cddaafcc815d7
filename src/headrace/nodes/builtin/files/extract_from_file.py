"""Extract From File: what is in a file, as items."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import msgspec

from headrace.nodes.builtin.files.fields import bytes_of
from headrace.nodes.builtin.files.pdf import read_pdf
from headrace.nodes.builtin.files.spreadsheet_file import csv_options, read_options
from headrace.nodes.builtin.files.tables import decode_text, parse_csv, read_table
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs
from headrace.sdk.paths import set_path
from headrace.sdk.running import error_item

_TABLES = ["csv", "html", "rtf", "ods", "xls", "xlsx"]
_VALUES = ["binaryToPropery", "fromJson", "text", "fromIcs", "xml"]

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.extractFromFile",
    versions=(1, 1.1),
    title="Extract From File",
    summary="Reads the content of a file: CSV, Excel, HTML, JSON, PDF, text, calendar and more.",
    group="files",
    works="list",
    per_item_parameters=True,
    aliases=("csv", "excel", "pdf", "parse", "read"),
    parameters=[
        Options(
            "operation",
            {
                "csv": "Extract From CSV",
                "html": "Extract From HTML",
                "fromIcs": "Extract From ICS",
                "fromJson": "Extract From JSON",
                "ods": "Extract From ODS",
                "pdf": "Extract From PDF",
                "rtf": "Extract From RTF",
                "text": "Extract From Text File",
                "xml": "Extract From XML",
                "xls": "Extract From XLS",
                "xlsx": "Extract From XLSX",
                "binaryToPropery": "Move File to Base64 String",
            },
            "Operation",
            "csv",
        ),
        String("binaryPropertyName", "Input Binary Field", "data", required=True),
        String("destinationKey", "Destination Output Field", "data", required=True, show={"operation": _VALUES}),
        Collection(
            "options",
            [
                String("delimiter", "Delimiter", ",", show={"/operation": ["csv"]}),
                String("encoding", "Encoding", "utf-8"),
                Boolean("enableBOM", "Exclude Byte Order Mark (BOM)", show={"/operation": ["csv"]}),
                Boolean("relaxQuotes", "Preserve Quotes", show={"/operation": ["csv"]}),
                Boolean("headerRow", "Header Row", True, show={"/operation": _TABLES}),
                Boolean("includeEmptyCells", "Include Empty Cells", show={"/operation": _TABLES}),
                Number("fromLine", "Starting Line", 0, show={"/operation": ["csv"]}),
                Number("maxRowCount", "Max Number of Rows to Load", -1, show={"/operation": ["csv"]}),
                Boolean("rawData", "RAW Data", show={"/operation": _TABLES}),
                Boolean("readAsString", "Read As String", show={"/operation": _TABLES}),
                String("range", "Range", show={"/operation": ["ods", "xls", "xlsx"]}),
                String("sheetName", "Sheet Name", "Sheet", show={"/operation": ["ods", "xls", "xlsx"]}),
                Boolean("stripBOM", "Strip BOM", True, show={"/operation": ["text", "fromJson", "xml"]}),
                Options("keepSource", {"json": "JSON", "binary": "Binary", "both": "Both"}, "Keep Source", "json"),
                Boolean("joinPages", "Join Pages", True, show={"/operation": ["pdf"]}),
                Number("maxPages", "Max Pages", 0, show={"/operation": ["pdf"]}),
                String("password", "Password", password=True, show={"/operation": ["pdf"]}),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    made: list[Item] = []
    for index, item in enumerate(ctx.items):
        try:
            made += await _extract(ctx, item, index)
        except NodeError as failure:
            if failure.item_index is None:
                failure.item_index = index
            if not ctx.node.continues_on_error:
                raise
            made.append(error_item(failure, index))
    return [made]


async def _extract(ctx: NodeContext, item: Item, index: int) -> list[Item]:
    operation = str(ctx.param("operation", index))
    options = ctx.param("options", index) or {}
    data, _ = await bytes_of(ctx, item, str(ctx.param("binaryPropertyName", index)), index)
    if operation == "csv":
        rows = await asyncio.to_thread(lambda: parse_csv(data, **csv_options(options)))
        return [Item(json=row, paired_item=index) for row in rows]
    if operation in _TABLES:
        rows = await asyncio.to_thread(read_table, data, operation, read_options(options))
        return [Item(json=row, paired_item=index) for row in rows]
    kept = options.get("keepSource")
    json: dict[str, Any] = dict(item.json) if kept in ("json", "both") else {}
    binary = item.binary if kept in ("binary", "both") else None
    if operation == "pdf":
        found = await asyncio.to_thread(
            lambda: read_pdf(
                data,
                password=str(options.get("password") or ""),
                max_pages=int(options.get("maxPages") or 0),
                join_pages=options.get("joinPages", True) is not False,
            )
        )
        return [Item(json={**json, **found}, binary=binary, paired_item=index)]
    set_path(json, str(ctx.param("destinationKey", index)), _value(data, operation, options))
    return [Item(json=json, binary=binary, paired_item=index)]


def _value(data: bytes, operation: str, options: dict[str, Any]) -> Any:
    if operation == "binaryToPropery":
        return base64.b64encode(data).decode()
    if operation == "fromIcs":
        return calendar_of(data)
    text = decode_text(data, str(options.get("encoding") or "utf-8").replace("utf8", "utf-8"))
    if options.get("stripBOM", True):
        text = text.removeprefix("\ufeff")
    if operation != "fromJson":
        return text
    if not text.strip():
        return []
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as malformed:
        raise NodeError(f"The file is not valid JSON: {malformed}") from malformed


def calendar_of(data: bytes) -> dict[str, Any]:
    """Return the events of an iCalendar file by their UID.

    Raises:
        NodeError: it is no calendar.
    """
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(data)
    except ValueError as malformed:
        raise NodeError("The file is not an iCalendar file") from malformed
    found: dict[str, Any] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        uid = str(event.get("uid") or number)
        one: dict[str, Any] = {"type": "VEVENT", "uid": uid}
        for name in ("summary", "description", "location", "status", "url", "organizer"):
            if event.get(name) is not None:
                one[name] = str(event.get(name))
        for name, key in (("dtstart", "start"), ("dtend", "end"), ("dtstamp", "dtstamp")):
            if event.get(name) is not None:
                one[key] = event.get(name).dt.isoformat()
        found[uid] = one
    return found
