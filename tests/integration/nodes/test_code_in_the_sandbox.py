"""Code nodes with the real sandbox: what code is given, and what it leaves behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from headrace.executions.public import Mode
from headrace.sdk.items import links_of
from tests.conformance.engine import CaseRun, Engine
from tests.conformance.http_mocks import MockHttp

START = ("Start", "manualTrigger", 1, {})
NUMBERS = ("Numbers", "code", 2, {"jsCode": "return [1, 2, 3, 4].map((n) => ({ n }))"})


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    engine = Engine()
    yield engine
    await engine.close()


async def chain(engine: Engine, folder: Path, *nodes: tuple[str, str, float, dict[str, Any]]) -> CaseRun:
    """Run the nodes one after the other."""
    names = [name for name, *_ in nodes]
    workflow = {
        "nodes": [
            {
                "name": name,
                "type": f"n8n-nodes-base.{type_}",
                "typeVersion": version,
                "position": [place * 200, 0],
                "parameters": parameters,
            }
            for place, (name, type_, version, parameters) in enumerate(nodes)
        ],
        "connections": {
            source: {"main": [[{"node": target, "type": "main", "index": 0}]]}
            for source, target in zip(names, names[1:], strict=False)
        },
        "settings": {"executionOrder": "v1"},
    }
    return await engine.run(
        workflow, given=[{"json": {}}], mode=Mode.MANUAL, http=MockHttp(()), folder=folder, credentials={}
    )


async def output(run: CaseRun, node: str) -> list[tuple[Any, list[int]]]:
    """Return the json of each item of the node's first output, and the input items it is linked to."""
    assert run.view.error is None, run.view.error
    ((entry),) = run.view.runs[node]
    items = await run.items(entry.outputs[0])
    return [(item.json, [link.item for link in links_of(item.paired_item)]) for item in items]


async def test_items_that_code_passes_on_stay_linked_to_where_they_were_in_its_input(
    engine: Engine, tmp_path: Path
) -> None:
    run = await chain(
        engine,
        tmp_path,
        START,
        NUMBERS,
        ("Odd", "code", 2, {"jsCode": "return $input.all().filter((item) => item.json.n % 2).reverse()"}),
        ("Late", "function", 1, {"functionCode": "return items.slice(1)"}),
    )

    assert await output(run, "Odd") == [({"n": 3}, [2]), ({"n": 1}, [0])]
    assert await output(run, "Late") == [({"n": 1}, [1])]


@pytest.mark.parametrize(
    ("type_", "version", "parameters"),
    [
        ("code", 2, {"jsCode": "for (const item of $input.all()) item.json.n = 0; return $input.all()"}),
        ("code", 2, {"jsCode": "for (const item of $('Numbers').all()) item.json.n = 0; return $input.all()"}),
        ("code", 2, {"mode": "runOnceForEachItem", "jsCode": "$input.item.json.n = 0; return $input.item"}),
        ("code", 2, {"mode": "runOnceForEachItem", "jsCode": "$json.n = 0; return {}"}),
        ("function", 1, {"functionCode": "items[0].json.n = 0; return items"}),
        ("functionItem", 1, {"functionCode": "item.n = 0; return item"}),
    ],
)
async def test_code_that_changes_its_items_changes_nobody_elses(
    engine: Engine, tmp_path: Path, type_: str, version: float, parameters: dict[str, Any]
) -> None:
    run = await chain(
        engine,
        tmp_path,
        START,
        NUMBERS,
        ("Change", type_, version, parameters),
        ("Look", "code", 2, {"jsCode": "return [{ seen: $('Numbers').all().map((item) => item.json.n) }]"}),
    )

    assert (await output(run, "Look"))[0][0] == {"seen": [1, 2, 3, 4]}


async def test_function_item_may_set_the_files_of_its_item(engine: Engine, tmp_path: Path) -> None:
    source = """
        await setBinaryDataAsync({ note: { data: 'aGk=', mimeType: 'text/plain' } });
        return { had: getBinaryData() !== undefined };
    """

    run = await chain(engine, tmp_path, START, ("Note", "functionItem", 1, {"functionCode": source}))

    (entry,) = run.view.runs["Note"]
    (item,) = await run.items(entry.outputs[0])
    assert item.json == {"had": True}
    assert item.binary is not None
    assert item.binary["note"].mime_type == "text/plain"
    assert await run.binary(item.binary["note"].id) == "aGk="


async def test_static_data_is_there_for_the_next_node(engine: Engine, tmp_path: Path) -> None:
    run = await chain(
        engine,
        tmp_path,
        START,
        ("Keep", "code", 2, {"jsCode": "$getWorkflowStaticData('global').seen = 7; return [{}]"}),
        ("Look", "code", 2, {"jsCode": "return [{ seen: $getWorkflowStaticData('global').seen }]"}),
    )

    assert (await output(run, "Look"))[0][0] == {"seen": 7}


async def test_custom_data_is_kept_with_the_run_ten_at_most(engine: Engine, tmp_path: Path) -> None:
    source = "for (let i = 0; i < 20; i++) $execution.customData.set('k' + i, i); return $execution.customData.getAll()"

    run = await chain(engine, tmp_path, START, ("Save", "code", 2, {"jsCode": source}))

    assert (await output(run, "Save"))[0][0] == {f"k{i}": str(i) for i in range(10)}
