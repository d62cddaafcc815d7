"""Remove Duplicates 1: drops items that equal an earlier one."""

from __future__ import annotations

from headrace.nodes.builtin.lists.deduplicating import remove_duplicates
from headrace.nodes.builtin.remove_duplicates.comparing import compare_options, compare_parameters, read_comparison
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.removeDuplicates",
    versions=(1, 1.1),
    title="Remove Duplicates",
    summary="Drops items whose fields are the same as those of an earlier item.",
    group="transform",
    works="list",
    aliases=("item lists", "dedupe", "deduplicate", "unique", "distinct", "transform"),
    parameters=[
        *compare_parameters({}),
        compare_options({"compare": ["allFieldsExcept", "selectedFields"]}),
    ],
)


async def run(ctx: NodeContext) -> Outputs:
    return [remove_duplicates(ctx.items, read_comparison(ctx, skip_null=ctx.node.version > 1))]
