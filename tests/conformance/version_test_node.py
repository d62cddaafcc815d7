"""The node type that only the execution order cases use: it tells which version ran."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import NodeDescription, Number
from headrace.sdk.items import Item

DESCRIPTION = NodeDescription(
    type="test.versionTest",
    versions=(1, 2),
    title="Version Test",
    parameters=[
        Number("versionTest", default=1, show={"@version": [1]}),
        Number("versionTest", default=2, show={"@version": [2]}),
    ],
)


def run_item(ctx: NodeContext, item: Item, index: int) -> Item:
    return Item(
        json={"versionFromParameter": ctx.param("versionTest", index), "versionFromNode": int(ctx.node.version)}
    )
