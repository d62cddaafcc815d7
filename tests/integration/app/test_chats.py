"""Chats: the page, its messages, and their answers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from headrace.executions.public import ExecutionQuery
from headrace.kernel.ids import DEFAULT_TENANT, ProjectId
from tests.e2e.server.running import chain, node
from tests.integration.app.serving import Place

HI = {"action": "sendMessage", "sessionId": "7", "chatInput": "Hi"}
TYPE = "@n8n/n8n-nodes-langchain.chatTrigger"


def chat(*, public: bool = True, credentials: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
    trigger = {
        **node("Chat", "x", 1.1, 0, public=public, **parameters),
        "type": TYPE,
        "webhookId": "b6f6",
        "credentials": credentials or {},
    }
    says = node(
        "Says", "set", 3.4, 200, mode="raw", jsonOutput="={{ { output: 'You wrote ' + $json.chatInput } }}", options={}
    )
    return chain("Talk", trigger, says)


def shown(page: str, name: str) -> str:
    (value,) = re.findall(f'data-{name}="([^"]*)"', page)
    return str(value)


async def test_a_message_on_the_page_is_answered_by_the_last_node(place: Place) -> None:
    await place.publish(chat(initialMessages="Welcome!\nAsk away.", options={"title": "Shop"}))

    page = await place.http.get("/chat/b6f6")
    answer = await place.http.post(shown(page.text, "to"), json=HI)

    assert page.status_code == 200
    for told in ("Shop", "Welcome!", "Ask away."):
        assert told in page.text
    assert (answer.status_code, answer.json()) == (200, {"output": "You wrote Hi"})
    (run,) = await place.headrace.journal.find(DEFAULT_TENANT, ExecutionQuery())
    taken = await place.headrace.node_output(run.id, "Chat")
    assert taken == [[HI]]


async def test_a_page_without_an_origin_may_send(place: Place) -> None:
    await place.publish(chat(options={"allowedOrigins": "https://shop.example"}))
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type,x-chat-pass"}

    asked = await place.http.options("/webhook/b6f6/chat", headers={"origin": "null", **asks})
    answer = await place.http.post("/webhook/b6f6/chat", json=HI, headers={"origin": "null"})

    refused = await place.http.post("/webhook/b6f6/chat", json={}, headers={"origin": "null"})

    assert asked.headers["access-control-allow-origin"] == "null"
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (400, "null")
    assert "x-chat-pass" in asked.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-origin"] == "null"


async def test_whoever_is_let_in_to_the_page_may_write_and_nobody_else(place: Place) -> None:
    made = await place.headrace.credentials.credentials.create(
        DEFAULT_TENANT,
        name="Door",
        type_="httpBasicAuth",
        fields={"user": "ann", "password": "pw"},
        project=ProjectId("sales"),
        by="olga",
    )
    reference = {"httpBasicAuth": {"id": made.id, "name": "Door"}}
    await place.publish(chat(authentication="basicAuth", credentials=reference))

    stranger = await place.http.get("/chat/b6f6")
    assert (stranger.status_code, "www-authenticate" in stranger.headers) == (401, True)
    assert (await place.http.post("/webhook/b6f6/chat", json=HI)).status_code == 401
    forged = {"x-chat-pass": "99999999999.AAAA"}
    assert (await place.http.post("/webhook/b6f6/chat", json=HI, headers=forged)).status_code == 401

    page = await place.http.get("/chat/b6f6", auth=("ann", "pw"))
    with_pass = {"x-chat-pass": shown(page.text, "pass")}
    assert (await place.http.post("/webhook/b6f6/chat", json=HI, headers=with_pass)).status_code == 200
    assert (await place.http.post("/webhook/b6f6/chat", json=HI, auth=("ann", "pw"))).status_code == 200


async def test_n8ns_address_of_the_page_leads_to_it(place: Place) -> None:
    await place.publish(chat())

    answer = await place.http.get("/webhook/b6f6/chat")

    assert (answer.status_code, answer.headers["location"]) == (303, "/chat/b6f6")


async def test_a_chat_that_is_not_public_answers_only_to_be_tried(place: Place) -> None:
    made = await place.publish(chat(public=False))
    assert (await place.http.get("/chat/b6f6")).status_code == 404
    assert (await place.http.post("/webhook/b6f6/chat", json=HI)).status_code == 404

    draft = await place.trials.draft(DEFAULT_TENANT, made)
    _, addresses = await place.trials.listen(DEFAULT_TENANT, draft)
    page = await place.http.get("/chat-test/b6f6")
    answer = await place.http.post(shown(page.text, "to"), json=HI)

    assert [(one.kind, one.method, one.path, one.test_path) for one in addresses] == [
        ("chat", "GET", "", "chat-test/b6f6"),
        ("chat", "POST", "", "webhook-test/b6f6/chat"),
    ]
    assert answer.json() == {"output": "You wrote Hi"}
    assert (await place.http.get("/chat-test/b6f6")).status_code == 404


async def test_an_embedded_chat_has_no_page(place: Place) -> None:
    await place.publish(chat(mode="webhook"))

    assert (await place.http.get("/chat/b6f6")).status_code == 404
    assert (await place.http.post("/webhook/b6f6/chat", json=HI)).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {}}, 400),
        ({"json": []}, 400),
        ({"content": b"Hi"}, 400),
        ({"content": b"\x00\xff", "headers": {"content-type": "application/json"}}, 400),
        ({"data": HI, "files": {"files": ("a.txt", b"a")}}, 400),
        ({"data": HI}, 200),
    ],
)
async def test_only_a_message_starts_a_run(place: Place, sent: dict[str, Any], status: int) -> None:
    await place.publish(chat())

    answer = await place.http.post("/webhook/b6f6/chat", **sent)

    assert answer.status_code == status, answer.text
    found = await place.headrace.journal.find(DEFAULT_TENANT, ExecutionQuery())
    assert len(found) == (1 if status == 200 else 0)


@pytest.mark.parametrize("authentication", ["n8nUserAuth", "={{ $json.a }}"])
async def test_a_log_in_that_is_not_there_is_refused_when_it_is_published(place: Place, authentication: str) -> None:
    drawn = chat(authentication=authentication)
    made = await place.headrace.library.workflows.create(DEFAULT_TENANT, drawn, project="sales", by="olga")

    assert await place.server.triggers.problems(DEFAULT_TENANT, made.draft) != []
