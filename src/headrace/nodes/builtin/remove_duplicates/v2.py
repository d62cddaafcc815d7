"""Remove Duplicates, version 2: within the input, or against what earlier runs have seen."""

from __future__ import annotations

import hashlib
from typing import Any

from headrace.nodes.builtin.remove_duplicates.v1 import PARAMETERS, remove_duplicates
from headrace.sdk.context import NodeContext
from headrace.sdk.dates import NotADate, parse_date, to_millis
from headrace.sdk.description import Collection, Display, NodeDescription, Number, Options, Parameter, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import text_to_number, to_text
from headrace.sdk.outcome import Outputs

_SEEN = ["removeItemsSeenInPreviousExecutions"]
_MAX_HISTORY = 100_000


def _within(parameter: Parameter) -> Parameter:
    import msgspec

    shown = parameter.display_options.show if parameter.display_options else {}
    return msgspec.structs.replace(
        parameter, display_options=Display(show={"operation": ["removeDuplicateInputItems"], **shown})
    )


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.removeDuplicates",
    versions=(2,),
    title="Remove Duplicates",
    summary="Drops items that are the same as an earlier one, of this input or of earlier runs.",
    works="list",
    per_item_parameters=True,
    aliases=("unique", "dedupe"),
    outputs=("main", "main"),
    output_names=("kept", "discarded"),
    parameters=[
        Options(
            "operation",
            {
                "removeDuplicateInputItems": "Remove Items Repeated Within Current Input",
                "removeItemsSeenInPreviousExecutions": "Remove Items Processed in Previous Executions",
                "clearDeduplicationHistory": "Clear Deduplication History",
            },
            "Operation",
            "removeDuplicateInputItems",
        ),
        *(_within(parameter) for parameter in PARAMETERS),
        Options(
            "logic",
            {
                "removeItemsWithAlreadySeenKeyValues": "Value Is New",
                "removeItemsUpToStoredIncrementalKey": "Value Is Higher than Any Previous Value",
                "removeItemsUpToStoredDate": "Value Is a Date Later than Any Previous Date",
            },
            "Keep Items Where",
            "removeItemsWithAlreadySeenKeyValues",
            show={"operation": _SEEN},
        ),
        String(
            "dedupeValue",
            "Value to Dedupe On",
            show={"operation": _SEEN, "logic": ["removeItemsWithAlreadySeenKeyValues", ""]},
        ),
        Number(
            "incrementalDedupeValue",
            "Value to Dedupe On",
            show={"operation": _SEEN, "logic": ["removeItemsUpToStoredIncrementalKey"]},
        ),
        String(
            "dateDedupeValue", "Value to Dedupe On", show={"operation": _SEEN, "logic": ["removeItemsUpToStoredDate"]}
        ),
        Options(
            "mode",
            {"cleanDatabase": "Clean Database"},
            "Mode",
            "cleanDatabase",
            show={"operation": ["clearDeduplicationHistory"]},
        ),
        Collection(
            "options",
            [
                Options("scope", {"workflow": "Workflow", "node": "Node"}, "Scope", "node"),
                Number("historySize", "History Size", 10000),
            ],
            "Options",
            show={"operation": [*_SEEN, "clearDeduplicationHistory"]},
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    items = list(ctx.items)
    operation = ctx.param("operation", 0)
    if operation == "removeDuplicateInputItems":
        return [remove_duplicates(ctx, items, checks=False), []]
    if operation == "clearDeduplicationHistory":
        ctx.static_data.pop("seen", None)
        ctx.static_data.pop("highest", None)
        return [[Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(items)], []]
    return list(_against_history(ctx, items))


def _against_history(ctx: NodeContext, items: list[Item]) -> tuple[list[Item], list[Item]]:
    logic = ctx.param("logic", 0)
    kept: list[Item] = []
    dropped: list[Item] = []
    seen: dict[str, None] = dict.fromkeys(ctx.static_data.get("seen") or ())
    highest: Any = ctx.static_data.get("highest")
    new_highest = highest
    for index, item in enumerate(items):
        copy = Item(json=item.json, binary=item.binary, paired_item=index)
        if logic == "removeItemsWithAlreadySeenKeyValues":
            # Hashed: the history is kept with the workflow and need not repeat what the items hold.
            mark = hashlib.sha256(to_text(ctx.param("dedupeValue", index)).encode()).hexdigest()[:32]
            (dropped if mark in seen else kept).append(copy)
            seen[mark] = None
            continue
        value = _comparable(ctx, str(logic), index)
        (kept if highest is None or value > highest else dropped).append(copy)
        new_highest = value if new_highest is None or value > new_highest else new_highest
    if logic == "removeItemsWithAlreadySeenKeyValues":
        size = min(max(int(ctx.param("options.historySize", 0, 10000) or 0), 1), _MAX_HISTORY)
        ctx.static_data["seen"] = list(seen)[-size:]
    else:
        ctx.static_data["highest"] = new_highest
    return kept, dropped


def _comparable(ctx: NodeContext, logic: str, index: int) -> float:
    if logic == "removeItemsUpToStoredIncrementalKey":
        number = text_to_number(to_text(ctx.param("incrementalDedupeValue", index)))
        if number != number:  # noqa: PLR0124 - NaN
            raise NodeError("The value to dedupe on is not a number", item_index=index)
        return number
    try:
        return to_millis(parse_date(ctx.param("dateDedupeValue", index), ctx.workflow.timezone))
    except NotADate as wrong:
        raise NodeError("The value to dedupe on is not a date", item_index=index) from wrong
