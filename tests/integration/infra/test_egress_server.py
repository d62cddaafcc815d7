"""The way out against a real server on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import ipaddress
import json
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from headrace.infra.egress.circuits import CircuitRules, Circuits
from headrace.infra.egress.client import Egress, EgressClient
from headrace.infra.egress.policy import EgressPolicy
from headrace.sdk.context import HttpFailed, HttpRequest, HttpResponse

LOCAL = EgressPolicy(allowed_networks=[ipaddress.ip_network("127.0.0.1/32")])
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Held:
    def __init__(self, secrets: Mapping[str, Mapping[str, Any]]) -> None:
        self._secrets = secrets

    async def open(self, type_: str) -> Mapping[str, Any]:
        return self._secrets[type_]

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> None:
        pass


class Names(AbstractResolver):
    """Resolves every name to the next address of a list, the last one for ever."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        pass


async def echo(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "method": request.method,
            "path": request.path_qs,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode(),
        }
    )


async def redirect(request: web.Request) -> web.Response:
    return web.Response(status=int(request.query["status"]), headers={"Location": request.query["to"]})


async def endless(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": f"/endless?n={int(request.query.get('n', 0)) + 1}"})


async def bomb(request: web.Request) -> web.Response:
    packed = gzip.compress(b"\0" * (40 * 1024 * 1024))
    return web.Response(body=packed, headers={"Content-Encoding": "gzip"})


async def packed(request: web.Request) -> web.Response:
    data = b"some words " * 300_000
    kind = request.query["kind"]
    body = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": lambda data: zlib.compress(data, wbits=-15)}[kind](
        data
    )
    return web.Response(body=body, headers={"Content-Encoding": "gzip" if kind == "gzip" else "deflate"})


async def huge(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    try:
        for _ in range(1000):
            await answer.write(b"x" * 65536)
    except ConnectionError:
        pass
    return answer


async def slow(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    await answer.write(b"a")
    await asyncio.sleep(5)
    return answer


async def digest(request: web.Request) -> web.Response:
    sent = request.headers.get("Authorization", "")
    if not sent:
        return web.Response(status=401, headers={"WWW-Authenticate": 'Digest realm="r", nonce="n", algorithm=SHA-256'})

    def hashed(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    wanted = hashed(f"{hashed('ann:r:pw')}:n:{hashed('GET:/digest?x=1')}")
    return web.Response(status=200 if f'response="{wanted}"' in sent else 403)


async def quiet(request: web.Request) -> web.Response:
    return web.Response(status=404, text="nothing here")


async def down(request: web.Request) -> web.Response:
    return web.Response(status=503)


@pytest_asyncio.fixture
async def base() -> AsyncIterator[str]:
    app = web.Application()
    for path, handler in {
        "/echo": echo,
        "/redirect": redirect,
        "/endless": endless,
        "/bomb": bomb,
        "/packed": packed,
        "/huge": huge,
        "/slow": slow,
        "/digest": digest,
        "/missing": quiet,
        "/down": down,
    }.items():
        app.router.add_route("*", path, handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def send(
    request: HttpRequest,
    *,
    policy: EgressPolicy = LOCAL,
    secrets: Mapping[str, Mapping[str, Any]] | None = None,
    names: AbstractResolver | None = None,
) -> HttpResponse:
    egress = Egress(policy, resolver=names)
    client: EgressClient = egress.for_node(Held(secrets or {}))
    try:
        return await client.request(request)
    finally:
        await egress.close()


async def failure(request: HttpRequest, **options: Any) -> HttpFailed:
    with pytest.raises(HttpFailed) as caught:
        await send(request, **options)
    return caught.value


def get(url: str, **fields: Any) -> HttpRequest:
    return HttpRequest(method="GET", url=url, **fields)


def seen(answer: HttpResponse) -> Any:
    return json.loads(answer.body)


async def test_a_request_arrives_as_it_was_made(base: str) -> None:
    answer = await send(
        HttpRequest(method="POST", url=f"{base}/echo?a=1&b=%20x", headers=[("X-One", "1")], body=b"hello")
    )

    got = seen(answer)
    assert (got["method"], got["path"], got["body"]) == ("POST", "/echo?a=1&b=%20x", "hello")
    assert got["headers"]["x-one"] == "1"
    assert "user-agent" not in got["headers"]


async def test_an_error_status_is_an_answer(base: str) -> None:
    answer = await send(get(f"{base}/missing"))

    assert (answer.status, answer.body) == (404, b"nothing here")


async def test_headers_that_say_how_the_message_ends_are_not_the_nodes_business(base: str) -> None:
    answer = await send(
        HttpRequest(
            method="POST",
            url=f"{base}/echo",
            headers=[("Content-Length", "1"), ("Transfer-Encoding", "chunked")],
            body=b"12345",
        )
    )

    assert seen(answer)["body"] == "12345"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"]
)
async def test_this_machine_cannot_be_reached_under_any_name(base: str, host: str) -> None:
    port = base.rsplit(":", 1)[1]

    refused = await failure(get(f"http://{host}:{port}/echo"), policy=EgressPolicy())

    assert refused.code in ("BLOCKED", "ENOTFOUND", "ERR_INVALID_URL")


async def test_a_redirect_to_a_blocked_address_is_refused(base: str) -> None:
    refused = await failure(get(f"{base}/redirect?status=302&to=http://127.0.0.2:1/echo"))

    assert refused.code == "BLOCKED"


async def test_a_name_that_resolves_differently_later_gains_nothing(base: str) -> None:
    port = base.rsplit(":", 1)[1]
    names = Names("127.0.0.1", "127.0.0.2")
    egress = Egress(LOCAL, resolver=names)
    client = egress.for_node(Held({}))
    try:
        assert (await client.request(get(f"http://moving.example:{port}/echo"))).status == 200
        await egress.close()
        with pytest.raises(HttpFailed) as caught:
            await client.request(get(f"http://moving.example:{port}/echo"))
        assert caught.value.code == "BLOCKED"
    finally:
        await egress.close()


@pytest.mark.parametrize(
    ("status", "method", "kept"),
    [(301, "GET", False), (302, "GET", False), (303, "GET", False), (307, "POST", True), (308, "POST", True)],
)
async def test_redirects_change_the_method_as_browsers_do(base: str, status: int, method: str, kept: bool) -> None:
    answer = await send(
        HttpRequest(
            method="POST",
            url=f"{base}/redirect?status={status}&to=/echo",
            headers=[("Content-Type", "text/plain")],
            body=b"data",
        )
    )

    got = seen(answer)
    assert got["method"] == method
    assert got["body"] == ("data" if kept else "")
    assert ("content-type" in got["headers"]) is kept


async def test_a_redirect_is_returned_when_none_may_be_followed(base: str) -> None:
    answer = await send(get(f"{base}/redirect?status=302&to=/echo", max_redirects=0))

    assert (answer.status, answer.header("location")) == (302, "/echo")


async def test_endless_redirects_end(base: str) -> None:
    refused = await failure(get(f"{base}/endless", max_redirects=5))

    assert refused.code == "ERR_FR_TOO_MANY_REDIRECTS"


async def test_a_redirect_to_another_scheme_is_refused(base: str) -> None:
    refused = await failure(get(f"{base}/redirect?status=302&to=file:///etc/passwd"))

    assert refused.code == "ERR_INVALID_URL"


async def test_another_host_gets_no_secrets(base: str) -> None:
    port = base.rsplit(":", 1)[1]
    target = f"http://other.example:{port}/echo"

    answer = await send(
        get(
            f"{base}/redirect?status=307&to={target}",
            headers=[("Cookie", "c=1"), ("X-Plain", "1")],
            credential="httpBearerAuth",
        ),
        secrets={"httpBearerAuth": {"token": "t"}},
        names=Names("127.0.0.1"),
    )

    headers = seen(answer)["headers"]
    assert "authorization" not in headers
    assert "cookie" not in headers
    assert headers["x-plain"] == "1"


async def test_the_same_host_gets_the_credential_again(base: str) -> None:
    answer = await send(
        get(f"{base}/redirect?status=302&to=/echo", credential="httpBearerAuth"),
        secrets={"httpBearerAuth": {"token": "t"}},
    )

    assert seen(answer)["headers"]["authorization"] == "Bearer t"


async def test_a_digest_challenge_is_answered_once(base: str) -> None:
    right = get(f"{base}/digest?x=1", credential="httpDigestAuth")

    assert (await send(right, secrets={"httpDigestAuth": {"user": "ann", "password": "pw"}})).status == 200
    assert (await send(right, secrets={"httpDigestAuth": {"user": "ann", "password": "no"}})).status == 403


@pytest.mark.parametrize("kind", ["gzip", "deflate", "raw"])
async def test_packed_answers_are_unpacked_whole(base: str, kind: str) -> None:
    answer = await send(get(f"{base}/packed?kind={kind}"))

    assert answer.body == b"some words " * 300_000


async def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(base: str) -> None:
    refused = await failure(get(f"{base}/bomb", max_bytes=1024 * 1024))

    assert refused.code == "TOO_LARGE"


async def test_an_answer_longer_than_the_limit_is_refused(base: str) -> None:
    refused = await failure(get(f"{base}/huge", max_bytes=1024 * 1024))

    assert refused.code == "TOO_LARGE"


async def test_a_server_that_stops_talking_is_given_up(base: str) -> None:
    refused = await failure(get(f"{base}/slow", timeout=timedelta(milliseconds=200)))

    assert (refused.code, str(refused)) == ("ECONNABORTED", "timeout of 200ms exceeded")


async def test_a_closed_port_refuses_the_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    refused = await failure(get(f"http://127.0.0.1:{port}/"))

    assert (refused.code, str(refused)) == ("ECONNREFUSED", f"connect ECONNREFUSED 127.0.0.1:{port}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http://host:99999/",
        "http://a b/",
        "http://x/\r\ny",
        "gopher://x",
    ],
)
async def test_what_is_no_http_url_is_refused(url: str) -> None:
    assert (await failure(get(url))).code == "ERR_INVALID_URL"


@pytest.mark.parametrize("header", [("X-A", "1\r\nX-B: 2"), ("X A", "1"), ("X\n", "1"), ("", "1"), ("X", "\0")])
async def test_headers_that_could_smuggle_others_are_refused(base: str, header: tuple[str, str]) -> None:
    assert (await failure(get(f"{base}/echo", headers=[header]))).code == "ERR_INVALID_CHAR"


async def test_proxies_of_the_environment_are_not_used(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    assert (await send(get(f"{base}/echo"))).status == 200


async def test_a_proxy_at_a_blocked_address_is_refused(base: str) -> None:
    refused = await failure(get(f"{base}/echo", proxy="http://127.0.0.2:3128"))

    assert refused.code == "BLOCKED"


async def test_a_certificate_nobody_vouches_for_is_accepted_only_on_request(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_signed(tmp_path))
    app = web.Application()
    app.router.add_get("/echo", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/echo"
    try:
        assert (await failure(get(url))).code == "CERT_NOT_ACCEPTED"
        assert (await send(get(url, verify_tls=False))).status == 200
    finally:
        await runner.cleanup()


def self_signed(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    moment = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / "cert.pem", folder / "key.pem"
    shown.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return shown, kept


async def test_a_host_that_does_not_answer_is_not_asked_again_for_a_while(base: str) -> None:
    now = 0.0
    egress = Egress(LOCAL, circuits=Circuits(CircuitRules(failures=2, rest=timedelta(seconds=30)), lambda: now))
    one, other = egress.for_node(Held({}), tenant="one"), egress.for_node(Held({}), tenant="other")
    gone = "http://127.0.0.1:1/"
    try:
        codes = []
        for client in (one, one, one, other):
            with pytest.raises(HttpFailed) as caught:
                await client.request(get(gone))
            codes.append(caught.value.code)
        assert codes == ["ECONNREFUSED", "ECONNREFUSED", "CIRCUIT_OPEN", "ECONNREFUSED"]
        assert (await one.request(get(f"{base}/echo"))).status == 200
        now = 31.0
        with pytest.raises(HttpFailed) as caught:
            await one.request(get(gone))
        assert caught.value.code == "ECONNREFUSED"
    finally:
        await egress.close()


@pytest.mark.parametrize("path", ["/missing", "/echo", "/redirect"])
async def test_an_answer_that_says_no_is_an_answer(base: str, path: str) -> None:
    egress = Egress(LOCAL, circuits=Circuits(CircuitRules(failures=1), lambda: 0.0))
    client = egress.for_node(Held({}))
    try:
        for _ in range(3):
            await client.request(get(base + path, max_redirects=0))
    finally:
        await egress.close()


@pytest.mark.parametrize("path", ["/down", "/slow"])
async def test_a_host_that_is_overloaded_or_too_slow_is_left_alone(base: str, path: str) -> None:
    egress = Egress(LOCAL, circuits=Circuits(CircuitRules(failures=1), lambda: 0.0))
    client = egress.for_node(Held({}))
    try:
        with contextlib.suppress(HttpFailed):
            await client.request(get(base + path, timeout=timedelta(milliseconds=100)))
        with pytest.raises(HttpFailed, match="left alone"):
            await client.request(get(f"{base}/echo"))
    finally:
        await egress.close()


async def test_what_may_not_be_reached_says_nothing_of_the_host(base: str) -> None:
    egress = Egress(EgressPolicy(), circuits=Circuits(CircuitRules(failures=1), lambda: 0.0))
    client = egress.for_node(Held({}))
    try:
        for _ in range(3):
            with pytest.raises(HttpFailed) as caught:
                await client.request(get(base))
            assert caught.value.code == "BLOCKED"
    finally:
        await egress.close()


async def test_that_an_execution_is_stopped_is_not_the_hosts_doing(base: str) -> None:
    egress = Egress(LOCAL, circuits=Circuits(CircuitRules(failures=1), lambda: 0.0))
    client = egress.for_node(Held({}))
    try:
        stopped = asyncio.create_task(client.request(get(f"{base}/slow")))
        await asyncio.sleep(0.05)
        stopped.cancel()
        await asyncio.wait({stopped})

        assert (await client.request(get(f"{base}/echo"))).status == 200
    finally:
        await egress.close()
