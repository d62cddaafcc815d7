"""IF 2: tests items with conditions."""

from __future__ import annotations

from headrace.nodes.builtin.if_.strictness import condition_options, loose_parameter, routed
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Collection, Filter, NodeDescription
from headrace.sdk.items import Item
from headrace.sdk.outcome import Routed

_SINCE = 2.1
_RULES = {2.2: 2, 2.3: 3}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.if",
    versions=(2, 2.1, 2.2, 2.3),
    title="If",
    summary="Sends items that meet conditions to its first output, all others to its second.",
    group="flow",
    aliases=("condition", "branch", "router", "filter"),
    outputs=("main", "main"),
    output_names=("true", "false"),
    parameters=[
        Filter("conditions", "Conditions"),
        loose_parameter(_SINCE),
        Collection("options", condition_options(_SINCE), "Options"),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Routed:
    return routed(ctx, item, index, since=_SINCE, steps=_RULES)
