"""Execution Data: keeps facts with the execution, by which it is found later."""

from __future__ import annotations

import re

from headrace.sdk.context import NodeContext
from headrace.sdk.description import FixedCollection, Group, NodeDescription, Notice, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text

_KEY = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_MAX_KEY = 50
_MAX_VALUE = 512

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.executionData",
    versions=(1, 1.1),
    title="Execution Data",
    summary="Keeps facts with the execution, such as an order number, by which it can be found in the list later.",
    group="flow",
    aliases=("filter", "metadata", "custom data", "highlight"),
    parameters=[
        Notice("notice", "Saved values can be used to find executions."),
        Options(
            "operation",
            {"save": "Save Data to Find the Execution By"},
            "Operation",
            "save",
            no_data_expression=True,
        ),
        FixedCollection(
            "dataToSave",
            [Group(name="values", display_name="Saved Field", values=[String("key", "Key"), String("value", "Value")])],
            "Data to Save",
            multiple=True,
            show={"operation": ["save"]},
        ),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    for entry in ctx.param("dataToSave.values", index) or []:
        key = to_text(entry.get("key", ""))
        if not _KEY.fullmatch(key):
            raise NodeError(f'Custom data key can only contain characters "A-Za-z0-9_" (key "{key[:80]}")')
        # Longer ones are cut, not refused: they are for finding, and a run should not fail for them.
        ctx.save_custom_data(key[:_MAX_KEY], to_text(entry.get("value", ""))[:_MAX_VALUE])
    return item
