"""Chats: what is a message, who may send one, and what the page shows of what authors wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.webhooks.chat.messages import Passes, message_of
from headrace.webhooks.chat.pages import chat_of, chat_page
from headrace.webhooks.domain import Options, Route
from headrace.webhooks.errors import BadCall

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOSTILE = "</style></script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def route(tenant: TenantId = DEFAULT_TENANT, **changes: Any) -> Route:
    return Route(
        tenant=tenant,
        workflow_id=changes.pop("workflow_id", "w"),
        workflow_name="W",
        workflow=msgspec.Raw(b"{}"),
        node=changes.pop("node", "Chat"),
        credentials=changes.pop("credentials", {}),
        methods=frozenset({"POST"}),
        path="7/chat",
        options=Options(),
        is_chat=True,
    )


def test_a_message_is_an_item_with_what_else_was_sent() -> None:
    assert message_of({"chatInput": "Hi", "sessionId": "7", "from": "shop"}) == {
        "chatInput": "Hi",
        "sessionId": "7",
        "action": "sendMessage",
        "from": "shop",
    }


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "Hi",
        {},
        {"chatInput": "Hi"},
        {"chatInput": {"a": 1}, "sessionId": "7"},
        {"chatInput": "Hi", "sessionId": ""},
        {"chatInput": "Hi", "sessionId": "7" * 201},
        {"chatInput": "x" * 100_001, "sessionId": "7"},
        {"chatInput": "Hi", "sessionId": "7", "action": "loadPreviousSession"},
        {"chatInput": "Hi", "sessionId": "7", "action": ["sendMessage"]},
    ],
)
def test_what_is_no_message_is_refused(body: Any) -> None:
    with pytest.raises(BadCall):
        message_of(body)


def test_a_pass_is_of_one_chat_as_it_was_and_runs_out() -> None:
    passes = Passes(b"s" * 32)
    shown = passes.issue(route(), NOON)

    assert passes.counts(route(), shown, NOON + timedelta(hours=12))
    assert not passes.counts(route(), shown, NOON + timedelta(hours=12, seconds=1))
    assert not Passes(b"t" * 32).counts(route(), shown, NOON)
    for other in (
        route(TenantId("other")),
        route(workflow_id="v"),
        route(node="Other"),
        route(credentials={"httpBasicAuth": {"id": "8"}}),
    ):
        assert not passes.counts(other, shown, NOON)


@given(shown=st.text(max_size=60) | st.from_regex(r"[0-9]{1,20}\.[A-Za-z0-9_-]{0,50}", fullmatch=True))
def test_no_pass_can_be_made_up(shown: str) -> None:
    assert not Passes(b"s" * 32).counts(route(), shown, NOON)


@given(text=st.text(max_size=100) | st.just(HOSTILE))
def test_the_only_script_of_a_page_is_its_own(text: str) -> None:
    options = {"title": text, "subtitle": text, "inputPlaceholder": text, "customCss": text}
    chat = chat_of({"initialMessages": f"{text}\n{text}", "options": options})

    answer = chat_page(chat, to=f"/webhook/{text}", pass_=text)
    page = LexborHTMLParser(answer.body.decode())

    assert len(page.css("script")) == 1
    assert page.css("img") == []
    assert not [name for node in page.css("*") for name in node.attributes if name.startswith("on")]
    assert answer.policy is not None
    assert "unsafe" not in answer.policy
    assert "allow-same-origin" not in answer.policy
