"""Error Trigger: another workflow's run failed."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.errorTrigger",
    versions=(1,),
    title="Error Trigger",
    summary="Starts this workflow when a workflow that names it as its error workflow fails.",
    group="trigger",
    trigger="error",
    inputs=(),
)

_SAMPLE = {
    "execution": {
        "id": "231",
        "url": "http://localhost:8000/workflow/1/executions/231",
        "retryOf": "34",
        "error": {"message": "Example Error Message", "stack": "Stacktrace"},
        "lastNodeExecuted": "Node With Error",
        "mode": "manual",
    },
    "workflow": {"id": "1", "name": "Example Workflow"},
}


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    if ctx.execution.is_manual and not item.json:
        # Nothing failed: show what a failure will look like.
        return Item(json=_SAMPLE)
    return item
