"""Approval: what is told to whom, and what is put aside until somebody decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from headrace.nodes.builtin.flow import approval
from headrace.sdk.context import HttpRequest, HttpResponse
from headrace.sdk.description import Effects
from headrace.sdk.errors import NodeError
from headrace.sdk.testing import NOON, try_node

POST = {"tell": "post", "url": "https://chat.example/hook", "title": "Pay?"}


def answer(status: int) -> Any:
    return lambda request: HttpResponse(status=status, reason="", headers=(), body=b"", url=request.url)


def expression(text: str, index: int, extra: Mapping[str, Any]) -> Any:
    assert "$approval.url" in text
    return {"text": f"{extra['$approval']['title']} {extra['$approval']['url']}"}


async def test_items_are_put_aside_until_somebody_decides() -> None:
    run = await try_node(approval, items=[{"a": 1}, {"a": 2}])

    assert run.suspend is not None
    assert (run.suspend.resume, run.suspend.until, run.suspend.webhook_suffix) == ("approval", None, "")
    assert [item.json["a"] for item in run.suspend.output] == [1, 2]
    assert [item.paired_item for item in run.suspend.output] == [0, 1]


async def test_past_the_limit_they_go_on_by_the_third_output() -> None:
    run = await try_node(approval, parameters={"limitWaitTime": True, "resumeAmount": 2, "resumeUnit": "days"})

    assert run.suspend is not None
    assert (run.suspend.until, run.suspend.timed_out_to) == (NOON + timedelta(days=2), 2)
    assert run.suspend.output[0].json["approval"]["decision"] == "timedOut"


async def test_nobody_is_asked_about_nothing() -> None:
    assert (await try_node(approval, items=[])).suspend is None


async def test_whoever_is_told_gets_an_address_of_its_own_for_each_question() -> None:
    sent: list[HttpRequest] = []

    def take(request: HttpRequest) -> HttpResponse:
        sent.append(request)
        return HttpResponse(status=200, reason="", headers=(), body=b"", url=request.url)

    first = await try_node(approval, parameters=POST, http=take, evaluate=expression)
    second = await try_node(approval, parameters=POST, http=take, evaluate=expression, run_index=1)

    assert first.suspend is not None
    assert second.suspend is not None
    assert first.suspend.webhook_suffix != second.suspend.webhook_suffix
    assert sent[0].url == "https://chat.example/hook"
    assert msgspec.json.decode(sent[0].body) == {  # type: ignore[arg-type]
        "text": f"Pay? http://localhost/approve/execution-1/{first.suspend.webhook_suffix}"
    }


async def test_a_question_that_reaches_nobody_fails() -> None:
    with pytest.raises(NodeError):
        await try_node(approval, parameters=POST, http=answer(500), evaluate=expression)


def test_only_what_is_posted_changes_the_world() -> None:
    assert approval.effects(POST) is Effects.WRITES
    assert approval.effects({"tell": "link"}) is Effects.NONE
