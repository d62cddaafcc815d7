"""Streams of executions through the whole API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headrace.executions.public import ExecutionSucceeded
from headrace.kernel.ids import UserId
from headrace.tenancy.public import Role
from tests.contract.executions.beginning import asked
from tests.integration.api.conftest import Api
from tests.unit.executions.simulating import NOON

ENDED = ExecutionSucceeded(at=NOON)


async def begin(api: Api) -> None:
    wanted = asked("e1")
    await api.headrace.journal.append(wanted.tenant, wanted.execution_id, [wanted, ENDED], expected_version=0)


def told(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


@pytest.mark.parametrize("how", [{"headers": {"Last-Event-ID": "1"}}, {"params": {"lastEventId": "1"}}, {}])
async def test_an_execution_is_streamed_from_where_the_client_was(api: Api, how: dict[str, Any]) -> None:
    await begin(api)

    answer = await api.call("GET", "/executions/e1/stream", key=await api.member(Role.VIEWER), **how)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert [update["seq"] for update in told(answer.text)] == ([2] if how else [1, 2])


async def test_who_has_seen_the_end_is_to_come_back_no_more(api: Api) -> None:
    await begin(api)

    answer = await api.call("GET", "/executions/e1/stream", headers={"Last-Event-ID": "2"})

    assert (answer.status_code, answer.content) == (204, b"")


async def test_another_tenant_sees_nothing(api: Api) -> None:
    await begin(api)
    other = await api.headrace.access.tenancy.create("Other", UserId("somebody"))
    stranger = await api.member(Role.OWNER, other.id)

    answer = await api.call("GET", "/executions/e1/stream", key=stranger)

    assert (answer.status_code, answer.json()["code"]) == (404, "execution_not_found")


@pytest.mark.parametrize("last", ["-1", "x", "1" * 30])
async def test_a_last_event_id_that_is_no_number_is_refused(api: Api, last: str) -> None:
    answer = await api.call("GET", "/stream", headers={"Last-Event-ID": last})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_last_event_id")


async def test_who_shows_no_key_does_not_follow(api: Api) -> None:
    assert (await api.http.get("/stream")).status_code == 401
    assert (await api.call("GET", "/stream", key="hr_nonsense")).status_code == 401
