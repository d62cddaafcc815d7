"""Summarize: sums, counts and other figures over items, grouped by fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.lists.summarizing import Summary, missing_field, summarize
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
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Link
from headrace.sdk.outcome import Outputs

_AGGREGATIONS = {
    "append": "Append",
    "average": "Average",
    "concatenate": "Concatenate",
    "count": "Count",
    "countUnique": "Count Unique",
    "max": "Max",
    "min": "Min",
    "sum": "Sum",
}
_SEPARATORS = {",": "Comma", ", ": "Comma and Space", "\n": "New Line", "": "None", " ": "Space", "other": "Other"}


def summarize_parameters(show: Mapping[str, list[Any]], *, continue_hidden: Mapping[str, list[Any]]) -> list[Parameter]:
    """Return what to summarize and how; shared with Item Lists."""
    return [
        FixedCollection(
            "fieldsToSummarize",
            [
                Group(
                    name="values",
                    display_name="",
                    values=[
                        Options("aggregation", _AGGREGATIONS, "Aggregation", "count"),
                        String("field", "Field", description="The field to summarize.", required=True),
                        Boolean(
                            "includeEmpty",
                            "Include Empty Values",
                            show={"aggregation": ["append", "concatenate", "count", "countUnique"]},
                        ),
                        Options("separateBy", _SEPARATORS, "Separator", ",", show={"aggregation": ["concatenate"]}),
                        String(
                            "customSeparator",
                            "Custom Separator",
                            show={"aggregation": ["concatenate"], "separateBy": ["other"]},
                        ),
                    ],
                )
            ],
            "Fields to Summarize",
            multiple=True,
            default={"values": [{"aggregation": "count", "field": ""}]},
            show=show,
        ),
        String(
            "fieldsToSplitBy",
            "Fields to Split By",
            show=show,
            hide={"/options.outputFormat": ["singleItem"]},
            description="Fields to group by, separated by commas.",
        ),
        String(
            "fieldsToSplitBy",
            "Fields to Group By",
            show={**show, "/options.outputFormat": ["singleItem"]},
            description="Fields to group by, separated by commas.",
        ),
        Collection(
            "options",
            [
                Boolean(
                    "continueIfFieldNotFound",
                    "Continue if Field Not Found",
                    hide=continue_hidden,
                    description="Whether to go on, with one empty item, when no item has a field to summarize.",
                ),
                Boolean("disableDotNotation", "Disable Dot Notation", description='Whether "a.b" is a plain name.'),
                Options(
                    "outputFormat",
                    {"separateItems": "Each Group in a Separate Item", "singleItem": "All Groups in a Single Item"},
                    "Output Format",
                    "separateItems",
                ),
                Boolean(
                    "skipEmptySplitFields",
                    "Ignore items without valid fields to group by",
                    description="Whether items whose field to group by is missing or empty are left out.",
                ),
            ],
            "Options",
            show=show,
        ),
    ]


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.summarize",
    versions=(1, 1.1),
    title="Summarize",
    summary="Sums, counts, averages and lists the values of fields over all items, or for each group of items.",
    group="transform",
    works="list",
    aliases=("item lists", "pivot", "group", "aggregate", "sum", "count", "average", "concatenate", "transform"),
    parameters=summarize_parameters({}, continue_hidden={"@version": [{"_cnd": {"gte": 1.1}}]}),
)


async def run(ctx: NodeContext) -> Outputs:
    return [summarized(ctx, strict=ctx.node.version < 1.1)]


def summarized(ctx: NodeContext, *, strict: bool) -> list[Item]:
    """Do it as the parameters say.

    Args:
        strict: Whether a field that no item has is an error, and groups are named by text.
    """
    options: dict[str, Any] = ctx.param("options", 0, {}) or {}
    summary = Summary(
        aggregations=ctx.param("fieldsToSummarize.values", 0, []) or [],
        split_by=[name.strip() for name in str(ctx.param("fieldsToSplitBy", 0, "") or "").split(",") if name.strip()],
        dots=not options.get("disableDotNotation"),
        skip_empty_groups=bool(options.get("skipEmptySplitFields")),
        groups_as_text=strict,
        single_item=options.get("outputFormat") == "singleItem",
    )
    made = summarize(ctx.items, summary)
    missing = missing_field(list(ctx.items), summary)
    if missing is not None:
        message = f"The field '{missing}' does not exist in any items"
        if not strict:
            ctx.hint(message)
        elif options.get("continueIfFieldNotFound"):
            return [Item(json={}, paired_item=[Link(item=index) for index in range(len(ctx.items))])]
        else:
            raise NodeError(message)
    return made
