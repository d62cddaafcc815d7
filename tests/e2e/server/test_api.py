"""The API from outside: fuzzed by its own document, and used by a client that was generated from it."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.e2e.server.access import owner_key
from tests.e2e.server.running import RunningServer, chain, node, webhook

CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance,ignored_auth"


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    running = RunningServer(tmp_path / "data")
    yield running
    running.close()


@pytest.mark.timeout(300)
async def test_whatever_is_sent_is_answered_as_the_document_says(server: RunningServer) -> None:
    key = owner_key(server)
    await server.start()
    command = [str(Path(sys.executable).with_name("st")), "run", f"{server.url}/api/v1/openapi.json"]
    options = [
        "-H",
        f"X-API-Key: {key}",
        "--checks",
        CHECKS,
        "-n",
        "8",
        "--request-timeout",
        "10",
        "--seed",
        "7",
        "--no-color",
    ]
    phases = ["--phases", "examples,coverage,fuzzing", "--warnings", "off", "--exclude-path-regex", "stream"]

    done = await asyncio.to_thread(
        subprocess.run,
        [*command, *options, *phases],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        cwd=server.data_dir.parent,
    )

    print(done.stdout[done.stdout.find("= SUMMARY =") :])
    assert done.returncode == 0, done.stdout[-4000:]
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/healthz") as answer:
        assert answer.status == 200


async def test_a_generated_client_draws_publishes_triggers_and_reads_back(
    server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = owner_key(server)
    await server.start()
    generator = str(Path(sys.executable).with_name("openapi-python-client"))
    made = await asyncio.to_thread(
        subprocess.run,
        [
            generator,
            "generate",
            "--url",
            f"{server.url}/api/v1/openapi.json",
            "--output-path",
            str(tmp_path / "client"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path / "client")

    def call(name: str, *arguments: Any, **options: Any) -> Any:
        module = importlib.import_module(f"headrace_client.api.{name}")
        return module.sync_detailed(*arguments, client=client, **options)

    client = importlib.import_module("headrace_client").AuthenticatedClient(
        base_url=server.url, token=key, raise_on_unexpected_status=True
    )
    drawn = importlib.import_module("headrace_client.models").CreateWorkflowWorkflow.from_dict(
        chain("generated", webhook("generated", "lastNode"))
    )
    workflow = (await asyncio.to_thread(call, "workflows.create_workflow", body=drawn)).parsed
    published = await asyncio.to_thread(call, "versions.publish_workflow", workflow["id"], body=None)
    assert published.status_code == 200

    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/webhook/generated", json={"order": 7}) as answer,
    ):
        assert (await answer.json())["body"] == {"order": 7}

    seen = (await asyncio.to_thread(call, "workflows.get_workflow", workflow["id"])).parsed
    assert (seen["active"], seen["publishedVersion"]) == (True, 1)


async def test_expressions_read_variables_of_their_project_and_of_all(server: RunningServer) -> None:
    key = owner_key(server)
    await server.start()
    shown = {"assignments": [{"id": "1", "name": "rate", "value": "={{ $vars.rate }}", "type": "string"}]}
    drawn = chain("taxes", webhook("taxes", "lastNode"), node("Set", "set", 3.4, 200, assignments=shown))
    async with aiohttp.ClientSession(f"{server.url}/api/v1/", headers={"X-API-Key": key}) as session:

        async def post(path: str, body: Any) -> Any:
            async with session.post(path, json=body) as answer:
                assert answer.status < 300, await answer.text()
                return await answer.json()

        shop = (await post("projects", {"name": "Shop"}))["id"]
        await post("variables", {"key": "rate", "value": "1.19"})
        await post("variables", {"key": "rate", "value": "1.07", "projectId": shop})
        made = await post(f"workflows?projectId={shop}", drawn)
        await post(f"workflows/{made['id']}/publish", {})
        async with session.post(f"{server.url}/webhook/taxes", json={}) as answer:
            assert (await answer.json())["rate"] == "1.07"
