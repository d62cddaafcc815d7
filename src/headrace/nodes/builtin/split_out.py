"""Split Out: turns each element of a list inside an item into an item of its own."""

from __future__ import annotations

from typing import Any

from headrace.nodes.builtin.lists.fields import read_names
from headrace.nodes.builtin.lists.splitting import Split, split_item
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Options, String
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.splitOut",
    versions=(1,),
    title="Split Out",
    summary="Turns each element of a list inside an item into an item of its own.",
    group="transform",
    works="list",
    per_item_parameters=True,
    aliases=("item lists", "array", "expand", "nested", "flatten", "transform"),
    parameters=[
        String(
            "fieldToSplitOut",
            "Fields to Split Out",
            required=True,
            description='The fields that hold lists, separated by commas; "$binary" stands for the item\'s files.',
        ),
        Options(
            "include",
            {
                "noOtherFields": "No Other Fields",
                "allOtherFields": "All Other Fields",
                "selectedOtherFields": "Selected Other Fields",
            },
            "Include",
            "noOtherFields",
            description="Which other fields of the input item each output item gets.",
        ),
        String(
            "fieldsToInclude",
            "Fields to Include",
            show={"include": ["selectedOtherFields"]},
            description="Names of fields, separated by commas.",
        ),
        Collection(
            "options",
            [
                Boolean("disableDotNotation", "Disable Dot Notation", description='Whether "a.b" is a plain name.'),
                String(
                    "destinationFieldName", "Destination Field Name", description="What the output fields are called."
                ),
                Boolean("includeBinary", "Include Binary", description="Whether each output item keeps the files."),
            ],
            "Options",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    made: list[Item] = []
    for index, item in enumerate(ctx.items):
        split = read_split(ctx, index)
        made.extend(split_item(item, index, split))
    return [made]


def read_split(ctx: NodeContext, index: int) -> Split:
    """Return what the parameters of Split Out, and of Item Lists from version 3 on, ask for."""
    options: dict[str, Any] = ctx.param("options", index, {}) or {}
    fields = [
        name.strip().removeprefix("$json.") for name in str(ctx.param("fieldToSplitOut", index, "") or "").split(",")
    ]
    destinations = [name.strip() for name in str(options.get("destinationFieldName") or "").split(",")]
    include = ctx.param("include", index, "noOtherFields")
    included = ctx.param("fieldsToInclude", index, []) if include == "selectedOtherFields" else []
    return Split(
        fields=fields,
        destinations=[name for name in destinations if name],
        include=include,
        included=read_names(included, "Fields To Include"),
        dots=not options.get("disableDotNotation"),
        keep_binary=bool(options.get("includeBinary")),
    )
