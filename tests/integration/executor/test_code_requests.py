"""Requests that code asks for go through the one way out, and come back as n8n's helpers and `fetch` give them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from headrace.executor.adapters.launchers.none import ChildLauncher
from headrace.executor.expressions.evaluator import ExpressionEvaluator
from headrace.executor.sandbox.pool import WorkerPool
from headrace.infra.egress.policy import EgressPolicy
from headrace.sdk.context import HttpClient
from tests.integration.executor.helped import Site, helpers_with, running_site, way_out
from tests.integration.executor.running_code import failure_of, value_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def evaluator() -> AsyncIterator[ExpressionEvaluator]:
    pool = WorkerPool(ChildLauncher())
    yield ExpressionEvaluator(pool)
    await pool.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    async with running_site() as site:
        yield site


@pytest_asyncio.fixture(loop_scope="module")
async def http() -> AsyncIterator[HttpClient]:
    async with way_out() as http:
        yield http


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ("'/echo'", {"method": "GET", "path": "/echo", "body": ""}),
        ("new URL('/echo', base)", {"path": "/echo"}),
        (
            "{ url: '/echo?a=1', qs: { b: [1, 2], c: { d: 'x y' }, e: null, f: true } }",
            {"path": "/echo?a=1&b%5B0%5D=1&b%5B1%5D=2&c%5Bd%5D=x%20y&e=&f=true"},
        ),
        ("{ url: '/echo', qs: { b: [1, 2] }, arrayFormat: 'repeat' }", {"path": "/echo?b=1&b=2"}),
        ("{ url: '/echo', qs: { b: [1, 2] }, arrayFormat: 'brackets' }", {"path": "/echo?b%5B%5D=1&b%5B%5D=2"}),
        ("{ url: '/echo', qs: { b: [1, 2] }, arrayFormat: 'comma' }", {"path": "/echo?b=1,2"}),
        (
            "{ method: 'POST', url: '/echo', body: { a: new Date(0) } }",
            {"method": "POST", "body": '{"a":"1970-01-01T00:00:00.000Z"}', "content-type": "application/json"},
        ),
        (
            "{ method: 'post', url: '/echo', body: 'plain', headers: { 'Content-Type': 'text/plain', 'X-A': 7 } }",
            {"method": "POST", "body": "plain", "content-type": "text/plain", "x-a": "7"},
        ),
        (
            "{ method: 'POST', url: '/echo', body: new URLSearchParams({ a: '1 2' }) }",
            {"body": "a=1+2", "content-type": f"{FORM};charset=UTF-8"},
        ),
        (
            "{ method: 'POST', url: '/echo', form: { a: '1 2', b: [3] } }",
            {"body": "a=1+2&b%5B0%5D=3", "content-type": FORM},
        ),
        (
            f"{{ method: 'POST', url: '/echo', body: {{ a: 1 }}, headers: {{ 'content-type': '{FORM}' }} }}",
            {"body": "a=1"},
        ),
        (
            "{ method: 'PUT', url: '/echo', body: Buffer.from([0, 255]) }",
            {"method": "PUT", "body": "\x00\xff", "content-type": "application/octet-stream"},
        ),
        (
            "{ url: '/echo', json: true, auth: { username: 'u', password: 'p:q' } }",
            {"accept": "application/json", "authorization": "Basic dTpwOnE="},
        ),
        ("{ url: '/echo', body: {} }", {"body": ""}),
        ("{ method: 'DELETE', url: '/echo' }", {"method": "DELETE", "user-agent": "Headrace"}),
    ],
)
async def test_a_request_is_sent_as_its_options_say(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient, options: str, asked: Mapping[str, Any]
) -> None:
    source = f"""
        const base = "{site.url}", given = {options};
        const whole = typeof given === "string" ? base + given : given;
        const bare = typeof whole === "string" || whole instanceof URL;
        return await this.helpers.httpRequest(bare ? whole : {{ ...whole, baseURL: base }});
    """

    value = await value_of(evaluator, source, helpers=helpers_with(http))

    sent = {**value["headers"], **value}
    assert {name: sent[name] for name in asked} == asked


async def test_a_form_with_files_is_sent(evaluator: ExpressionEvaluator, site: Site, http: HttpClient) -> None:
    source = f"""
        const form = new FormData();
        form.append("name", "v\u00e4lue");
        form.append("file", new Blob(["con", new Uint8Array([0])], {{ type: "text/x" }}), 'a"b.txt');
        return await this.helpers.httpRequest({{ method: "POST", url: "{site.url}/echo", body: form }});
    """

    value = await value_of(evaluator, source, helpers=helpers_with(http))

    boundary = value["headers"]["content-type"].split("boundary=")[1]
    assert value["body"].encode("latin-1").split(f"--{boundary}".encode()) == [
        b"",
        b'\r\nContent-Disposition: form-data; name="name"\r\n\r\nv\xc3\xa4lue\r\n',
        b'\r\nContent-Disposition: form-data; name="file"; filename="a%22b.txt"\r\nContent-Type: text/x\r\n\r\n'
        b"con\x00\r\n",
        b"--\r\n",
    ]


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ("{ url: '{}/text' }", "h\u00e9llo"),
        ("{ url: '{}/cookies' }", [1, 2.5]),
        ("{ url: '{}/cookies', encoding: 'text' }", "[1, 2.50]"),
        ("{ url: '{}/missing', ignoreHttpStatusErrors: true }", {"error": "x" * 10}),
        ("{ url: '{}/missing', ignoreHttpStatusErrors: { ignore: true, except: [500] } }", {"error": "x" * 10}),
    ],
)
async def test_an_answer_is_read_as_the_options_say(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient, options: str, value: Any
) -> None:
    source = f"return [await this.helpers.httpRequest({options.replace('{}', site.url, 1)})]"

    assert await value_of(evaluator, source, helpers=helpers_with(http)) == [value]


async def test_an_answer_of_bytes_is_a_buffer(evaluator: ExpressionEvaluator, site: Site, http: HttpClient) -> None:
    source = f"""
        const url = "{site.url}/bytes", encoding = "arraybuffer";
        const body = await this.helpers.httpRequest({{ url, encoding }});
        const full = await this.helpers.httpRequest({{ url, encoding, returnFullResponse: true }});
        const kind = full.headers["content-type"];
        return [Buffer.isBuffer(body), body.toString("hex"), full.body.equals(body), full.statusCode, kind];
    """

    assert await value_of(evaluator, source, helpers=helpers_with(http)) == [
        True,
        "00ff7b7d",
        True,
        200,
        "image/png",
    ]


async def test_a_full_answer_has_its_status_and_headers(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient
) -> None:
    source = f"return await this.helpers.httpRequest({{ url: '{site.url}/cookies', returnFullResponse: true }})"

    value = await value_of(evaluator, source, helpers=helpers_with(http))

    assert (value["statusCode"], value["statusMessage"], value["body"]) == (200, "OK", [1, 2.5])
    assert (value["headers"]["set-cookie"], value["headers"]["x-one"]) == (["a=1", "b=2"], "1, 2")


async def test_the_older_helper_takes_its_own_options(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient
) -> None:
    source = f"""
        const {{ request }} = this.helpers;
        const auth = {{ bearer: "t" }}, all = {{ simple: false, resolveWithFullResponse: true }};
        const posted = await request({{ uri: "{site.url}/echo", method: "POST", json: true, body: {{ a: 1 }}, auth }});
        const text = await request("{site.url}/cookies");
        const gone = await request({{ uri: "{site.url}/missing", json: true, ...all }});
        const raw = await request({{ uri: "{site.url}/bytes", encoding: null }});
        return [posted.body, posted.headers.authorization, text, gone.statusCode, gone.body.error, raw.length];
    """

    assert await value_of(evaluator, source, helpers=helpers_with(http)) == [
        '{"a":1}',
        "Bearer t",
        "[1, 2.50]",
        404,
        "x" * 10,
        4,
    ]


async def test_a_status_of_an_error_is_an_error_with_the_answer(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient
) -> None:
    source = f"""
        try {{ await this.helpers.httpRequest("{site.url}/missing"); }}
        catch (error) {{
            const {{ message, statusCode, httpCode, response: {{ status, data, headers }} }} = error;
            return [error instanceof Error, message, statusCode, httpCode, status, data, Object.keys(headers)];
        }}
    """

    assert await value_of(evaluator, source, helpers=helpers_with(http)) == [
        True,
        "Request failed with status code 404",
        404,
        "404",
        404,
        {"error": "x" * 10},
        ["content-length", "content-type", "date", "server"],
    ]


async def test_a_large_answer_with_an_error_is_cut(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient
) -> None:
    source = f"return await this.helpers.httpRequest('{site.url}/broken').catch((error) => error.response.body.length)"

    assert await value_of(evaluator, source, helpers=helpers_with(http)) == 16 * 1024


async def test_redirects_are_followed_unless_they_are_not_to_be(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient
) -> None:
    source = f"""
        const url = "{site.url}/moved";
        const stayed = {{ url, disableFollowRedirect: true, ignoreHttpStatusErrors: true, returnFullResponse: true }};
        return [(await this.helpers.httpRequest(url)).path, (await this.helpers.httpRequest(stayed)).headers.location];
    """

    assert await value_of(evaluator, source, helpers=helpers_with(http)) == ["/echo", "/echo"]


async def test_an_address_that_policy_forbids_is_not_reached(evaluator: ExpressionEvaluator, site: Site) -> None:
    async with way_out(EgressPolicy()) as nowhere:
        helpers = helpers_with(nowhere)
        failure = await failure_of(
            evaluator, f"return await this.helpers.httpRequest('{site.url}/echo')", helpers=helpers
        )
        fetched = await failure_of(evaluator, f"return await fetch('{site.url}/echo')", helpers=helpers)

    assert "may not reach" in failure.message
    assert fetched.message == "fetch failed"
    assert site.asked == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("{}", "the option url is missing"),
        ("{ url: 'file:///etc/passwd' }", 'URL must start with "http" or "https"'),
        ("{ url: 'http://h/', method: 'GET /x' }", "is no HTTP method"),
        ("{ url: 'http://h/', headers: { 'X-A': 'a\\r\\nb' } }", "Invalid character in header"),
        ("{ url: 'http://h/', proxy: 'http://p/' }", "proxy is not available"),
        ("{ url: 'https://h/', skipSslCertificateValidation: true }", "HEADRACE_ALLOW_INSECURE_TLS_IN_CODE"),
        ("{ url: 'http://127.0.0.1:1/' }", "ECONNREFUSED"),
        ("{ url: 'http://[::1' }", "Invalid URL"),
        ("null", "the option url is missing"),
    ],
)
async def test_a_request_that_cannot_be_is_an_error_in_the_code(
    evaluator: ExpressionEvaluator, http: HttpClient, options: str, message: str
) -> None:
    failure = await failure_of(
        evaluator, f"return await this.helpers.httpRequest({options})", helpers=helpers_with(http)
    )

    assert message in failure.message
    assert failure.line == 1


async def test_certificates_may_go_unchecked_where_the_owner_allows_it(
    evaluator: ExpressionEvaluator, site: Site, http: HttpClient
) -> None:
    source = (
        f"return (await helpers.httpRequest({{ url: '{site.url}/echo', skipSslCertificateValidation: true }})).path"
    )

    assert await value_of(evaluator, source, helpers=helpers_with(http, allow_insecure_tls=True)) == "/echo"


async def test_requests_are_sent_at_the_same_time(evaluator: ExpressionEvaluator, http: HttpClient) -> None:
    together = asyncio.Event()
    waiting = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal waiting
        waiting += 1
        if waiting == 3:
            together.set()
        await together.wait()
        return web.json_response(request.path)

    runner = web.AppRunner(web.Application())
    runner.app.router.add_get("/{n}", answer)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        source = f"return await Promise.all([1, 2, 3].map((n) => helpers.httpRequest('{url}/' + n)))"
        assert await value_of(evaluator, source, helpers=helpers_with(http)) == ["/1", "/2", "/3"]
    finally:
        await runner.cleanup()


async def test_fetch_gives_a_response(evaluator: ExpressionEvaluator, site: Site, http: HttpClient) -> None:
    source = f"""
        const sent = await fetch("{site.url}/echo", {{ method: "POST", headers: {{ "X-A": "1" }}, body: "text" }});
        const gone = await fetch("{site.url}/missing");
        const moved = await fetch("{site.url}/moved");
        const raw = await fetch("{site.url}/bytes");
        const cookies = await fetch("{site.url}/cookies");
        const {{ method, body, headers }} = await sent.json();
        return [
            sent.ok, method, body, headers["x-a"], headers["content-type"],
            gone.ok, gone.status, gone.statusText, (await gone.clone().json()).error.length,
            gone.headers.get("Content-Type"),
            moved.redirected, new URL(moved.url).pathname,
            [...new Uint8Array(await raw.arrayBuffer())].length, raw.bodyUsed,
            cookies.headers.getSetCookie(), await cookies.text(),
            await raw.text().catch((error) => error.name),
        ];
    """

    assert await value_of(evaluator, source, helpers=helpers_with(http)) == [
        *(True, "POST", "text", "1", "text/plain;charset=UTF-8"),
        *(False, 404, "Not Found", 10, "application/json; charset=utf-8"),
        *(True, "/echo"),
        *(4, True),
        *(["a=1", "b=2"], "[1, 2.50]"),
        "TypeError",
    ]


async def test_fetch_can_be_given_up(evaluator: ExpressionEvaluator, site: Site, http: HttpClient) -> None:
    source = f"""
        const controller = new AbortController();
        const sent = fetch("{site.url}/echo", {{ signal: controller.signal }});
        controller.abort();
        return await sent.catch((error) => error.name);
    """

    assert await value_of(evaluator, source, helpers=helpers_with(http)) == "AbortError"
