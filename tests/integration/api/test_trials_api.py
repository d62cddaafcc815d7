"""Where a workflow's nodes answer, and waiting for a test call, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from headrace.tenancy.public import Actor, Role
from tests.integration.api.conftest import PASSWORD, Api, drawn

URL = "http://headrace.test"
# The client's base is the API; the address that a page is shown is the server's.


async def made(api: Api, workflow: Any = None) -> str:
    answer = await api.call("POST", "/workflows", json=workflow or drawn())
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def test_addresses_are_listed_for_each_node_and_method(api: Api) -> None:
    hook = drawn()["nodes"][0]
    workflow = {
        **drawn(),
        "nodes": [
            {**hook, "parameters": {"path": "orders", "httpMethod": ["GET", "POST"], "multipleMethods": True}},
            {**hook, "name": "Broken", "parameters": {"path": "../up"}},
            {**hook, "name": "Off", "disabled": True},
            {
                "id": "2",
                "name": "Form",
                "type": "n8n-nodes-base.formTrigger",
                "typeVersion": 2.2,
                "position": [0, 0],
                "parameters": {"formTitle": "Ask", "options": {"path": "ask"}},
            },
        ],
    }
    workflow_id = await made(api, workflow)

    nodes = (await api.call("GET", f"/workflows/{workflow_id}/webhooks")).json()["nodes"]

    assert [(one["name"], one["kind"], one["method"], bool(one["trouble"])) for one in nodes] == [
        ("Webhook", "webhook", "GET", False),
        ("Webhook", "webhook", "POST", False),
        ("Broken", "webhook", "", True),
        ("Form", "form", "GET", False),
    ]
    assert nodes[0]["url"] == nodes[0]["productionUrl"] == f"{URL}/webhook/orders"
    assert nodes[0]["testUrl"] == f"{URL}/webhook-test/orders"
    assert nodes[3]["testUrl"] == f"{URL}/form-test/ask"


async def test_a_draft_waits_is_called_and_is_idle_again(api: Api) -> None:
    workflow_id = await made(api)
    place = f"/workflows/{workflow_id}/test-webhook"
    assert (await api.call("GET", place)).json()["state"] == "idle"

    begun = await api.call("POST", place, json={"workflow": drawn(path="changed"), "node": "Webhook"})

    assert begun.status_code == 200, begun.text
    assert begun.json()["nodes"][0]["url"] == f"{URL}/webhook-test/changed"
    standing = (await api.call("GET", place)).json()
    assert (standing["state"], standing["expiresAt"]) == ("waiting", begun.json()["expiresAt"])

    listenings = api.trials._listenings
    (waiting,) = await listenings.at(["webhook/changed"], now=api.headrace.now())
    await listenings.take(waiting, execution_id=ExecutionId("run"), node="Webhook", now=api.headrace.now())
    assert (await api.call("GET", place)).json() | {"expiresAt": None} == {
        "state": "called",
        "expiresAt": None,
        "executionId": "run",
        "node": "Webhook",
    }

    assert (await api.call("DELETE", place)).status_code == 204
    assert (await api.call("GET", place)).json()["state"] == "idle"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 200),
        ({"node": "Nowhere"}, 404),
        ({"destinationNode": "Nowhere"}, 400),
        ({"workflow": {"nodes": 1}}, 400),
        ({"workflow": {"name": "Empty", "nodes": [], "connections": {}}}, 404),
        ({"node": "x" * 300}, 400),
    ],
)
async def test_only_what_answers_calls_is_listened_for(api: Api, body: Any, status: int) -> None:
    workflow_id = await made(api)

    answer = await api.call("POST", f"/workflows/{workflow_id}/test-webhook", json=body)

    assert answer.status_code == status, answer.text


async def test_a_path_that_another_draft_waits_at_is_taken(api: Api) -> None:
    first, second = await made(api), await made(api, drawn("Second"))
    await api.call("POST", f"/workflows/{first}/test-webhook")

    refused = await api.call("POST", f"/workflows/{second}/test-webhook")

    assert refused.status_code == 409
    assert "Orders" in refused.json()["detail"]


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.OPERATOR, 403), (Role.EDITOR, 200)])
async def test_who_may_edit_may_listen(api: Api, role: Role, status: int) -> None:
    workflow_id = await made(api)
    key = await api.member(role)

    answer = await api.call("POST", f"/workflows/{workflow_id}/test-webhook", key=key)

    assert answer.status_code == status, answer.text
    assert (await api.call("GET", f"/workflows/{workflow_id}/webhooks", key=key)).status_code == 200
    assert (await api.call("GET", f"/workflows/{workflow_id}/test-webhook", key=key)).status_code == 200


async def test_another_tenant_sees_nothing_and_is_told_no_names(api: Api) -> None:
    workflow_id = await made(api)
    await api.call("POST", f"/workflows/{workflow_id}/test-webhook")
    access = api.headrace.access
    eve = await access.users.add(email="eve@example.com", name="Eve", password=PASSWORD)
    tenant = (await access.tenancy.create("Other", eve.id)).id
    _, other = await access.keys.create(tenant, Actor(eve.id), "test")

    for method, path in [("GET", "webhooks"), ("GET", "test-webhook"), ("POST", "test-webhook")]:
        assert (await api.call(method, f"/workflows/{workflow_id}/{path}", key=other)).status_code == 404
    assert (await api.call("DELETE", f"/workflows/{workflow_id}/test-webhook", key=other)).status_code == 404
    theirs = (await api.call("POST", "/workflows", key=other, json=drawn("Theirs"))).json()["id"]
    taken = await api.call("POST", f"/workflows/{theirs}/test-webhook", key=other)
    assert taken.status_code == 409
    assert "Orders" not in taken.text
    assert await api.trials.standing(DEFAULT_TENANT, workflow_id) is not None
