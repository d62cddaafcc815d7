"""Split In Batches: a loop over items, a few at a time."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.split_in_batches import v1, v2, v3
from headrace.sdk.context import RunRecord
from headrace.sdk.items import ItemList, Items, Link, SourceRef, items_from_json
from headrace.sdk.testing import NodeRun, try_node

BEGIN = SourceRef(previous_node="Begin")


class Loop:
    """Runs a node again and again, and keeps of each run what an execution keeps."""

    def __init__(self, node: Any, **parameters: Any) -> None:
        self.node = node
        self.parameters = parameters
        self.records: list[RunRecord] = []
        self.looked_at: list[int] = []

    async def step(self, items: list[Any], source: SourceRef = BEGIN) -> NodeRun:
        place = len(self.records)
        run = await try_node(
            self.node,
            parameters=self.parameters,
            items=items,
            run_index=place,
            earlier=self.records,
            sources=[source],
            version=self.node.DESCRIPTION.versions[0],
        )
        kept = ItemList([*items]) if items and not isinstance(items[0], dict) else items_from_json(items)

        async def load() -> list[Items | None]:
            self.looked_at.append(place)
            return [kept]

        self.records.append(RunRecord(run_index=place, sources=[source], state=run.ctx.state, load=load))
        return run

    async def to_the_end(self, items: list[Any]) -> list[Any]:
        """Feed each batch back, marked with its run, and return what comes out when all is done."""
        done, loop = (0, 1) if self.node is v3 else (1, 0)
        run = await self.step(items)
        while run.json[loop]:
            back = [{**json, "run": len(self.records) - 1} for json in run.json[loop]]
            run = await self.step(back, SourceRef(previous_node="Work", previous_node_run=len(self.records) - 1))
        self.last = run
        return run.json[done]


NUMBERS = [{"n": n} for n in range(5)]


@pytest.mark.parametrize("node", [v2, v3])
async def test_all_that_came_back_is_put_out_when_the_loop_is_over(node: Any) -> None:
    results = await Loop(node, batchSize=2).to_the_end(NUMBERS)

    assert results == [{"n": n, "run": n // 2} for n in range(5)]


async def test_the_first_output_is_for_the_end_from_version_3_on() -> None:
    assert (await Loop(v3, batchSize=2).step(NUMBERS)).json == [[], [{"n": 0}, {"n": 1}]]
    assert (await Loop(v2, batchSize=2).step(NUMBERS)).json == [[{"n": 0}, {"n": 1}], []]


async def test_version_1_ends_its_branch_when_nothing_is_left() -> None:
    loop = Loop(v1, batchSize=3)

    first = await loop.step(NUMBERS)
    second = await loop.step([])
    third = await loop.step([])

    assert first.json == [NUMBERS[:3]]
    assert second.json == [NUMBERS[3:]]
    assert third.json == []


async def test_later_batches_are_linked_to_where_the_loop_began() -> None:
    loop = Loop(v3, batchSize=2)
    await loop.step(NUMBERS)

    run = await loop.step([{}], SourceRef(previous_node="Work"))

    assert [item.paired_item for item in run.outputs[1]] == [
        Link(item=2, source_overwrite=BEGIN),
        Link(item=3, source_overwrite=BEGIN),
    ]


async def test_results_are_linked_to_the_run_that_they_came_back_from() -> None:
    loop = Loop(v3, batchSize=3)
    await loop.to_the_end(NUMBERS)

    sources = [link.source_overwrite for item in loop.last.outputs[0] if isinstance(link := item.paired_item, Link)]
    assert [source.previous_node_run for source in sources if source] == [0, 0, 0, 1, 1]


async def test_the_context_says_how_far_the_loop_has_come() -> None:
    loop = Loop(v3, batchSize=3)

    contexts = [(await loop.step(items)).ctx.state["context"] for items in (NUMBERS, [{}], [{}])]

    assert contexts == [
        {"currentRunIndex": 0, "maxRunIndex": 2, "noItemsLeft": False, "done": False},
        {"currentRunIndex": 1, "maxRunIndex": 2, "noItemsLeft": True, "done": False},
        {"currentRunIndex": 2, "maxRunIndex": 2, "noItemsLeft": True, "done": True},
    ]


async def test_a_reset_starts_over_with_the_items_that_come_in() -> None:
    loop = Loop(v3, batchSize=2)
    await loop.to_the_end(NUMBERS)
    loop.parameters["options"] = {"reset": True}

    run = await loop.step([{"n": 7}, {"n": 8}, {"n": 9}])

    assert run.json == [[], [{"n": 7}, {"n": 8}]]


async def test_a_loop_that_is_entered_again_without_a_reset_is_still_over() -> None:
    loop = Loop(v3, batchSize=5)
    await loop.to_the_end(NUMBERS)

    run = await loop.step([{"n": 7}])

    assert [json["n"] for json in run.json[0]] == [0, 1, 2, 3, 4, 7]


async def test_a_run_looks_at_no_input_but_the_one_the_loop_began_with() -> None:
    loop = Loop(v3, batchSize=1)
    for _ in range(4):
        await loop.step(NUMBERS)

    assert loop.looked_at == [0, 0, 0]


async def test_the_state_holds_no_items() -> None:
    loop = Loop(v3, batchSize=1)

    run = await loop.step([{"secret": "x" * 100}] * 100)

    assert len(str(run.ctx.state)) < 300


@pytest.mark.parametrize("size", [0, -1, "x"])
async def test_a_size_that_is_none_ends_the_loop_at_once(size: Any) -> None:
    run = await Loop(v3, batchSize=size).step(NUMBERS)

    assert run.json == [[], []]
    assert run.ctx.state["context"]["done"] is True
