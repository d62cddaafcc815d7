"""iCalendar: makes an event file."""

from __future__ import annotations

from headrace.nodes.builtin.files.convert_to_file import event
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, DateTime, NodeDescription, Options, String
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.iCal",
    versions=(1,),
    title="iCalendar",
    summary="Makes a calendar event file. Convert to File is its successor.",
    group="files",
    parameters=[
        Options("operation", {"createEventFile": "Create Event File"}, "Operation", "createEventFile"),
        String("title", "Event Title"),
        DateTime("start", "Start", required=True),
        DateTime("end", "End", required=True),
        Boolean("allDay", "All Day"),
        String("binaryPropertyName", "Put Output File in Field", "data", required=True),
        Collection(
            "additionalFields",
            [String(name) for name in ("description", "fileName", "location", "calName", "status", "uid", "url")],
            "Options",
        ),
    ],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    options = ctx.param("additionalFields", index) or {}
    name = str(options.get("fileName") or "event.ics")
    binary = await ctx.store_binary(event(ctx, options, index), file_name=name, mime_type="text/calendar")
    return Item(json=item.json, binary={**(item.binary or {}), str(ctx.param("binaryPropertyName", index)): binary})
