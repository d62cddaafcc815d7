"""Execute Workflow: another workflow's work in the middle of this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from headrace.nodes.builtin.flow import execute_workflow
from headrace.sdk.context import HttpFailed, HttpRequest, HttpResponse
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item, Link
from headrace.sdk.testing import try_node

CALLED = {"workflowId": {"__rl": True, "mode": "list", "value": "w-7"}}
THREE = [{"n": 1}, {"n": 2}, {"n": 3}]


def doubled(workflow: Any, items: Sequence[Item]) -> list[list[Item]]:
    return [[Item(json={"n": item.json["n"] * 2}) for item in items]]


def failing_at(bad: int) -> Any:
    def run(workflow: Any, items: Sequence[Item]) -> list[list[Item]]:
        if items[0].json["n"] == bad:
            raise NodeError("the child broke")
        return doubled(workflow, items)

    return run


async def test_all_items_go_into_one_run_and_its_output_comes_back_linked() -> None:
    run = await try_node(execute_workflow, parameters=CALLED, items=THREE, sub_workflow=doubled)

    ((workflow, given),) = run.ctx.called
    assert workflow == "w-7"
    assert [item.json for item in given] == THREE
    assert run.json == [[{"n": 2}, {"n": 4}, {"n": 6}]]
    assert [item.paired_item for item in run.outputs[0]] == [0, 1, 2]


async def test_another_number_of_items_may_come_from_any_that_went_in() -> None:
    run = await try_node(
        execute_workflow, parameters=CALLED, items=THREE, sub_workflow=lambda _, __: [[Item(json={"sum": 6})]]
    )

    assert run.json == [[{"sum": 6}]]
    assert run.outputs[0][0].paired_item == [Link(item=0), Link(item=1), Link(item=2)]


async def test_all_outputs_of_the_child_come_back() -> None:
    run = await try_node(
        execute_workflow,
        parameters=CALLED,
        sub_workflow=lambda _, __: [[Item(json={"yes": 1})], [], [Item(json={"no": 1})]],
    )

    assert run.json == [[{"yes": 1}], [], [{"no": 1}]]


async def test_each_item_may_have_a_run_of_its_own() -> None:
    run = await try_node(execute_workflow, parameters={**CALLED, "mode": "each"}, items=THREE, sub_workflow=doubled)

    assert [[item.json for item in given] for _, given in run.ctx.called] == [[{"n": 1}], [{"n": 2}], [{"n": 3}]]
    assert run.json == [[{"n": 2}, {"n": 4}, {"n": 6}]]
    assert [item.paired_item for item in run.outputs[0]] == [0, 1, 2]


@pytest.mark.parametrize("mode", ["once", "each"])
async def test_without_waiting_the_items_go_on_themselves(mode: str) -> None:
    parameters = {**CALLED, "mode": mode, "options": {"waitForSubWorkflow": False}}

    run = await try_node(execute_workflow, parameters=parameters, items=THREE, sub_workflow=doubled)

    assert run.json == [THREE]
    assert [item.paired_item for item in run.outputs[0]] == [0, 1, 2]


async def test_a_child_that_fails_fails_the_node() -> None:
    with pytest.raises(NodeError, match=r"^the child broke$"):
        await try_node(execute_workflow, parameters=CALLED, items=THREE, sub_workflow=failing_at(1))


async def test_a_child_of_one_item_that_fails_names_the_item() -> None:
    with pytest.raises(NodeError, match=r"^Error executing workflow with item at index 1$") as caught:
        await try_node(execute_workflow, parameters={**CALLED, "mode": "each"}, items=THREE, sub_workflow=failing_at(2))

    assert caught.value.description == "the child broke"
    assert caught.value.item_index == 1


async def test_going_on_after_errors_makes_one_item_of_a_failed_run() -> None:
    run = await try_node(
        execute_workflow,
        parameters=CALLED,
        items=THREE,
        sub_workflow=failing_at(1),
        on_error="continueRegularOutput",
    )

    assert run.json == [[{"error": "the child broke"}]]


@pytest.mark.parametrize(
    ("version", "outputs"),
    [
        (1.3, [[{"n": 2}, {"error": "the child broke"}, {"n": 6}]]),
        (1.2, [[{"n": 2}, {"n": 6}], [{"error": "the child broke"}]]),
    ],
)
async def test_before_1_3_the_error_of_an_item_went_to_the_output_of_its_number(
    version: float, outputs: list[Any]
) -> None:
    run = await try_node(
        execute_workflow,
        parameters={**CALLED, "mode": "each"},
        items=THREE,
        sub_workflow=failing_at(2),
        on_error="continueRegularOutput",
        version=version,
    )

    assert run.json == outputs


def mapped(values: dict[str, Any], *fields: dict[str, Any], **options: Any) -> dict[str, Any]:
    inputs = {"mappingMode": "defineBelow", "value": values, "schema": list(fields), **options}
    return {**CALLED, "workflowInputs": inputs}


def declared(name: str, type_: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "displayName": name, "type": type_, "required": False, **more}


async def given_to_child(parameters: dict[str, Any], item: Item) -> Item:
    run = await try_node(
        execute_workflow, parameters=parameters, items=[item], sub_workflow=lambda _, items: [list(items)]
    )
    ((_, (given,)),) = run.ctx.called
    return given


async def test_mapped_values_are_added_to_the_item_and_converted() -> None:
    item = Item(json={"n": 1, "name": "Ada"}, binary={"data": Binary(id="k")})
    parameters = mapped({"n": "5", "ok": "true"}, declared("n", "number"), declared("ok", "boolean"))
    parameters["workflowInputs"]["attemptToConvertTypes"] = True

    given = await given_to_child(parameters, item)

    assert given.json == {"n": 5, "name": "Ada", "ok": True}
    assert given.binary == item.binary


async def test_inputs_that_were_taken_out_do_not_go_in() -> None:
    parameters = mapped({"a": 1}, declared("a", "number"), declared("b", "string", removed=True))

    assert (await given_to_child(parameters, Item(json={"b": "secret", "c": 3}))).json == {"c": 3, "a": 1}


async def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(NodeError, match=r"^Invalid input for 'n' \[item 0\]$") as caught:
        await given_to_child(mapped({"n": "five"}, declared("n", "number")), Item(json={}))

    assert caught.value.description == "'n' expects a number but we got 'five'"


async def test_a_required_value_that_is_missing_is_refused() -> None:
    with pytest.raises(NodeError, match=r"^Invalid input for 'n' \[item 0\]$") as caught:
        await given_to_child(mapped({"n": None}, declared("n", "number", required=True)), Item(json={}))

    assert caught.value.description == 'The value "n" is required but not set'


WORKFLOW = '{"nodes": [], "connections": {}}'


@pytest.mark.parametrize(
    "parameters",
    [
        {"source": "parameter", "workflowJson": WORKFLOW},
        {"source": "parameter", "workflowJson": {"nodes": [], "connections": {}}},
        {"source": "localFile", "workflowPath": "/flows/child.json"},
        {"source": "url", "workflowUrl": "https://example.com/child.json"},
    ],
)
async def test_a_workflow_may_be_given_whole(parameters: dict[str, Any]) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=200, reason="OK", headers=(), body=WORKFLOW.encode(), url=request.url)

    run = await try_node(
        execute_workflow,
        parameters=parameters,
        sub_workflow=lambda _, items: [list(items)],
        files={"/flows/child.json": WORKFLOW.encode()},
        http=answer,
    )

    assert run.ctx.called[0][0] == {"nodes": [], "connections": {}}


@pytest.mark.parametrize(("text", "why"), [("{nodes", "not valid JSON"), ("[]", "not a JSON object")])
async def test_a_text_that_is_no_workflow_is_refused(text: str, why: str) -> None:
    with pytest.raises(NodeError, match=why):
        await try_node(execute_workflow, parameters={"source": "parameter", "workflowJson": text})


async def test_a_workflow_that_cannot_be_fetched_is_refused() -> None:
    def missing(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=404, reason="Not Found", headers=(), body=b"", url=request.url)

    def unreachable(request: HttpRequest) -> HttpResponse:
        raise HttpFailed("refused by policy", code="BLOCKED")

    for http in (missing, unreachable):
        with pytest.raises(NodeError, match="could not be fetched"):
            await try_node(
                execute_workflow, parameters={"source": "url", "workflowUrl": "http://example.com"}, http=http
            )


async def test_no_workflow_chosen_is_refused() -> None:
    with pytest.raises(NodeError, match="No workflow was chosen"):
        await try_node(execute_workflow, sub_workflow=doubled)


async def test_version_1_names_the_workflow_by_text() -> None:
    run = await try_node(
        execute_workflow, parameters={"workflowId": "w-1"}, version=1, sub_workflow=lambda _, items: [list(items)]
    )

    assert run.ctx.called[0][0] == "w-1"


async def test_no_items_run_nothing() -> None:
    run = await try_node(execute_workflow, parameters=CALLED, items=[])

    assert run.json == [[]]
