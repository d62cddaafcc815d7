"""A run from outside belongs to the project of its workflow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from headrace.app.local import Headrace
from headrace.app.server import Server
from headrace.app.settings import Settings
from headrace.executions.public import ExecutionQuery
from headrace.kernel.ids import DEFAULT_TENANT, ProjectId
from tests.e2e.server.running import chain, node, webhook


async def test_a_called_workflow_runs_in_its_project(tmp_path: Path) -> None:
    headrace = Headrace(Settings(data_dir=tmp_path))
    server = Server(headrace, base_url="http://headrace.test")
    drawn = chain("Orders", webhook("orders", "lastNode"), node("End", "noOp", 1, 200))
    workflows = headrace.library.workflows
    record = await workflows.create(DEFAULT_TENANT, drawn, project="sales", by="olga")
    await workflows.publish(DEFAULT_TENANT, record.id, by="olga")
    await server.start()
    try:
        app: Any = server.over(_nothing)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://headrace.test") as http:
            assert (await http.post("/webhook/orders", json={})).status_code == 200

        in_sales = ExecutionQuery(projects=frozenset({ProjectId("sales")}))
        (run,) = await headrace.journal.find(DEFAULT_TENANT, in_sales)
        assert run.workflow_id == record.id
    finally:
        await server.stop(grace=timedelta(seconds=5))
        await headrace.close()


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("nothing else is asked for")
