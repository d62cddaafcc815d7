"""The items of one execution while it runs: every finished output, in memory as far as the budget goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Protocol

from headrace.executions.public import Arrival, Output, RunEntry
from headrace.executor.errors import NotLoaded
from headrace.executor.item_codec import decode_items
from headrace.executor.outputs import INLINE_LIMIT_BYTES, OutputStore
from headrace.executor.ports import Linked, LinkFailure, Payloads
from headrace.kernel.ids import TenantId
from headrace.sdk.items import NO_ITEMS, Item, ItemList, Items, SourceRef, links_of

HOT_BYTES = 128 * 1024 * 1024
"""Encoded size of the outputs kept decoded in memory for one execution; the rest is read again when needed."""

_MAX_LINK_WALK = 100_000
"""Steps in one search for a linked item: a long loop's chain is fine, a crafted web of links must end."""

Place = tuple[str, int, int]
"""Node, run, output."""


class FinishedRuns(Protocol):
    """The part of an execution that the data hangs on."""

    @property
    def runs(self) -> Mapping[str, Sequence[RunEntry]]: ...


class RunData:
    """Items by node, run and output.

    Args:
        given: The items that the execution was started with.
    """

    def __init__(
        self,
        finished: FinishedRuns,
        payloads: Payloads,
        tenant: TenantId,
        owner: str,
        given: Output,
        *,
        inline_limit_bytes: int = INLINE_LIMIT_BYTES,
        hot_bytes: int = HOT_BYTES,
    ) -> None:
        self._finished = finished
        self._outputs = OutputStore(payloads, inline_limit_bytes=inline_limit_bytes)
        self._tenant = tenant
        self._owner = owner
        self._given = given
        self._hot_limit = hot_bytes
        self._hot: OrderedDict[Place, tuple[Items, int]] = OrderedDict()
        self._hot_bytes = 0

    async def store(self, items: Sequence[Item]) -> Output:
        """Encode an output and put it where it belongs: into the event, or into the payload store.

        Raises:
            NodeError: an item holds a value that JSON has no form for.
        """
        return await self._outputs.store(self._tenant, self._owner, items)

    def keep(self, place: Place, items: Items, size: int) -> None:
        """Hold a fresh output in memory, so that the next node need not decode it."""
        self._hot[place] = (items, size)
        self._hot_bytes += size
        while self._hot_bytes > self._hot_limit and len(self._hot) > 1:
            _, (_, dropped) = self._hot.popitem(last=False)
            self._hot_bytes -= dropped

    async def load(self, place: Place) -> None:
        """Bring an output into memory.

        Raises:
            PayloadNotFound, PayloadDamaged: the payload store has lost it.
        """
        output = self._output(place)
        if output is not None and output.payload is not None and place not in self._hot:
            self.keep(place, await self.decode(output), output.bytes)

    async def decode(self, output: Output) -> Items:
        """Return the items of *output*, from wherever they are."""
        return await self._outputs.items(self._tenant, output)

    async def arrived(self, arrival: Arrival | None) -> Items | None:
        """Return what lies at an input of a node that is about to run; None where nothing arrived."""
        if arrival is None:
            return None
        if arrival.given:
            return await self.decode(self._given)
        if arrival.node is None:
            return ItemList([Item(json={})] * arrival.items)
        place = (arrival.node, arrival.run, arrival.output)
        await self.load(place)
        return self.items(*place)

    def items(self, node: str, run: int, output: int) -> Items:
        """Return an output; empty when there is no such run or output.

        Raises:
            NotLoaded: it lies in the payload store; `load` it first.
        """
        place = (node, run, output)
        hot = self._hot.get(place)
        if hot is not None:
            self._hot.move_to_end(place)
            return hot[0]
        stored = self._output(place)
        if stored is None or stored.items == 0:
            return NO_ITEMS
        if stored.payload is not None:
            raise NotLoaded(*place)
        items = decode_items(stored.inline)
        self.keep(place, items, stored.bytes)
        return items

    def inline_json(self, place: Place) -> bytes | None:
        """Return an output as the JSON array in its event; None when it is not there."""
        output = self._output(place)
        return bytes(output.inline) if output is not None and output.payload is None else None

    def _output(self, place: Place) -> Output | None:
        node, run, output = place
        entries = self._finished.runs.get(node, ())
        if not 0 <= run < len(entries) or not 0 <= output < len(entries[run].outputs):
            return None
        return entries[run].outputs[output]

    def links(
        self, target: str, sources: Sequence[SourceRef | None], count: int, reachable: bool
    ) -> Sequence[Linked | LinkFailure]:
        """For each of *count* items of a node's first input, find the item of *target* that it descends from.

        Args:
            sources: Where the inputs of the current run came from.
            reachable: Whether the graph leads from *target* to the current node at all.

        Raises:
            NotLoaded: an output on the way lies in the payload store.
        """
        source = sources[0] if sources else None
        if source is None:
            return [_no_path()] * count
        known: dict[tuple[Place, int], Linked | LinkFailure] = {}
        place = (source.previous_node, source.previous_node_run, source.previous_node_output)
        if not reachable:
            return [_no_path()] * count
        try:
            return [self._trace(target, place, index, known) for index in range(count)]
        except RecursionError:
            return [LinkFailure("Paired item resolution failed", "The web of linked items is too deep.")] * count

    def _trace(
        self, target: str, place: Place, index: int, known: dict[tuple[Place, int], Linked | LinkFailure]
    ) -> Linked | LinkFailure:
        """Walk back from one item. A chain is followed in a loop; only items with several parents branch."""
        walked: list[tuple[Place, int]] = []
        for _ in range(_MAX_LINK_WALK):
            found = known.get((place, index))
            if found is None:
                step = self._step_back(target, place, index)
                if isinstance(step, list):
                    if len(step) == 1:
                        walked.append((place, index))
                        place, index = step[0]
                        continue
                    found = self._agree(target, step, known)
                else:
                    found = step
            for passed in (*walked, (place, index)):
                known[passed] = found
            return found
        return LinkFailure("Paired item resolution failed", "The chain of linked items is too long.")

    def _step_back(self, target: str, place: Place, index: int) -> Linked | LinkFailure | list[tuple[Place, int]]:
        node, run, output = place
        items = self.items(node, run, output)
        if index >= len(items):
            return LinkFailure("Paired item resolution failed", f"{node} has no item {index}.")
        if node == target:
            return Linked(run, output, index)
        links = links_of(items[index].paired_item)
        if not links:
            return LinkFailure(
                f"Paired item data for item from node '{node}' is unavailable. "
                f"Ensure '{node}' is providing the required output."
            )
        entries = self._finished.runs.get(node, ())
        sources = entries[run].sources if run < len(entries) else ()
        parents: list[tuple[Place, int]] = []
        for link in links:
            source = link.source_overwrite or (sources[link.input] if link.input < len(sources) else None)
            if source is not None:
                origin = (source.previous_node, source.previous_node_run, source.previous_node_output)
                parents.append((origin, link.item))
        return parents or _no_path()

    def _agree(
        self, target: str, parents: list[tuple[Place, int]], known: dict[tuple[Place, int], Linked | LinkFailure]
    ) -> Linked | LinkFailure:
        """All parents that lead to the target must lead to the same item."""
        found: set[Linked] = set()
        failure: LinkFailure | None = None
        for place, index in parents:
            result = self._trace(target, place, index, known)
            if isinstance(result, Linked):
                found.add(result)
            else:
                failure = failure or result
        if len(found) > 1:
            return LinkFailure(
                "Multiple matches found",
                f"There are several items of '{target}' that could belong to this item; "
                f"use $('{target}').first(), .last() or .all()[index] instead.",
            )
        if found:
            return found.pop()
        return failure or _no_path()


def _no_path() -> LinkFailure:
    return LinkFailure("Invalid expression", "No path leads back to the referenced node.")
