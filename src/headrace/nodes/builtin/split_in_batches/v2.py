"""Split In Batches 2: hands its items on a few at a time, and in the end all that came back."""

from __future__ import annotations

from headrace.nodes.builtin.split_in_batches.batches import batch_parameters, next_batch
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.splitInBatches",
    versions=(2,),
    title="Split In Batches",
    summary="Hands its items on a few at a time; connect the last node of the loop back to it for the next ones.",
    group="flow",
    aliases=("loop", "batch", "chunk"),
    works="list",
    outputs=("main", "main"),
    output_names=("loop", "done"),
    parameters=batch_parameters(10),
)


async def run(ctx: NodeContext) -> Outputs:
    batch = await next_batch(ctx)
    return [batch.items, batch.processed]
