"""People who decide about a run, on a page of their own."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from headrace.executions.public import Status
from headrace.kernel.ids import ExecutionId
from tests.e2e.server.running import chain, node, webhook
from tests.integration.app.serving import Place

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def asks(name: str = "Ask", **parameters: Any) -> dict[str, Any]:
    return {**node(name, "x", 1, 200, title="Pay the bill?", **parameters), "type": "headrace.approval"}


def drawn(**parameters: Any) -> dict[str, Any]:
    workflow = chain("Bills", webhook("bills"), asks(**parameters))
    outputs = ["Approved", "Declined", "Late"]
    workflow["nodes"] += [node(name, "noOp", 1, 400) for name in outputs]
    workflow["connections"]["Ask"] = {"main": [[{"node": name, "type": "main", "index": 0}] for name in outputs]}
    return workflow


async def asked(place: Place, **parameters: Any) -> tuple[ExecutionId, str]:
    """Return a run that waits for a decision, and the address to decide at."""
    await place.publish(drawn(**parameters))
    assert (await place.http.post("/webhook/bills", json={"total": 7})).status_code == 200
    run = await place.waiting()
    return run, place.headrace.links.path("approve", run)


async def came_to(place: Place, run: ExecutionId) -> dict[str, Any]:
    """Return the item at the end that the run came to, and the name of that end."""
    assert await place.run(Status.SUCCESS) == run
    ends = [
        (name, found)
        for name in ("Approved", "Declined", "Late")
        if (found := await place.headrace.node_output(run, name)) is not None
    ]
    ((name, outputs),) = ends
    return {"end": name, **outputs[0][0]["approval"], "total": outputs[0][0]["body"]["total"]}


@pytest.mark.parametrize(("decision", "end"), [("approved", "Approved"), ("declined", "Declined")])
async def test_a_decision_sends_the_items_on_their_way_with_it(place: Place, decision: str, end: str) -> None:
    run, there = await asked(place)

    page = await place.http.get(there)
    assert page.status_code == 200
    assert "Pay the bill?" in page.text
    told = await place.http.post(there, data={"decision": decision, "comment": " fine "})

    assert end in told.text
    item = await came_to(place, run)
    assert (item["end"], item["decision"], item["comment"], item["total"]) == (end, decision, "fine", 7)
    assert item["decidedAt"].endswith("Z")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_to_look_decides_nothing(place: Place, method: str) -> None:
    run, there = await asked(place)

    for _ in range(3):
        looked = await place.http.request(method, f"{there}&decision=approved")
        assert looked.status_code == 200

    assert await place.waiting() == run


async def test_of_several_decisions_at_once_one_counts(place: Place) -> None:
    run, there = await asked(place)

    answers = await asyncio.gather(
        *(place.http.post(there, data={"decision": name}) for name in ["approved", "declined"] * 3)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410, 410, 410]
    counted = next(answer for answer in answers if answer.status_code == 200)
    assert (await came_to(place, run))["end"] in counted.text
    assert (await place.http.get(there)).status_code == 410


async def test_past_the_limit_nobody_decides_any_more(place: Place) -> None:
    run, there = await asked(place, limitWaitTime=True, resumeAmount=1, resumeUnit="hours")
    place.later = timedelta(hours=1)

    item = await came_to(place, run)

    assert (item["end"], item["decision"]) == ("Late", "timedOut")
    assert (await place.http.post(there, data={"decision": "approved"})).status_code == 410


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {"comment": "why"}}, 422),
        ({"data": {"decision": "maybe"}}, 422),
        ({"data": {"decision": "declined"}}, 422),
        ({"data": {"decision": "approved", "comment": "x" * 5001}}, 422),
        ({"json": {"decision": "approved"}}, 415),
        ({"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400),
    ],
)
async def test_what_is_no_decision_changes_nothing(place: Place, sent: dict[str, Any], status: int) -> None:
    run, there = await asked(place, comment="declining")

    answer = await place.http.post(there, **sent)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert await place.waiting() == run


async def test_an_address_lets_decide_on_nothing_else(place: Place) -> None:
    run, there = await asked(place)
    links = place.headrace.links

    for path in (
        f"/approve/{run}",
        there.replace(str(run), f"{run}/other"),
        links.path("approve", run, "other"),
        links.path("form-waiting", run).replace("form-waiting", "approve"),
        there.replace("approve", "webhook-waiting"),
    ):
        assert (await place.http.post(path, data={"decision": "approved"})).status_code in (404, 410)
    assert await place.waiting() == run


async def test_what_authors_and_data_say_is_text_on_the_page(place: Place) -> None:
    _, there = await asked(place, message=f"<b>Now</b>{HOSTILE}", approveLabel=HOSTILE, declineLabel=HOSTILE)

    page = await place.http.get(there)

    assert "<b>Now</b>" in page.text
    assert "<script" not in page.text
    assert "<img" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy


async def test_a_run_that_has_not_come_so_far_says_so(place: Place) -> None:
    first = node("First", "wait", 1.1, 100, resume="webhook", httpMethod="POST")
    await place.publish(chain("Two", webhook("two"), first, asks()))
    await place.http.post("/webhook/two")
    run = await place.waiting()

    answer = await place.http.post(place.headrace.links.path("approve", run), data={"decision": "approved"})

    assert answer.status_code == 410
    assert await place.waiting() == run
