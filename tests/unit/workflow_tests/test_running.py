"""Tests of workflows pass when what comes of a run is as expected, and say what is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headrace.app.rehearsing import Stage
from headrace.app.settings import Settings
from headrace.datatables.public import Type
from headrace.workflow_tests.errors import NothingRecorded
from headrace.workflow_tests.fixtures import (
    Answer,
    Exchange,
    Expectation,
    ExpectedError,
    ExpectedNode,
    TableFixture,
    WorkflowTest,
)
from headrace.workflow_tests.running import Runner
from tests.unit.workflow_tests.workflows import FETCH, START, case, chain, fields, node

ORDERS = Exchange(url="https://api.example.com/orders", answer=Answer(body=[{"id": 1}, {"id": 2}]))


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[Runner]:
    stage = Stage(Settings.from_environment({}, data_dir=tmp_path))
    yield Runner(stage)
    await stage.close()


async def problems(runner: Runner, workflow: Any, test: WorkflowTest, folder: Path = Path("/nowhere")) -> list[str]:
    return list((await runner.check(case(workflow, test, folder))).problems)


def expecting(test: WorkflowTest | None = None, **nodes: ExpectedNode) -> WorkflowTest:
    return msgspec.structs.replace(test or WorkflowTest(name="t"), expect=Expectation(nodes=nodes))


async def test_what_is_as_expected_passes(runner: Runner) -> None:
    test = WorkflowTest(name="t", http=[ORDERS])

    assert (
        await problems(runner, chain(START, FETCH), expecting(test, Fetch=ExpectedNode(items=[{"id": 1}, {"id": 2}])))
        == []
    )


async def test_what_differs_is_named_by_node_item_and_field(runner: Runner) -> None:
    test = WorkflowTest(name="t", http=[ORDERS])
    expected = ExpectedNode(items=[{"id": 1}, {"id": 3}])

    assert await problems(runner, chain(START, FETCH), expecting(test, Fetch=expected)) == [
        'node "Fetch", item 1: id: expected 3, found 2'
    ]


async def test_a_request_without_an_answer_fails_the_test_and_is_named(runner: Runner) -> None:
    found = await problems(runner, chain(START, {**FETCH, "onError": "continueRegularOutput"}), WorkflowTest(name="t"))

    assert found[0] == ("unexpected request: GET https://api.example.com/orders: the test has no answer for it")


async def test_a_request_that_was_not_made_fails_the_test(runner: Runner) -> None:
    assert await problems(runner, chain(START), WorkflowTest(name="t", http=[ORDERS])) == [
        "request not made: GET https://api.example.com/orders: expected once, made never"
    ]


async def test_an_expected_failure_passes_and_an_unexpected_one_is_told(runner: Runner) -> None:
    workflow = chain(START, node("Stop", "stopAndError", 1, {"errorMessage": "out of stock"}))
    expected = Expectation(status="error", error=ExpectedError(node="Stop", message="out of"))

    assert await problems(runner, workflow, WorkflowTest(name="t", expect=expected)) == []
    assert await problems(runner, workflow, WorkflowTest(name="t")) == [
        'status: expected success, found error: node "Stop": out of stock'
    ]


async def test_a_node_that_is_not_to_be_reached_is_told_of(runner: Runner) -> None:
    workflow = chain(START, node("Set", "set", 3.4, fields(a="x")))

    assert await problems(runner, workflow, expecting(Set=ExpectedNode(runs=0))) == [
        'node "Set": expected to run 0 times, it ran 1 times'
    ]


async def test_pins_stand_in_for_nodes(runner: Runner) -> None:
    test = WorkflowTest(name="t", pins={"Fetch": [{"id": 9}]})

    assert await problems(runner, chain(START, FETCH), expecting(test, Fetch=ExpectedNode(items=[{"id": 9}]))) == []


async def test_pin_data_of_the_workflow_itself_does_not_count(runner: Runner) -> None:
    workflow = chain(START, FETCH, pinData={"Fetch": [{"json": {"id": 9}}]})
    test = WorkflowTest(name="t", http=[ORDERS])

    assert await problems(runner, workflow, expecting(test, Fetch=ExpectedNode(items=[{"id": 1}, {"id": 2}]))) == []


async def test_waits_are_over_at_once_and_move_the_clock(runner: Runner) -> None:
    wait = node("Wait", "wait", 1.1, {"amount": 2, "unit": "days"})
    clock = node(
        "Clock", "dateTime", 2, {"operation": "getCurrentDate", "outputFieldName": "at", "options": {"timezone": "UTC"}}
    )
    test = WorkflowTest(name="t", now=datetime(2026, 5, 1, 8, tzinfo=UTC))
    expected = ExpectedNode(items=[{"at": "2026-05-03T08:00:00.000Z"}])

    assert await problems(runner, chain(START, wait, clock), expecting(test, Clock=expected)) == []


async def test_waits_for_requests_end_with_the_given_items_or_stay(runner: Runner) -> None:
    workflow = chain(START, node("Wait", "wait", 1.1, {"resume": "webhook"}, webhookId="w"))
    answered = WorkflowTest(name="t", resume=[[{"body": {"ok": True}}]])

    assert (
        await problems(runner, workflow, expecting(answered, Wait=ExpectedNode(items=[{"body": {"ok": True}}]))) == []
    )
    assert await problems(runner, workflow, WorkflowTest(name="t", expect=Expectation(status="waiting"))) == []


async def test_random_values_are_those_of_the_seed(runner: Runner) -> None:
    workflow = chain(START, node("Id", "crypto", 1, {"action": "generate", "dataPropertyName": "id"}))
    seen = await runner.updated(case(workflow, expecting(Id=ExpectedNode(items=[]))))
    items = seen.expect.nodes["Id"].items

    assert await problems(runner, workflow, expecting(Id=ExpectedNode(items=items))) == []
    other = WorkflowTest(name="t", seed="another")
    assert await problems(runner, workflow, expecting(other, Id=ExpectedNode(items=items))) != []


async def test_files_and_static_data_are_the_tests_own(runner: Runner) -> None:
    read = node("Read", "readWriteFile", 1, {"operation": "read", "fileSelector": "in.txt", "options": {}})
    write = node("Write", "readWriteFile", 1, {"operation": "write", "fileName": "out.txt", "options": {}})
    test = WorkflowTest(name="t", files={"in.txt": "hello"}, expect=Expectation(files={"out.txt": "hello"}))

    assert await problems(runner, chain(START, read, write), test) == []
    wrong = msgspec.structs.replace(test, expect=Expectation(files={"out.txt": "bye", "more.txt": ""}))
    assert await problems(runner, chain(START, read, write), wrong) == [
        'file "out.txt": expected "bye", found "hello"',
        'file "more.txt": it was not written',
    ]


async def test_sub_workflows_come_from_the_folder(runner: Runner, tmp_path: Path) -> None:
    called = chain(
        node("Called", "executeWorkflowTrigger", 1.1, {"inputSource": "passthrough"}),
        node("Sub", "set", 3.4, fields(sub="yes")),
    )
    (tmp_path / "sub.json").write_bytes(msgspec.json.encode(called))
    (tmp_path / "notes.json").write_text("[]")
    caller = chain(
        START,
        node(
            "Call", "executeWorkflow", 1.2, {"workflowId": {"__rl": True, "mode": "id", "value": "sub"}, "options": {}}
        ),
    )

    assert await problems(runner, caller, expecting(Call=ExpectedNode(items=[{"sub": "yes"}])), tmp_path) == []


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (WorkflowTest(name="t", start="Strat"), 'the workflow has no node "Strat"'),
        (WorkflowTest(name="t", pins={"Fech": []}), 'the workflow has no node "Fech"'),
        (expecting(Fech=ExpectedNode(runs=0)), 'the workflow has no node "Fech"'),
    ],
)
async def test_a_test_that_names_what_is_not_there_fails(runner: Runner, test: WorkflowTest, message: str) -> None:
    assert await problems(runner, chain(START, FETCH), test) == [message]


async def test_a_credential_that_the_test_lacks_is_named(runner: Runner) -> None:
    sign = node("Sign", "jwt", 1, {"operation": "sign", "claimsJson": "{}", "useJson": True, "options": {}})
    sign["credentials"] = {"jwtAuth": {"id": "1", "name": "Key"}}

    found = await problems(runner, chain(START, sign), WorkflowTest(name="t"))

    assert "the test has no credential of type jwtAuth" in found[0]


async def test_an_update_keeps_how_a_test_compares(runner: Runner) -> None:
    before = ExpectedNode(items=[{"id": 7, "at": "then"}], match="subset", ignore=["at"])
    orders = Exchange(url=ORDERS.url, answer=Answer(body=[{"id": 1, "at": "now", "more": True}]))
    test = expecting(WorkflowTest(name="t", http=[orders]), Fetch=before)

    updated = await runner.updated(case(chain(START, FETCH), test))

    assert updated.expect.nodes == {
        "Fetch": ExpectedNode(items=[{"id": 1, "at": "now"}], match="subset", ignore=["at"])
    }
    assert await problems(runner, chain(START, FETCH), updated) == []


async def test_a_test_without_answers_cannot_be_updated(runner: Runner) -> None:
    with pytest.raises(NothingRecorded, match=r"GET https://api\.example\.com/orders"):
        await runner.updated(case(chain(START, FETCH), WorkflowTest(name="t")))


async def test_data_tables_are_the_tests_own_and_compared_at_the_end(runner: Runner) -> None:
    chosen = {"__rl": True, "mode": "list", "value": "kT7"}
    insert = node(
        "Insert",
        "dataTable",
        1,
        {"dataTableId": chosen, "columns": {"mappingMode": "defineBelow", "value": {"sku": "b", "count": 2}}},
    )
    held = TableFixture(columns={"sku": Type.STRING, "count": Type.NUMBER}, rows=[{"sku": "a", "count": 1}])
    test = WorkflowTest(
        name="t",
        tables={"kT7": held},
        expect=Expectation(tables={"kT7": [{"sku": "a"}, {"sku": "b", "count": 3}], "other": []}),
    )

    assert await problems(runner, chain(START, insert), test) == [
        'data table "kT7".1.count: expected 3, found 2',
        'data table "other": there is none',
    ]
