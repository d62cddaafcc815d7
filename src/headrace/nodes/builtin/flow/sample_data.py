"""Customer Datastore: a few made-up customers to try workflows on. Kept for workflows from n8n's courses."""

from __future__ import annotations

from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, NodeDescription, Number, Options
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.n8nTrainingCustomerDatastore",
    versions=(1,),
    title="Sample Customers",
    summary="Five made-up customers to try a workflow on.",
    group="input",
    works="list",
    per_item_parameters=True,
    parameters=[
        Options(
            "operation",
            {"getOnePerson": "Get One Person", "getAllPeople": "Get All People"},
            "Operation",
            "getOnePerson",
        ),
        Boolean("returnAll", "Return All", show={"operation": ["getAllPeople"]}),
        Number("limit", "Limit", 5, minimum=1, maximum=10, show={"operation": ["getAllPeople"], "returnAll": [False]}),
    ],
)

_CUSTOMERS: tuple[dict[str, Any], ...] = (
    {
        "id": "c-1001",
        "name": "Imani Okafor",
        "email": "imani@example.com",
        "notes": "Asks for invoices by post",
        "country": "NG",
        "created": "2024-02-11",
    },
    {
        "id": "c-1002",
        "name": "Lars Vinter",
        "email": "lars@example.com",
        "notes": "Pays within a week",
        "country": "DK",
        "created": "2024-05-30",
    },
    {
        "id": "c-1003",
        "name": "Mei-Ling Tan",
        "email": "meiling@example.com",
        "notes": "Prefers e-mail",
        "country": "SG",
        "created": "2025-01-08",
    },
    {
        "id": "c-1004",
        "name": "Rosa Quispe",
        "email": "rosa@example.com",
        "notes": "New account",
        "country": "PE",
        "created": "2025-09-17",
    },
    {
        "id": "c-1005",
        "name": "Tomasz Zając",
        "email": "tomasz@example.com",
        "notes": "Has two warehouses",
        "country": "PL",
        "created": "2026-03-02",
    },
)


async def run(ctx: NodeContext) -> Outputs:
    found: list[Item] = []
    for index in range(len(ctx.items)):
        if ctx.param("operation", index) == "getOnePerson":
            chosen = _CUSTOMERS[:1]
        else:
            everyone = ctx.param("returnAll", index)
            chosen = _CUSTOMERS if everyone else _CUSTOMERS[: int(ctx.param("limit", index))]
        found.extend(Item(json=dict(one), paired_item=index) for one in chosen)
    return [found]
