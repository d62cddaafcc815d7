"""Sub-workflows that wait, and those that wait for them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from headrace.executions.public import ExecutionQuery, Status
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from tests.e2e.server.running import chain, node, webhook
from tests.integration.app.serving import Place
from tests.integration.app.test_approvals import asks

SOON = timedelta(seconds=1)
START = node("Start", "executeWorkflowTrigger", 1.1, 0, inputSource="passthrough")


def calls(workflow_id: str, **parameters: Any) -> dict[str, Any]:
    chosen = {"__rl": True, "mode": "id", "value": workflow_id}
    return node("Call", "executeWorkflow", 1.2, 200, workflowId=chosen, **parameters)


async def started(place: Place, *between: dict[str, Any], **parameters: Any) -> ExecutionId:
    """Return a run that waits for a sub-workflow, which waits for a decision."""
    asked = await place.publish(chain("Asked", START, asks()))
    await place.publish(
        chain("Calls", webhook("calls"), *between, calls(asked, **parameters), node("End", "noOp", 1, 400))
    )
    assert (await place.http.post("/webhook/calls", json={"total": 7})).status_code == 200
    return await found(place, "Calls", Status.WAITING)


async def found(place: Place, workflow: str, status: Status) -> ExecutionId:
    """Return the execution of a workflow that stands like this, once one does."""
    query = ExecutionQuery(statuses=frozenset({status}))
    async with asyncio.timeout(15):
        while True:
            for one in await place.headrace.journal.find(DEFAULT_TENANT, query):
                if one.workflow_name == workflow:
                    return one.id
            await asyncio.sleep(0.05)


async def decide(place: Place, run: ExecutionId) -> None:
    there = place.headrace.links.path("approve", run)
    assert (await place.http.post(there, data={"decision": "approved"})).status_code == 200


async def test_a_run_goes_on_with_what_its_sub_workflow_came_to_after_its_wait(place: Place) -> None:
    run = await started(place)

    await decide(place, await found(place, "Asked", Status.WAITING))

    assert await found(place, "Calls", Status.SUCCESS) == run
    end = await place.headrace.node_output(run, "End")
    assert end is not None
    assert (end[0][0]["approval"]["decision"], end[0][0]["body"]) == ("approved", {"total": 7})
    # It was asked once.
    assert len(await place.headrace.journal.find(DEFAULT_TENANT, ExecutionQuery())) == 2


async def test_one_call_after_the_other_waits_in_turn(place: Place) -> None:
    many = node("Many", "set", 3.4, 100, mode="raw", jsonOutput="={{ { list: [1, 2] } }}", options={})
    apart = node("Apart", "splitOut", 1, 150, fieldToSplitOut="list", options={})
    run = await started(place, many, apart, mode="each")

    for _ in range(2):
        child = await found(place, "Asked", Status.WAITING)
        await decide(place, child)
        async with asyncio.timeout(15):
            while not (await place.headrace.executions.inspect(DEFAULT_TENANT, child)).status.is_final:
                await asyncio.sleep(0.02)

    assert await found(place, "Calls", Status.SUCCESS) == run
    end = await place.headrace.node_output(run, "End")
    assert end is not None
    assert [item["approval"]["decision"] for item in end[0]] == ["approved", "approved"]
    assert len(await place.headrace.journal.find(DEFAULT_TENANT, ExecutionQuery())) == 3


async def test_another_server_takes_both_up(place: Place, tmp_path: Path) -> None:
    run = await started(place)
    child = await found(place, "Asked", Status.WAITING)
    other = Place(tmp_path)
    await other.server.start()
    try:
        await place.server.dispatcher.stop(grace=SOON)
        await decide(other, child)
        assert await found(other, "Calls", Status.SUCCESS) == run
    finally:
        await other.close()


async def test_a_cancelled_run_takes_what_it_waits_for_with_it(place: Place) -> None:
    run = await started(place)
    child = await found(place, "Asked", Status.WAITING)

    await place.server.dispatcher.cancel(DEFAULT_TENANT, run)

    assert (await place.headrace.executions.inspect(DEFAULT_TENANT, child)).status is Status.CANCELED
    assert (await place.http.get(place.headrace.links.path("approve", child))).status_code == 410


async def test_a_sub_workflow_that_is_cancelled_while_it_waits_fails_its_parent(place: Place) -> None:
    run = await started(place)

    await place.server.dispatcher.cancel(DEFAULT_TENANT, await found(place, "Asked", Status.WAITING))

    assert await found(place, "Calls", Status.ERROR) == run
