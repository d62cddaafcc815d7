"""Customer Messenger: pretends to send a message. Kept for workflows from n8n's courses."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, String
from headrace.sdk.items import Item
from headrace.sdk.js import to_text

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.n8nTrainingCustomerMessenger",
    versions=(1,),
    title="Sample Messenger",
    summary="Pretends to send a message to a customer; sends nothing.",
    group="output",
    parameters=[
        String("customerId", "Customer ID", required=True),
        String("message", "Message", required=True, rows=4),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    customer, message = to_text(ctx.param("customerId", index)), to_text(ctx.param("message", index))
    return Item(json={"output": f"Sent message to customer {customer}:  {message}"})
