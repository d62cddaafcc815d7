"""Aggregate: collects the values of all items into lists in one item."""

from __future__ import annotations

from typing import Any

from headrace.nodes.builtin.lists.aggregating import FieldLists, add_binaries, aggregate_fields, aggregate_items
from headrace.nodes.builtin.lists.fields import read_names
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    FixedCollection,
    Group,
    NodeDescription,
    Options,
    Parameter,
    String,
)
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

MODES = {"aggregateIndividualFields": "Individual Fields", "aggregateAllItemData": "All Item Data (Into a Single List)"}
INCLUDE = {"allFields": "All Fields", "specifiedFields": "Specified Fields", "allFieldsExcept": "All Fields Except"}


def fields_to_aggregate(show: dict[str, list[Any]]) -> Parameter:
    return FixedCollection(
        "fieldsToAggregate",
        [
            Group(
                name="fieldToAggregate",
                display_name="",
                values=[
                    String("fieldToAggregate", "Input Field Name", description="The field to collect the values of."),
                    Boolean("renameField", "Rename Field"),
                    String("outputFieldName", "Output Field Name", show={"renameField": [True]}),
                ],
            )
        ],
        "Fields to Aggregate",
        multiple=True,
        default={"fieldToAggregate": [{"fieldToAggregate": "", "renameField": False}]},
        show=show,
    )


def options_parameter(show: dict[str, list[Any]]) -> Parameter:
    single = {"/aggregate": ["aggregateIndividualFields"]}
    return Collection(
        "options",
        [
            Boolean("disableDotNotation", "Disable Dot Notation", hide={"/aggregate": ["aggregateAllItemData"]}),
            Boolean(
                "mergeLists",
                "Merge Lists",
                show=single,
                description="Whether values that are lists become one flat list, not a list of lists.",
            ),
            Boolean("includeBinaries", "Include Binaries", description="Whether the new item gets the items' files."),
            Boolean(
                "keepOnlyUnique",
                "Keep Only Unique Binaries",
                show={"includeBinaries": [True]},
                description="Whether files with the same name, type and size are taken once.",
            ),
            Boolean(
                "keepMissing",
                "Keep Missing And Null Values",
                show=single,
                description="Whether missing and null values become null entries of the list.",
            ),
        ],
        "Options",
        show=show,
    )


_ALL = {"aggregate": ["aggregateAllItemData"]}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.aggregate",
    versions=(1,),
    title="Aggregate",
    summary="Collects a field of all items into a list, or all items into a list, in a single item.",
    group="transform",
    works="list",
    aliases=("item lists", "combine", "merge", "join", "concatenate", "flatten", "transform", "array", "list"),
    parameters=[
        Options("aggregate", MODES, "Aggregate", "aggregateIndividualFields"),
        fields_to_aggregate({"aggregate": ["aggregateIndividualFields"]}),
        String("destinationFieldName", "Put Output in Field", "data", show=_ALL),
        Options("include", INCLUDE, "Include", "allFields", show=_ALL),
        String("fieldsToExclude", "Fields To Exclude", show={**_ALL, "include": ["allFieldsExcept"]}),
        String("fieldsToInclude", "Fields To Include", show={**_ALL, "include": ["specifiedFields"]}),
        options_parameter({}),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    return [[aggregated(ctx)]]


def aggregated(ctx: NodeContext) -> Item:
    """Do it as the parameters of Aggregate, and of Item Lists from version 3 on, say."""
    options: dict[str, Any] = ctx.param("options", 0, {}) or {}
    if ctx.param("aggregate", 0, "") == "aggregateIndividualFields":
        made = aggregate_fields(
            ctx.items,
            ctx.param("fieldsToAggregate.fieldToAggregate", 0, []) or [],
            FieldLists(
                dots=not options.get("disableDotNotation"),
                merge_lists=bool(options.get("mergeLists")),
                keep_missing=bool(options.get("keepMissing")),
            ),
        )
    else:
        made = aggregate_items(
            ctx.items,
            ctx.param("destinationFieldName", 0, "data"),
            only=read_names(ctx.param("fieldsToInclude", 0, ""), "Fields To Include"),
            without=read_names(ctx.param("fieldsToExclude", 0, ""), "Fields To Exclude"),
        )
    if options.get("includeBinaries"):
        add_binaries(made, ctx.items, unique=bool(options.get("keepOnlyUnique")))
    return made
