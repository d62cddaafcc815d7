"""Sort: puts items in order by fields, by a comparison in JavaScript, or at random."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.lists.sorting import shuffled, sort_by_code, sort_by_fields
from headrace.sdk.context import NodeContext
from headrace.sdk.description import (
    Boolean,
    Collection,
    Effects,
    FixedCollection,
    Group,
    NodeDescription,
    Options,
    Parameter,
    String,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

_DEFAULT_CODE = """// a and b are the two items to compare; their fields are in a.json and b.json
// Return -1 if a comes first, 1 if b comes first, 0 if it makes no difference

if (a.json.myField < b.json.myField) {
  return -1;
}
if (a.json.myField > b.json.myField) {
  return 1;
}
return 0;"""


def sort_parameters(show: Mapping[str, list[Any]]) -> list[Parameter]:
    """Return how to sort; shared with Item Lists."""
    return [
        Options("type", {"simple": "Simple", "random": "Random", "code": "Code"}, "Type", "simple", show=show),
        FixedCollection(
            "sortFieldsUi",
            [
                Group(
                    name="sortField",
                    display_name="",
                    values=[
                        String("fieldName", "Field Name", required=True),
                        Options(
                            "order",
                            {"ascending": "Ascending", "descending": "Descending"},
                            "Order",
                            "ascending",
                        ),
                    ],
                )
            ],
            "Fields To Sort By",
            multiple=True,
            show={**show, "type": ["simple"]},
        ),
        String(
            "code",
            "Code",
            _DEFAULT_CODE,
            rows=10,
            show={**show, "type": ["code"]},
            no_data_expression=True,
            type_options={"editor": "jsEditor"},
            description="The body of a function that compares the items a and b.",
        ),
    ]


DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.sort",
    versions=(1,),
    title="Sort",
    summary="Puts items in order by the values of fields, by a comparison in JavaScript, or at random.",
    group="transform",
    works="list",
    aliases=("item lists", "order", "arrange", "shuffle", "transform", "array", "list"),
    parameters=[
        *sort_parameters({}),
        Collection(
            "options",
            [Boolean("disableDotNotation", "Disable Dot Notation", description='Whether "a.b" is a plain name.')],
            "Options",
            show={"type": ["simple"]},
        ),
    ],
)


def effects(parameters: Mapping[str, Any]) -> Effects:
    return Effects.READS if parameters.get("type") == "random" else Effects.NONE


async def run(ctx: NodeContext) -> Outputs:
    return [await sorted_items(ctx)]


async def sorted_items(ctx: NodeContext) -> list[Item]:
    match ctx.param("type", 0, "simple"):
        case "random":
            return shuffled(ctx.items, ctx.random)
        case "simple":
            fields = ctx.param("sortFieldsUi.sortField", 0, []) or []
            return sort_by_fields(ctx.items, fields, dots=not ctx.param("options.disableDotNotation", 0, False))
        case "code":
            return await sort_by_code(ctx, str(ctx.param("code", 0, "") or ""))
        case unknown:
            raise NodeError(f'There is no sort type "{unknown}"')
