"""What the clock will start, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.tenancy.public import Actor
from tests.integration.api.conftest import PASSWORD, Api

DAILY = {"rule": {"interval": [{"field": "days", "triggerAtHour": 8}]}}


def drawn(name: str, type_: str, parameters: dict[str, Any]) -> dict[str, Any]:
    node = {"id": "1", "name": "Clock", "type": f"n8n-nodes-base.{type_}", "typeVersion": 1, "position": [0, 0]}
    return {
        "name": name,
        "nodes": [{**node, "parameters": parameters}],
        "connections": {},
        "settings": {"timezone": "UTC"},
    }


async def served(api: Api, *workflows: dict[str, Any]) -> None:
    for workflow in workflows:
        made = (await api.call("POST", "/workflows", json=workflow)).json()
        published = await api.call("POST", f"/workflows/{made['id']}/activate")
        assert published.status_code == 200, published.text


async def test_what_comes_next_of_all_workflows_is_listed_in_order(api: Api) -> None:
    await served(
        api,
        drawn("Daily", "scheduleTrigger", DAILY),
        drawn("Feed", "rssFeedReadTrigger", {"feedUrl": "https://example.com/feed"}),
    )

    found = (await api.call("GET", "/schedules/next?limit=5")).json()["data"]

    assert [one["at"] for one in found] == sorted(one["at"] for one in found)
    assert {(one["workflowName"], one["node"], one["kind"], one["projectId"]) for one in found[:4]} == {
        ("Feed", "Clock", "poll", "default")
    }
    assert len(found) == 5


async def test_others_see_nothing_of_it(api: Api) -> None:
    await served(api, drawn("Daily", "scheduleTrigger", DAILY))
    access = api.headrace.access
    eve = await access.users.add(email="eve@example.com", name="Eve", password=PASSWORD)
    tenant = (await access.tenancy.create("Other", eve.id)).id
    _, other = await access.keys.create(tenant, Actor(eve.id), "test")

    assert (await api.call("GET", "/schedules/next", key=other)).json() == {"data": []}
    assert (await api.call("GET", "/schedules/next?projectId=nowhere")).status_code == 404


async def test_a_trigger_that_is_drawn_is_previewed(api: Api) -> None:
    asked = {
        "type": "n8n-nodes-base.scheduleTrigger",
        "typeVersion": 1.2,
        "parameters": DAILY,
        "settings": {"timezone": "Europe/Lisbon"},
        "count": 2,
        "after": "2026-03-28T12:00:00Z",
    }

    answer = await api.call("POST", "/schedules/preview", json=asked)

    assert answer.status_code == 200, answer.text
    # The clocks go on in between.
    assert answer.json() == {"moments": ["2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"parameters": {"rule": {"interval": [{"field": "cronExpression", "expression": "soon"}]}}}, 400),
        ({"parameters": {"rule": {"interval": [{"field": "days"}] * 101}}}, 400),
        ({"parameters": {"rule": {"interval": "often"}}}, 400),
        ({"settings": {"timezone": "Atlantis"}}, 400),
        ({"settings": {"holidays": "Atlantis"}}, 400),
        ({"type": "n8n-nodes-base.set"}, 400),
        ({"type": "n8n-nodes-base.nothing"}, 404),
        ({"count": 251}, 400),
        ({"after": "2026-01-01T00:00:00"}, 400),
        ({"after": "9999-12-31T23:59:59Z"}, 400),
    ],
)
async def test_what_makes_no_sense_is_refused(api: Api, changes: dict[str, Any], status: int) -> None:
    asked = {"type": "n8n-nodes-base.scheduleTrigger", "typeVersion": 1, "parameters": DAILY, **changes}

    answer = await api.call("POST", "/schedules/preview", json=asked)

    assert answer.status_code == status, answer.text


async def test_a_stranger_is_told_nothing(api: Api) -> None:
    assert (await api.call("GET", "/schedules/next", key="nobody")).status_code == 401
    assert (await api.call("POST", "/schedules/preview", key="nobody", json={})).status_code == 401
