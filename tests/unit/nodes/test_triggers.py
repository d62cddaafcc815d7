"""Nodes that start a run: what they make of the item they are started with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from headrace.nodes.builtin.triggers import (
    cron,
    error,
    execute_workflow,
    form,
    interval,
    manual,
    schedule,
    start,
    webhook,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.parameters import resolve_parameters
from headrace.sdk.testing import try_node


@pytest.mark.parametrize("node", [manual, start, cron, interval, webhook, form])
async def test_what_started_the_run_is_handed_on_whole(node: Any) -> None:
    given = Item(json={"body": {"a": 1}}, binary={"data0": Binary(id="k")})

    run = await try_node(node, items=[given])

    assert run.json == [[{"body": {"a": 1}}]]
    assert run.outputs[0][0].binary == given.binary


async def test_a_schedule_says_when_it_fired_in_the_workflows_zone() -> None:
    run = await try_node(schedule, now=datetime(2026, 3, 2, 5, 6, 7, 89_000, tzinfo=UTC), timezone="America/New_York")

    assert run.json == [
        [
            {
                "timestamp": "2026-03-02T00:06:07.089-05:00",
                "Readable date": "March 2nd 2026, 12:06:07 am",
                "Readable time": "12:06:07 am",
                "Day of week": "Monday",
                "Year": "2026",
                "Month": "March",
                "Day of month": "02",
                "Hour": "00",
                "Minute": "06",
                "Second": "07",
                "Timezone": "America/New_York (UTC-05:00)",
            }
        ]
    ]


async def test_a_schedule_in_utc_writes_the_offset_out() -> None:
    run = await try_node(schedule, now=datetime(2026, 8, 13, 15, 0, tzinfo=UTC), timezone="UTC")

    ((fired,),) = run.json
    assert fired["timestamp"] == "2026-08-13T15:00:00.000+00:00"
    assert fired["Timezone"] == "UTC (UTC+00:00)"
    assert fired["Readable date"] == "August 13th 2026, 3:00:00 pm"


async def test_a_schedule_that_the_clock_fired_keeps_its_item() -> None:
    run = await try_node(schedule, items=[{"timestamp": "2026-01-01T00:00:00.000+00:00"}], mode="trigger")

    assert run.json == [[{"timestamp": "2026-01-01T00:00:00.000+00:00"}]]


async def test_a_failure_is_handed_on_to_the_error_workflow() -> None:
    failure = {"execution": {"id": "e1", "error": {"message": "broken"}}, "workflow": {"id": "w1", "name": "W"}}

    run = await try_node(error, items=[failure], mode="error")

    assert run.json == [[failure]]


async def test_a_manual_run_of_an_error_workflow_gets_an_example() -> None:
    run = await try_node(error)

    ((example,),) = run.json
    assert set(example) == {"execution", "workflow"}
    assert {"id", "url", "error", "lastNodeExecuted", "mode"} <= set(example["execution"])


DECLARED = {"workflowInputs": {"values": [{"name": "city", "type": "string"}, {"name": "size", "type": "number"}]}}


async def test_only_declared_fields_come_into_a_sub_workflow() -> None:
    run = await try_node(
        execute_workflow, parameters=DECLARED, items=[{"size": 3, "other": True, "city": "Oslo"}, {"city": "Rome"}]
    )

    assert run.json == [[{"city": "Oslo", "size": 3}, {"city": "Rome", "size": None}]]


async def test_the_keys_of_an_example_declare_fields_too() -> None:
    parameters = {"inputSource": "jsonExample", "jsonExample": '{"a": "x", "b": {"c": 1}}'}

    run = await try_node(execute_workflow, parameters=parameters, items=[{"b": 2, "z": 1}])

    assert run.json == [[{"a": None, "b": 2}]]


@pytest.mark.parametrize("example", ["{", "[1]"])
async def test_an_example_that_is_no_object_is_refused(example: str) -> None:
    with pytest.raises(NodeError, match="JSON example"):
        await try_node(execute_workflow, parameters={"inputSource": "jsonExample", "jsonExample": example})


@pytest.mark.parametrize(("version", "parameters"), [(1, {}), (1.1, {"inputSource": "passthrough"})])
async def test_passthrough_lets_all_in(version: float, parameters: dict[str, Any]) -> None:
    given = Item(json={"x": 1}, binary={"data": Binary(id="k")})

    run = await try_node(execute_workflow, parameters=parameters, items=[given], version=version)

    assert run.outputs[0][0].json == {"x": 1}
    assert run.outputs[0][0].binary == given.binary


@pytest.mark.parametrize(
    ("node", "version", "shown", "hidden"),
    [
        (webhook, 1, {"httpMethod": "GET", "responseMode": "onReceived", "responseCode": 200}, "responseData"),
        (webhook, 2, {"httpMethod": "GET", "authentication": "none"}, "responseCode"),
        (form, 2, {"path": "", "responseMode": "onReceived", "formFields": {}}, "elementName"),
        (form, 2.2, {"formTitle": ""}, "path"),
        (schedule, 1.2, {"rule": {"interval": [{"field": "days"}]}}, "expression"),
    ],
)
def test_the_parameters_of_a_version_have_their_defaults(
    node: Any, version: float, shown: dict[str, Any], hidden: str
) -> None:
    resolved = resolve_parameters(node.DESCRIPTION.parameters, {}, version=version)

    for name, value in shown.items():
        if name == "rule":
            assert resolved["rule"]["interval"][0]["field"] == "days"
        else:
            assert resolved[name] == value
    assert hidden not in resolved


def test_a_webhook_of_several_methods_starts_with_two() -> None:
    resolved = resolve_parameters(webhook.DESCRIPTION.parameters, {"multipleMethods": True}, version=2)

    assert resolved["httpMethod"] == ["GET", "POST"]
