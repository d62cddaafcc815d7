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

    answer = await place.http.post(place.headrace.links.path("webhook-waiting", run), json={"ok": True})

    assert (answer.status_code, answer.json()["body"]) == (200, {"ok": True})
    view = await place.headrace.executions.inspect(other, run)
    assert (view.status, view.request.tenant) == (Status.SUCCESS, other)
    assert await place.headrace.journal.find(DEFAULT_TENANT) == []


async def test_a_form_is_shown_of_another_tenants_run(place: Place, other: TenantId) -> None:
    assert (await place.http.post("/webhook/form")).status_code == 200
    run = await place.waiting(other)

    there = place.headrace.links.path("form-waiting", run)
    assert "Name" in (await place.http.get(there)).text
    sent = await place.http.post(there, data={"field-0": "Ines"}, follow_redirects=True)

    assert sent.status_code == 200
    assert await place.run(Status.SUCCESS, other) == run


async def test_a_run_of_a_suspended_tenant_waits_on(place: Place, other: TenantId) -> None:
    assert (await place.http.post("/webhook/call")).status_code == 200
    run = await place.waiting(other)
    await place.headrace.access.tenancy.suspend(other, why="unpaid")
    place.later += SECOND * 2

    assert (await place.http.post(place.headrace.links.path("webhook-waiting", run), json={})).status_code == 403

    await place.headrace.access.tenancy.resume(other)
    place.later += SECOND * 2
    assert (await place.http.post(place.headrace.links.path("webhook-waiting", run), json={})).status_code == 200


async def test_an_id_alone_ends_no_wait_and_tells_nothing(place: Place, other: TenantId) -> None:
    assert (await place.http.post("/webhook/call")).status_code == 200
    run = await place.waiting(other)
    signed = place.headrace.links.path("webhook-waiting", run)
    of_form = place.headrace.links.path("form-waiting", run).replace("form-waiting", "webhook-waiting")

    refused = [
        await place.http.post(path, json={})
        for path in (
            f"/webhook-waiting/{run}",
            f"/webhook-waiting/{run}?signature=",
            f"/webhook-waiting/{run}?signature=é&signature=é",
            f"{signed}A",
            f"/webhook-waiting/another?{signed.partition('?')[2]}",
            of_form,
            "/webhook-waiting/another",
        )
    ]

    assert {(answer.status_code, answer.text) for answer in refused} == {(404, refused[0].text)}
    assert run not in refused[0].text
    assert (await place.http.get(f"/form-waiting/{run}")).status_code == 404
    assert await place.waiting(other) == run


async def test_a_run_is_told_where_it_goes_on_and_its_suffix_comes_last(place: Place) -> None:
    waits = node("Wait", "wait", 1.1, 400, **CALL, options={"webhookSuffix": "yes"})
    tells = node(
        "Tell", "set", 3.4, 200, mode="raw", jsonOutput="={{ { to: $execution.resumeUrl + '/yes' } }}", options={}
    )
    await place.publish(chain("Told", webhook("told"), tells, waits))
    assert (await place.http.post("/webhook/told")).status_code == 200
    run = await place.waiting()
    told = await place.headrace.node_output(run, "Tell")
    assert told is not None

    bare = await place.http.post(place.headrace.links.path("webhook-waiting", run), json={})
    answer = await place.http.post(f"{told[0][0]['to']}&page=2", json={})

    assert bare.status_code == 404
    assert answer.status_code == 200, answer.text
    # Who may end the wait is nothing for the run to know.
    assert answer.json()["query"] == {"page": "2"}
    assert "signature" not in answer.json()["webhookUrl"]
