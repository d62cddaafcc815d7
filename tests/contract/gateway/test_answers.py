"""Answers to requests that may be sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from headrace.gateway.adapters.memory import MemoryAnswers
from headrace.gateway.adapters.sqlite import SqliteAnswers
from headrace.gateway.errors import IdempotencyKeyReused, StillAtWork
from headrace.gateway.ports import Answers, KeptAnswer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWER = KeptAnswer(status=201, headers=(("etag", '"1"'),), body=b"{}")


@pytest_asyncio.fixture(params=["memory", "sqlite"])
async def answers(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Answers]:
    if request.param == "memory":
        yield MemoryAnswers()
        return
    kept = SqliteAnswers(tmp_path / "gateway.db")
    yield kept
    await kept.close()


async def test_the_second_time_the_first_answer_is_given(answers: Answers) -> None:
    assert await answers.begin("a", "body", now=NOON) is None
    await answers.keep("a", ANSWER)

    assert await answers.begin("a", "body", now=NOON + timedelta(hours=23)) == ANSWER
    assert await answers.begin("b", "body", now=NOON) is None


async def test_a_request_that_is_being_carried_out_is_not_taken_on_again(answers: Answers) -> None:
    await answers.begin("a", "body", now=NOON)

    with pytest.raises(StillAtWork):
        await answers.begin("a", "body", now=NOON + timedelta(seconds=30))


async def test_one_whose_server_is_gone_is_taken_on_again(answers: Answers) -> None:
    await answers.begin("a", "body", now=NOON)

    assert await answers.begin("a", "body", now=NOON + timedelta(minutes=3)) is None


async def test_another_body_under_the_same_key_is_refused(answers: Answers) -> None:
    await answers.begin("a", "body", now=NOON)
    await answers.keep("a", ANSWER)

    with pytest.raises(IdempotencyKeyReused):
        await answers.begin("a", "another", now=NOON)


async def test_what_failed_may_be_tried_again(answers: Answers) -> None:
    await answers.begin("a", "body", now=NOON)
    await answers.release("a")

    assert await answers.begin("a", "another", now=NOON) is None


async def test_after_a_day_an_answer_is_forgotten(answers: Answers) -> None:
    await answers.begin("a", "body", now=NOON)
    await answers.keep("a", ANSWER)

    assert await answers.begin("a", "another", now=NOON + timedelta(hours=25)) is None
