"""Small nodes that steer a run: No Operation, Stop And Error, DebugHelper, Execute Command and their like."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.flow import (
    debug_helper,
    execute_command,
    execution_data,
    no_op,
    sample_data,
    sample_messages,
    stop_and_error,
)
from headrace.sdk.context import CommandResult
from headrace.sdk.errors import NodeApiError, NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.testing import try_node


async def test_no_operation_hands_on_items_with_their_files() -> None:
    given = Item(json={"a": 1}, binary={"data": Binary(id="k")})

    run = await try_node(no_op, items=[given, {"a": 2}])

    assert run.json == [[{"a": 1}, {"a": 2}]]
    assert run.outputs[0][0].binary == given.binary
    assert [item.paired_item for item in run.outputs[0]] == [0, 1]


@pytest.mark.parametrize(
    ("error_object", "message"),
    [
        ('{"message": "no stock", "code": 7}', "no stock"),
        ({"description": "sold out"}, "sold out"),
        ('{"message": "", "error": "gone"}', "gone"),
        ('{"code": 7}', 'Error: {"code":7}'),
    ],
)
async def test_an_error_object_is_worded_by_its_message_description_or_error(error_object: Any, message: str) -> None:
    with pytest.raises(NodeError) as caught:
        await try_node(stop_and_error, parameters={"errorType": "errorObject", "errorObject": error_object})

    assert caught.value.message == message


async def test_stop_and_error_fails_with_its_own_words_even_where_errors_are_passed_over() -> None:
    with pytest.raises(NodeError, match=r"^we stop here$"):
        await try_node(
            stop_and_error,
            parameters={"errorMessage": "we stop here"},
            items=[{}, {}],
            on_error="continueRegularOutput",
        )


async def test_an_error_object_that_is_no_json_is_refused() -> None:
    with pytest.raises(NodeError, match="not valid JSON"):
        await try_node(stop_and_error, parameters={"errorType": "errorObject", "errorObject": "{"})


@pytest.mark.parametrize(
    ("kind", "error"), [("NodeApiError", NodeApiError), ("NodeOperationError", NodeError), ("Error", NodeError)]
)
async def test_debug_helper_fails_as_told(kind: str, error: type[NodeError]) -> None:
    with pytest.raises(error, match=r"^as told$") as caught:
        await try_node(debug_helper, parameters={"throwErrorType": kind, "throwErrorMessage": "as told"})

    assert type(caught.value) is error


async def test_debug_helper_fails_each_item_where_errors_are_passed_over() -> None:
    run = await try_node(debug_helper, items=[{"a": 1}, {"a": 2}], on_error="continueRegularOutput")

    assert run.json == [[{"error": "Node has thrown an error"}, {"error": "Node has thrown an error"}]]


async def test_debug_helper_may_do_nothing() -> None:
    run = await try_node(debug_helper, parameters={"category": "doNothing"}, items=[{"a": 1}])

    assert run.json == [[{"a": 1}]]


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("address", {"firstname", "lastname", "street", "city", "zip"}),
        ("latLong", {"lat", "lon"}),
        ("creditCard", {"type", "number", "ccv", "exp", "holder_name"}),
        ("email", {"email", "confirmed"}),
        ("ipv4", {"ip"}),
        ("ipv6", {"ip"}),
        ("macAddress", {"mac"}),
        ("nanoid", {"nanoId"}),
        ("url", {"url"}),
        ("user", {"uid", "email", "firstname", "lastname", "password"}),
        ("uuid", {"uuid"}),
        ("semver", {"version"}),
    ],
)
async def test_random_data_of_a_seed_is_always_the_same(kind: str, keys: set[str]) -> None:
    parameters = {"category": "randomData", "randomDataType": kind, "randomDataSeed": "s", "randomDataCount": 3}

    first, again = [(await try_node(debug_helper, parameters=parameters)).json for _ in range(2)]

    assert first == again
    assert [set(one) for one in first[0]] == [keys] * 3


async def test_random_data_may_be_one_item_with_a_list() -> None:
    run = await try_node(debug_helper, parameters={"category": "randomData", "randomDataSingleArray": True})

    ((item,),) = run.json
    assert len(item["generatedItems"]) == 10


@pytest.mark.parametrize("count", ["many", None, float("inf")])
async def test_a_number_of_items_that_is_none_is_refused(count: Any) -> None:
    with pytest.raises(NodeError, match="number of items"):
        await try_node(debug_helper, parameters={"category": "randomData", "randomDataCount": count})


async def test_a_command_runs_once_unless_told_otherwise() -> None:
    once = await try_node(execute_command, parameters={"command": "date"}, items=[{}, {}])
    each = await try_node(execute_command, parameters={"command": "date", "executeOnce": False}, items=[{}, {}])

    assert once.ctx.commands == ["date"]
    assert once.json == [[{"exitCode": 0, "stderr": "", "stdout": ""}]]
    assert each.ctx.commands == ["date", "date"]


async def test_what_a_command_prints_comes_out_trimmed() -> None:
    run = await try_node(
        execute_command,
        parameters={"command": "greet"},
        command=lambda _: CommandResult(exit_code=0, stdout=" hi\n\n", stderr="warn\n"),
    )

    assert run.json == [[{"exitCode": 0, "stderr": "warn", "stdout": "hi"}]]


async def test_a_command_that_fails_fails_the_node_with_what_it_said() -> None:
    with pytest.raises(NodeError, match=r"^Command failed: greet\nno such thing$"):
        await try_node(
            execute_command,
            parameters={"command": "greet"},
            command=lambda _: CommandResult(exit_code=2, stdout="", stderr="no such thing"),
        )


def saving(**values: Any) -> dict[str, Any]:
    return {"dataToSave": {"values": [{"key": key, "value": value} for key, value in values.items()]}}


async def test_execution_data_is_kept_cut_to_its_limits_and_the_items_go_on() -> None:
    run = await try_node(execution_data, parameters=saving(order=17, note="x" * 600, **{"k" * 60: "v"}))

    assert run.json == [[{}]]
    assert run.ctx.custom_data == {"order": "17", "note": "x" * 512, "k" * 50: "v"}


async def test_a_key_of_other_characters_is_refused() -> None:
    with pytest.raises(NodeError, match=r'only contain characters "A-Za-z0-9_" \(key "a b"\)$'):
        await try_node(execution_data, parameters=saving(**{"a b": "1"}))


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({}, 1),
        ({"operation": "getAllPeople"}, 5),
        ({"operation": "getAllPeople", "limit": 2}, 2),
        ({"operation": "getAllPeople", "returnAll": True}, 5),
    ],
)
async def test_the_sample_customers_come_as_many_as_asked(parameters: dict[str, Any], count: int) -> None:
    run = await try_node(sample_data, parameters=parameters)

    assert len(run.json[0]) == count
    assert {"id", "name", "email", "notes", "country", "created"} == set(run.json[0][0])


async def test_the_sample_messenger_says_what_it_would_have_sent() -> None:
    run = await try_node(sample_messages, parameters={"customerId": 7, "message": "Hello"}, items=[{}, {}])

    assert run.json == [[{"output": "Sent message to customer 7:  Hello"}] * 2]
