"""Whatever is sent to the addresses that strangers may call: they are answered, and nothing breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from headrace.executions.public import ExecutionQuery, Status
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.webhooks.api import PLACES
from tests.e2e.server.running import chain, node, webhook
from tests.integration.app.serving import Place
from tests.integration.app.test_approvals import asks
from tests.integration.app.test_chats import chat

FIELDS = [
    {"fieldLabel": kind, "fieldType": kind, "fieldOptions": {"values": [{"option": "red"}]}, "multipleFiles": True}
    for kind in ("text", "number", "email", "date", "dropdown", "checkbox", "radio", "file", "hiddenField", "html")
]
FORM = node("Form", "formTrigger", 2.2, 0, formTitle="Ask", formFields={"values": FIELDS}, options={"path": "ask"})
ANY = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
WAIT = {"resume": "webhook", "httpMethod": "POST"}
END = node("End", "noOp", 1, 600)
WORKFLOWS = [
    chain("Any", node("Webhook", "webhook", 2, 0, path="any", httpMethod=ANY, multipleMethods=True), END),
    chain("Raw", webhook("raw", options={"rawBody": True}), END),
    chain("File", webhook("file", options={"binaryData": True}), END),
    chain("Part", {**webhook(":a/x/:b", method="POST"), "webhookId": "part"}, END),
    chain("Key", webhook("key", options={"deduplicateBy": "={{ $json.body.id }}"}), END),
    chain("Form", FORM, END),
    chat(),
]
WAITING = {
    "webhook-waiting": chain("Call", webhook("w1"), node("Wait", "wait", 1.1, 200, **WAIT), END),
    "form-waiting": chain(
        "Page", webhook("w2"), node("Page", "form", 1, 200, formFields={"values": FIELDS}, options={}), END
    ),
    "approve": chain("Decide", webhook("w3"), asks(), END),
}


@dataclass(frozen=True)
class Called:
    """What came back."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


async def call(
    place: Place, method: str, path: bytes, query: bytes, headers: Sequence[tuple[bytes, bytes]], chunks: list[bytes]
) -> Called:
    """Call as a server does that has parsed no more than a request's head; a body that breaks off ends with `None`."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": one, "more_body": True} for one in chunks]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path.decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": headers,
        "client": ("203.0.113.7", 4711),
    }
    async with asyncio.timeout(30):
        await place.app(scope, receive, send)
    return Called(
        status=sent[0]["status"],
        headers=sent[0]["headers"],
        body=b"".join(message.get("body", b"") for message in sent[1:]),
    )


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def served(tmp_path_factory: Any) -> AsyncIterator[tuple[Place, list[bytes]]]:
    """A server, and addresses that lead somewhere."""
    place = Place(Path(tmp_path_factory.mktemp("data")))
    await place.server.start()
    for drawn in WORKFLOWS:
        await place.publish(drawn)
    paths = [
        *(f"/webhook/{path}".encode() for path in ("any", "raw", "file", "part/a/x/b", "key", "b6f6/chat")),
        b"/form/ask",
        b"/chat/b6f6",
    ]
    waits: set[str] = set()
    for number, (kind, drawn) in enumerate(WAITING.items(), start=1):
        await place.publish(drawn)
        await place.http.post(f"/webhook/w{number}", json={})
        while (run := await place.waiting()) in waits:
            await asyncio.sleep(0.02)
        waits.add(run)
        paths.append(place.headrace.links.path(kind, run).encode())  # type: ignore[arg-type]
    yield place, paths
    # What was let in has run as anything else does.
    failed = await place.headrace.journal.find(DEFAULT_TENANT, ExecutionQuery(statuses=frozenset({Status.ERROR})))
    assert [(one.workflow_name, one.error) for one in failed] == []
    assert await place.headrace.journal.buried(DEFAULT_TENANT) == []
    await place.close()


BYTES = st.binary(max_size=40).map(lambda raw: raw.translate(None, b"\r\n\0"))
KINDS = st.sampled_from(
    [
        b"application/json",
        b"application/json; charset=utf-16",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=cut",
        b"multipart/form-data",
        b'multipart/form-data; boundary="',
        b"text/plain; charset=nonsense",
        b"application/octet-stream",
        b"image/png",
        b";",
    ]
)
HEADERS = st.lists(
    st.one_of(
        st.tuples(st.just(b"content-type"), KINDS | BYTES),
        st.tuples(
            st.sampled_from(
                [
                    b"authorization",
                    b"content-disposition",
                    b"content-length",
                    b"cookie",
                    b"host",
                    b"idempotency-key",
                    b"origin",
                    b"access-control-request-method",
                    b"access-control-request-headers",
                    b"user-agent",
                    b"x-chat-pass",
                    b"x-forwarded-for",
                ]
            ),
            BYTES,
        ),
    ),
    max_size=5,
)
NAMES = st.sampled_from([b"field-0", b"field-7", b"decision", b"comment", b"chatInput", b"files", b"a[]", b"__proto__"])
PART = st.builds(
    lambda name, file, value: (
        b'--cut\r\nContent-Disposition: form-data; name="' + name + b'"' + file + b"\r\n\r\n" + value + b"\r\n"
    ),
    NAMES | BYTES,
    st.sampled_from([b"", b'; filename="../../etc/passwd"', b'; filename=""', b"; filename*=utf-8''%ff%00", b"; ;"]),
    BYTES,
)
JSON = st.sampled_from(
    [
        b'{"id": {"a": [1, 1e999, -0.0]}}',
        b'{"sessionId": "7", "chatInput": "={{ 7 * 7 }}"}',
        b'{"files": {"data": {"filepath": "/etc/passwd"}}}',
        b"[" * 10_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b'{"a": 1' + b"0" * 5_000 + b"}",
        b"NaN",
        b'"\\ud800"',
        b'{"\xff": 1}',
    ]
)
BODY = st.one_of(
    st.lists(BYTES, max_size=3),
    st.lists(PART, max_size=4).map(lambda parts: [*parts, b"--cut--\r\n"]),
    st.lists(PART, max_size=2),
    JSON.map(lambda text: [text[:7], text[7:]]),
    st.just([b"field-0=a&decision=approved&comment=%ff%00&" + b"x=1&" * 1_500]),
)


@pytest.mark.asyncio(loop_scope="module")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "POST", "POST"])
    | st.sampled_from([*ANY, "OPTIONS", "TRACE", "PROPFIND", "get"]),
    known=st.integers(0, 10) | st.integers(0, 10) | st.none(),
    below=st.sampled_from(sorted(PLACES)),
    path=BYTES,
    query=BYTES | st.just(b"signature=a&signature=b") | st.just(b"a=" * 2_000),
    headers=HEADERS,
    body=BODY,
)
@example("POST", 7, b"form", b"", b"", [(b"content-type", b"multipart/form-data; boundary=cut")], [b"--cut"])
@example("GET", None, b"webhook", b"%ff/%2e%2e/\xc3", b"", [], [])
@example("GET", None, b"approve", b"", b"", [], [])
async def test_a_stranger_breaks_nothing(
    served: tuple[Place, list[bytes]],
    method: str,
    known: int | None,
    below: bytes,
    path: bytes,
    query: bytes,
    headers: list[tuple[bytes, bytes]],
    body: list[bytes],
) -> None:
    place, paths = served
    if known is None:
        where, _, signed = b"/" + below + b"/" + path, b"", b""
    else:
        where, _, signed = paths[known % len(paths)].partition(b"?")

    answer = await call(place, method, where, signed + b"&" + query, headers, body)

    assert 200 <= answer.status < 500
    assert not [one for header in answer.headers for one in header if b"\n" in one or b"\r" in one]
    policies = [value for name, value in answer.headers if name == b"content-security-policy"]
    assert len(policies) == 1
    assert b"sandbox" in policies[0]
    assert b"allow-same-origin" not in policies[0]
    assert b"passwd" not in answer.body
