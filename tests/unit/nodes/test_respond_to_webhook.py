"""Respond to Webhook: what the caller gets, and what goes on."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from headrace.nodes.builtin.flow.respond_to_webhook_ import v1, v1_3
from headrace.sdk.context import HttpReply
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.testing import NodeRun, try_node


async def respond(items: list[Any] | None = None, **parameters: Any) -> HttpReply:
    run = await try_node(v1, parameters=parameters, items=items if items is not None else [{"a": 1}, {"a": 2}])
    (reply,) = run.ctx.replies
    return reply


def headers(**values: str) -> dict[str, Any]:
    return {"responseHeaders": {"entries": [{"name": name, "value": value} for name, value in values.items()]}}


async def test_the_items_go_on_unchanged() -> None:
    run = await try_node(v1, items=[{"a": 1}, {"a": 2}])

    assert run.json == [[{"a": 1}, {"a": 2}]]
    assert [item.paired_item for item in run.outputs[0]] == [0, 1]


async def test_the_first_item_is_the_answer_unless_told_otherwise() -> None:
    reply = await respond()

    assert reply.status == 200
    assert json.loads(reply.body) == {"a": 1}
    assert reply.headers == {"content-type": "application/json; charset=utf-8"}


async def test_all_items_are_a_list() -> None:
    assert json.loads((await respond(respondWith="allIncomingItems")).body) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("kind", "body"),
    [("firstIncomingItem", {"out": {"all": {"a": 1}}}), ("allIncomingItems", {"out": {"all": [{"a": 1}]}})],
)
async def test_items_may_go_under_a_key(kind: str, body: dict[str, Any]) -> None:
    reply = await respond([{"a": 1}], respondWith=kind, options={"responseKey": "out.all"})

    assert json.loads(reply.body) == body


@pytest.mark.parametrize(("given", "body"), [('{"b": [1, 2]}', {"b": [1, 2]}), ({"b": 3}, {"b": 3}), ("7", 7)])
async def test_json_is_sent_as_json_whether_text_or_value(given: Any, body: Any) -> None:
    assert json.loads((await respond(respondWith="json", responseBody=given)).body) == body


@pytest.mark.parametrize("broken", ["{b: 1", "", "[" * 100_000])
async def test_text_that_is_no_json_is_refused(broken: str) -> None:
    with pytest.raises(NodeError, match=r"^Invalid JSON in 'Response Body' field$"):
        await respond(respondWith="json", responseBody=broken)


async def test_text_is_sent_as_html_unless_its_type_is_given() -> None:
    plain = await respond(respondWith="text", responseBody="hi <b>you</b>")
    typed = await respond(respondWith="text", responseBody="hi", options=headers(**{"Content-Type": "text/csv"}))

    assert (plain.body, plain.headers["content-type"]) == (b"hi <b>you</b>", "text/html; charset=utf-8")
    assert typed.headers == {"content-type": "text/csv"}


async def test_headers_and_code_are_those_of_the_options() -> None:
    reply = await respond(respondWith="noData", options={"responseCode": 202, **headers(**{"X-Trace": "7"})})

    assert reply == HttpReply(status=202, headers={"x-trace": "7"})


@pytest.mark.parametrize(("options", "status"), [({}, 307), ({"responseCode": 301}, 301)])
async def test_a_redirect_names_the_place(options: dict[str, Any], status: int) -> None:
    reply = await respond(respondWith="redirect", redirectURL="https://example.com/next", options=options)

    assert (reply.status, reply.headers["location"]) == (status, "https://example.com/next")


@pytest.mark.parametrize("code", [99, 600, "many"])
async def test_a_code_that_is_no_status_is_refused(code: Any) -> None:
    with pytest.raises(NodeError, match="from 100 to 599"):
        await respond(options={"responseCode": code})


@pytest.mark.parametrize("choice", [{}, {"responseDataSource": "set", "inputFieldName": "scan"}])
async def test_a_file_is_answered_by_reference_with_its_type(choice: dict[str, Any]) -> None:
    scan = Binary(id="k", mime_type="image/png")

    reply = await respond([Item(json={}, binary={"scan": scan})], respondWith="binary", **choice)

    assert reply.binary == scan
    assert reply.headers["content-type"] == "image/png"


async def test_an_item_without_a_file_is_refused() -> None:
    with pytest.raises(NodeError, match=r"^No binary data exists on the first item!$"):
        await respond(respondWith="binary")


async def test_a_file_of_another_name_is_refused() -> None:
    with pytest.raises(NodeError, match="'scan', but none was found"):
        await respond(
            [Item(json={}, binary={"data": Binary(id="k")})],
            respondWith="binary",
            responseDataSource="set",
            inputFieldName="scan",
        )


async def test_a_token_is_signed_with_the_credential() -> None:
    run = await try_node(
        v1,
        parameters={"respondWith": "jwt", "payload": '{"sub": "ada"}'},
        credentials={"jwtAuth": {"secret": "a secret of some length, 32 bytes", "algorithm": "HS256"}},
    )

    head, payload, signature = json.loads(run.ctx.replies[0].body)["token"].split(".")
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(base64.urlsafe_b64decode(payload + "==")) == {"sub": "ada"}
    assert signature


async def test_a_token_that_cannot_be_signed_says_so() -> None:
    with pytest.raises(NodeError, match=r"^Error signing JWT token$"):
        await try_node(
            v1,
            parameters={"respondWith": "jwt"},
            credentials={"jwtAuth": {"keyType": "pemKey", "privateKey": "no key", "algorithm": "RS256"}},
        )


async def test_a_failure_may_be_an_item_instead() -> None:
    run = await try_node(
        v1,
        parameters={"respondWith": "json", "responseBody": "{"},
        items=[{}, {}],
        on_error="continueRegularOutput",
    )

    assert run.json == [[{"error": "Invalid JSON in 'Response Body' field"}]]
    assert run.ctx.replies == []


async def answered(node: Any, version: float, **parameters: Any) -> NodeRun:
    return await try_node(node, version=version, items=[{"a": 1}], parameters=parameters)


async def test_the_answer_is_an_output_of_its_own_in_1_3_and_later_on_request() -> None:
    always = await answered(v1_3, 1.3)
    asked = await answered(v1, 1.4, enableResponseOutput=True)
    unasked = await answered(v1, 1.4)
    answer = {"body": {"a": 1}, "headers": {"content-type": "application/json; charset=utf-8"}, "statusCode": 200}

    assert always.json == asked.json == [[{"a": 1}], [{"response": answer}]]
    assert unasked.json == [[{"a": 1}]]
    assert v1.outputs({"enableResponseOutput": True}) == ["Input Data", "Response"]
    assert v1.outputs({}) == ["main"]
