"""Runs that wait for a request, of any tenant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest_asyncio

from headrace.executions.public import Status
from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from tests.e2e.server.running import chain, node, webhook
from tests.integration.app.serving import Place

SECOND = timedelta(seconds=1)
CALL: dict[str, Any] = {"resume": "webhook", "httpMethod": "POST", "responseMode": "lastNode"}


@pytest_asyncio.fixture
async def other(place: Place) -> TenantId:
    """A second tenant, with workflows that wait."""
    access = place.headrace.access
    eve = await access.users.add(email="eve@example.com", name="Eve", password="correct horse battery staple")
    tenant = (await access.tenancy.create("Other", eve.id)).id
    call = chain("Call", webhook("call"), node("Wait", "wait", 1.1, 200, **CALL), node("End", "noOp", 1, 400))
    asks = node(
        "Wait", "wait", 1.1, 200, resume="form", formTitle="Ask", formFields={"values": [{"fieldLabel": "Name"}]}
    )
    await place.publish(call, tenant)
    await place.publish(chain("Form", webhook("form"), asks, node("End", "noOp", 1, 400)), tenant)
    return tenant


async def test_a_call_ends_the_wait_of_another_tenants_run(place: Place, other: TenantId) -> None:
    assert (await place.http.post("/webhook/call")).status_code == 200
    run = await place.waiting(other)

    answer = await place.http.post(f"/webhook-waiting/{run}", json={"ok": True})

    assert (answer.status_code, answer.json()["body"]) == (200, {"ok": True})
    view = await place.headrace.executions.inspect(other, run)
    assert (view.status, view.request.tenant) == (Status.SUCCESS, other)
    assert await place.headrace.journal.find(DEFAULT_TENANT) == []


async def test_a_form_is_shown_of_another_tenants_run(place: Place, other: TenantId) -> None:
    assert (await place.http.post("/webhook/form")).status_code == 200
    run = await place.waiting(other)

    assert "Name" in (await place.http.get(f"/form-waiting/{run}")).text
    sent = await place.http.post(f"/form-waiting/{run}", data={"field-0": "Ines"}, follow_redirects=True)

    assert sent.status_code == 200
    assert await place.run(Status.SUCCESS, other) == run


async def test_a_run_of_a_suspended_tenant_waits_on(place: Place, other: TenantId) -> None:
    assert (await place.http.post("/webhook/call")).status_code == 200
    run = await place.waiting(other)
    await place.headrace.access.tenancy.suspend(other, why="unpaid")
    place.later += SECOND * 2

    assert (await place.http.post(f"/webhook-waiting/{run}", json={})).status_code == 403

    await place.headrace.access.tenancy.resume(other)
    place.later += SECOND * 2
    assert (await place.http.post(f"/webhook-waiting/{run}", json={})).status_code == 200
