"""Requests are answered by what fits them, so often as the test says."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.sdk.context import HttpFailed, HttpRequest
from headrace.workflow_tests.fixtures import Answer, Exchange
from headrace.workflow_tests.mocking import MockHttp

URL = "https://api.example.com/orders"


def ask(url: str = URL, method: str = "GET", body: bytes | None = None, **more: Any) -> HttpRequest:
    return HttpRequest(method=method, url=url, body=body, **more)


async def test_the_order_of_a_query_does_not_matter_but_its_fields_do() -> None:
    http = MockHttp([Exchange(url=f"{URL}?a=1&b=2", times="any", answer=Answer(body={"ok": True}))])

    assert (await http.request(ask(f"{URL}?b=2&a=1"))).body == b'{"ok":true}'
    with pytest.raises(HttpFailed, match="unexpected request"):
        await http.request(ask(f"{URL}?b=2&a=2"))


@pytest.mark.parametrize(
    ("expected", "sent"),
    [
        ({"a": 1, "b": [2]}, b'{"b": [2], "a": 1}'),
        ({"a": "1", "b": "x y"}, b"a=1&b=x+y"),
        ("plain text", b"plain text"),
        ("", None),
    ],
)
async def test_bodies_are_compared_by_what_they_say(expected: Any, sent: bytes | None) -> None:
    http = MockHttp([Exchange(url=URL, method="POST", body=expected)])

    assert (await http.request(ask(method="POST", body=sent))).status == 200


async def test_the_boundary_of_a_multipart_body_does_not_matter() -> None:
    http = MockHttp([Exchange(url=URL, method="POST", body="--boundary\r\nx\r\n--boundary--")])
    request = ask(
        method="POST",
        body=b"--r4nd0m\r\nx\r\n--r4nd0m--",
        headers=[("Content-Type", "multipart/form-data; boundary=r4nd0m")],
    )

    assert (await http.request(request)).status == 200


async def test_an_unexpected_body_is_shown_beside_the_expected_one() -> None:
    http = MockHttp([Exchange(url=URL, method="POST", body={"a": 1})])

    with pytest.raises(HttpFailed):
        await http.request(ask(method="POST", body=b'{"a":2}'))

    assert http.unanswered == [
        f'POST {URL} with the body {{"a":2}}: the test has no answer for it; it has one for the body {{"a":1}}'
    ]


async def test_answers_are_used_up_in_order_and_counted() -> None:
    first, second = Answer(body="first"), Answer(body="second")
    http = MockHttp([Exchange(url=URL, answer=first), Exchange(url=URL, times=2, answer=second)])

    assert [(await http.request(ask())).body for _ in range(2)] == [b"first", b"second"]
    assert http.unasked() == [f"GET {URL}: expected twice, made once"]
    await http.request(ask())
    assert http.unasked() == []
    with pytest.raises(HttpFailed, match="asked once more"):
        await http.request(ask())


async def test_redirects_are_followed_as_the_way_out_does() -> None:
    moved = Exchange(url=URL, method="POST", answer=Answer(status=303, headers={"location": "/done"}))
    done = Exchange(url="https://api.example.com/done", answer=Answer(body="done"))

    answer = await MockHttp([moved, done]).request(ask(method="POST", body=b"x"))

    assert (answer.url, answer.body) == ("https://api.example.com/done", b"done")
    answer = await MockHttp([moved]).request(ask(method="POST", body=b"x", max_redirects=0))
    assert answer.status == 303


async def test_a_failure_can_be_an_answer() -> None:
    http = MockHttp([Exchange(url=URL, answer=Answer(fails="ETIMEDOUT"))])

    with pytest.raises(HttpFailed) as failed:
        await http.request(ask())

    assert failed.value.code == "ETIMEDOUT"
    assert http.unanswered == []


async def test_what_was_redacted_in_a_recording_fits_the_real_value() -> None:
    http = MockHttp([Exchange(url=f"{URL}?api_key=redacted", method="POST", body={"password": "redacted", "id": 1})])

    request = ask(f"{URL}?api_key=real", method="POST", body=b'{"password": "real", "id": 1}')

    assert (await http.request(request)).status == 200
