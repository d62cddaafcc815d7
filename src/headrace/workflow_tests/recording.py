"""Recording what a run asks of the outside, without its secrets."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from headrace.executor.ports import Credentials
from headrace.kernel.ids import ProjectId, TenantId
from headrace.sdk.context import HttpClient, HttpFailed, HttpRequest, HttpResponse
from headrace.workflow_tests.fixtures import Answer, Exchange
from headrace.workflow_tests.mocking import as_json, body_of
from headrace.workflow_tests.redacting import Redactor

_PASSING = frozenset(
    {
        "age",
        "alt-svc",
        "connection",
        "content-encoding",
        "content-length",
        "date",
        "expires",
        "keep-alive",
        "nel",
        "report-to",
        "reporting-endpoints",
        "server",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
        "vary",
        "via",
        "x-request-id",
    }
)
"""Headers of the moment and the connection; no workflow hangs on them."""


class Tape:
    """What was asked of the outside, and answered, in order."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.redactor = Redactor()
        self.credentials: dict[str, dict[str, Any]] = {}
        """By type: the credentials that were opened, with made-up secrets."""

    def add(self, request: HttpRequest, body: Any, answer: Answer) -> None:
        redactor = self.redactor
        exchange = Exchange(
            method=request.method.upper(),
            url=redactor.url(request.url),
            body=redactor.value(body),
            answer=answer,
        )
        self.exchanges.append(exchange)

    def answer(self, response: HttpResponse) -> Answer:
        redactor = self.redactor
        headers: dict[str, str | list[str]] = {}
        for name, value in redactor.headers(response.headers):
            key = name.lower()
            if key not in _PASSING:
                known = headers.get(key)
                headers[key] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
        body = as_json(response.body) if response.body else None
        if isinstance(body, str) and body.encode() != response.body:
            return Answer(status=response.status, headers=headers, base64=base64.b64encode(response.body).decode())
        body = redactor.value(body)
        if isinstance(body, dict | list) and "content-type" not in headers:
            # As a text: to a value, the answer would add the type that this one had not.
            body = msgspec.json.encode(body).decode()
        return Answer(status=response.status, headers=headers, body=body)


class RecordingHttp:
    """An `HttpClient` over another one, with a tape running."""

    def __init__(self, inner: HttpClient, tape: Tape) -> None:
        self._inner = inner
        self._tape = tape

    async def request(self, request: HttpRequest) -> HttpResponse:
        body = await body_of(request)
        try:
            response = await self._inner.request(request)
        except HttpFailed as failed:
            self._tape.add(request, body, Answer(fails=failed.code))
            raise
        self._tape.add(request, body, self._tape.answer(response))
        return response


class WatchedCredentials:
    """A `Credentials` over another one: what is opened is known, so that none of it gets onto the tape.

    Args:
        is_secret: Whether a field of a type is secret.
    """

    def __init__(self, inner: Credentials, tape: Tape, is_secret: Callable[[str, str], bool]) -> None:
        self._inner = inner
        self._tape = tape
        self._is_secret = is_secret

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId
    ) -> Mapping[str, Any]:
        return self._noted(type_, await self._inner.open(tenant, type_, reference, project=project))

    async def renew(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, refused: str, project: ProjectId
    ) -> Mapping[str, Any] | None:
        found = await self._inner.renew(tenant, type_, reference, refused=refused, project=project)
        return None if found is None else self._noted(type_, found)

    def _noted(self, type_: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
        made_up = {name: self._made_up(type_, name, found[name]) for name in found}
        self._tape.credentials.setdefault(type_, {}).update(made_up)
        return found

    def _made_up(self, type_: str, name: str, value: Any) -> Any:
        if not self._is_secret(type_, name):
            return value
        stands_in = f"test-{name}"
        self._learn(value, stands_in)
        return stands_in

    def _learn(self, value: Any, stands_in: str) -> None:
        if isinstance(value, Mapping | list):
            for part in value.values() if isinstance(value, Mapping) else value:
                self._learn(part, stands_in)
        else:
            self._tape.redactor.learn(value, stands_in)

    def check_shown(self, type_: str) -> None:
        self._inner.check_shown(type_)


def squeezed(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Return exchanges with those that follow each other and are the same as one."""
    made: list[Exchange] = []
    for exchange in exchanges:
        last = made[-1] if made else None
        if last is not None and (last.method, last.url, last.body, last.answer) == (
            exchange.method,
            exchange.url,
            exchange.body,
            exchange.answer,
        ):
            assert isinstance(last.times, int)
            made[-1] = Exchange(
                method=last.method, url=last.url, body=last.body, times=last.times + 1, answer=last.answer
            )
        else:
            made.append(exchange)
    return made
