"""Remove Duplicates, version 1: within the input."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.nodes.builtin.lists.duplicates import check_types, fields_to_compare, only_fields, unique_places
from headrace.nodes.builtin.lists.fields import names_of
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, NodeDescription, Options, Parameter, String
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

PARAMETERS: list[Parameter] = [
    Options(
        "compare",
        {"allFields": "All Fields", "allFieldsExcept": "All Fields Except", "selectedFields": "Selected Fields"},
        "Compare",
        "allFields",
    ),
    String("fieldsToExclude", "Fields To Exclude", show={"compare": ["allFieldsExcept"]}),
    String("fieldsToCompare", "Fields To Compare", show={"compare": ["selectedFields"]}),
    Collection(
        "options",
        [Boolean("disableDotNotation", "Disable Dot Notation"), Boolean("removeOtherFields", "Remove Other Fields")],
        "Options",
        show={"compare": ["allFieldsExcept", "selectedFields"]},
    ),
]

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.removeDuplicates",
    versions=(1, 1.1),
    title="Remove Duplicates",
    summary="Drops items that are the same as an earlier one.",
    works="list",
    aliases=("unique", "dedupe"),
    parameters=PARAMETERS,
)


async def run(ctx: NodeContext) -> Outputs:
    return [remove_duplicates(ctx, list(ctx.items), checks=ctx.node.version == 1)]


def remove_duplicates(ctx: NodeContext, items: Sequence[Item], *, checks: bool) -> list[Item]:
    """Return the items without duplicates.

    Args:
        checks: Whether a field that is missing somewhere is an error, as it is in the first version.
    """
    compare = str(ctx.param("compare", 0, "allFields"))
    dotted = not ctx.param("options.disableDotNotation", 0, default=False)
    names = fields_to_compare(
        items,
        compare,
        include=names_of(ctx.param("fieldsToCompare")),
        exclude=names_of(ctx.param("fieldsToExclude")),
        dotted=dotted,
    )
    check_types(items, names if compare == "selectedFields" else (), dotted=dotted, version_checks=checks)
    cut = compare != "allFields" and ctx.param("options.removeOtherFields", 0, default=False) is True
    return [
        Item(
            json=only_fields(items[place], names, dotted=dotted) if cut else items[place].json,
            binary=items[place].binary,
            paired_item=place,
        )
        for place in unique_places(items, names, dotted=dotted)
    ]
