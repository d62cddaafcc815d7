"""IF 1: tests items with conditions that are listed by data type."""

from __future__ import annotations

from headrace.nodes.builtin.if_.typed_conditions import conditions_hold, conditions_parameter
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Options
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
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
    passed: list[Item] = []
    failed: list[Item] = []
    for index, item in enumerate(ctx.items):
        conditions = ctx.param("conditions", index, {}) or {}
        every = ctx.param("combineOperation", index) == "all"
        try:
            holds = conditions_hold(conditions, every=every)
        except NodeError as failure:
            failure.item_index = index
            raise
        (passed if holds else failed).append(Item(json=item.json, binary=item.binary, paired_item=index))
    return [passed, failed]
