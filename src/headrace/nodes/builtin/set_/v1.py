"""Set 1 and 2: sets fields of three types."""

from __future__ import annotations

import math

from headrace.nodes.builtin.set_.fields import put
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Parameter,
    String,
)
from headrace.sdk.items import Item, JsonObject
from headrace.sdk.js import text_to_number, truthy


def _name() -> Parameter:
    return String("name", "Name", "propertyName", description='A path such as "user.names[0]" reaches into the item.')


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.set",
    versions=(1, 2),
    title="Set",
    summary="Sets fields of items, and removes all others if asked to.",
    group="transform",
    aliases=("edit", "assign", "rename", "fields"),
    parameters=[
        Boolean("keepOnlySet", "Keep Only Set", description="Drop every field that is not set here."),
        FixedCollection(
            "values",
            [
                Group(name="boolean", display_name="Boolean", values=[_name(), Boolean("value", "Value")]),
                Group(name="number", display_name="Number", values=[_name(), Number("value", "Value")]),
                Group(name="string", display_name="String", values=[_name(), String("value", "Value")]),
            ],
            "Values to Set",
            multiple=True,
            type_options={"sortable": True},
        ),
        Collection(
            "options",
            [Boolean("dotNotation", "Dot Notation", True, description='Whether "a.b" means the field b of a.')],
            "Options",
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    dots = ctx.param("options.dotNotation", index, True) is not False
    only_set = truthy(ctx.param("keepOnlySet", index, False))
    values = ctx.param("values", index, {}) or {}
    json: JsonObject = {} if only_set else dict(item.json)
    for entry in values.get("boolean", ()):
        put(json, entry["name"], truthy(entry.get("value")), dots=dots)
    for entry in values.get("number", ()):
        number = entry.get("value")
        # Version 1 keeps the text that an expression gave for a number.
        if ctx.node.version >= 2 and isinstance(number, str) and not math.isnan(text_to_number(number)):
            number = text_to_number(number)
        put(json, entry["name"], number, dots=dots)
    for entry in values.get("string", ()):
        put(json, entry["name"], entry.get("value"), dots=dots)
    return Item(json=json, binary=None if only_set else item.binary, paired_item=index)
