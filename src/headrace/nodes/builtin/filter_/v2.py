"""Filter 2: keeps items by conditions."""

from __future__ import annotations

from headrace.nodes.builtin.if_.strictness import condition_options, loose_parameter, routed
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Collection, Filter, NodeDescription
from headrace.sdk.items import Item
from headrace.sdk.outcome import Routed

_SINCE = 2.1
_RULES = {2.2: 2, 2.3: 3}

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.filter",
    versions=(2, 2.1, 2.2, 2.3),
    title="Filter",
    summary="Keeps the items that meet conditions and drops the others.",
    group="flow",
    aliases=("condition", "remove", "keep", "where"),
    output_names=("Kept", "Discarded"),
    parameters=[
        Filter("conditions", "Conditions"),
        loose_parameter(_SINCE),
        Collection("options", condition_options(_SINCE), "Options"),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Routed:
    # The second output is not drawn in the editor, but a connection to it works.
    return routed(ctx, item, index, since=_SINCE, steps=_RULES)
