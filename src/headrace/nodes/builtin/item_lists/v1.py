"""Item Lists 1 and 2: operations on lists of items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin import sort, summarize
from headrace.nodes.builtin.aggregate import INCLUDE, MODES, fields_to_aggregate
from headrace.nodes.builtin.limit import KEEP
from headrace.nodes.builtin.lists.aggregating import FieldLists, aggregate_fields, aggregate_items
from headrace.nodes.builtin.lists.deduplicating import Comparison, remove_duplicates
from headrace.nodes.builtin.lists.fields import listed_names
from headrace.nodes.builtin.lists.limiting import limit
from headrace.nodes.builtin.lists.splitting import Split, split_one_field
from headrace.nodes.builtin.remove_duplicates.comparing import COMPARE
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    Effects,
    FixedCollection,
    Group,
    NodeDescription,
    Number,
    Options,
    Parameter,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs


def _names(name: str, label: str, show: dict[str, list[Any]]) -> Parameter:
    group = Group(name="fields", display_name="", values=[String("fieldName", "Field Name")])
    return FixedCollection(name, [group], label, multiple=True, show=show)


_SPLIT = {"operation": ["splitOutItems"]}
_AGGREGATE = {"operation": ["aggregateItems"]}
_ALL_DATA = {**_AGGREGATE, "aggregate": ["aggregateAllItemData"]}
_REMOVE = {"operation": ["removeDuplicates"]}
_SORT = {"operation": ["sort"]}
_LIMIT = {"operation": ["limit"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.itemLists",
    versions=(1, 2, 2.1, 2.2),
    title="Item Lists",
    summary="Splits, aggregates, sorts, limits, deduplicates and summarizes lists of items.",
    group="transform",
    works="list",
    per_item_parameters=True,
    aliases=("aggregate", "dedupe", "deduplicate", "split", "sort", "limit", "concatenate", "summarize"),
    parameters=[
        Parameter(name="resource", display_name="Resource", type="hidden", default="itemList"),
        Options(
            "operation",
            {
                "splitOutItems": "Split Out Items",
                "aggregateItems": "Aggregate Items",
                "summarize": "Summarize",
                "removeDuplicates": "Remove Duplicates",
                "sort": "Sort",
                "limit": "Limit",
            },
            "Operation",
            "splitOutItems",
            no_data_expression=True,
        ),
        String("fieldToSplitOut", "Field To Split Out", required=True, show=_SPLIT),
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
        _names("fieldsToInclude", "Fields To Include", {**_SPLIT, "include": ["selectedOtherFields"]}),
        Options("aggregate", MODES, "Aggregate", "aggregateIndividualFields", show=_AGGREGATE),
        fields_to_aggregate({**_AGGREGATE, "aggregate": ["aggregateIndividualFields"]}),
        String("destinationFieldName", "Put Output in Field", "data", show=_ALL_DATA),
        Options("include", INCLUDE, "Include", "allFields", show=_ALL_DATA),
        _names("fieldsToExclude", "Fields To Exclude", {**_ALL_DATA, "include": ["allFieldsExcept"]}),
        _names("fieldsToInclude", "Fields To Include", {**_ALL_DATA, "include": ["specifiedFields"]}),
        Options("compare", COMPARE, "Compare", "allFields", show=_REMOVE),
        _names("fieldsToExclude", "Fields To Exclude", {**_REMOVE, "compare": ["allFieldsExcept"]}),
        _names("fieldsToCompare", "Fields To Compare", {**_REMOVE, "compare": ["selectedFields"]}),
        *sort.sort_parameters(_SORT),
        Number("maxItems", "Max Items", 1, minimum=1, show=_LIMIT),
        Options("keep", KEEP, "Keep", "firstItems", show=_LIMIT),
        Collection(
            "options",
            [
                Boolean("removeOtherFields", "Remove Other Fields", show={"/operation": ["removeDuplicates"]}),
                Boolean(
                    "disableDotNotation",
                    "Disable Dot Notation",
                    show={"/operation": ["sort", "removeDuplicates", "splitOutItems", "aggregateItems"]},
                    hide={"/aggregate": ["aggregateAllItemData"]},
                ),
                String("destinationFieldName", "Destination Field Name", show={"/operation": ["splitOutItems"]}),
                Boolean("mergeLists", "Merge Lists", show={"/aggregate": ["aggregateIndividualFields"]}),
                Boolean("keepMissing", "Keep Missing And Null Values", show={"/operation": ["aggregateItems"]}),
            ],
            "Options",
            show={"operation": ["sort", "splitOutItems", "aggregateItems", "removeDuplicates"]},
        ),
        *summarize.summarize_parameters({"operation": ["summarize"]}, continue_hidden={}),
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return sort.effects(parameters) if parameters.get("operation") == "sort" else Effects.NONE


async def run(ctx: NodeContext) -> Outputs:
    match ctx.param("operation", 0, "splitOutItems"):
        case "splitOutItems":
            return [_split(ctx)]
        case "aggregateItems":
            return [[_aggregated(ctx)]]
        case "removeDuplicates":
            return [_without_duplicates(ctx)]
        case "sort":
            return [await sort.sorted_items(ctx)]
        case "limit":
            return [limit(ctx.items, ctx.param("maxItems", 0), last=ctx.param("keep", 0) == "lastItems")]
        case "summarize":
            return [summarize.summarized(ctx, strict=True)]
        case unknown:
            raise NodeError(f"Operation '{unknown}' is not supported")


def _split(ctx: NodeContext) -> list[Item]:
    made: list[Item] = []
    for index, item in enumerate(ctx.items):
        options: dict[str, Any] = ctx.param("options", index, {}) or {}
        name = options.get("destinationFieldName") or ""
        include = ctx.param("include", index, "noOtherFields")
        selected = include == "selectedOtherFields"
        split = Split(
            fields=[str(ctx.param("fieldToSplitOut", index, ""))],
            destinations=[name] if name else [],
            include=include,
            included=listed_names(ctx.param("fieldsToInclude.fields", index, [])) if selected else [],
            dots=not options.get("disableDotNotation"),
        )
        try:
            made.extend(split_one_field(item, index, split, version=ctx.node.version))
        except NodeError as failure:
            failure.item_index = index
            raise
    return made


def _aggregated(ctx: NodeContext) -> Item:
    options: dict[str, Any] = ctx.param("options", 0, {}) or {}
    if ctx.param("aggregate", 0, "") != "aggregateIndividualFields":
        return aggregate_items(
            ctx.items,
            ctx.param("destinationFieldName", 0, "data"),
            only=listed_names(ctx.param("fieldsToInclude.fields", 0, [])),
            without=listed_names(ctx.param("fieldsToExclude.fields", 0, [])),
        )
    how = FieldLists(
        dots=not options.get("disableDotNotation"),
        merge_lists=bool(options.get("mergeLists")),
        keep_missing=bool(options.get("keepMissing")),
        must_exist=ctx.node.version < 2.1,
    )
    return aggregate_fields(ctx.items, ctx.param("fieldsToAggregate.fieldToAggregate", 0, []) or [], how)


def _without_duplicates(ctx: NodeContext) -> list[Item]:
    options: dict[str, Any] = ctx.param("options", 0, {}) or {}
    compare = ctx.param("compare", 0, "allFields")
    parameter = {"allFieldsExcept": "fieldsToExclude", "selectedFields": "fieldsToCompare"}.get(compare)
    how = Comparison(
        compare=compare,
        fields=listed_names(ctx.param(f"{parameter}.fields", 0, [])) if parameter else (),
        dots=not options.get("disableDotNotation"),
        remove_other_fields=bool(options.get("removeOtherFields")),
    )
    return remove_duplicates(ctx.items, how)
