"""People and programs that a run waits for, while its server is killed and started again."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from tests.e2e.server.access import owner_key
from tests.e2e.server.running import RunningServer, chain, node, webhook

TELL: dict[str, Any] = {"mode": "raw", "jsonOutput": "={{ { to: $execution.approvalUrl } }}", "options": {}}
SCAN = {"fieldLabel": "Scan", "fieldType": "file"}
CITY = {"formFields": {"values": [{"fieldLabel": "City", "fieldType": "text", "requiredField": True}]}}


def approval(**parameters: Any) -> dict[str, Any]:
    return {**node("Ask", "x", 1, 400, title="Pay?", **parameters), "type": "headrace.approval"}


def late() -> dict[str, Any]:
    """Return a workflow whose third way is taken when nobody decides within a second."""
    limit = approval(limitWaitTime=True, resumeAmount=1, resumeUnit="seconds")
    drawn = chain("late", webhook("late"), limit)
    drawn["nodes"].append(node("TooLate", "noOp", 1, 600))
    drawn["connections"]["Ask"] = {"main": [[], [], [{"node": "TooLate", "type": "main", "index": 0}]]}
    return drawn


FORM = node("Form", "formTrigger", 2.2, 0, formTitle="Order", formFields={"values": [SCAN]}, options={"path": "order"})
WORKFLOWS = [
    chain("decide", webhook("decide"), node("Tell", "set", 3.4, 200, **TELL), approval(), node("End", "noOp", 1, 600)),
    chain("order", FORM, node("Where", "form", 1, 200, **CITY), node("End", "noOp", 1, 400)),
    late(),
]


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    running = RunningServer(tmp_path / "data")
    running.load(WORKFLOWS)
    await running.start()
    yield running
    running.close()


async def executions(server: RunningServer, status: str, count: int = 1) -> list[dict[str, Any]]:
    """Return the executions with a status, once there are as many."""
    async with asyncio.timeout(20):
        while True:
            told = json.loads(await asyncio.to_thread(server.run, "execution", "list", "--status", status, "--json"))
            found = list(told["data"] if isinstance(told, dict) else told)
            if len(found) >= count:
                return found
            await asyncio.sleep(0.1)


async def data(server: RunningServer, execution: dict[str, Any], node: str) -> str:
    return await asyncio.to_thread(server.run, "execution", "data", execution["id"], node)


async def again(server: RunningServer) -> None:
    await asyncio.to_thread(server.kill)
    await server.start()


async def test_a_question_outlives_its_server_and_is_answered_once(server: RunningServer) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{server.url}/webhook/decide", json={"total": 7}) as answer:
            assert answer.status == 200
        (run,) = await executions(server, "waiting")
        (link,) = re.findall(r"http://[^\"]+", await data(server, run, "Tell"))
        await again(server)

        async with session.get(link) as page:
            assert "Pay?" in await page.text()
        await again(server)
        async with session.post(link, data={"decision": "approved", "comment": "Fine"}) as told:
            assert "Approved" in await told.text()
        await again(server)
        async with session.post(link, data={"decision": "declined"}) as told:
            assert told.status == 410

    (done,) = await executions(server, "success")
    assert done["id"] == run["id"]
    item = await data(server, done, "End")
    assert '"approved"' in item
    assert "Fine" in item


async def test_pages_of_a_form_go_on_after_a_crash_with_what_was_sent_before(server: RunningServer) -> None:
    async with aiohttp.ClientSession() as session:
        sent = aiohttp.FormData()
        sent.add_field("field-0", b"%PDF-1.7 " + b"x" * 2_000_000, filename="scan.pdf", content_type="application/pdf")
        async with session.post(f"{server.url}/form/order", data=sent, allow_redirects=False) as answer:
            assert answer.status == 303
            second = answer.headers["location"]
        await executions(server, "waiting")
        await again(server)

        async with session.post(f"{server.url}{second}", data={"field-0": ""}) as answer:
            assert answer.status == 422
        async with session.post(f"{server.url}{second}", data={"field-0": "Lisbon"}) as answer:
            assert answer.status == 200

    (done,) = await executions(server, "success")
    assert "Lisbon" in await data(server, done, "End")
    assert "scan.pdf" in await data(server, done, "Form")


async def test_a_limit_that_passes_while_nothing_runs_counts_afterwards(server: RunningServer) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{server.url}/webhook/late") as answer:
        assert answer.status == 200
    await again(server)

    (done,) = await executions(server, "success")
    assert "timedOut" in await data(server, done, "TooLate")


async def test_a_draft_waits_for_its_call_across_a_crash(server: RunningServer) -> None:
    headers = {"X-API-Key": await asyncio.to_thread(owner_key, server)}
    place = f"{server.url}/api/v1/workflows/decide/test-webhook"
    drawn = chain("decide", webhook("drawn"), node("End", "noOp", 1, 200))
    async with aiohttp.ClientSession() as session:
        async with session.post(place, json={"workflow": drawn}, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            (told,) = (await answer.json())["nodes"]
        await again(server)

        async with session.post(told["testUrl"], json={}) as answer:
            assert answer.status == 200
        async with session.get(place, headers=headers) as answer:
            called = await answer.json()
        async with session.get(f"{server.url}/api/v1/executions/{called['executionId']}", headers=headers) as answer:
            assert (await answer.json())["mode"] == "manual"
        async with session.post(told["testUrl"], json={}) as answer:
            assert answer.status == 404
