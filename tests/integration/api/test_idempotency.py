"""A POST that is sent again is not carried out again."""

from __future__ import annotations

import asyncio

from headrace.tenancy.public import Role
from tests.integration.api.conftest import Api, drawn

KEY = {"Idempotency-Key": "order-7"}


async def count(api: Api) -> int:
    return len((await api.call("GET", "/workflows")).json()["data"])


async def test_a_request_that_is_sent_again_gets_the_first_answer(api: Api) -> None:
    first = await api.call("POST", "/workflows", json=drawn(), headers=KEY)
    again = await api.call("POST", "/workflows", json=drawn(), headers=KEY)

    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await count(api) == 1


async def test_many_at_once_are_carried_out_once(api: Api) -> None:
    answers = await asyncio.gather(*(api.call("POST", "/workflows", json=drawn(), headers=KEY) for _ in range(8)))

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert await count(api) == 1


async def test_another_body_under_the_same_key_is_a_conflict(api: Api) -> None:
    await api.call("POST", "/workflows", json=drawn(), headers=KEY)

    other = await api.call("POST", "/workflows", json=drawn("Another"), headers=KEY)

    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_somebody_elses_key_is_another_key(api: Api) -> None:
    await api.call("POST", "/workflows", json=drawn(), headers=KEY)

    answer = await api.call("POST", "/workflows", json=drawn(), headers=KEY, key=await api.member(Role.EDITOR))

    assert answer.status_code == 200
    assert await count(api) == 2


async def test_what_was_refused_may_be_sent_again(api: Api) -> None:
    refused = await api.call("POST", "/workflows", json={"name": 5}, headers=KEY)
    mended = await api.call("POST", "/workflows", json=drawn(), headers=KEY)

    assert (refused.status_code, mended.status_code) == (400, 200)


async def test_a_key_that_cannot_be_kept_is_refused(api: Api) -> None:
    answer = await api.call("POST", "/workflows", json=drawn(), headers={"Idempotency-Key": "x" * 256})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


async def test_a_body_that_is_too_long_is_refused_as_ever(api: Api) -> None:
    answer = await api.call("POST", "/workflows/import", content=b" " * (33 << 20), headers=KEY)

    assert answer.status_code == 413
