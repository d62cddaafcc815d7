"""What a workflow's settings say holds for calls from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from headrace.app.local import Headrace
from headrace.app.server import Server
from headrace.app.settings import Settings
from headrace.kernel.ids import DEFAULT_TENANT
from tests.e2e.server.running import chain, node, webhook


@asynccontextmanager
async def serving(data_dir: Path, **ours: Any) -> AsyncIterator[tuple[Headrace, httpx.AsyncClient]]:
    """Serve a workflow that answers with what its last node puts out."""
    headrace = Headrace(Settings(data_dir=data_dir))
    server = Server(headrace, base_url="http://headrace.test")
    drawn = chain("Orders", webhook("orders", "lastNode"), node("End", "noOp", 1, 200), headrace=ours)
    record = await headrace.library.workflows.create(DEFAULT_TENANT, drawn, project="default", by="olga")
    await headrace.library.workflows.publish(DEFAULT_TENANT, record.id, by="olga")
    await server.start()
    app: Any = server.over(_nothing)
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://headrace.test") as http:
            yield headrace, http
    finally:
        await server.stop(grace=timedelta(seconds=5))
        await headrace.close()


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("nothing else is asked for")


async def test_a_key_is_carried_out_once_and_everybody_is_answered(tmp_path: Path) -> None:
    async with serving(tmp_path, dedup={"key": "={{ $json.body.order }}"}) as (headrace, http):
        calls = [http.post("/webhook/orders", json={"order": order, "call": call}) for order in "ab" for call in "12"]

        answers = await asyncio.gather(*calls)

        assert [answer.status_code for answer in answers] == [200] * 4
        assert [answer.json()["body"]["order"] for answer in answers] == ["a", "a", "b", "b"]
        assert answers[0].json()["body"] == answers[1].json()["body"]
        assert len(await headrace.journal.find(DEFAULT_TENANT)) == 2


async def test_each_key_has_its_lane(tmp_path: Path) -> None:
    ours = {"concurrency": {"limit": 1, "key": "={{ $json.body.order }}"}, "priority": 7}
    async with serving(tmp_path, **ours) as (headrace, http):
        answers = await asyncio.gather(*(http.post("/webhook/orders", json={"order": n % 3}) for n in range(9)))

        assert [answer.status_code for answer in answers] == [200] * 9
        found = await headrace.journal.find(DEFAULT_TENANT)
        requests = [(await headrace.executions.inspect(DEFAULT_TENANT, one.id)).request for one in found]
        assert sorted((one.lane, one.lane_limit, one.priority) for one in requests) == sorted(
            [(lane, 1, 7) for lane in "012"] * 3
        )
