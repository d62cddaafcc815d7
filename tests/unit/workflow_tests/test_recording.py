"""A recorded test passes, and holds no secret."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest

from headrace.app.rehearsing import Stage
from headrace.app.settings import Settings
from headrace.credentials.adapters.plain_file import PlainCredentials
from headrace.executor.ports import NodeCredentials
from headrace.kernel.ids import TenantId
from headrace.sdk.context import Files, HttpClient, HttpFailed, HttpRequest, HttpResponse
from headrace.workflow_tests.errors import NothingRecorded
from headrace.workflow_tests.fixtures import Exchange, WorkflowTest
from headrace.workflow_tests.recording import squeezed
from headrace.workflow_tests.running import Runner
from tests.unit.workflow_tests.workflows import FETCH, START, case, chain, node

SECRET = "very-secret-value"
JSON = ("Content-Type", "application/json")


class Service:
    """What is outside."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def http(self, tenant: TenantId, credentials: NodeCredentials) -> HttpClient:
        return _Client(self._answer, credentials)

    def files(self, tenant: TenantId) -> Files:
        raise NotImplementedError


class _Client:
    def __init__(self, answer: Callable[[HttpRequest], HttpResponse], credentials: NodeCredentials) -> None:
        self._answer = answer
        self._credentials = credentials

    async def request(self, request: HttpRequest) -> HttpResponse:
        if request.credential:
            await self._credentials.open(request.credential)
        return self._answer(request)


def said(body: bytes, *headers: tuple[str, str], status: int = 200) -> HttpResponse:
    return HttpResponse(status=status, reason="", headers=headers, body=body, url="https://api.example.com")


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[Runner]:
    stage = Stage(Settings.from_environment({}, data_dir=tmp_path))
    yield Runner(stage)
    await stage.close()


async def test_a_recorded_test_passes_without_the_outside(runner: Runner) -> None:
    service = Service(lambda request: said(b'[{"id":1}]', JSON, ("Date", "today")))
    workflow = chain(START, FETCH)

    recorded = await runner.record(case(workflow, WorkflowTest(name="t")), service, PlainCredentials())

    assert recorded.http[0].answer.headers == {"content-type": "application/json"}
    assert recorded.expect.nodes["Fetch"].items == [{"id": 1}]
    assert (await runner.check(case(workflow, recorded))).problems == ()


async def test_nothing_secret_is_recorded(runner: Runner) -> None:
    token = "token-of-the-session"

    def answer(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/login"):
            cookie = ("Set-Cookie", f"sid={token}")
            return said(f'{{"access_token":"{token}","echo":"{SECRET}"}}'.encode(), JSON, cookie)
        return said(f'{{"me":"{token}"}}'.encode())

    login = node("Login", "httpRequest", 4.2, {"url": "https://api.example.com/login", "options": {}})
    login["parameters"] |= {"authentication": "genericCredentialType", "genericAuthType": "httpHeaderAuth"}
    login["credentials"] = {"httpHeaderAuth": {"id": "1", "name": "Key"}}
    me = node("Me", "httpRequest", 4.2, {"url": "=https://api.example.com/me/{{ $json.access_token }}", "options": {}})
    workflow = chain(START, login, me)
    held = PlainCredentials({"httpHeaderAuth": {"name": "X-Key", "value": SECRET}})

    recorded = await runner.record(case(workflow, WorkflowTest(name="t")), Service(answer), held)

    text = msgspec.json.encode(recorded).decode()
    assert SECRET not in text
    assert token not in text
    assert recorded.http[1].url == "https://api.example.com/me/redacted"
    assert (await runner.check(case(workflow, recorded))).problems == ()


async def test_a_failure_of_the_outside_is_recorded_too(runner: Runner) -> None:
    def refuse(request: HttpRequest) -> HttpResponse:
        raise HttpFailed("no route", code="ECONNREFUSED")

    recorded = await runner.record(
        case(chain(START, FETCH), WorkflowTest(name="t")), Service(refuse), PlainCredentials()
    )

    assert recorded.http[0].answer.fails == "ECONNREFUSED"
    assert recorded.expect.status == "error"
    assert (await runner.check(case(chain(START, FETCH), recorded))).problems == ()


async def test_bytes_are_recorded_as_they_are(runner: Runner) -> None:
    fetch = node("Fetch", "httpRequest", 4.2, {"url": "https://api.example.com/logo", "options": {}})
    service = Service(lambda request: said(b"\x89PNG\r\n\x1a\n\xff", ("Content-Type", "image/png")))

    recorded = await runner.record(case(chain(START, fetch), WorkflowTest(name="t")), service, PlainCredentials())

    assert recorded.http[0].answer.base64 == "iVBORw0KGgr/"
    assert (await runner.check(case(chain(START, fetch), recorded))).problems == ()


async def test_a_run_that_does_not_repeat_is_not_recorded(runner: Runner) -> None:
    """What was taken for a secret steers the run: with it replaced, another page is asked for."""
    first = node("First", "httpRequest", 4.2, {"url": "https://api.example.com/1", "options": {}})
    next_ = node(
        "Next", "httpRequest", 4.2, {"url": "=https://api.example.com/{{ $json.token.length }}", "options": {}}
    )

    with pytest.raises(NothingRecorded, match=r"api\.example\.com/8"):
        await runner.record(
            case(chain(START, first, next_), WorkflowTest(name="t")),
            Service(lambda request: said(b'{"token":"1234"}', JSON)),
            PlainCredentials(),
        )


def test_requests_that_repeat_are_counted() -> None:
    one, other = Exchange(url="https://a.example"), Exchange(url="https://b.example")

    assert [(made.url, made.times) for made in squeezed([one, one, other, one])] == [
        ("https://a.example", 2),
        ("https://b.example", 1),
        ("https://a.example", 1),
    ]
