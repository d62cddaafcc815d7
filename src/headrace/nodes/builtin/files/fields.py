"""The binary fields of items."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item


def field_of(item: Item, name: str, index: int) -> Binary:
    """Return a binary field.

    Raises:
        NodeError: the item has none of that name.
    """
    held = (item.binary or {}).get(name)
    if held is None:
        raise NodeError(
            f"This operation expects the node's input data to contain a binary file '{name}', "
            f"but none was found [item {index}]",
            description="Make sure that the previous node outputs a binary file",
            item_index=index,
        )
    return held


async def bytes_of(ctx: NodeContext, item: Item, name: str, index: int) -> tuple[bytes, Binary]:
    """Return the bytes of a binary field, and what is known of them.

    Raises:
        NodeError: the item has none of that name.
    """
    held = field_of(item, name, index)
    return await ctx.read_binary(held), held
