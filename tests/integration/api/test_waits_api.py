"""What an execution waits for, over HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from headrace.tenancy.public import Actor, Role
from tests.integration.api.conftest import PASSWORD, Api


async def waiting(api: Api, type_: str, **parameters: Any) -> str:
    """Return an execution that waits in a node, or has ended there."""
    nodes = [
        {"id": name, "name": name, "type": kind, "typeVersion": 1, "position": [0, 0], "parameters": given}
        for name, kind, given in [("Start", "n8n-nodes-base.manualTrigger", {}), ("Wait", type_, parameters)]
    ]
    drawn = {
        "name": "Waits",
        "nodes": nodes,
        "connections": {"Start": {"main": [[{"node": "Wait", "type": "main", "index": 0}]]}},
    }
    workflow = (await api.call("POST", "/workflows", json=drawn)).json()["id"]
    started = await api.call("POST", "/executions", json={"workflowId": workflow})
    assert started.status_code == 201, started.text
    execution = ExecutionId(started.json()["id"])
    await api.headrace.executor.drive(DEFAULT_TENANT, execution)
    return execution


@pytest.mark.parametrize(
    ("type_", "parameters", "kind", "place"),
    [
        ("n8n-nodes-base.wait", {"resume": "webhook"}, "webhook", "/webhook-waiting/{id}"),
        ("n8n-nodes-base.form", {}, "form", "/form-waiting/{id}"),
        ("headrace.approval", {}, "approval", "/approve/{id}"),
    ],
)
async def test_it_is_said_what_ends_a_wait_and_where(
    api: Api, type_: str, parameters: dict[str, Any], kind: str, place: str
) -> None:
    execution = await waiting(api, type_, **parameters)

    told = (await api.call("GET", f"/executions/{execution}/wait")).json()

    assert (told["kind"], told["node"], told["until"]) == (kind, "Wait", None)
    address = urlsplit(told["url"])
    assert address.path == place.format(id=execution)
    path = address.path.removeprefix("/").partition("/")[2]
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert api.headrace.links.opened(place[1:].partition("/")[0], path, query) == (execution, "")  # type: ignore[arg-type]


async def test_a_suffix_is_at_the_end_of_the_address(api: Api) -> None:
    execution = await waiting(api, "n8n-nodes-base.wait", resume="webhook", options={"webhookSuffix": "yes"})

    told = (await api.call("GET", f"/executions/{execution}/wait")).json()

    assert told["url"].endswith("/yes")


async def test_of_a_wait_for_a_time_there_is_its_end_and_of_none_nothing(api: Api) -> None:
    late = await waiting(api, "n8n-nodes-base.wait", resume="timeInterval", amount=2, unit="days")
    ended = await waiting(api, "n8n-nodes-base.noOp")

    until = (await api.call("GET", f"/executions/{late}/wait")).json()
    nothing = (await api.call("GET", f"/executions/{ended}/wait")).json()

    assert (until["kind"], until["url"], bool(until["until"])) == ("time", None, True)
    assert nothing["kind"] is None


async def test_whoever_may_only_look_is_not_told_where(api: Api) -> None:
    execution = await waiting(api, "headrace.approval")
    viewer, operator = await api.member(Role.VIEWER), await api.member(Role.OPERATOR)

    seen = (await api.call("GET", f"/executions/{execution}/wait", key=viewer)).json()
    told = (await api.call("GET", f"/executions/{execution}/wait", key=operator)).json()

    assert (seen["kind"], seen["url"]) == ("approval", None)
    assert told["url"] is not None


async def test_another_tenant_sees_nothing(api: Api) -> None:
    execution = await waiting(api, "headrace.approval")
    access = api.headrace.access
    eve = await access.users.add(email="eve@example.com", name="Eve", password=PASSWORD)
    tenant = (await access.tenancy.create("Other", eve.id)).id
    _, other = await access.keys.create(tenant, Actor(eve.id), "test")

    assert (await api.call("GET", f"/executions/{execution}/wait", key=other)).status_code == 404
