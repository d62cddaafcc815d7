"""Items to bytes and back. Small outputs travel inside their event; large ones as blocks that are read one at a time.

A large output is a sequence of blocks, each a 4-byte big-endian length and a zstd frame that holds a JSON array of at
most `BLOCK_ITEMS` items. Every block but the last is full, so that item i lies in block i // BLOCK_ITEMS.
"""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import overload

import msgspec
import zstandard

from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, ItemList, Items
from headrace.sdk.values import encode_special

BLOCK_ITEMS = 1_000

_LENGTH = struct.Struct(">I")
_encoder = msgspec.json.Encoder(enc_hook=encode_special, decimal_format="number")
_decoder = msgspec.json.Decoder(list[Item])
_raw_decoder = msgspec.json.Decoder(list[msgspec.Raw])


def encode_items(items: Sequence[Item]) -> bytes:
    """Return the items as one JSON array.

    Raises:
        NodeError: an item holds a value that JSON has no form for.
    """
    try:
        return _encoder.encode(items if isinstance(items, list) else list(items))
    except (TypeError, ValueError, UnicodeEncodeError, RecursionError) as refused:
        reason = "it is nested too deeply" if isinstance(refused, RecursionError) else str(refused)
        raise NodeError(f"The output cannot be written as JSON: {reason}") from refused


def decode_items(data: bytes | memoryview | msgspec.Raw) -> ItemList:
    return ItemList(_decoder.decode(data))


def encode_chunks(items: Sequence[Item]) -> list[bytes]:
    """Return the items as JSON arrays of one block each, to be joined or packed.

    Raises:
        NodeError: an item holds a value that JSON has no form for.
    """
    return [encode_items(items[start : start + BLOCK_ITEMS]) for start in range(0, len(items), BLOCK_ITEMS)]


def join_chunks(chunks: Sequence[bytes]) -> bytes:
    """Return the items of *chunks*, none of them empty, as one JSON array."""
    return chunks[0] if len(chunks) == 1 else b"".join((b"[", b",".join(chunk[1:-1] for chunk in chunks), b"]"))


def pack_blocks(chunks: Sequence[bytes]) -> bytes:
    """Return *chunks* as blocks. It takes a while, and other threads can run meanwhile."""
    compress = zstandard.ZstdCompressor(level=1).compress
    parts: list[bytes] = []
    for chunk in chunks:
        frame = compress(chunk)
        parts += (_LENGTH.pack(len(frame)), frame)
    return b"".join(parts)


async def read_page(data: AsyncIterator[bytes], start: int, count: int) -> list[msgspec.Raw]:
    """Return some items of a large output, each as JSON, with one block and those items in memory."""
    found: list[msgspec.Raw] = []
    buffer = bytearray()
    number, wanted = 0, range(start // BLOCK_ITEMS, (start + count - 1) // BLOCK_ITEMS + 1)
    async for chunk in data:
        buffer += chunk
        while len(buffer) >= _LENGTH.size and len(buffer) >= (end := _LENGTH.size + _LENGTH.unpack_from(buffer)[0]):
            if number in wanted:
                block = zstandard.ZstdDecompressor().decompress(bytes(buffer[_LENGTH.size : end]))
                first = number * BLOCK_ITEMS
                found += _raw_decoder.decode(block)[max(start - first, 0) : start + count - first]
            del buffer[:end]
            number += 1
        if number >= wanted.stop:
            break
    return found


def inline_page(data: msgspec.Raw, start: int, count: int) -> list[msgspec.Raw]:
    """Return some items of a small output, each as JSON."""
    return _raw_decoder.decode(data)[start : start + count]


class BlockItems(Items):
    """Items in blocks, decoded one block at a time; only the compressed bytes stay in memory."""

    __slots__ = ("_block", "_block_number", "_count", "_data", "_offsets")

    def __init__(self, data: bytes, count: int) -> None:
        self._data = data
        self._count = count
        self._offsets: list[int] = []
        offset = 0
        while offset < len(data):
            self._offsets.append(offset)
            offset += _LENGTH.size + _LENGTH.unpack_from(data, offset)[0]
        self._block_number = -1
        self._block: list[Item] = []

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Items: ...
    def __getitem__(self, index: int | slice) -> Item | Items:
        if isinstance(index, slice):
            return ItemList([self[place] for place in range(*index.indices(self._count))])
        if index < 0:
            index += self._count
        if not 0 <= index < self._count:
            raise IndexError(index)
        number, place = divmod(index, BLOCK_ITEMS)
        if number != self._block_number:
            self._block, self._block_number = self._decode(number), number
        return self._block[place]

    def __iter__(self) -> Iterator[Item]:
        for number in range(len(self._offsets)):
            yield from self._decode(number)

    def chunks(self, size: int) -> Iterator[Sequence[Item]]:
        if size == BLOCK_ITEMS:
            return (self._decode(number) for number in range(len(self._offsets)))
        return super().chunks(size)

    def _decode(self, number: int) -> list[Item]:
        start = self._offsets[number]
        (length,) = _LENGTH.unpack_from(self._data, start)
        frame = self._data[start + _LENGTH.size : start + _LENGTH.size + length]
        return _decoder.decode(zstandard.ZstdDecompressor().decompress(frame))
