"""The loop itself, shared by all versions.

Nothing but counters is kept between passes: the items of the loop are the input of its first run, and what came back is
the input of the later ones. So a pass costs the same however long the loop has run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headrace.sdk.context import NodeContext, RunRecord
from headrace.sdk.description import Boolean, Collection, Number, Parameter
from headrace.sdk.errors import NodeError
from headrace.sdk.items import NO_ITEMS, Item, Link


def parameters(batch_size: int) -> list[Parameter]:
    return [
        Number("batchSize", "Batch Size", batch_size, minimum=1),
        Collection("options", [Boolean("reset", "Reset")], "Options"),
    ]


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass of the loop puts out."""

    batch: list[Item] | None
    """The next items; None when none are left."""

    first_run: int
    """Index of the run that the loop began with."""


async def next_pass(ctx: NodeContext) -> Pass:
    """Work out the next batch and keep the counters in the node's state.

    Raises:
        NodeError: the batch size is no number from 1.
    """
    size = ctx.param("batchSize")
    if isinstance(size, bool) or not isinstance(size, int | float) or size < 1:
        raise NodeError("Batch Size must be a number from 1", description=f"It is {size!r}.")
    size = int(size)
    state = ctx.state
    if ctx.run_index == 0 or not state or ctx.param("options.reset", 0, default=False) is True:
        state.clear()
        state.update(first=ctx.run_index, position=0, total=len(ctx.items))
    first, position, total = int(state["first"]), int(state["position"]), int(state["total"])
    batch = await _items(ctx, first, position, size)
    state["position"] = position + len(batch)
    previous = state.get("context", {}).get("currentRunIndex", -1) if position else -1
    state["context"] = {
        "currentRunIndex": previous + 1,
        "maxRunIndex": math.ceil(total / size),
        "noItemsLeft": position + len(batch) >= total,
        "done": not batch,
    }
    return Pass(batch or None, first)


async def _items(ctx: NodeContext, first: int, position: int, size: int) -> list[Item]:
    if first == ctx.run_index:
        items, sources = ctx.items, ctx.sources
    else:
        begun = (await ctx.earlier_runs())[first]
        items, sources = (await begun.inputs())[0] or NO_ITEMS, begun.sources
    source = sources[0] if sources else None
    # The items come from where the loop's first items came from, not from where the loop came back from.
    return [
        Item(json=item.json, binary=item.binary, paired_item=Link(item=position + place, source_overwrite=source))
        for place, item in enumerate(items[position : position + size])
    ]


async def processed(ctx: NodeContext, first_run: int) -> list[Item]:
    """Return all that came back into the loop, in order."""
    found: list[Item] = []
    records: Sequence[RunRecord] = (await ctx.earlier_runs())[first_run + 1 :]
    for record in records:
        items = (await record.inputs())[0]
        found += _returned(items or NO_ITEMS, record.sources)
    if ctx.run_index > first_run:
        found += _returned(ctx.items, ctx.sources)
    return found


def _returned(items: Any, sources: Sequence[Any]) -> list[Item]:
    source = sources[0] if sources else None
    return [
        Item(json=item.json, binary=item.binary, paired_item=Link(item=index, source_overwrite=source))
        for index, item in enumerate(items)
    ]
