"""Item Lists 3: operations on lists of items; the last version before each operation became a node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin import aggregate, limit, sort, split_out, summarize
from headrace.nodes.builtin.lists.deduplicating import remove_duplicates
from headrace.nodes.builtin.lists.limiting import limit as limited
from headrace.nodes.builtin.lists.splitting import split_item
from headrace.nodes.builtin.remove_duplicates.comparing import compare_options, compare_parameters, read_comparison
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, Effects, NodeDescription, Number, Options, Parameter, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

_SPLIT = {"operation": ["splitOutItems"]}
_AGGREGATE = {"operation": ["concatenateItems"]}
_ALL_DATA = {**_AGGREGATE, "aggregate": ["aggregateAllItemData"]}
_REMOVE = {"operation": ["removeDuplicates"]}
_SORT = {"operation": ["sort"]}
_LIMIT = {"operation": ["limit"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.itemLists",
    versions=(3, 3.1),
    title="Item Lists",
    summary="Splits, concatenates, sorts, limits, deduplicates and summarizes lists of items.",
    group="transform",
    works="list",
    per_item_parameters=True,
    aliases=("aggregate", "dedupe", "deduplicate", "split", "sort", "limit", "concatenate", "summarize"),
    parameters=[
        Parameter(name="resource", display_name="Resource", type="hidden", default="itemList"),
        Options(
            "operation",
            {
                "concatenateItems": "Concatenate Items",
                "limit": "Limit",
                "removeDuplicates": "Remove Duplicates",
                "sort": "Sort",
                "splitOutItems": "Split Out Items",
                "summarize": "Summarize",
            },
            "Operation",
            "splitOutItems",
            no_data_expression=True,
        ),
        String("fieldToSplitOut", "Fields To Split Out", required=True, show=_SPLIT),
        Options(
            "include",
            {
                "noOtherFields": "No Other Fields",
                "allOtherFields": "All Other Fields",
                "selectedOtherFields": "Selected Other Fields",
            },
            "Include",
            "noOtherFields",
            show=_SPLIT,
        ),
        String("fieldsToInclude", "Fields To Include", show={**_SPLIT, "include": ["selectedOtherFields"]}),
        Collection(
            "options",
            [
                Boolean("disableDotNotation", "Disable Dot Notation"),
                String("destinationFieldName", "Destination Field Name"),
                Boolean("includeBinary", "Include Binary"),
            ],
            "Options",
            show=_SPLIT,
        ),
        Options("aggregate", aggregate.MODES, "Aggregate", "aggregateIndividualFields", show=_AGGREGATE),
        aggregate.fields_to_aggregate({**_AGGREGATE, "aggregate": ["aggregateIndividualFields"]}),
        String("destinationFieldName", "Put Output in Field", "data", show=_ALL_DATA),
        Options("include", aggregate.INCLUDE, "Include", "allFields", show=_ALL_DATA),
        String("fieldsToExclude", "Fields To Exclude", show={**_ALL_DATA, "include": ["allFieldsExcept"]}),
        String("fieldsToInclude", "Fields To Include", show={**_ALL_DATA, "include": ["specifiedFields"]}),
        aggregate.options_parameter(_AGGREGATE),
        *compare_parameters(_REMOVE),
        compare_options({**_REMOVE, "compare": ["allFieldsExcept", "selectedFields"]}),
        *sort.sort_parameters(_SORT),
        Collection(
            "options",
            [Boolean("disableDotNotation", "Disable Dot Notation")],
            "Options",
            show={**_SORT, "type": ["simple"]},
        ),
        Number("maxItems", "Max Items", 1, minimum=1, show=_LIMIT),
        Options("keep", limit.KEEP, "Keep", "firstItems", show=_LIMIT),
        *summarize.summarize_parameters({"operation": ["summarize"]}, continue_hidden={}),
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return sort.effects(parameters) if parameters.get("operation") == "sort" else Effects.NONE


async def run(ctx: NodeContext) -> Outputs:
    match ctx.param("operation", 0, "splitOutItems"):
        case "splitOutItems":
            made: list[Item] = []
            for index, item in enumerate(ctx.items):
                made.extend(split_item(item, index, split_out.read_split(ctx, index)))
            return [made]
        case "concatenateItems":
            return [[aggregate.aggregated(ctx)]]
        case "removeDuplicates":
            return [remove_duplicates(ctx.items, read_comparison(ctx, check_types=ctx.node.version < 3.1))]
        case "sort":
            return [await sort.sorted_items(ctx)]
        case "limit":
            return [limited(ctx.items, ctx.param("maxItems", 0), last=ctx.param("keep", 0) == "lastItems")]
        case "summarize":
            return [summarize.summarized(ctx, strict=True)]
        case unknown:
            raise NodeError(f"Operation '{unknown}' is not supported")
