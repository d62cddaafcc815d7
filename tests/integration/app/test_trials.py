"""Drafts that wait for a call at their test URLs, on one server and on several."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from headrace.executions.public import Status
from headrace.kernel.errors import LimitExceeded
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, ProjectId, TenantId
from headrace.webhooks.errors import BadRoute, NoRoute, RouteTaken
from headrace.webhooks.public import Listening
from tests.e2e.server.running import chain, node, webhook
from tests.integration.app.serving import Place

FORM = node("Form", "formTrigger", 2.2, 0, formTitle="Ask", formFields={"values": [{"fieldLabel": "Name"}]})
FORM["parameters"]["options"] = {"path": "ask"}


async def listen(place: Place, drawn: dict[str, Any], **more: Any) -> Listening:
    """Make a workflow whose saved draft is empty, and listen for what is drawn."""
    made = await place.headrace.library.workflows.create(
        DEFAULT_TENANT, {"name": drawn["name"], "nodes": [], "connections": {}}, project="sales", by="olga"
    )
    draft = await place.trials.draft(DEFAULT_TENANT, made.id, drawn)
    listening, _ = await place.trials.listen(DEFAULT_TENANT, draft, **more)
    return listening


async def test_a_call_runs_what_is_drawn_by_hand_once(place: Place) -> None:
    drawn = chain("Orders", webhook("orders", "lastNode"), node("End", "noOp", 1, 200))
    drawn["pinData"] = {"End": [{"json": {"pinned": True}}], "Webhook": [{"json": {"pinned": "too"}}]}
    listening = await listen(place, drawn)

    answer = await place.http.post("/webhook-test/orders", json={"id": 7})
    again = await place.http.post("/webhook-test/orders", json={"id": 8})

    assert (answer.status_code, answer.json()) == (200, {"pinned": True})
    assert again.status_code == 404
    called = await place.trials.standing(DEFAULT_TENANT, listening.workflow_id)
    assert called is not None
    assert called.node == "Webhook"
    assert called.execution_id is not None
    run = await place.headrace.executions.inspect(DEFAULT_TENANT, called.execution_id)
    assert (run.request.mode, run.request.project, run.status) == ("manual", ProjectId("sales"), Status.SUCCESS)
    # Its own pinned items stand back for the call.
    taken = await place.headrace.node_output(called.execution_id, "Webhook")
    assert taken is not None
    assert (taken[0][0]["body"], taken[0][0]["executionMode"]) == ({"id": 7}, "test")
    assert (await place.http.post("/webhook/orders", json={})).status_code == 404


async def test_all_triggers_wait_and_the_first_call_ends_it(place: Place) -> None:
    drawn = chain("Both", webhook("both"), node("End", "noOp", 1, 200))
    drawn["nodes"].append(FORM)
    listening = await listen(place, drawn)

    assert "Name" in (await place.http.get("/form-test/ask")).text
    refused = await place.http.post("/form-test/ask", json={"not": "a form"})
    assert refused.status_code == 415
    sent = await place.http.post("/form-test/ask", data={"field-0": "Ines"})

    assert sent.status_code == 200, sent.text
    assert (await place.http.post("/webhook-test/both")).status_code == 404
    called = await place.trials.standing(DEFAULT_TENANT, listening.workflow_id)
    assert called is not None
    assert called.node == "Form"


async def test_only_what_leads_to_the_destination_runs(place: Place) -> None:
    drawn = chain("Way", webhook("way", "lastNode"), node("Half", "noOp", 1, 200), node("End", "noOp", 1, 400))
    listening = await listen(place, drawn, destination="Half")

    assert (await place.http.post("/webhook-test/way", json={})).status_code == 200

    called = await place.trials.standing(DEFAULT_TENANT, listening.workflow_id)
    assert called is not None
    run = await place.headrace.executions.inspect(DEFAULT_TENANT, ExecutionId(str(called.execution_id)))
    assert set(run.runs) == {"Webhook", "Half"}


async def test_nobody_waits_for_ever_nor_after_stopping(place: Place) -> None:
    listening = await listen(place, chain("Late", webhook("late")))
    place.later = timedelta(minutes=2)

    assert (await place.http.post("/webhook-test/late")).status_code == 404
    assert await place.trials.standing(DEFAULT_TENANT, listening.workflow_id) is None

    other = await listen(place, chain("Stopped", webhook("stopped")))
    assert await place.trials.stop(DEFAULT_TENANT, other.workflow_id)
    assert (await place.http.post("/webhook-test/stopped")).status_code == 404


async def test_a_path_with_parameters_is_found_by_them(place: Place) -> None:
    hook = {**webhook("orders/:id/:part", "lastNode", method="GET"), "webhookId": "b6f6"}
    await listen(place, chain("Parts", hook, node("End", "noOp", 1, 200)))

    assert (await place.http.get("/webhook-test/b6f6/orders/7")).status_code == 404
    answer = await place.http.get("/webhook-test/b6f6/orders/7/lid")

    assert answer.json()["params"] == {"id": "7", "part": "lid"}


async def test_a_browser_may_ask_before_it_calls(place: Place) -> None:
    await listen(place, chain("Asked", webhook("asked", options={"allowedOrigins": "https://shop.example"})))

    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    answer = await place.http.options("/webhook-test/asked", headers=asked)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"


async def test_what_cannot_be_served_is_not_listened_for(place: Place) -> None:
    await listen(place, chain("First", webhook("same")))
    with pytest.raises(RouteTaken):
        await listen(place, chain("Second", webhook("same")))
    with pytest.raises(NoRoute):
        await listen(place, chain("Nothing", node("End", "noOp", 1, 0)))
    with pytest.raises(NoRoute):
        await listen(place, chain("One", webhook("one")), node="End")
    with pytest.raises(BadRoute):
        await listen(place, chain("Climbs", webhook("../up")))
    with pytest.raises(BadRoute):
        await listen(place, chain("Lost", webhook("lost")), destination="Nowhere")


async def test_a_run_that_cannot_begin_leaves_the_draft_waiting(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise LimitExceeded("no more runs this minute")

    await listen(place, chain("Orders", webhook("orders")))
    with monkeypatch.context() as patch:
        patch.setattr(place.server.dispatcher, "submit", full)
        assert (await place.http.post("/webhook-test/orders")).status_code == 429

    assert (await place.http.post("/webhook-test/orders")).status_code == 200


async def test_another_server_on_the_same_data_takes_the_call(place: Place, tmp_path: Path) -> None:
    other = Place(tmp_path)
    await other.server.start()
    try:
        listening = await listen(place, chain("Orders", webhook("orders")))

        assert (await other.http.post("/webhook-test/orders")).status_code == 200

        called = await place.trials.standing(DEFAULT_TENANT, listening.workflow_id)
        assert called is not None
        assert called.execution_id is not None
        assert (await place.http.post("/webhook-test/orders")).status_code == 404
        assert await place.trials.standing(TenantId("other"), listening.workflow_id) is None
    finally:
        await other.close()
