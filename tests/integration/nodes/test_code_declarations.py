"""Code may give its own variables the names of what it is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from headrace.executions.public import Mode
from tests.conformance.engine import Engine
from tests.conformance.http_mocks import MockHttp


@pytest.mark.parametrize(
    "source",
    [
        "const items = $input.all(); return items;",
        "let index = 1, item = 2; return [{ sum: index + item }];",
        "var items = []; return [{ n: items.length }]; // the end",
        "function items() { return 1; } return [{ n: items() }];",
    ],
)
async def test_code_declares_a_name_that_it_was_given(source: str, tmp_path: Path) -> None:
    nodes = [
        {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "parameters": {}},
        {"name": "Code", "type": "n8n-nodes-base.code", "typeVersion": 2, "parameters": {"jsCode": source}},
    ]
    links = {"Start": {"main": [[{"node": "Code", "type": "main", "index": 0}]]}}
    engine = Engine()
    try:
        run = await engine.run(
            {"nodes": nodes, "connections": links, "settings": {"executionOrder": "v1"}},
            given=[{"json": {}}],
            mode=Mode.MANUAL,
            http=MockHttp(()),
            folder=tmp_path,
            credentials={},
        )
    finally:
        await engine.close()

    assert run.view.error is None, run.view.error
