"""Respond to Webhook, but for version 1.3: the answer is put out on request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.nodes.builtin.flow.respond_to_webhook_.answering import describe, respond
from headrace.sdk.context import NodeContext
from headrace.sdk.outcome import Outputs

DESCRIPTION = describe((1, 1.1, 1.2, 1.4, 1.5))


def outputs(parameters: Mapping[str, Any]) -> list[str]:
    return ["Input Data", "Response"] if parameters.get("enableResponseOutput") is True else ["main"]


async def run(ctx: NodeContext) -> Outputs:
    return await respond(ctx, show_answer=ctx.raw_param("enableResponseOutput") is True)
