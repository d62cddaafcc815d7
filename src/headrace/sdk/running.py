"""How a node is run: item by item or as a whole, with pairing and errors handled around it.

Used by the executor and by the test kit, so that a node behaves the same in both.
Source of the rules: n8n's behaviour (pairing of items, the three error modes).
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator, Sequence
from typing import Any, cast

from headrace.sdk.context import NodeContext
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Items, links_of
from headrace.sdk.outcome import ItemNode, ItemResult, ListNode, NodeModule, Outputs, Routed, Suspend

CHUNK_ITEMS = 1_000
"""How many items' expressions are evaluated in one go, and how often an item-wise node can be stopped."""


async def run_node(node: NodeModule, ctx: NodeContext) -> list[list[Item]] | Suspend | None:
    """Run *node* once and return its outputs, every item paired where that is known.

    Raises:
        NodeError: the node failed, as a whole or (when it does not go on after errors) with one item.
    """
    if node.DESCRIPTION.works == "item":
        return await _run_each(cast("ItemNode", node), ctx)
    if node.DESCRIPTION.evaluates_per_item:
        start = 0
        for chunk in ctx.items.chunks(CHUNK_ITEMS):
            await ctx.prepare(start, chunk)
            start += len(chunk)
    else:
        await ctx.prepare(0, ctx.items[:1])
    result = await cast("ListNode", node).run(ctx)
    if result is None or isinstance(result, Suspend):
        return result
    return fill_pairing(result, ctx.inputs)


async def _run_each(node: ItemNode, ctx: NodeContext) -> list[list[Item]]:
    outputs: list[list[Item]] = [[] for _ in range(output_count(node, ctx))]
    index = 0
    run_item = node.run_item
    for chunk in ctx.items.chunks(CHUNK_ITEMS):
        await ctx.prepare(index, chunk)
        for item in chunk:
            try:
                result = run_item(ctx, item, index)
                if type(result) is not Item and inspect.isawaitable(result):
                    result = await result
            except NodeError as failure:
                if failure.item_index is None:
                    failure.item_index = index
                if not ctx.node.continues_on_error:
                    raise
                result = error_item(failure, index)
            if type(result) is Item:
                outputs[0].append(_paired(result, item, index))
                index += 1
                continue
            for output, made in _routed(result):
                while len(outputs) <= output:
                    outputs.append([])
                outputs[output].append(_paired(made, item, index))
            index += 1
        await asyncio.sleep(0)  # other executions, and a request to stop, get their turn
    return outputs


def output_count(node: NodeModule, ctx: NodeContext) -> int:
    """Return how many outputs the node has with its parameters, at least one."""
    decide = getattr(node, "outputs", None)
    if decide is None:
        return max(1, len(node.DESCRIPTION.outputs))
    names = {parameter.name for parameter in node.DESCRIPTION.parameters}
    present = ((name, ctx.raw_param(name, _ABSENT)) for name in names)
    return max(1, len(decide({name: value for name, value in present if value is not _ABSENT})))


_ABSENT = object()


def _routed(result: ItemResult) -> Iterator[tuple[int, Item]]:
    if result is None:
        return
    if isinstance(result, Item):
        yield 0, result
    elif isinstance(result, Routed):
        yield result.output, result.item
    else:
        for part in result:
            yield from _routed(part)


def _paired(made: Item, origin: Item, index: int) -> Item:
    if made is origin:
        return Item(json=made.json, binary=made.binary, paired_item=index, error=made.error)
    if made.paired_item is None:
        made.paired_item = index
    return made


def error_item(failure: NodeError, index: int | None) -> Item:
    """Return the item that stands for a failed one: {json: {error: message}}."""
    return Item(json={"error": failure.message}, paired_item=index)


def fill_pairing(outputs: Outputs, inputs: Sequence[Items | None]) -> list[list[Item]]:
    """Fill missing links where the origin is plain: one input item, or as many items out as in.

    Items are new or were passed on from the input; the latter are replaced, never changed.
    """
    filled = [output if isinstance(output, list) else list(output) for output in outputs] or [[]]
    arrived = [items for items in inputs if items is not None]
    if len(inputs) != 1 or not arrived:
        return filled
    single = len(arrived[0]) == 1
    aligned = len(filled) == 1 and len(filled[0]) == len(arrived[0])
    if not single and not aligned:
        return filled
    for output in filled:
        for index, item in enumerate(output):
            if item.paired_item is None:
                item.paired_item = 0 if single else index
    return filled


def failed_items(outputs: Sequence[Sequence[Item]], inputs: Sequence[Items | None]) -> list[list[Item]]:
    """Move failed items of the normal outputs to one more output at the end (`continueErrorOutput`).

    An item has failed when `error` is set on it, or its json holds only `error`, or only `error` and `message`.
    Its json becomes {...json of the paired input item, ...its own}.
    """
    kept: list[list[Item]] = []
    moved: list[Item] = []
    for output in outputs:
        good: list[Item] = []
        for item in output:
            if not _has_failed(item):
                good.append(item)
                continue
            origin = _origin(item, inputs)
            moved.append(
                Item(
                    json={**origin.json, **item.json} if origin else item.json,
                    binary=item.binary,
                    paired_item=item.paired_item,
                    error=item.error,
                )
            )
        kept.append(good)
    return [*kept, moved]


def _has_failed(item: Item) -> bool:
    if item.error is not None:
        return True
    keys = item.json.keys()
    return bool(item.json.get("error")) and (len(keys) == 1 or (len(keys) == 2 and "message" in keys))


def _origin(item: Item, inputs: Sequence[Items | None]) -> Item | None:
    for link in links_of(item.paired_item):
        items = inputs[link.input] if link.input < len(inputs) else None
        if items is not None and link.item < len(items):
            return items[link.item]
    return None


def show_errors(outputs: Sequence[list[Item]]) -> None:
    """Give items with `error` set the json {error: message}; the last step before outputs are stored."""
    for output in outputs:
        for index, item in enumerate(output):
            if item.error is not None:
                json: dict[str, Any] = {"error": item.error.message}
                output[index] = Item(json=json, binary=item.binary, paired_item=item.paired_item, error=item.error)
