"""Filter 1: keeps items by conditions that are listed by data type."""

from __future__ import annotations

from headrace.nodes.builtin.if_.typed_conditions import conditions_parameter, parted
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Options
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.filter",
    versions=(1,),
    title="Filter",
    summary="Keeps the items that meet conditions and drops the others.",
    group="flow",
    aliases=("condition", "remove", "keep"),
    # On the whole list: when one item fails, n8n lets the whole input through, not the others.
    works="list",
    per_item_parameters=True,
    output_names=("Kept", "Discarded"),
    parameters=[
        conditions_parameter(),
        Options(
            "combineConditions",
            {"AND": "All conditions must hold", "OR": "One condition must hold"},
            "Combine Conditions",
            "AND",
        ),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    # The second output is not drawn in the editor, but a connection to it works.
    return parted(ctx, lambda index: ctx.param("combineConditions", index) == "AND")
