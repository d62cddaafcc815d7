"""Split In Batches, version 1: one output; the branch ends when no items are left."""

from __future__ import annotations

from headrace.nodes.builtin.split_in_batches.batching import next_pass, parameters
from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.splitInBatches",
    versions=(1,),
    title="Split In Batches",
    summary="Hands items on a few at a time, again whenever the loop comes back to it.",
    group="flow",
    works="list",
    parameters=parameters(10),
)


async def run(ctx: NodeContext) -> Outputs | None:
    step = await next_pass(ctx)
    return None if step.batch is None else [step.batch]
