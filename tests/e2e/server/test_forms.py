"""Forms and waits, as browsers and callers meet them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from tests.e2e.server.running import RunningServer, chain, node, webhook

HOSTILE = "<script>alert(1)</script>"


def form_trigger(path: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = node(
        "Form", "formTrigger", 2.2, 0, formTitle=f"Order {HOSTILE}", formFields={"values": list(fields)}, **more
    )
    made["parameters"]["options"] = {"path": path, **more.get("options", {})}
    return made


NAME = {"fieldLabel": "Your name", "fieldType": "text", "requiredField": True}
COLOUR = {
    "fieldLabel": HOSTILE,
    "fieldType": "dropdown",
    "fieldOptions": {"values": [{"option": "red"}, {"option": "blue"}]},
}
UPLOAD = {"fieldLabel": "Scan", "fieldType": "file"}
SECOND = {"formFields": {"values": [{"fieldLabel": "City", "fieldType": "text", "requiredField": True}]}}
ENDING = {"operation": "completion", "completionTitle": "Thank you", "completionMessage": "We ship soon."}

WORKFLOWS = [
    chain("order", form_trigger("order", NAME, COLOUR, UPLOAD), node("End", "noOp", 1, 200)),
    chain(
        "pages",
        form_trigger("pages", NAME),
        node("Second", "form", 1, 200, **SECOND),
        node("Ending", "form", 1, 400, **ENDING),
    ),
    chain(
        "waits",
        webhook("waits"),
        node("Tell", "set", 3.4, 100, mode="raw", jsonOutput="={{ { to: $execution.resumeUrl } }}", options={}),
        node("Wait", "wait", 1.1, 200, resume="webhook", httpMethod="POST", responseMode="lastNode"),
        node("End", "noOp", 1, 400),
    ),
    chain("once", webhook("once", options={"deduplicateBy": "idempotency-key"})),
]


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    running = RunningServer(tmp_path / "data")
    running.load(WORKFLOWS)
    await running.start()
    yield running
    running.close()


async def executions(server: RunningServer, status: str) -> list[dict[str, Any]]:
    told = await asyncio.to_thread(server.run, "execution", "list", "--status", status, "--json")
    found = json.loads(told)
    return list(found["data"] if isinstance(found, dict) else found)


async def test_a_form_is_shown_checked_and_runs_its_workflow(server: RunningServer) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/form/order") as answer:
            page = await answer.text()
            assert answer.status == 200
            assert "Your name" in page
            assert HOSTILE not in page
            assert "script-src" not in answer.headers["content-security-policy"].replace("script-src 'none'", "")
        async with session.post(f"{server.url}/form/order", data={"field-0": ""}) as answer:
            assert "Your name" in await answer.text()
        assert await executions(server, "success") == []

        sent = aiohttp.FormData()
        sent.add_field("field-0", "Ines")
        sent.add_field("field-1", "blue")
        sent.add_field("field-2", b"%PDF-1.7", filename="../../scan.pdf", content_type="application/pdf")
        async with session.post(f"{server.url}/form/order", data=sent) as answer:
            assert answer.status == 200, await answer.text()
    async with asyncio.timeout(10):
        while not (done := await executions(server, "success")):
            await asyncio.sleep(0.1)
    kept = await asyncio.to_thread(server.run, "execution", "data", done[0]["id"], "End")
    assert '"Your name": "Ines"' in kept.replace('":"', '": "')
    assert "blue" in kept


async def test_pages_of_a_form_follow_each_other_to_an_ending(server: RunningServer) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{server.url}/form/pages", data={"field-0": "Ines"}, allow_redirects=False) as answer:
            assert answer.status == 303
            second = answer.headers["location"]
        async with session.get(f"{server.url}{second}") as answer:
            assert "City" in await answer.text()
        async with session.post(f"{server.url}{second}", data={"field-0": "Lisbon"}) as answer:
            assert "Thank you" in await answer.text()


async def test_a_wait_for_a_call_survives_a_crash_and_ends_once(server: RunningServer) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{server.url}/webhook/waits", json={}) as answer:
            assert answer.status == 200
        async with asyncio.timeout(10):
            while not (waiting := await executions(server, "waiting")):
                await asyncio.sleep(0.1)
        told = await asyncio.to_thread(server.run, "execution", "data", waiting[0]["id"], "Tell")
        (place,) = re.findall(r"http://[^\"]+", told)

        await asyncio.to_thread(server.kill)
        await server.start()

        async with session.get(place) as answer:
            assert answer.status == 404
        async with session.post(place, json={"approved": True}) as answer:
            assert (await answer.json())["body"] == {"approved": True}
        async with session.post(place, json={"approved": False}) as answer:
            assert answer.status == 404
        async with session.post(place.partition("?")[0]) as answer:
            assert answer.status == 404


async def test_a_delivery_that_comes_again_starts_nothing(server: RunningServer) -> None:
    async with aiohttp.ClientSession(headers={"Idempotency-Key": "7"}) as session:
        for _ in range(3):
            async with session.post(f"{server.url}/webhook/once", json={"n": 1}) as answer:
                assert answer.status == 200
        async with session.post(f"{server.url}/webhook/once", json={}, headers={"Idempotency-Key": "8"}) as answer:
            assert answer.status == 200
    async with asyncio.timeout(10):
        while len(await executions(server, "success")) < 2:
            await asyncio.sleep(0.1)
    assert len(await executions(server, "success")) == 2
