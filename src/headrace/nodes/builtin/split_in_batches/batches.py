"""Handing items on a few at a time, over the runs of a node in a loop.

The node keeps no items, only how far it has come: the items to hand on are the input of the run that began the
loop, and the processed ones are the inputs of all runs since. So a run costs the same however long the loop is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Collection, Notice, Number, Parameter
from headrace.sdk.items import NO_ITEMS, Item, Items, Link
from headrace.sdk.js import to_number


def batch_parameters(size: int) -> list[Parameter]:
    """Return the parameters, with *size* as the default size of a batch."""
    return [
        Notice("splitInBatchesNotice", "Most nodes run once for each item by themselves and need no loop."),
        Number("batchSize", "Batch Size", size, minimum=1),
        Collection(
            "options",
            [Boolean("reset", "Reset", description="Whether to start over with the items that come in now.")],
            "Options",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a run hands on."""

    items: list[Item]
    """Empty when the loop is over."""

    processed: list[Item]
    """When it is over: all that came back since it began."""


async def next_batch(ctx: NodeContext, *, with_processed: bool = True) -> Batch:
    """Take the next items and remember in `ctx.state` how far the loop has come.

    Args:
        with_processed: Whether the items that came back are wanted at the end.
    """
    size = _size(ctx.param("batchSize", 0))
    options = ctx.param("options", 0, {}) or {}
    state = ctx.state
    if "start_run" not in state or options.get("reset") is True:
        total = len(ctx.items)
        state.update(
            start_run=ctx.run_index,
            position=0,
            total=total,
            context={"currentRunIndex": 0, "maxRunIndex": math.ceil(total / size) if size else None},
        )
        batch = _first(ctx.items, size)
        processed: list[Item] = []
    else:
        state["context"] = {**state["context"], "currentRunIndex": state["context"]["currentRunIndex"] + 1}
        earlier = await ctx.earlier_runs()
        batch, processed = [], []
        if state["position"] < state["total"] and size:
            start = earlier[state["start_run"]]
            batch = _slice(_input(await start.inputs()), state["position"], size, _source(start.sources))
        elif with_processed:
            for run in range(state["start_run"] + 1, len(earlier)):
                record = earlier[run]
                processed += _linked(_input(await record.inputs()), 0, _source(record.sources))
            processed += _linked(ctx.items, 0, _source(ctx.sources))
    state["position"] += len(batch)
    # What expressions see as the context of this node.
    state["context"].update(noItemsLeft=state["position"] >= state["total"], done=not batch)
    return Batch(batch, processed)


def _size(value: Any) -> int:
    number = to_number(value)
    return int(min(number, 2**53)) if number >= 1 else 0


def _first(items: Items, size: int) -> list[Item]:
    return [
        Item(json=item.json, binary=item.binary, paired_item=place, error=item.error)
        for place, item in enumerate(items[:size])
    ]


def _slice(items: Items, position: int, size: int, source: Any) -> list[Item]:
    return _linked(items[position : position + size], position, source)


def _linked(items: Iterable[Item], first: int, source: Any) -> list[Item]:
    """Return items of an earlier run, linked to where they came from then."""
    return [
        Item(
            json=item.json,
            binary=item.binary,
            paired_item=Link(item=first + place, source_overwrite=source),
            error=item.error,
        )
        for place, item in enumerate(items)
    ]


def _input(inputs: Sequence[Items | None]) -> Items:
    return (inputs[0] if inputs else None) or NO_ITEMS


def _source(sources: Sequence[Any]) -> Any:
    return sources[0] if sources else None
