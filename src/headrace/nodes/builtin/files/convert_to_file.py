"""Convert to File: items, or one field of them, as a file."""

from __future__ import annotations

import asyncio
import base64
import binascii
from datetime import UTC, timedelta
from typing import Any

from headrace.nodes.builtin.files.spreadsheet_file import MIME_TYPES
from headrace.nodes.builtin.files.tables import flatten, write_table
from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.dates import NotADate, parse_date
from headrace.sdk.description import Boolean, Collection, DateTime, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Link
from headrace.sdk.js import to_text
from headrace.sdk.outcome import Outputs
from headrace.sdk.paths import get_path

_TABLES = ["csv", "html", "ods", "rtf", "xls", "xlsx"]
_PER_ITEM = ["toText", "toBinary", "iCal"]

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.convertToFile",
    versions=(1, 1.1),
    title="Convert to File",
    summary="Makes a file of the items: CSV, Excel, HTML, JSON, calendar and more.",
    group="files",
    works="list",
    per_item_parameters=True,
    aliases=("csv", "excel", "json", "export", "ics"),
    parameters=[
        Options(
            "operation",
            {
                "csv": "Convert to CSV",
                "html": "Convert to HTML",
                "iCal": "Convert to ICS",
                "toJson": "Convert to JSON",
                "ods": "Convert to ODS",
                "rtf": "Convert to RTF",
                "toText": "Convert to Text File",
                "xls": "Convert to XLS",
                "xlsx": "Convert to XLSX",
                "toBinary": "Move Base64 String to File",
            },
            "Operation",
            "csv",
        ),
        Options(
            "mode",
            {"once": "All Items to One File", "each": "Each Item to Separate File"},
            "Mode",
            "once",
            show={"operation": ["toJson"]},
        ),
        String("sourceProperty", "Text Input Field", required=True, show={"operation": ["toText", "toBinary"]}),
        String("title", "Event Title", show={"operation": ["iCal"]}),
        DateTime("start", "Start", required=True, show={"operation": ["iCal"]}),
        DateTime("end", "End", required=True, show={"operation": ["iCal"]}),
        Boolean("allDay", "All Day", show={"operation": ["iCal"]}),
        String("binaryPropertyName", "Put Output File in Field", "data", required=True),
        Collection(
            "options",
            [
                Boolean("compression", "Compression", show={"/operation": ["xlsx", "ods"]}),
                String("delimiter", "Delimiter", ",", show={"/operation": ["csv"]}),
                String("fileName", "File Name"),
                Boolean("headerRow", "Header Row", True, show={"/operation": _TABLES}),
                String("sheetName", "Sheet Name", "Sheet", show={"/operation": ["ods", "xls", "xlsx"]}),
                String("encoding", "Encoding", "utf8"),
                Boolean("addBOM", "Add Byte Order Mark (BOM)"),
                Boolean("format", "Format", show={"/operation": ["toJson"]}),
                String("mimeType", "MIME Type", show={"/operation": ["toBinary"]}),
                Boolean("dataIsBase64", "Data Is Base64", True, show={"/operation": ["toBinary"]}),
                String("description", "Description", show={"/operation": ["iCal"]}),
                String("location", "Location", show={"/operation": ["iCal"]}),
                Number("busyStatus", "Busy Status", show={"/operation": ["iCal"]}),
                String("calName", "Calendar Name", show={"/operation": ["iCal"]}),
                String("status", "Status", show={"/operation": ["iCal"]}),
                String("uid", "UID", show={"/operation": ["iCal"]}),
                String("url", "URL", show={"/operation": ["iCal"]}),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    operation = str(ctx.param("operation"))
    if operation in _PER_ITEM or (operation == "toJson" and ctx.param("mode") == "each"):
        return [[await _one(ctx, item, operation, index) for index, item in enumerate(ctx.items)]]
    options = ctx.param("options", 0) or {}
    name = str(ctx.param("binaryPropertyName", 0))
    links = [Link(item=index) for index in range(len(ctx.items))]
    if operation == "toJson":
        binary = await _json(ctx, [item.json for item in ctx.items], options)
    else:
        rows = [flatten(item.json) for item in ctx.items]

        def write() -> bytes:
            return write_table(
                rows,
                operation,
                header_row=options.get("headerRow", True) is not False,
                sheet=str(options.get("sheetName") or "Sheet"),
                delimiter=str(options.get("delimiter") or ","),
            )

        data = await asyncio.to_thread(write)
        if operation == "csv" and options.get("addBOM"):
            data = b"\xef\xbb\xbf" + data
        file_name = str(options.get("fileName") or f"spreadsheet.{operation}")
        binary = await ctx.store_binary(data, file_name=file_name, mime_type=MIME_TYPES[operation])
    return [[Item(json={}, binary={name: binary}, paired_item=links)]]


async def _json(ctx: NodeContext, value: Any, options: dict[str, Any]) -> Binary:
    import msgspec

    text = to_json_text(value).encode()
    if options.get("format"):
        text = msgspec.json.format(text, indent=2)
    if options.get("addBOM"):
        text = b"\xef\xbb\xbf" + text
    name = options.get("fileName")
    return await ctx.store_binary(text, file_name=str(name) if name else "file.json", mime_type="application/json")


async def _one(ctx: NodeContext, item: Item, operation: str, index: int) -> Item:
    options = ctx.param("options", index) or {}
    name = str(ctx.param("binaryPropertyName", index))
    if operation == "toJson":
        binary = await _json(ctx, item.json, options)
    elif operation == "iCal":
        file_name = str(options.get("fileName") or "event.ics")
        binary = await ctx.store_binary(event(ctx, options, index), file_name=file_name, mime_type="text/calendar")
    else:
        binary = await _field(ctx, item, operation, options, index)
    return Item(json={}, binary={name: binary}, paired_item=index)


async def _field(ctx: NodeContext, item: Item, operation: str, options: dict[str, Any], index: int) -> Binary:
    source = str(ctx.param("sourceProperty", index))
    value = get_path(item.json, source)
    if value is None:
        raise NodeError(
            f'The value in "{source}" is not set', description="Name a field that the item has.", item_index=index
        )
    if operation == "toText" or options.get("dataIsBase64") is False:
        text = to_text(value) if not isinstance(value, dict | list) else to_json_text(value)
        data = text.encode("utf-8", "replace")
        default = "file.txt"
    else:
        try:
            data = base64.b64decode(
                to_text(value).split(",", 1)[-1] if to_text(value).startswith("data:") else to_text(value)
            )
        except (binascii.Error, ValueError) as malformed:
            raise NodeError(f'The value in "{source}" is not base64', item_index=index) from malformed
        default = ""
    if options.get("addBOM"):
        data = b"\xef\xbb\xbf" + data
    file_name = str(options.get("fileName") or default) or None
    mime_type = str(options["mimeType"]) if options.get("mimeType") else "text/plain" if operation == "toText" else None
    return await ctx.store_binary(data, file_name=file_name, mime_type=mime_type)


def event(ctx: NodeContext, options: dict[str, Any], index: int) -> bytes:
    """Return an iCalendar file with one event.

    Raises:
        NodeError: the start or the end is no date.
    """
    from icalendar import Calendar, Event

    try:
        begin = parse_date(ctx.param("start", index), ctx.workflow.timezone)
        end = parse_date(ctx.param("end", index), ctx.workflow.timezone)
    except NotADate as wrong:
        raise NodeError(f"The event's time is not a date: {wrong}", item_index=index) from wrong
    calendar = Calendar()
    calendar.add("prodid", "-//Headrace//EN")
    calendar.add("version", "2.0")
    if options.get("calName"):
        calendar.add("x-wr-calname", str(options["calName"]))
    made = Event()
    all_day = ctx.param("allDay", index)
    made.add("dtstart", begin.date() if all_day else begin.astimezone(UTC))
    made.add(
        "dtend",
        (end.date() + timedelta(days=1) if end.date() == begin.date() else end.date())
        if all_day
        else end.astimezone(UTC),
    )
    made.add("dtstamp", ctx.now())
    made.add("uid", str(options.get("uid") or f"{ctx.idempotency_key}/{index}@headrace"))
    made.add("summary", str(ctx.param("title", index) or ""))
    for name in ("description", "location", "status", "url"):
        if options.get(name):
            made.add(name, str(options[name]))
    calendar.add_component(made)
    content: bytes = calendar.to_ical()
    return content
