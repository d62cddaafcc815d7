"""Respond to Webhook 1.3: the answer is always put out, too."""

from __future__ import annotations

from headrace.nodes.builtin.flow.respond_to_webhook_.answering import describe, respond
from headrace.sdk.context import NodeContext
from headrace.sdk.outcome import Outputs

DESCRIPTION = describe((1.3,), outputs=("main", "main"), output_names=("Input Data", "Response"))


async def run(ctx: NodeContext) -> Outputs:
    return await respond(ctx, show_answer=True)
