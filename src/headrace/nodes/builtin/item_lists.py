"""Item Lists: the older node with all list operations; each has a node of its own now."""

from __future__ import annotations

from headrace.nodes.builtin.lists.aggregating import aggregate_fields, aggregate_items, all_links, gather_binaries
from headrace.nodes.builtin.lists.fields import names_of
from headrace.nodes.builtin.lists.splitting import split_item
from headrace.nodes.builtin.limit import limit_items
from headrace.nodes.builtin.remove_duplicates.v1 import remove_duplicates
from headrace.nodes.builtin.sort import sort_items
from headrace.nodes.builtin.summarize import summarize
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
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

_OLD, _NEW = {"@version": [1, 2, 2.1, 2.2]}, {"@version": [{"_cnd": {"gte": 3}}]}
_AGGREGATE = ["aggregateItems", "concatenateItems"]


def _fields(name: str, label: str, show: dict[str, list[object]]) -> list[Parameter]:
    """Return a list of fields in the forms that the versions have it: named one by one, and as text."""
    group = Group(name="fields", display_name="", values=[String("fieldName", "Field Name")])
    return [
        FixedCollection(name, [group], label, multiple=True, show={**show, **_OLD}),
        String(name, label, show={**show, **_NEW}),
    ]


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.itemLists",
    versions=(1, 2, 2.1, 2.2, 3, 3.1),
    title="Item Lists",
    summary="Works on lists of items. Split Out, Aggregate, Sort, Limit, Remove Duplicates and Summarize are its successors.",
    works="list",
    parameters=[
        Parameter(name="resource", display_name="Resource", type="hidden", default="itemList"),
        Options(
            "operation",
            {
                "splitOutItems": "Split Out Items",
                "aggregateItems": "Aggregate Items",
                "concatenateItems": "Concatenate Items",
                "limit": "Limit",
                "removeDuplicates": "Remove Duplicates",
                "sort": "Sort",
                "summarize": "Summarize",
            },
            "Operation",
            "splitOutItems",
        ),
        String("fieldToSplitOut", "Field To Split Out", required=True, show={"operation": ["splitOutItems"]}),
        Options(
            "include",
            {
                "noOtherFields": "No Other Fields",
                "allOtherFields": "All Other Fields",
                "selectedOtherFields": "Selected Other Fields",
            },
            "Include",
            "noOtherFields",
            show={"operation": ["splitOutItems"]},
        ),
        *_fields(
            "fieldsToInclude", "Fields To Include", {"operation": ["splitOutItems"], "include": ["selectedOtherFields"]}
        ),
        Options(
            "aggregate",
            {
                "aggregateIndividualFields": "Individual Fields",
                "aggregateAllItemData": "All Item Data (Into a Single List)",
            },
            "Aggregate",
            "aggregateIndividualFields",
            show={"operation": _AGGREGATE},
        ),
        FixedCollection(
            "fieldsToAggregate",
            [
                Group(
                    name="fieldToAggregate",
                    display_name="",
                    values=[
                        String("fieldToAggregate", "Input Field Name"),
                        Boolean("renameField", "Rename Field"),
                        String("outputFieldName", "Output Field Name", show={"renameField": [True]}),
                    ],
                )
            ],
            "Fields To Aggregate",
            multiple=True,
            default={"fieldToAggregate": [{"fieldToAggregate": "", "renameField": False}]},
            show={"operation": _AGGREGATE, "aggregate": ["aggregateIndividualFields"]},
        ),
        String(
            "destinationFieldName",
            "Put Output in Field",
            "data",
            show={"operation": _AGGREGATE, "aggregate": ["aggregateAllItemData"]},
        ),
        Options(
            "include",
            {"allFields": "All Fields", "specifiedFields": "Specified Fields", "allFieldsExcept": "All Fields Except"},
            "Include",
            "allFields",
            show={"operation": _AGGREGATE, "aggregate": ["aggregateAllItemData"]},
        ),
        *_fields("fieldsToInclude", "Fields To Include", {"operation": _AGGREGATE, "include": ["specifiedFields"]}),
        *_fields("fieldsToExclude", "Fields To Exclude", {"operation": _AGGREGATE, "include": ["allFieldsExcept"]}),
        Options(
            "compare",
            {"allFields": "All Fields", "allFieldsExcept": "All Fields Except", "selectedFields": "Selected Fields"},
            "Compare",
            "allFields",
            show={"operation": ["removeDuplicates"]},
        ),
        *_fields(
            "fieldsToExclude", "Fields To Exclude", {"operation": ["removeDuplicates"], "compare": ["allFieldsExcept"]}
        ),
        *_fields(
            "fieldsToCompare", "Fields To Compare", {"operation": ["removeDuplicates"], "compare": ["selectedFields"]}
        ),
        Options(
            "type",
            {"simple": "Simple", "random": "Random", "code": "Code"},
            "Type",
            "simple",
            show={"operation": ["sort"]},
        ),
        FixedCollection(
            "sortFieldsUi",
            [
                Group(
                    name="sortField",
                    display_name="",
                    values=[
                        String("fieldName", "Field Name"),
                        Options("order", {"ascending": "Ascending", "descending": "Descending"}, "Order", "ascending"),
                    ],
                )
            ],
            "Fields To Sort By",
            multiple=True,
            show={"operation": ["sort"], "type": ["simple"]},
        ),
        String(
            "code",
            "Code",
            "return a.json.id - b.json.id;",
            no_data_expression=True,
            show={"operation": ["sort"], "type": ["code"]},
        ),
        Number("maxItems", "Max Items", 1, minimum=1, show={"operation": ["limit"]}),
        Options(
            "keep",
            {"firstItems": "First Items", "lastItems": "Last Items"},
            "Keep",
            "firstItems",
            show={"operation": ["limit"]},
        ),
        FixedCollection(
            "fieldsToSummarize",
            [
                Group(
                    name="values",
                    display_name="",
                    values=[
                        Options(
                            "aggregation",
                            {
                                name: name
                                for name in (
                                    "append",
                                    "average",
                                    "concatenate",
                                    "count",
                                    "countUnique",
                                    "max",
                                    "min",
                                    "sum",
                                )
                            },
                            "Aggregation",
                            "count",
                        ),
                        String("field", "Field"),
                        Boolean(
                            "includeEmpty",
                            "Include Empty Values",
                            show={"aggregation": ["append", "concatenate", "count", "countUnique"]},
                        ),
                        Options(
                            "separateBy",
                            {
                                ",": "Comma",
                                ", ": "Comma and Space",
                                "\n": "New Line",
                                "": "None",
                                " ": "Space",
                                "other": "Other",
                            },
                            "Separator",
                            ",",
                            show={"aggregation": ["concatenate"]},
                        ),
                        String("customSeparator", "Custom Separator", show={"separateBy": ["other"]}),
                    ],
                )
            ],
            "Fields to Summarize",
            multiple=True,
            default={"values": [{"aggregation": "count", "field": ""}]},
            show={"operation": ["summarize"]},
        ),
        String("fieldsToSplitBy", "Fields to Split By", show={"operation": ["summarize"]}),
        Collection(
            "options",
            [
                Boolean("continueIfFieldNotFound", "Continue if Field Not Found"),
                Boolean("disableDotNotation", "Disable Dot Notation"),
                String("destinationFieldName", "Destination Field Name"),
                Boolean("includeBinary", "Include Binary"),
                Boolean("includeBinaries", "Include Binaries"),
                Boolean("keepMissing", "Keep Missing Values"),
                Boolean("keepOnlyUnique", "Keep Only Unique"),
                Boolean("mergeLists", "Merge Lists"),
                Boolean("removeOtherFields", "Remove Other Fields"),
                Options(
                    "outputFormat",
                    {"separateItems": "Each Split in a Separate Item", "singleItem": "All Splits in a Single Item"},
                    "Output Format",
                    "separateItems",
                ),
                Boolean("skipEmptySplitFields", "Ignore items without valid fields to group by"),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    items = list(ctx.items)
    match ctx.param("operation"):
        case "splitOutItems":
            return [_split(ctx, items)]
        case "aggregateItems" | "concatenateItems":
            return [_aggregate(ctx, items)]
        case "removeDuplicates":
            return [remove_duplicates(ctx, items, checks=ctx.node.version < 3.1)]
        case "sort":
            return [await sort_items(ctx, items)]
        case "limit":
            return [limit_items(ctx)]
    lenient = bool(ctx.param("options.continueIfFieldNotFound", 0, default=False))
    return [summarize(items, ctx, lenient=lenient, typed=ctx.node.version >= 3)]


def _split(ctx: NodeContext, items: list[Item]) -> list[Item]:
    options = ctx.param("options") or {}
    fields = names_of(ctx.param("fieldToSplitOut"))
    include = str(ctx.param("include"))
    others = names_of(ctx.param("fieldsToInclude")) if include == "selectedOtherFields" else []
    if include == "selectedOtherFields" and not others:
        raise NodeError("No fields specified", description="Please add a field to include")
    dotted = not options.get("disableDotNotation")
    made: list[Item] = []
    for index, item in enumerate(items):
        made += split_item(
            item,
            index,
            fields=fields,
            include=include,
            others=others,
            destinations=names_of(options.get("destinationFieldName") or ""),
            dotted=dotted,
            keep_binary=bool(options.get("includeBinary")),
        )
    return made


def _aggregate(ctx: NodeContext, items: list[Item]) -> list[Item]:
    options = ctx.param("options") or {}
    if ctx.param("aggregate") == "aggregateAllItemData":
        include = str(ctx.param("include"))
        json = aggregate_items(
            items,
            str(ctx.param("destinationFieldName")),
            include=names_of(ctx.param("fieldsToInclude")) if include == "specifiedFields" else (),
            exclude=names_of(ctx.param("fieldsToExclude")) if include == "allFieldsExcept" else (),
        )
    else:
        json = aggregate_fields(
            items,
            ctx.param("fieldsToAggregate.fieldToAggregate") or (),
            dotted=not options.get("disableDotNotation"),
            merge_lists=bool(options.get("mergeLists")),
            keep_missing=bool(options.get("keepMissing")),
        )
    binary = (
        gather_binaries(items, unique=bool(options.get("keepOnlyUnique"))) if options.get("includeBinaries") else None
    )
    return [Item(json=json, binary=binary, paired_item=all_links(items))]
