"""Split In Batches, version 2: output 0 loops, output 1 is for when all is done."""

from __future__ import annotations

from headrace.nodes.builtin.split_in_batches.batching import next_pass, parameters, processed
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.splitInBatches",
    versions=(2,),
    title="Split In Batches",
    summary="Hands items on a few at a time, again whenever the loop comes back to it, and all results at the end.",
    group="flow",
    works="list",
    outputs=("main", "main"),
    output_names=("loop", "done"),
    parameters=parameters(10),
)


async def run(ctx: NodeContext) -> Outputs:
    step = await next_pass(ctx)
    if step.batch is None:
        return [[], await processed(ctx, step.first_run)]
    return [step.batch, []]
