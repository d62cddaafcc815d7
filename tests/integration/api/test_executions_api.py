"""Executions over HTTP: what callers get, and what they are refused."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from headrace.tenancy.public import Role
from tests.e2e.server.running import chain, node
from tests.integration.api.conftest import PASSWORD, Api

FIVE = {"assignments": {"assignments": [{"id": "1", "name": "n", "value": "={{ $json.n }}", "type": "number"}]}}


def drawn(*, fails: bool) -> dict[str, Any]:
    """Return a workflow whose last node fails, or does not any more."""
    last = node("End", "stopAndError", 1, 400, errorMessage="no way") if fails else node("End", "noOp", 1, 400)
    whole = chain("Orders", node("Start", "manualTrigger", 1, 0), node("Set", "set", 3.4, 200, **FIVE), last)
    return {name: whole[name] for name in whole if name not in ("active", "id")}


async def workflow(api: Api) -> str:
    """Return the id of a workflow that is kept and fails."""
    answer = await api.call("POST", "/workflows", json=drawn(fails=True))
    assert answer.status_code == 200, answer.text
    id_: str = answer.json()["id"]
    return id_


async def ran(api: Api, workflow_id: str, **more: Any) -> dict[str, Any]:
    """Start an execution and drive it to its end."""
    body = {"workflowId": workflow_id, "items": [{"n": n} for n in range(5)], **more}
    answer = await api.call("POST", "/executions", json=body)
    assert answer.status_code == 201, answer.text
    return await driven(api, answer.json()["id"])


async def driven(api: Api, execution_id: str) -> dict[str, Any]:
    await api.headrace.executor.drive(DEFAULT_TENANT, ExecutionId(execution_id))
    found: dict[str, Any] = (await api.call("GET", f"/executions/{execution_id}")).json()
    return found


async def test_an_execution_is_started_looked_into_and_deleted(api: Api) -> None:
    execution = await ran(api, await workflow(api))
    path = f"/executions/{execution['id']}"
    assert (execution["status"], execution["finished"], execution["error"]) == ("error", False, "no way")
    assert execution["mode"] == "manual"

    timeline = (await api.call("GET", f"{path}/timeline")).json()
    assert [(row["node"], row["status"]) for row in timeline["nodes"]] == [
        ("Start", "success"),
        ("Set", "success"),
        ("End", "error"),
    ]
    page = (await api.call("GET", f"{path}/data", params={"node": "Set", "start": 3, "limit": 9})).json()
    assert [item["json"] for item in page["items"]] == [{"n": 3}, {"n": 4}]
    assert (page["start"], page["total"]) == (3, 5)

    whole = (await api.call("GET", path, params={"includeData": "true"})).json()
    result = whole["data"]["resultData"]
    assert [item["json"]["n"] for item in result["runData"]["Set"][0]["data"]["main"][0]] == [0, 1, 2, 3, 4]
    assert result["runData"]["End"][0]["error"]["message"] == "no way"
    assert (result["lastNodeExecuted"], whole["workflowData"]["name"]) == ("End", "Orders")

    only = (await api.call("GET", path, params={"includeWorkflow": "true"})).json()
    assert (only["data"], only["workflowData"]["name"]) == (None, "Orders")

    assert (await api.call("DELETE", path)).json()["id"] == execution["id"]
    gone = await api.call("GET", path)
    assert (gone.status_code, gone.json()["code"]) == (404, "execution_not_found")


async def test_a_run_up_to_a_node_takes_over_what_did_not_change(api: Api) -> None:
    workflow_id = await workflow(api)
    first = await ran(api, workflow_id)

    step = {"destinationNode": "End", "reuse": first["id"]}
    again = await ran(api, workflow_id, **step, items=None)
    path = f"/executions/{again['id']}"
    rows = (await api.call("GET", f"{path}/timeline")).json()["nodes"]
    assert [(row["node"], row.get("carried", False)) for row in rows] == [
        ("Start", True),
        ("Set", True),
        ("End", False),
    ]
    page = (await api.call("GET", f"{path}/data", params={"node": "Set"})).json()
    assert page["total"] == 5

    changed = drawn(fails=False)
    changed["nodes"][1]["parameters"]["includeOtherFields"] = True
    assert (await api.call("PUT", f"/workflows/{workflow_id}", json=changed)).status_code == 200
    third = await ran(api, workflow_id, **step, items=None)
    rows = (await api.call("GET", f"/executions/{third['id']}/timeline")).json()["nodes"]
    assert [(row["node"], row.get("carried", False)) for row in rows] == [
        ("Start", True),
        ("Set", False),
        ("End", False),
    ]
    assert third["status"] == "success"


async def test_an_execution_that_is_gone_or_of_another_workflow_is_simply_not_reused(api: Api) -> None:
    one, other = await ran(api, await workflow(api)), await workflow(api)

    for earlier in (one["id"], "nowhere"):
        run = await ran(api, other, destinationNode="Set", reuse=earlier)
        rows = (await api.call("GET", f"/executions/{run['id']}/timeline")).json()["nodes"]
        assert [row.get("carried", False) for row in rows] == [False, False]


async def test_a_retry_goes_on_with_the_workflow_as_it_is_drawn_now(api: Api) -> None:
    workflow_id = await workflow(api)
    failed = await ran(api, workflow_id)
    await api.call("PUT", f"/workflows/{workflow_id}", json=drawn(fails=False))

    answer = await api.call("POST", f"/executions/{failed['id']}/retry", json={"loadWorkflow": True})
    retried = await driven(api, answer.json()["id"])

    assert (retried["status"], retried["mode"], retried["retryOf"]) == ("success", "retry", failed["id"])
    timeline = (await api.call("GET", f"/executions/{retried['id']}/timeline")).json()
    assert [row.get("carried", False) for row in timeline["nodes"]] == [True, True, False]
    again = await api.call("POST", f"/executions/{retried['id']}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "execution_not_retryable")


async def test_lists_are_filtered_and_paged(api: Api) -> None:
    workflow_id = await workflow(api)
    for _ in range(3):
        await ran(api, workflow_id)

    first = (await api.call("GET", "/executions", params={"status": "error", "limit": 2})).json()
    second = (await api.call("GET", "/executions", params={"limit": 2, "cursor": first["nextCursor"]})).json()
    none = (await api.call("GET", "/executions", params=[("status", "success"), ("status", "waiting")])).json()
    found = (await api.call("GET", "/executions", params={"error": "NO WAY", "workflowId": workflow_id})).json()

    assert len({one["id"] for one in (*first["data"], *second["data"])}) == 3
    assert (second["nextCursor"], none["data"], len(found["data"])) == (None, [], 3)
    statistics = (await api.call("GET", "/executions/statistics")).json()["data"]
    assert [(one["workflowId"], one["counts"]) for one in statistics] == [(workflow_id, {"error": 3})]


async def test_many_are_canceled_and_deleted_at_once(api: Api) -> None:
    workflow_id = await workflow(api)
    waiting = [(await api.call("POST", "/executions", json={"workflowId": workflow_id})).json()["id"] for _ in range(3)]
    queue = (await api.call("GET", "/queue", params={"workflowId": workflow_id})).json()
    assert [one["executionId"] for one in queue["waiting"]] == waiting

    canceled = (await api.call("POST", "/executions/bulk/cancel", json={"limit": 2})).json()
    rest = (await api.call("POST", "/executions/bulk/cancel", json={"cursor": canceled["nextCursor"]})).json()
    assert sorted((*canceled["done"], *rest["done"])) == sorted(waiting)
    deleted = (await api.call("POST", "/executions/bulk/delete", json={"status": ["canceled"]})).json()
    assert (sorted(deleted["done"]), deleted["failed"]) == (sorted(waiting), [])


async def test_what_runs_is_not_deleted_and_what_ended_is_not_canceled(api: Api) -> None:
    started = (await api.call("POST", "/executions", json={"workflowId": await workflow(api)})).json()["id"]

    refused = await api.call("DELETE", f"/executions/{started}")
    assert (refused.status_code, refused.json()["code"]) == (409, "execution_not_ended")
    assert (await api.call("POST", f"/executions/{started}/cancel")).json() == {"id": started, "ended": True}
    again = await api.call("POST", f"/executions/{started}/stop")
    assert (again.status_code, again.json()["code"]) == (400, "execution_not_runnable")


async def test_a_queue_is_paused_and_resumed(api: Api) -> None:
    workflow_id = await workflow(api)

    assert (await api.call("POST", f"/queue/{workflow_id}/pause")).json()["paused"] is True
    paused = (await api.call("GET", "/queue")).json()["paused"]
    assert (await api.call("POST", f"/queue/{workflow_id}/resume")).json()["paused"] is False

    assert [one["workflowId"] for one in paused] == [workflow_id]
    assert (await api.call("GET", "/queue")).json() == {"waiting": [], "paused": []}
    assert (await api.call("POST", "/queue/nobody/pause")).status_code == 404
    assert (await api.call("GET", "/dead-letters")).json()["data"] == []
    assert (await api.call("POST", "/dead-letters/nobody/discard")).status_code == 404


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.VIEWER, {"read": 200, "start": 403, "cancel": 403, "retry": 403, "delete": 403, "bulk": 200}),
        (Role.OPERATOR, {"read": 200, "start": 201}),
    ],
)
async def test_roles_may_what_they_may(api: Api, role: Role, may: dict[str, int]) -> None:
    workflow_id = await workflow(api)
    execution = await ran(api, workflow_id)
    key = await api.member(role)
    path = f"/executions/{execution['id']}"
    calls = {
        "read": ("GET", path, None),
        "start": ("POST", "/executions", {"workflowId": workflow_id}),
        "cancel": ("POST", f"{path}/cancel", None),
        "retry": ("POST", f"{path}/retry", None),
        "delete": ("DELETE", path, None),
        "bulk": ("POST", "/executions/bulk/delete", {}),
    }

    got = {name: await api.call(*calls[name][:2], key=key, json=calls[name][2]) for name in may}

    assert {name: answer.status_code for name, answer in got.items()} == may
    if "bulk" in got:
        assert got["bulk"].json()["done"] == []
    assert (await api.call("GET", path)).status_code == 200


async def test_another_tenant_sees_nothing(api: Api) -> None:
    workflow_id = await workflow(api)
    execution = await ran(api, workflow_id)
    owner = await api.headrace.access.users.add(email="eve@example.com", name="Eve", password="a long enough pass")
    other = await api.headrace.access.tenancy.create("Other", owner.id)
    stranger = await api.member(Role.OWNER, other.id)
    path = f"/executions/{execution['id']}"

    for method, where in (
        ("GET", path),
        ("GET", f"{path}/timeline"),
        ("GET", f"{path}/data?node=Set"),
        ("POST", f"{path}/cancel"),
        ("POST", f"{path}/retry"),
        ("DELETE", path),
        ("POST", f"/queue/{workflow_id}/pause"),
    ):
        assert (await api.call(method, where, key=stranger)).status_code == 404, where
    assert (await api.call("GET", "/executions", key=stranger)).json()["data"] == []
    assert (await api.call("POST", "/executions/bulk/delete", key=stranger, json={})).json()["done"] == []
    start = await api.call("POST", "/executions", key=stranger, json={"workflowId": workflow_id})
    assert start.status_code == 404
    assert (await api.call("GET", path)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/executions", {"params": {"cursor": "nonsense"}}),
        ("GET", "/executions", {"params": {"status": "asleep"}}),
        ("GET", "/executions", {"params": {"limit": 0}}),
        ("GET", "/executions", {"params": {"startedAfter": "yesterday"}}),
        ("POST", "/executions", {"json": {"workflowId": "w", "items": "many"}}),
        ("POST", "/executions", {"json": {"workflowId": "w", "priority": 10**30}}),
        ("POST", "/executions", {"content": b'{"workflowId": "w", "items": [' + b'{"a":' * 10_000}),
        ("POST", "/executions/bulk/explode", {"json": {}}),
        ("POST", "/executions/bulk/delete", {"json": {"cursor": "////"}}),
    ],
)
async def test_what_makes_no_sense_is_refused(api: Api, method: str, path: str, more: dict[str, Any]) -> None:
    answer = await api.call(method, path, **more)

    assert answer.status_code in (400, 404), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_file_of_an_item_is_sent_to_be_saved_whatever_it_is(api: Api) -> None:
    page = node(
        "Page", "convertToFile", 1.1, 200, operation="toText", sourceProperty="n", options={"fileName": "ä.html"}
    )
    whole = chain("Files", node("Start", "manualTrigger", 1, 0), page)
    made = await api.call("POST", "/workflows", json={key: whole[key] for key in whole if key not in ("active", "id")})
    execution = await ran(api, made.json()["id"], items=[{"n": "<script>alert(1)</script>"}])
    path = f"/executions/{execution['id']}/file"

    answer = await api.call("GET", path, params={"node": "Page", "field": "data"})

    assert (answer.status_code, answer.text) == (200, "<script>alert(1)</script>")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A4.html"
    assert "sandbox" in answer.headers["content-security-policy"]
    missing = await api.call("GET", path, params={"node": "Page", "field": "other"})
    assert (missing.status_code, missing.json()["code"]) == (404, "execution_item_file_not_found")
    access = api.headrace.access
    founder = await access.users.add(email="founder@example.com", name="Founder", password=PASSWORD)
    other = await access.tenancy.create("Other", founder.id)
    stranger = await api.member(Role.VIEWER, other.id)
    assert (await api.call("GET", path, key=stranger, params={"node": "Page", "field": "data"})).status_code in (
        403,
        404,
    )
