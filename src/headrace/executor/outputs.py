"""Where outputs are kept: small ones in the event itself, large ones in the payload store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from headrace.executions.public import Output
from headrace.executor.item_codec import (
    BlockItems,
    decode_items,
    encode_chunks,
    inline_page,
    join_chunks,
    pack_blocks,
    read_page,
)
from headrace.executor.ports import Payloads
from headrace.kernel.ids import TenantId
from headrace.sdk.items import NO_ITEMS, Item, Items

INLINE_LIMIT_BYTES = 1024 * 1024
"""Outputs whose encoding is longer go to the payload store; only a reference is in the journal."""


class OutputStore:
    """Turns items into outputs and back."""

    def __init__(self, payloads: Payloads, *, inline_limit_bytes: int = INLINE_LIMIT_BYTES) -> None:
        self._payloads = payloads
        self._inline_limit = inline_limit_bytes

    async def store(self, tenant: TenantId, owner: str, items: Sequence[Item]) -> Output:
        """Encode items and put them where they belong.

        Args:
            owner: The execution that they live and go with.

        Raises:
            NodeError: an item holds a value that JSON has no form for.
        """
        if not items:
            return Output(items=0)
        chunks = encode_chunks(items)
        size = sum(map(len, chunks))
        if size <= self._inline_limit:
            return Output(items=len(items), inline=msgspec.Raw(join_chunks(chunks)), bytes=size)
        blocks = await asyncio.to_thread(pack_blocks, chunks)
        key = await self._payloads.put(tenant, owner, blocks)
        return Output(items=len(items), payload=key, bytes=size)

    async def items(self, tenant: TenantId, output: Output) -> Items:
        """Return the items of an output, from wherever they are.

        Raises:
            PayloadNotFound, PayloadDamaged: the payload store has lost them.
        """
        if output.payload is not None:
            return BlockItems(await self._payloads.get(tenant, output.payload), output.items)
        return decode_items(output.inline) if output.items else NO_ITEMS

    async def page(self, tenant: TenantId, output: Output, start: int, count: int) -> Sequence[msgspec.Raw]:
        """Return *count* items from *start* on, or as many as there are, each as JSON; large outputs are read in part.

        Raises:
            PayloadNotFound, PayloadDamaged: the payload store has lost them.
        """
        count = min(count, output.items - start)
        if count <= 0:
            return []
        if output.payload is None:
            return inline_page(output.inline, start, count)
        return await read_page(self._payloads.stream(tenant, output.payload), start, count)
