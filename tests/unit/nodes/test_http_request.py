"""The HTTP Request node, versions 3 and 4; and 1 and 2."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from headrace.nodes.builtin import graphql, rss_feed_read
from headrace.nodes.builtin.http_request import v1, v3
from headrace.sdk.context import HttpFailed, HttpRequest, HttpResponse
from headrace.sdk.errors import NodeApiError, NodeError
from headrace.sdk.items import Binary, Item
from headrace.sdk.testing import NodeRun, try_node

URL = "https://api.example.com/things"


def answer(
    body: Any = None, status: int = 200, kind: str = "application/json", **headers: str
) -> Callable[[HttpRequest], HttpResponse]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = [("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in headers.items())]
    return lambda request: HttpResponse(status=status, reason="OK", headers=named, body=data, url=request.url)


async def call(http: Callable[[HttpRequest], HttpResponse] | None = None, *, node: Any = v3, **options: Any) -> NodeRun:
    parameters = {"url": URL, **options.pop("parameters", {})}
    return await try_node(node, parameters=parameters, http=http or answer({}), **options)


def response(**fields: Any) -> dict[str, Any]:
    return {"options": {"response": {"response": fields}}}


async def test_an_object_becomes_an_item_and_a_list_one_for_each() -> None:
    assert (await call(answer({"a": 1}))).json == [[{"a": 1}]]

    run = await call(answer([{"a": 1}, {"a": 2}]), items=[{}, {}])
    assert run.json == [[{"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}]]
    assert [item.paired_item for item in run.outputs[0]] == [0, 0, 1, 1]


async def test_text_is_put_into_a_field() -> None:
    assert (await call(answer(b"<p>hi</p>", kind="text/html"))).json == [[{"data": "<p>hi</p>"}]]


async def test_text_is_read_in_the_charset_it_names() -> None:
    run = await call(answer("grüß".encode("latin-1"), kind="text/plain; charset=ISO-8859-1"))

    assert run.json == [[{"data": "grüß"}]]


async def test_a_picture_becomes_binary_data_beside_what_the_item_had() -> None:
    held = Binary(id="1", mime_type="text/plain", file_name="a.txt")
    run = await call(
        answer(b"\x89PNG", kind="image/png", Content_Disposition='attachment; filename="../../x.png"'),
        items=[Item(json={}, binary={"old": held})],
        binaries={"1": b"a"},
    )

    binary = run.outputs[0][0].binary or {}
    assert set(binary) == {"old", "data"}
    assert (binary["data"].file_name, binary["data"].mime_type) == ("x.png", "image/png")


async def test_the_whole_answer_on_request() -> None:
    run = await call(answer({"a": 1}, X_One="1"), parameters=response(fullResponse=True))

    assert run.json == [
        [
            {
                "body": {"a": 1},
                "headers": {"content-type": "application/json", "x-one": "1"},
                "statusCode": 200,
                "statusMessage": "OK",
            }
        ]
    ]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "Bad request - please check your parameters"),
        (404, "The resource you are requesting could not be found"),
        (418, "Your request is invalid or could not be processed by the service"),
        (429, "The service is receiving too many requests from you"),
        (500, "The service was not able to process your request"),
        (599, "The service failed to process your request"),
        (302, "UNKNOWN ERROR - check the detailed error for more information"),
    ],
)
async def test_an_error_status_ends_the_node(status: int, message: str) -> None:
    with pytest.raises(NodeApiError) as caught:
        await call(answer({"message": "why"}, status))

    assert (caught.value.message, caught.value.http_code) == (message, str(status))


async def test_a_failed_item_carries_the_reason_when_the_workflow_goes_on() -> None:
    run = await call(answer({"m": 1}, 404), on_error="continueRegularOutput")

    assert run.json == [
        [
            {
                "error": {
                    "message": '404 - "{\\"m\\": 1}"',
                    "name": "AxiosError",
                    "code": "ERR_BAD_REQUEST",
                    "status": 404,
                }
            }
        ]
    ]


async def test_a_failed_item_goes_to_the_error_output_and_the_others_go_on() -> None:
    def http(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("bad"):
            raise HttpFailed("connect ECONNREFUSED", code="ECONNREFUSED")
        return answer({"ok": True})(request)

    run = await call(
        http,
        items=[{"u": "good"}, {"u": "bad"}],
        parameters={"url": "=u"},
        evaluate=lambda _, index, __: f"{URL}/{'bad' if index else 'good'}",
        on_error="continueErrorOutput",
    )

    assert run.json[0] == [{"ok": True}]
    assert run.json[1][0]["error"]["code"] == "ECONNREFUSED"


async def test_what_is_wrong_before_sending_is_told_in_a_sentence() -> None:
    run = await call(parameters={"url": "api.example.com"}, on_error="continueRegularOutput")

    assert run.json == [[{"error": 'Invalid URL: api.example.com. URL must start with "http" or "https".'}]]


async def test_a_refused_connection_is_explained() -> None:
    def http(request: HttpRequest) -> HttpResponse:
        raise HttpFailed("connect ECONNREFUSED 1.2.3.4:80", code="ECONNREFUSED")

    with pytest.raises(NodeApiError, match="The service refused the connection - perhaps it is offline"):
        await call(http)


async def test_never_error_keeps_any_answer() -> None:
    run = await call(answer({"no": 1}, 500), parameters=response(neverError=True))

    assert run.json == [[{"no": 1}]]


async def test_malformed_json_is_told_by_how_it_was_asked_for() -> None:
    with pytest.raises(NodeError, match=r"^Invalid JSON in response body$"):
        await call(answer(b"{"))
    with pytest.raises(NodeError, match=r'Response body is not valid JSON\. Change "Response Format" to "Text"'):
        await call(answer(b"{"), parameters=response(responseFormat="json"))
    assert (await call(answer(b"{"), parameters=response(neverError=True))).json == [[{}]]


def query(*pairs: tuple[str, Any], **options: Any) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in pairs]
    return {"sendQuery": True, "queryParameters": {"parameters": listed}, "options": options}


@pytest.mark.parametrize(
    ("arrays", "written"),
    [(None, "a%5B%5D=1&a%5B%5D=2"), ("repeat", "a=1&a=2"), ("indices", "a%5B0%5D=1&a%5B1%5D=2")],
)
async def test_a_query_name_that_comes_twice_is_a_list_since_4_3(arrays: str | None, written: str) -> None:
    options = {"queryParameterArrays": arrays} if arrays else {}

    new = await call(parameters=query(("a", 1), ("a", 2), **options), version=4.3)
    old = await call(parameters=query(("a", 1), ("a", 2), **options), version=4.2)

    assert new.ctx.requests[0].url == f"{URL}?{written}"
    assert old.ctx.requests[0].url == f"{URL}?a=2"


def body(kind: str, **fields: Any) -> dict[str, Any]:
    return {"method": "POST", "sendBody": True, "contentType": kind, **fields}


def header(request: HttpRequest, name: str) -> str:
    return next((value for key, value in request.headers if key.lower() == name), "")


def content(request: HttpRequest) -> bytes:
    assert isinstance(request.body, bytes)
    return request.body


async def sent(parameters: Mapping[str, Any], **options: Any) -> HttpRequest:
    return (await call(parameters=parameters, **options)).ctx.requests[0]


async def test_bodies_are_written_as_their_kind_says() -> None:
    fields = {"bodyParameters": {"parameters": [{"name": "a.b", "value": "1"}, {"name": "c", "value": "x y"}]}}

    as_json = await sent(body("json", **fields))
    assert (as_json.body, header(as_json, "content-type")) == (b'{"a":{"b":"1"},"c":"x y"}', "application/json")
    assert (await sent(body("json", **fields), version=3)).body == b'{"a.b":"1","c":"x y"}'
    form = await sent(body("form-urlencoded", **fields))
    assert (form.body, header(form, "content-type")) == (b"a.b=1&c=x+y", "application/x-www-form-urlencoded")
    raw = await sent(body("raw", body="<a/>", rawContentType="application/xml"))
    assert (raw.body, header(raw, "content-type")) == (b"<a/>", "application/xml")


async def test_a_json_body_that_is_no_json_is_refused() -> None:
    with pytest.raises(NodeError, match=r"^JSON parameter needs to be valid JSON$"):
        await sent(body("json", specifyBody="json", jsonBody="{a: 1}"))


async def test_files_go_out_as_they_are_or_in_a_form() -> None:
    held = {
        "items": [Item(json={}, binary={"f": Binary(id="1", mime_type="text/csv", file_name='a"b.csv')})],
        "binaries": {"1": b"x;y"},
    }
    alone = await sent(body("binaryData", inputDataFieldName="f"), **held)
    assert (alone.body, header(alone, "content-type")) == (b"x;y", "text/csv")

    parameters = [{"parameterType": "formBinaryData", "name": "up", "inputDataFieldName": "f"}]
    form = await sent(body("multipart-form-data", bodyParameters={"parameters": parameters}), **held)
    assert b'name="up"; filename="a%22b.csv"\r\nContent-Type: text/csv\r\n\r\nx;y\r\n' in content(form)


async def test_the_credential_is_named_and_never_opened() -> None:
    request = await sent({"authentication": "genericCredentialType", "genericAuthType": "httpBearerAuth"})

    assert request.credential == "httpBearerAuth"
    assert not header(request, "authorization")


async def test_redirects_are_followed_by_default_since_version_4() -> None:
    assert (await sent({})).max_redirects == 21
    assert (await sent({}, version=3)).max_redirects == 0
    assert (await sent({"options": {"redirect": {"redirect": {"followRedirects": False}}}})).max_redirects == 0


def pages(mode: str, **fields: Any) -> dict[str, Any]:
    return {"options": {"pagination": {"pagination": {"paginationMode": mode, **fields}}}}


def numbered(*bodies: Any, last_status: int = 200) -> Callable[[HttpRequest], HttpResponse]:
    left = list(bodies)

    def http(request: HttpRequest) -> HttpResponse:
        status = last_status if len(left) == 1 else 200
        return answer(left.pop(0), status)(request)

    return http


def look(expression: str, _: int, extra: Mapping[str, Any]) -> Any:
    value: Any = extra
    for part in expression.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


async def test_pages_follow_a_parameter_until_one_is_empty() -> None:
    run = await call(
        numbered([{"n": 1}], [{"n": 2}], []),
        parameters=pages(
            "updateAParameterInEachRequest",
            parameters={"parameters": [{"type": "qs", "name": "page", "value": "=$pageCount"}]},
        ),
        evaluate=look,
    )

    assert run.json == [[{"n": 1}, {"n": 2}]]
    assert [request.url for request in run.ctx.requests] == [f"{URL}?page={page}" for page in range(3)]


async def test_pages_follow_the_next_url_until_there_is_none() -> None:
    run = await call(
        numbered({"n": 1, "next": f"{URL}/2"}, {"n": 2}),
        parameters=pages("responseContainsNextURL", nextURL="=$response.body.next"),
        evaluate=look,
    )

    assert [item["n"] for item in run.json[0]] == [1, 2]
    assert [request.url for request in run.ctx.requests] == [URL, f"{URL}/2"]


async def test_pages_end_at_a_status_or_at_a_limit() -> None:
    by_status = await call(
        numbered({"n": 1}, {"gone": 1}, last_status=404),
        parameters=pages(
            "updateAParameterInEachRequest",
            paginationCompleteWhen="receiveSpecificStatusCodes",
            statusCodesWhenComplete="404, 410",
            parameters={"parameters": []},
        ),
    )
    limited = await call(
        numbered({"n": 1}, {"n": 2}, {"n": 3}),
        parameters=pages(
            "updateAParameterInEachRequest", limitPagesFetched=True, maxRequests=2, parameters={"parameters": []}
        ),
    )

    assert by_status.json == [[{"n": 1}, {"gone": 1}]]
    assert limited.json == [[{"n": 1}, {"n": 2}]]


async def test_an_error_before_the_end_of_the_pages_ends_the_node() -> None:
    with pytest.raises(NodeApiError, match="The service was not able to process your request"):
        await call(
            numbered({"n": 1}, {"no": 1}, last_status=500),
            parameters=pages("updateAParameterInEachRequest", parameters={"parameters": []}),
        )


async def test_pages_that_are_always_the_same_are_given_up() -> None:
    with pytest.raises(NodeError, match="The returned response was identical 5x, so requests got stopped"):
        await call(answer({"n": 1}), parameters=pages("updateAParameterInEachRequest", parameters={"parameters": []}))


async def test_batches_pause_between_them() -> None:
    run = await call(
        items=[{}] * 5, parameters={"options": {"batching": {"batch": {"batchSize": 2, "batchInterval": 100}}}}
    )

    assert len(run.outputs[0]) == 5
    assert run.ctx.slept.total_seconds() == pytest.approx(0.2)


async def test_the_first_versions_take_json_parameters_and_old_credentials() -> None:
    run = await call(
        answer({"ok": True}),
        node=v1,
        version=1,
        parameters={
            "requestMethod": "POST",
            "authentication": "basicAuth",
            "jsonParameters": True,
            "bodyParametersJson": '{"a": 1}',
            "queryParametersJson": '{"q": "x"}',
        },
    )

    request = run.ctx.requests[0]
    assert run.json == [[{"ok": True}]]
    assert (request.url, request.body, request.credential) == (f"{URL}?q=x", b'{"a":1}', "httpBasicAuth")


async def test_graphql_errors_end_the_node() -> None:
    parameters = {"endpoint": URL, "query": "{ a }"}
    run = await try_node(graphql, parameters=parameters, http=answer({"data": {"a": 1}}))
    assert run.json == [[{"data": {"a": 1}}]]
    assert json.loads(content(run.ctx.requests[0]))["query"] == "{ a }"

    with pytest.raises(NodeApiError, match="one, two"):
        await try_node(
            graphql, parameters=parameters, http=answer({"errors": [{"message": "one"}, {"message": "two"}]})
        )


async def test_a_feed_becomes_an_item_for_each_entry() -> None:
    feed = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>
      <item><title>One</title><link>https://x.example/1</link><guid>g1</guid>
      <pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;Hi&lt;/p&gt;</description></item>
    </channel></rss>"""
    run = await try_node(rss_feed_read, parameters={"url": URL}, http=answer(feed, kind="application/rss+xml"))

    assert run.json == [
        [
            {
                "title": "One",
                "link": "https://x.example/1",
                "pubDate": "Mon, 05 Jan 2026 10:00:00 GMT",
                "content": "<p>Hi</p>",
                "contentSnippet": "Hi",
                "guid": "g1",
                "isoDate": "2026-01-05T10:00:00.000Z",
            }
        ]
    ]


async def test_a_feed_needs_a_url() -> None:
    with pytest.raises(NodeError, match="The provided 'URL' is not valid!"):
        await try_node(rss_feed_read, parameters={"url": "nowhere"})
