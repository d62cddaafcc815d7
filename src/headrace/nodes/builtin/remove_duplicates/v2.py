"""Remove Duplicates 2: drops items that equal an earlier one, or that an earlier execution has seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.lists.deduplicating import remove_duplicates
from headrace.nodes.builtin.remove_duplicates.comparing import compare_options, compare_parameters, read_comparison
from headrace.nodes.builtin.remove_duplicates.history import History, after_latest, read_moment, read_number, unseen
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Collection, Effects, NodeDescription, Number, Options, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_number, to_text
from headrace.sdk.outcome import Outputs

_SEEN = "removeItemsSeenInPreviousExecutions"
_CLEAR = "clearDeduplicationHistory"
_WITHIN = "removeDuplicateInputItems"
_KEYS = "removeItemsWithAlreadySeenKeyValues"
_NUMBERS = "removeItemsUpToStoredIncrementalKey"
_DATES = "removeItemsUpToStoredDate"

_SCOPE = Options(
    "scope",
    {"node": "Node", "workflow": "Workflow"},
    "Scope",
    "node",
    description="Whether this node has a history of its own, or shares the workflow's.",
)

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.removeDuplicates",
    versions=(2,),
    title="Remove Duplicates",
    summary="Drops items that equal an earlier one, in the same input or in earlier executions of the workflow.",
    group="transform",
    works="list",
    remembers=True,
    per_item_parameters=True,
    aliases=("item lists", "dedupe", "deduplicate", "unique", "distinct", "transform", "polling", "new"),
    output_names=("Kept", "Discarded"),
    parameters=[
        Options(
            "operation",
            {
                _WITHIN: "Remove Items Repeated Within Current Input",
                _SEEN: "Remove Items Processed in Previous Executions",
                _CLEAR: "Clear Deduplication History",
            },
            "Operation",
            _WITHIN,
            no_data_expression=True,
        ),
        *compare_parameters({"operation": [_WITHIN]}),
        Options(
            "logic",
            {
                _KEYS: "Value Is New",
                _NUMBERS: "Value Is Higher than Any Previous",
                _DATES: "Date Is Later than Any Previous",
            },
            "Keep Items Where",
            _KEYS,
            no_data_expression=True,
            show={"operation": [_SEEN]},
        ),
        String(
            "dedupeValue",
            "Value to Dedupe On",
            show={"logic": [_KEYS], "/operation": [_SEEN]},
            description="The value that must be new, such as {{ $json.id }}.",
        ),
        String(
            "incrementalDedupeValue",
            "Value to Dedupe On",
            show={"logic": [_NUMBERS], "/operation": [_SEEN]},
            description="A number that grows from item to item, such as {{ $json.id }}.",
        ),
        String(
            "dateDedupeValue",
            "Value to Dedupe On",
            show={"logic": [_DATES], "/operation": [_SEEN]},
            description="A date that grows from item to item, such as {{ $json.createdAt }}.",
        ),
        Options("mode", {"cleanDatabase": "Clean Database"}, "Mode", "cleanDatabase", show={"operation": [_CLEAR]}),
        compare_options({"operation": [_WITHIN]}),
        Collection(
            "options",
            [
                _SCOPE,
                Number(
                    "historySize",
                    "History Size",
                    10_000,
                    minimum=1,
                    show={"/logic": [_KEYS]},
                    description="How many values are remembered; the oldest go first.",
                ),
            ],
            "Options",
            show={"operation": [_SEEN]},
        ),
        Collection("options", [_SCOPE], "Options", show={"operation": [_CLEAR]}),
    ],
)


def outputs(parameters: Mapping[str, Any]) -> list[str]:
    return ["main", "main"] if parameters.get("operation", _WITHIN) == _SEEN else ["main"]


def effects(parameters: Mapping[str, Any]) -> Effects:
    return Effects.NONE if parameters.get("operation", _WITHIN) == _WITHIN else Effects.WRITES


async def run(ctx: NodeContext) -> Outputs:
    operation = ctx.param("operation", 0, _WITHIN)
    if operation == _WITHIN:
        return [remove_duplicates(ctx.items, read_comparison(ctx, skip_null=True))]
    history = History.of(ctx, ctx.param("options.scope", 0, "node"))
    passed = [Item(json=item.json, binary=item.binary, paired_item=index) for index, item in enumerate(ctx.items)]
    if operation == _CLEAR:
        history.clear()
        return [passed]
    if operation != _SEEN:
        raise NodeError(f'The operation "{operation}" is not known')
    match ctx.param("logic", 0, _KEYS):
        case "removeItemsUpToStoredIncrementalKey":
            numbers = [read_number(ctx.param("incrementalDedupeValue", at), at) for at in range(len(passed))]
            return after_latest(history, passed, numbers, "incremental")
        case "removeItemsUpToStoredDate":
            moments = [read_moment(ctx.param("dateDedupeValue", at), at) for at in range(len(passed))]
            return after_latest(history, passed, moments, "date")
        case "removeItemsWithAlreadySeenKeyValues":
            values = [to_text(ctx.param("dedupeValue", at, "")) for at in range(len(passed))]
            size = to_number(ctx.param("options.historySize", 0, 10_000))
            return unseen(ctx, history, passed, values, size)
        case unknown:
            raise NodeError(f'The logic "{unknown}" is not known')
