"""Split In Batches 1: hands its items on a few at a time, and ends its branch when none are left."""

from __future__ import annotations

from headrace.nodes.builtin.split_in_batches.batches import batch_parameters, next_batch
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.splitInBatches",
    versions=(1,),
    title="Split In Batches",
    summary="Hands its items on a few at a time; connect the last node of the loop back to it for the next ones.",
    group="flow",
    aliases=("loop", "batch", "chunk"),
    works="list",
    parameters=batch_parameters(10),
)


async def run(ctx: NodeContext) -> Outputs | None:
    batch = await next_batch(ctx, with_processed=False)
    return [batch.items] if batch.items else None
