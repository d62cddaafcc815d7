"""Runs of real nodes with sealed credentials: the service gets the secret, and nothing that is kept holds it."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web

from headrace.app.local import Headrace
from headrace.app.settings import Settings
from headrace.executions.public import ExecutionRequested, Mode, Output, Status
from headrace.executor.ports import Finished
from headrace.kernel.errors import Conflict
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ExecutionId, ProjectId, TenantId, new_id

CANARY = "canary-7f3e9a"
OTHER_HOST = "localhost"
"""The same machine by another name."""


class Service:
    """Notes what it is sent; answers as it is asked to."""

    def __init__(self) -> None:
        self.port = 0
        self.seen: list[dict[str, Any]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.seen.append({"path": request.path_qs, "host": request.host, "headers": dict(request.headers)})
        if request.path == "/moved":
            return web.Response(status=307, headers={"Location": request.query["to"]})
        return web.json_response({"ok": True}, status=int(request.query.get("status", "200")))


@pytest_asyncio.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


@asynccontextmanager
async def running(folder: Path, **settings: Any) -> AsyncIterator[Headrace]:
    headrace = Headrace(Settings(data_dir=folder, allow_private_network=True, **settings))
    try:
        yield headrace
    finally:
        await headrace.close()


def workflow(node: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "w",
        "name": "W",
        "nodes": [
            {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0]},
            {"name": "Use", "typeVersion": 1, "position": [1, 0], "parameters": {}, **node},
        ],
        "connections": {"Start": {"main": [[{"node": "Use", "type": "main", "index": 0}]]}},
    }


def fetch(url: str, type_: str, credential: str, **more: Any) -> dict[str, Any]:
    parameters = {"url": url, "authentication": "genericCredentialType", "genericAuthType": type_, **more}
    return workflow(
        {
            "type": "n8n-nodes-base.httpRequest",
            "typeVersion": 4.2,
            "parameters": parameters,
            "credentials": {type_: {"id": credential, "name": "x"}},
        }
    )


async def ran(
    headrace: Headrace,
    drawn: dict[str, Any],
    *,
    project: ProjectId = DEFAULT_PROJECT,
    tenant: TenantId = DEFAULT_TENANT,
) -> Finished:
    execution_id = ExecutionId(new_id())
    await headrace.executions.request(
        ExecutionRequested(
            execution_id=execution_id,
            tenant=tenant,
            workflow_id="w",
            workflow_name="W",
            workflow=msgspec.Raw(msgspec.json.encode(drawn)),
            mode=Mode.TRIGGER,
            start="Start",
            given=Output(items=1, inline=msgspec.Raw(b'[{"json": {}}]')),
            project=project,
            at=datetime.now(UTC),
        )
    )
    return await headrace.executor.drive(tenant, execution_id)


async def kept(headrace: Headrace, type_: str, **fields: Any) -> str:
    made = await headrace.credentials.credentials.create(
        DEFAULT_TENANT, name="Shop", type_=type_, fields=fields, by="ann"
    )
    return made.id


def spellings(secret: str) -> Iterator[bytes]:
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    for shift in range(3):
        # Whatever stands before it moves its letters in base64.
        yield base64.b64encode(b"\0" * shift + raw)[4 * bool(shift) : -4]


def holders_of(folder: Path, secret: str) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name != "keys":
            data = path.read_bytes()
            found += [path.name for spelling in spellings(secret) if spelling in data]
    return found


def test_a_secret_in_any_spelling_would_be_found(tmp_path: Path) -> None:
    for number, text in enumerate((CANARY, f"ann:{CANARY}", f"x{CANARY}y")):
        (tmp_path / f"{number}").write_bytes(b"x" + base64.b64encode(text.encode()))
    (tmp_path / "hex").write_text(CANARY.encode().hex())

    assert set(holders_of(tmp_path, CANARY)) == {"0", "1", "2", "hex"}


SENT: dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = {
    "httpBasicAuth": (
        {"user": "ann", "password": CANARY},
        lambda seen: base64.b64encode(f"ann:{CANARY}".encode()).decode() in seen["headers"]["Authorization"],
    ),
    "httpHeaderAuth": ({"name": "X-Key", "value": CANARY}, lambda seen: seen["headers"]["X-Key"] == CANARY),
    "httpQueryAuth": ({"name": "key", "value": CANARY}, lambda seen: CANARY in seen["path"]),
    "httpBearerAuth": ({"token": CANARY}, lambda seen: CANARY in seen["headers"]["Authorization"]),
    "httpCustomAuth": (
        {"json": json.dumps({"headers": {"X-Key": CANARY}})},
        lambda seen: seen["headers"]["X-Key"] == CANARY,
    ),
}


@pytest.mark.parametrize("type_", SENT)
@pytest.mark.parametrize("status", [200, 401, 500])
async def test_the_service_gets_the_secret_and_nothing_that_is_kept_holds_it(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture, type_: str, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    fields, arrived = SENT[type_]
    async with running(tmp_path) as headrace:
        credential = await kept(headrace, type_, **fields)
        drawn = fetch(f"http://127.0.0.1:{service.port}/x?status={status}", type_, credential)
        finished = await ran(headrace, drawn)
        history = await headrace.executions.history(DEFAULT_TENANT, finished.execution_id)

    assert finished.status is (Status.SUCCESS if status == 200 else Status.ERROR)
    assert arrived(service.seen[0])
    assert CANARY not in f"{finished!r}{history!r}"
    assert CANARY not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("headrace"))
    assert holders_of(tmp_path, CANARY) == []


async def test_a_connection_that_fails_tells_nothing(service: Service, tmp_path: Path) -> None:
    async with running(tmp_path) as headrace:
        credential = await kept(headrace, "httpQueryAuth", name="key", value=CANARY)
        finished = await ran(headrace, fetch("http://127.0.0.1:1/x", "httpQueryAuth", credential))

    assert finished.status is Status.ERROR
    assert CANARY not in repr(finished)
    assert holders_of(tmp_path, CANARY) == []


@pytest.mark.parametrize("type_", SENT)
async def test_a_redirect_to_another_host_carries_no_secret(service: Service, tmp_path: Path, type_: str) -> None:
    fields, arrived = SENT[type_]
    url = f"http://127.0.0.1:{service.port}/moved?to=http://{OTHER_HOST}:{service.port}/there"
    async with running(tmp_path) as headrace:
        credential = await kept(headrace, type_, **fields)
        finished = await ran(headrace, fetch(url, type_, credential))

    assert finished.status is Status.SUCCESS
    first, second = service.seen
    assert arrived(first)
    assert second["host"].startswith(OTHER_HOST)
    assert not any(spelling.decode() in json.dumps(second) for spelling in spellings(CANARY))


async def test_a_secret_goes_only_to_the_hosts_that_it_names(service: Service, tmp_path: Path) -> None:
    async with running(tmp_path) as headrace:
        credential = await kept(
            headrace,
            "httpBearerAuth",
            token=CANARY,
            allowedHttpRequestDomains="domains",
            allowedDomains="127.0.0.1",
        )
        good = await ran(headrace, fetch(f"http://127.0.0.1:{service.port}/", "httpBearerAuth", credential))
        bad = await ran(headrace, fetch(f"http://{OTHER_HOST}:{service.port}/", "httpBearerAuth", credential))

    assert (good.status, bad.status) == (Status.SUCCESS, Status.ERROR)
    assert bad.error is not None
    assert "may not be used for localhost" in bad.error.message
    assert len(service.seen) == 1


async def test_a_run_opens_what_its_project_may_use_whatever_the_workflow_says(
    service: Service, tmp_path: Path
) -> None:
    async with running(tmp_path) as headrace:
        credential = await kept(headrace, "httpBearerAuth", token=CANARY)
        drawn = fetch(f"http://127.0.0.1:{service.port}/", "httpBearerAuth", credential)
        drawn["project"] = drawn["homeProject"] = {"id": "default"}
        denied = [
            await ran(headrace, drawn, project=ProjectId("theirs")),
            await ran(headrace, drawn, tenant=TenantId("other")),
        ]
        await headrace.credentials.credentials.share(DEFAULT_TENANT, credential, [ProjectId("theirs")], by="ann")
        shared = await ran(headrace, drawn, project=ProjectId("theirs"))

    assert [one.status for one in denied] == [Status.ERROR, Status.ERROR]
    assert all(one.error is not None and "does not exist" in one.error.message for one in denied)
    assert shared.status is Status.SUCCESS


@pytest.mark.parametrize(
    "expression",
    [
        "={{ $secrets.env.SHOP }}",
        "={{ $secrets }}",
        "={{ $credentials }}",
        "={{ $credentials.httpBearerAuth.token }}",
        '={{ $("Use").params.credentials }}',
        "={{ $env.HEADRACE_SECRET_SHOP }}",
        "={{ this.$secrets?.env?.SHOP }}",
        "={{ $request?.headers }}",
    ],
)
async def test_expressions_of_the_node_that_uses_a_secret_do_not_reach_it(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expression: str
) -> None:
    monkeypatch.setenv("HEADRACE_SECRET_SHOP", CANARY)
    async with running(tmp_path) as headrace:
        credential = await kept(headrace, "httpBearerAuth", token="={{ $secrets.env.SHOP }}")
        drawn = fetch(
            f"http://127.0.0.1:{service.port}/",
            "httpBearerAuth",
            credential,
            sendHeaders=True,
            headerParameters={"parameters": [{"name": "X-Seen", "value": expression}]},
        )
        finished = await ran(headrace, drawn)

    assert finished.status is Status.ERROR or CANARY in service.seen[0]["headers"]["Authorization"]
    assert all(CANARY not in seen["headers"].get("X-Seen", "") for seen in service.seen)
    assert holders_of(tmp_path, CANARY) == []


async def test_code_gets_no_credential_to_see(tmp_path: Path) -> None:
    code = "return [{json: {seen: JSON.stringify([typeof $credentials, {...$secrets}, $input.params])}}]"
    async with running(tmp_path) as headrace:
        credential = await kept(headrace, "httpBearerAuth", token=CANARY)
        node = {
            "type": "n8n-nodes-base.code",
            "typeVersion": 2,
            "parameters": {"jsCode": code},
            "credentials": {"httpBearerAuth": {"id": credential}},
        }
        finished = await ran(headrace, workflow(node))
        items = await headrace.output_of(finished)

    assert finished.status is Status.SUCCESS
    assert items[0]["seen"].startswith('["undefined",{},')
    assert holders_of(tmp_path, CANARY) == []


async def test_without_credentials_no_key_and_no_file_of_them_is_made(service: Service, tmp_path: Path) -> None:
    async with running(tmp_path) as headrace:
        finished = await ran(headrace, fetch("http://127.0.0.1:1/", "httpBearerAuth", "none"))

    assert finished.error is not None
    assert "does not exist" in finished.error.message
    assert not (tmp_path / "keys").exists()
    assert not (tmp_path / "credentials.db").exists()


async def test_what_is_sealed_counts_before_the_plain_file_and_that_before_nothing(
    service: Service, tmp_path: Path
) -> None:
    file = tmp_path / "plain.json"
    file.write_text(json.dumps([{"type": "httpBearerAuth", "id": "7", "name": "Shop", "data": {"token": "plain"}}]))
    file.chmod(0o600)
    async with running(tmp_path / "data", credentials_file=file) as headrace:
        drawn = fetch(f"http://127.0.0.1:{service.port}/", "httpBearerAuth", "7")
        await ran(headrace, drawn)
        await headrace.credentials.credentials.bring_in(
            DEFAULT_TENANT, name="S", type_="httpBearerAuth", fields={"token": "sealed"}, by="ann", credential_id="7"
        )
        await ran(headrace, drawn)

    assert [seen["headers"]["Authorization"] for seen in service.seen] == ["Bearer plain", "Bearer sealed"]


async def test_a_credential_is_tried_out_where_one_says(service: Service, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{service.port}/me"
    async with running(tmp_path) as headrace:
        credential = await kept(
            headrace, "httpBearerAuth", token=CANARY, allowedHttpRequestDomains="domains", allowedDomains="127.0.0.1"
        )
        tests = headrace.credentials.tests
        outcomes = [
            await tests.test(DEFAULT_TENANT, credential, url=to)
            for to in (
                None,
                url,
                f"{url}?status=403",
                f"{url}?status=500",
                f"http://{OTHER_HOST}:{service.port}/",
                "x:",
            )
        ]

    assert [outcome.passed for outcome in outcomes] == [True, True, False, False, False, False]
    assert CANARY not in repr(outcomes)
    assert len(service.seen) == 3


async def test_the_workflows_that_name_a_credential_are_found(tmp_path: Path) -> None:
    async with running(tmp_path) as headrace:
        credential = await kept(headrace, "httpBearerAuth", token=CANARY)
        other = await kept(headrace, "httpBearerAuth", token=CANARY)
        by_id = fetch("http://x.example/", "httpBearerAuth", credential)
        by_name = fetch("http://x.example/", "httpBearerAuth", "of another server")
        by_name["nodes"][1]["credentials"]["httpBearerAuth"]["name"] = "Shop"
        of_other = fetch("http://x.example/", "httpBearerAuth", other)
        of_other["nodes"][1]["credentials"]["httpBearerAuth"]["name"] = "Shop"
        for name, drawn in (("By id", by_id), ("By name", by_name), ("Of the other", of_other)):
            await headrace.library.workflows.create(
                DEFAULT_TENANT, {**drawn, "name": name}, project=DEFAULT_PROJECT, by="ann"
            )
        usage = await headrace.credentials.credentials.usage(DEFAULT_TENANT, credential)

    assert [(one.workflow_name, one.nodes) for one in usage] == [("By id", ["Use"]), ("By name", ["Use"])]


async def test_commands_of_the_system_do_not_inherit_keys_and_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADRACE_SECRET_SHOP", CANARY)
    monkeypatch.setenv("HEADRACE_VAULT_TOKEN", CANARY)
    monkeypatch.setenv("OF_THE_SYSTEM", "there")
    node = {"type": "n8n-nodes-base.executeCommand", "typeVersion": 1, "parameters": {"command": "env"}}
    async with running(tmp_path, allow_commands=True) as headrace:
        finished = await ran(headrace, workflow(node))
        items = await headrace.output_of(finished)

    assert finished.status is Status.SUCCESS
    assert "OF_THE_SYSTEM=there" in items[0]["stdout"]
    assert CANARY not in items[0]["stdout"]


async def test_a_project_that_still_has_credentials_is_not_empty(tmp_path: Path) -> None:
    async with running(tmp_path) as headrace:
        await headrace.access.prepare()
        project = await headrace.access.projects.create(DEFAULT_TENANT, "Sales")
        await headrace.credentials.credentials.create(
            DEFAULT_TENANT, name="A", type_="httpBearerAuth", fields={"token": "t"}, by="ann", project=project.id
        )

        with pytest.raises(Conflict, match="1 credentials"):
            await headrace.access.projects.delete(DEFAULT_TENANT, project.id)
