"""IF 1: tests items with conditions that are listed by data type."""

from __future__ import annotations

from headrace.nodes.builtin.if_.typed_conditions import conditions_parameter, parted
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Options
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.if",
    versions=(1,),
    title="IF",
    summary="Sends items that meet conditions to its first output, all others to its second.",
    group="flow",
    aliases=("condition", "branch", "router"),
    # On the whole list: when one item fails, n8n lets the whole input through, not the others.
    works="list",
    per_item_parameters=True,
    outputs=("main", "main"),
    output_names=("true", "false"),
    parameters=[
        conditions_parameter(),
        Options(
            "combineOperation",
            {"all": "All conditions must hold", "any": "One condition must hold"},
            "Combine",
            "all",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    return parted(ctx, lambda index: ctx.param("combineOperation", index) == "all")
