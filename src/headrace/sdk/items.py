"""Items: what flows between nodes.

An item is a JSON object with, beside it, references to binary data and a link to the input
item it came from. Items are shared between nodes and never copied: **a node must not change
an item, or anything inside it, that it did not make itself.**
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, overload

import msgspec

JsonObject: TypeAlias = dict[str, Any]


class SourceRef(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One output of one run of a node, as n8n writes it: zeros are left out."""

    previous_node: str
    previous_node_output: int = 0
    previous_node_run: int = 0


class Link(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Where an item came from: the index of an item in one of the node's inputs."""

    item: int
    input: int = 0
    source_overwrite: SourceRef | None = None
    """Set by loops: the output that item really came from, in place of the run's own source."""


Paired: TypeAlias = int | Link | list[Link] | None
"""A plain int is the item of that index in input 0; None means the origin is unknown."""


class Binary(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A reference to bytes in the payload store, with what is known about them."""

    id: str
    """Key in the payload store; only the executor can turn it into bytes."""

    mime_type: str = "application/octet-stream"
    file_name: str | None = None
    file_extension: str | None = None
    file_type: str | None = None
    """image, video, audio, text, json, pdf or html, where known."""

    directory: str | None = None
    file_size: str | None = None
    """The size as people write it, such as "1.04 kB"."""

    bytes: int = 0


class ItemError(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What went wrong with one item, on a node that goes on after errors."""

    message: str
    name: str = "NodeOperationError"
    description: str | None = None
    context: dict[str, Any] = {}


class Item(msgspec.Struct, omit_defaults=True, rename="camel"):
    """One item: `json` is always an object."""

    json: JsonObject
    binary: dict[str, Binary] | None = None
    paired_item: Paired = None
    error: ItemError | None = None


class Items(Sequence[Item]):
    """A sequence of items that can be walked any number of times.

    It need not be in memory: walking it may read from the payload store, block by block.
    Prefer iteration to indexing; `items[i]` may have to decode the block that holds item i.
    """

    __slots__ = ()

    @abstractmethod
    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Items: ...
    @abstractmethod
    def __getitem__(self, index: int | slice) -> Item | Items: ...

    def chunks(self, size: int) -> Iterator[Sequence[Item]]:
        """Yield the items in order, *size* at a time; the last chunk may be shorter."""
        chunk: list[Item] = []
        for item in self:
            chunk.append(item)
            if len(chunk) == size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk


class ItemList(Items):
    """Items held in memory."""

    __slots__ = ("_items",)

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = items if isinstance(items, list) else list(items)

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Items: ...
    def __getitem__(self, index: int | slice) -> Item | Items:
        if isinstance(index, slice):
            return ItemList(self._items[index])
        return self._items[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def chunks(self, size: int) -> Iterator[Sequence[Item]]:
        for start in range(0, len(self._items), size):
            yield self._items[start : start + size]


NO_ITEMS = ItemList()


def items_from_json(objects: Iterable[Mapping[str, Any]]) -> ItemList:
    """Make items of bare JSON objects."""
    return ItemList([Item(json=dict(value)) for value in objects])


def links_of(paired: Paired) -> Sequence[Link]:
    """Return *paired* in its longest form: a list of links, empty when the origin is unknown."""
    if paired is None:
        return ()
    if isinstance(paired, int):
        return (Link(item=paired),)
    if isinstance(paired, Link):
        return (paired,)
    return paired
