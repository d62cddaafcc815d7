"""Webhooks from outside: every response mode, kind of body and refusal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.e2e.server.running import RunningServer, chain, node, webhook

RESPOND = {"respondWith": "json", "responseBody": '={{ {"got": $json.body.n} }}', "options": {"responseCode": 201}}
TWO = "return [{json:{a:1}},{json:{a:2}}]"
CODE_202 = {"values": {"responseCode": 202}}
WORKFLOWS = [
    chain("at-once", webhook("at-once")),
    chain("text", webhook("text", options={"responseData": "thanks", "responseCode": CODE_202})),
    chain(
        "last",
        webhook("last", "lastNode"),
        node("Double", "code", 2, 200, jsCode="return [{json: {n: $input.first().json.body.n * 2}}]"),
    ),
    chain("echo", webhook("echo", "lastNode", method="PUT")),
    chain("all", webhook("all", "lastNode", responseData="allEntries"), node("Two", "code", 2, 200, jsCode=TWO)),
    chain("fails", webhook("fails", "lastNode"), node("Stop", "stopAndError", 1, 200, errorMessage="no")),
    chain("node", webhook("node", "responseNode"), node("Answer", "respondToWebhook", 1.1, 200, **RESPOND)),
    chain("file", webhook("file", "lastNode", responseData="firstEntryBinary", responseBinaryPropertyName="scan")),
    chain("order", {**webhook("orders/:order/lines", "lastNode", method="GET"), "webhookId": "abc"}),
    chain("private", webhook("private", options={"ipWhitelist": "10.0.0.0/8"})),
    chain("page", webhook("page", method="GET", options={"allowedOrigins": "https://shop.example"})),
    chain("few", webhook("few", options={"callsPerMinute": 2})),
    chain("off", webhook("off"), active=False),
    chain("nothing", webhook("nothing", "lastNode"), node("Filter", "code", 2, 200, jsCode="return []")),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServer]:
    server = RunningServer(tmp_path_factory.mktemp("server") / "data")
    server.load(WORKFLOWS)
    await server.start()
    yield server
    server.close()


async def call(server: RunningServer, method: str, path: str, **options: Any) -> tuple[int, Any, Any]:
    async with aiohttp.ClientSession() as session, session.request(method, server.url + path, **options) as answer:
        body = await answer.read()
        parsed = json.loads(body) if "json" in answer.headers.get("content-type", "") else body
        return answer.status, parsed, answer.headers


module = pytest.mark.asyncio(loop_scope="module")


@module
@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("at-once", 200, {"message": "Workflow was started"}),
        ("text", 202, b"thanks"),
        ("last", 200, {"n": 14}),
        ("all", 200, [{"a": 1}, {"a": 2}]),
        ("fails", 500, {"message": "Error in workflow"}),
        ("node", 201, {"got": 7}),
        (
            "nothing",
            200,
            {"message": "Workflow executed successfully but the last node did not return any data"},
        ),
    ],
)
async def test_a_call_is_answered_as_its_mode_says(server: RunningServer, path: str, status: int, body: Any) -> None:
    found, got, _ = await call(server, "POST", f"/webhook/{path}", json={"n": 7})

    assert (found, got) == (status, body)


@module
async def test_the_item_holds_the_request(server: RunningServer) -> None:
    _, item, _ = await call(server, "PUT", "/webhook/echo?a=1&b=2&a=3", json={"n": 7}, headers={"X-Mine": "yes"})

    assert item["body"] == {"n": 7}
    assert item["query"] == {"a": ["1", "3"], "b": "2"}
    assert item["headers"]["x-mine"] == "yes"
    assert item["params"] == {}
    assert item["webhookUrl"].endswith("/webhook/echo")
    assert item["executionMode"] == "production"


@module
async def test_parts_of_the_path_are_parameters(server: RunningServer) -> None:
    _, item, _ = await call(server, "GET", "/webhook/abc/orders/A%207/lines")

    assert item["params"] == {"order": "A 7"}


@module
async def test_a_large_file_goes_in_and_comes_back(server: RunningServer) -> None:
    data = bytes(range(256)) * 40_000
    form = aiohttp.FormData()
    form.add_field("scan", data, filename="../scan.bin", content_type="application/x-scan")

    status, body, headers = await call(server, "POST", "/webhook/file", data=form)

    assert status == 200
    assert headers["content-type"] == "application/x-scan"
    assert body == data


@module
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "nowhere", 404),
        ("POST", "off", 404),
        ("GET", "at-once", 404),
        ("POST", "private", 403),
        ("POST", "%ff", 400),
    ],
)
async def test_what_is_not_served_says_why(server: RunningServer, method: str, path: str, status: int) -> None:
    found, problem, _ = await call(server, method, f"/webhook/{path}")

    assert found == status
    assert problem["status"] == status
    assert problem["detail"]


@module
async def test_a_bad_body_is_refused(server: RunningServer) -> None:
    headers = {"content-type": "application/json"}
    for body in (b"{", b"[" * 5_000 + b"]" * 5_000, b'{"a": 1e999999, "b": NaN}'):
        status, problem, _ = await call(server, "POST", "/webhook/at-once", data=body, headers=headers)
        assert (status, problem["title"]) == (400, "Bad Request")


@module
async def test_pages_of_other_origins_may_call_where_they_are_allowed(server: RunningServer) -> None:
    asked = {"origin": "https://shop.example", "access-control-request-method": "GET"}
    status, _, headers = await call(server, "OPTIONS", "/webhook/page", headers=asked)
    assert (status, headers["access-control-allow-origin"]) == (204, "https://shop.example")

    _, _, headers = await call(server, "GET", "/webhook/page", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in headers


@module
async def test_answers_are_shown_as_if_from_another_origin(server: RunningServer) -> None:
    _, _, headers = await call(server, "POST", "/webhook/text", json={})

    assert headers["content-security-policy"].startswith("sandbox ")
    assert "allow-same-origin" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@module
async def test_calls_beyond_the_rate_are_told_when_to_come_back(server: RunningServer) -> None:
    answers = [await call(server, "POST", "/webhook/few", json={}) for _ in range(3)]

    assert [status for status, _, _ in answers] == [200, 200, 429]
    assert 1 <= int(answers[2][2]["retry-after"]) <= 31


async def test_on_sigterm_what_runs_ends_and_its_callers_are_answered(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    slow = node("Slow", "code", 2, 200, jsCode="await new Promise(r => setTimeout(r, 1500)); return [{json: {n: 1}}]")
    server.load([chain("slow", webhook("slow", "lastNode"), slow)])
    await server.start()
    try:
        calling = asyncio.create_task(call(server, "POST", "/webhook/slow", json={}))
        await asyncio.sleep(0.7)

        code = await asyncio.to_thread(server.terminate)

        assert code == 0
        assert (await calling)[:2] == (200, {"n": 1})
    finally:
        server.close()
