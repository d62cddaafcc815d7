"""Loop Over Items (Split In Batches), version 3: output 0 is for when all is done, output 1 loops."""

from __future__ import annotations

from headrace.nodes.builtin.split_in_batches.batching import next_pass, parameters, processed
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.splitInBatches",
    versions=(3,),
    title="Loop Over Items",
    summary="Hands items on a few at a time, again whenever the loop comes back to it, and all results at the end.",
    group="flow",
    works="list",
    outputs=("main", "main"),
    output_names=("done", "loop"),
    aliases=("loop", "batch", "for each", "iterate"),
    parameters=parameters(1),
)


async def run(ctx: NodeContext) -> Outputs:
    step = await next_pass(ctx)
    if step.batch is None:
        return [await processed(ctx, step.first_run), []]
    return [[], step.batch]
