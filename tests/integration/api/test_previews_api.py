"""Expressions are tried out before they run."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from headrace.tenancy.public import Role
from tests.e2e.server.running import chain, node
from tests.integration.api.conftest import Api


def drawn(**more: Any) -> dict[str, Any]:
    whole = chain(
        "Orders", node("Start", "manualTrigger", 1, 0), node("Pass", "noOp", 1, 200), node("End", "noOp", 1, 400)
    )
    return {**{name: whole[name] for name in whole if name not in ("active", "id")}, **more}


async def kept(api: Api) -> str:
    id_: str = (await api.call("POST", "/workflows", json=drawn())).json()["id"]
    return id_


async def preview(api: Api, workflow_id: str, expressions: dict[str, str], **more: Any) -> dict[str, Any]:
    body = {"workflowId": workflow_id, "workflow": drawn(), "node": "End", "expressions": expressions, **more}
    answer = await api.call("POST", "/expressions/preview", json=body)
    assert answer.status_code == 200, answer.text
    results: dict[str, Any] = answer.json()["results"]
    return results


async def ran(api: Api, workflow_id: str, items: list[dict[str, Any]], **more: Any) -> str:
    body = {"workflowId": workflow_id, "items": items, **more}
    id_: str = (await api.call("POST", "/executions", json=body)).json()["id"]
    await api.headrace.executor.drive(DEFAULT_TENANT, ExecutionId(id_))
    return id_


async def test_expressions_see_the_data_of_a_run_item_by_item(api: Api) -> None:
    workflow_id = await kept(api)
    run = await ran(api, workflow_id, [{"n": 1}, {"n": 2}])
    asked = {
        "path": "={{ $json.n }}",
        "sum": "={{ $json.n + $('Start').all().length }}",
        "text": "=n is {{ $('Pass').item.json.n }}",
        "object": "={{ { deep: [$json] } }}",
        "execution": "={{ $execution.id }}",
    }

    assert await preview(api, workflow_id, asked, executionId=run, itemIndex=1) == {
        "path": {"value": 2},
        "sum": {"value": 4},
        "text": {"value": "n is 2"},
        "object": {"value": {"deep": [{"n": 2}]}},
        "execution": {"value": run},
    }


async def test_a_node_that_has_not_run_yet_is_previewed_with_what_would_reach_it(api: Api) -> None:
    workflow_id = await kept(api)
    run = await ran(api, workflow_id, [{"n": 7}], destinationNode="Pass")

    assert await preview(api, workflow_id, {"n": "={{ $json.n * 2 }}"}, executionId=run) == {"n": {"value": 14}}


async def test_without_a_run_there_are_pins_and_the_clock(api: Api) -> None:
    workflow_id = await kept(api)
    pinned = drawn(pinData={"Pass": [{"json": {"n": 3}}]})
    asked = {"n": "={{ $json.n }}", "year": "={{ $now.year > 2000 }}"}

    assert await preview(api, workflow_id, asked, workflow=pinned) == {"n": {"value": 3}, "year": {"value": True}}
    assert await preview(api, workflow_id, {"n": "={{ $now.year > 2000 }}"}) == {"n": {"value": True}}


async def test_what_fails_says_why_and_the_rest_is_there(api: Api) -> None:
    workflow_id = await kept(api)
    asked = {
        "broken": "={{ $json. }}",
        "missing": "={{ $json.a.b.c }}",
        "endless": "={{ (() => { while (true) {} })() }}",
        "large": "={{ 'x'.repeat(100000) }}",
        "fine": "={{ 1 + 1 }}",
    }

    found = {name: await preview(api, workflow_id, {name: text}) for name, text in asked.items()}

    assert found["fine"] == {"fine": {"value": 2}}
    assert "syntax" in found["broken"]["broken"]["error"].lower()
    assert "error" in found["endless"]["endless"]
    assert "too large" in found["large"]["large"]["error"]


async def test_nothing_is_left_behind_by_an_expression(api: Api) -> None:
    workflow_id = await kept(api)
    await preview(api, workflow_id, {"x": "={{ (globalThis.left = 1, Object.prototype.left = 2) }}"})

    again = await preview(api, workflow_id, {"x": "={{ typeof globalThis.left + ({}).left }}"})
    assert again["x"]["value"] in ("undefinedundefined", "undefined")


async def test_data_of_another_workflow_is_not_seen(api: Api) -> None:
    secret, own = await kept(api), await kept(api)
    run = await ran(api, secret, [{"n": "secret"}])

    found = await preview(api, own, {"n": "={{ $json.n }}"}, executionId=run)

    assert "secret" not in str(found)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_who_may_not_edit_may_not_try(api: Api, role: Role) -> None:
    workflow_id = await kept(api)
    body = {"workflowId": workflow_id, "workflow": drawn(), "node": "End", "expressions": {"x": "={{ 1 }}"}}

    refused = await api.call("POST", "/expressions/preview", json=body, key=await api.member(role))

    assert refused.status_code == 403


async def test_another_tenant_sees_nothing(api: Api) -> None:
    workflow_id = await kept(api)
    access = api.headrace.access
    eve = await access.users.add(email="eve@example.com", name="Eve", password="correct horse battery")
    tenant = (await access.tenancy.create("Other", eve.id)).id
    body = {"workflowId": workflow_id, "workflow": drawn(), "node": "End", "expressions": {"x": "={{ 1 }}"}}

    refused = await api.call("POST", "/expressions/preview", json=body, key=await api.member(Role.EDITOR, tenant))

    assert refused.status_code in (403, 404)


async def test_too_many_and_unknown_nodes_are_refused(api: Api) -> None:
    workflow_id = await kept(api)
    body = {"workflowId": workflow_id, "workflow": drawn(), "node": "End", "expressions": {}}

    many = await api.call(
        "POST", "/expressions/preview", json={**body, "expressions": {str(n): "={{ 1 }}" for n in range(101)}}
    )
    unknown = await api.call("POST", "/expressions/preview", json={**body, "node": "Nowhere"})

    assert (many.status_code, unknown.status_code) == (400, 404)
