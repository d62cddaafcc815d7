"""Coming in and going out over HTTP, and what other sites' pages and strangers try."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

from headrace.app.api import rest_api
from headrace.app.local import Headrace
from headrace.app.settings import Settings
from headrace.identity.public import SESSION_COOKIE
from tests.integration.api.conftest import PASSWORD, Api

OWNER = {"email": "owner@example.com", "name": "Olga", "password": PASSWORD}
OWN_PAGE = {"Origin": "http://localhost"}
OTHER_SITE = {"Origin": "https://evil.example"}


class Browser:
    """Keeps cookies, and says from whose page it sends what it sends."""

    def __init__(self, headrace: Headrace, *, host: str = "localhost", client: str = "127.0.0.1") -> None:
        self.transport = httpx.ASGITransport(
            app=rest_api(headrace, Mock(), Mock(), Mock(), Mock()),  # type: ignore[arg-type]
            raise_app_exceptions=False,
            client=(client, 1),
        )
        self.http = httpx.AsyncClient(transport=self.transport, base_url=f"http://{host}/api/v1")

    async def __call__(
        self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        return await self.http.request(method, path, headers=OWN_PAGE if headers is None else headers, **more)


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[Headrace]:
    """A server that nobody has set up."""
    headrace = Headrace(Settings(data_dir=tmp_path))
    await headrace.access.prepare()
    yield headrace
    await headrace.close()


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_whoever_sets_up_is_logged_in_as_the_owner(fresh: Headrace) -> None:
    browser = Browser(fresh)
    assert (await browser("GET", "/setup")).json() == {"needed": True, "tokenNeeded": False}

    answer = await browser("POST", "/setup", json=OWNER)

    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/"))
    me = (await browser("GET", "/me")).json()
    assert (me["user"]["email"], me["tenantId"], me["scopes"]) == ("owner@example.com", "default", None)
    assert (await browser("GET", "/setup")).json()["needed"] is False
    assert code_of(await browser("POST", "/setup", json=OWNER)) == (409, "setup_done")


async def test_until_then_every_other_route_says_that_set_up_is_needed(fresh: Headrace) -> None:
    browser = Browser(fresh)

    for method, path in (("GET", "/workflows"), ("GET", "/me"), ("POST", "/projects"), ("GET", "/users")):
        answer = await browser(method, path)
        assert code_of(answer) == (401, "setup_needed")
        assert "/setup" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("host", "client", "headers"),
    [
        ("localhost", "192.0.2.9", {}),
        ("rebound.evil.example", "127.0.0.1", {}),
        ("localhost", "127.0.0.1", {"X-Forwarded-For": "192.0.2.9"}),
    ],
    ids=["from another machine", "by another name", "through a proxy"],
)
async def test_from_elsewhere_set_up_takes_the_token(
    fresh: Headrace, host: str, client: str, headers: dict[str, str]
) -> None:
    browser = Browser(fresh, host=host, client=client)
    assert (await browser("GET", "/setup", headers)).json()["tokenNeeded"] is True

    for token in (None, "guess"):
        answer = await browser("POST", "/setup", headers, json={**OWNER, "token": token})
        assert code_of(answer) == (403, "setup_token_wrong")

    token = fresh.access.setup.token
    assert (await browser("POST", "/setup", headers, json={**OWNER, "token": token})).status_code == 201


async def test_another_sites_page_sets_nothing_up_and_logs_nobody_in(fresh: Headrace) -> None:
    browser = Browser(fresh)

    assert code_of(await browser("POST", "/setup", OTHER_SITE, json=OWNER)) == (403, "cross_site_request")
    assert (await browser("POST", "/setup", json=OWNER)).status_code == 201
    login = {"email": OWNER["email"], "password": PASSWORD}
    assert code_of(await browser("POST", "/login", OTHER_SITE, json=login)) == (403, "cross_site_request")


@pytest.fixture
async def browser(api: Api) -> AsyncIterator[Browser]:
    """Somebody who has logged in as the owner."""
    made = Browser(api.headrace)
    answer = await made("POST", "/login", json={"email": OWNER["email"], "password": PASSWORD})
    assert answer.status_code == 200
    yield made
    await made.http.aclose()


async def test_a_page_of_another_site_reads_and_changes_nothing_with_the_session(browser: Browser) -> None:
    for headers in (OTHER_SITE, {}, {"Sec-Fetch-Site": "same-site", **OWN_PAGE}, {"Origin": "null"}):
        for method, path in (("POST", "/projects"), ("DELETE", "/projects/x"), ("POST", "/logout")):
            answer = await browser(method, path, headers, json={"name": "Theirs"})
            assert code_of(answer) == (403, "cross_site_request")

    assert (await browser("POST", "/projects", json={"name": "Ours"})).status_code == 201
    answer = await browser("GET", "/projects", OTHER_SITE)
    assert "access-control-allow-origin" not in answer.headers


async def test_logging_in_again_gives_another_session_and_ends_the_first(api: Api, browser: Browser) -> None:
    first = browser.http.cookies[SESSION_COOKIE]

    await browser("POST", "/login", json={"email": OWNER["email"], "password": PASSWORD})

    assert browser.http.cookies[SESSION_COOKIE] != first
    thief = Browser(api.headrace)
    thief.http.cookies[SESSION_COOKIE] = first
    assert code_of(await thief("GET", "/me")) == (401, "session_over")


async def test_a_planted_cookie_is_not_what_a_log_in_gives(api: Api) -> None:
    victim = Browser(api.headrace)
    victim.http.cookies.set(SESSION_COOKIE, "planted", domain="localhost.local", path="/")

    await victim("POST", "/login", json={"email": OWNER["email"], "password": PASSWORD})

    attacker = Browser(api.headrace)
    answer = await attacker("GET", "/me", {"Cookie": f"{SESSION_COOKIE}=planted"})
    assert code_of(answer) == (401, "session_over")


async def test_whoever_logs_out_is_out(api: Api, browser: Browser) -> None:
    token = browser.http.cookies[SESSION_COOKIE]

    assert (await browser("POST", "/logout")).status_code == 204

    assert SESSION_COOKIE not in browser.http.cookies
    answer = await Browser(api.headrace)("GET", "/me", {"Cookie": f"{SESSION_COOKIE}={token}"})
    assert code_of(answer) == (401, "session_over")


async def test_wrong_log_ins_look_alike_and_are_slowed_down(api: Api) -> None:
    stranger = Browser(api.headrace, client="192.0.2.77")
    answers = [
        await stranger("POST", "/login", json={"email": email, "password": "wrong"})
        for email in (OWNER["email"], "nobody@example.com")
    ]
    assert {(*code_of(one), one.json()["detail"]) for one in answers} == {
        (401, "login_failed", "the e-mail address or the password is wrong")
    }

    for _ in range(9):
        await stranger("POST", "/login", json={"email": OWNER["email"], "password": "wrong"})
    answer = await stranger("POST", "/login", json={"email": OWNER["email"], "password": PASSWORD})
    assert code_of(answer) == (429, "too_many_attempts")
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_session_is_listed_and_ended_and_a_password_changed(api: Api, browser: Browser) -> None:
    other = Browser(api.headrace)
    await other("POST", "/login", json={"email": OWNER["email"], "password": PASSWORD})
    sessions = (await browser("GET", "/me/sessions")).json()["data"]
    assert sorted(one["current"] for one in sessions) == [False, True]

    change = {"old": PASSWORD, "new": "five other words for it"}
    assert (await browser("POST", "/me/password", json={**change, "old": "wrong"})).status_code == 401
    assert (await browser("POST", "/me/password", json=change)).status_code == 204

    assert code_of(await other("GET", "/me")) == (401, "session_over")
    (mine,) = (await browser("GET", "/me/sessions")).json()["data"]
    assert (await browser("DELETE", f"/me/sessions/{mine['id']}")).status_code == 204
    assert code_of(await browser("GET", "/me")) == (401, "session_over")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/me/password", {"old": PASSWORD, "new": "five other words for it"}),
        ("PATCH", "/me", {"name": "X"}),
        ("GET", "/me/sessions", None),
        ("DELETE", "/me/sessions/x", None),
        ("POST", "/api-keys", {"name": "child"}),
        ("POST", "/invitations/accept", {"token": "x"}),
    ],
)
async def test_a_key_is_no_person(api: Api, method: str, path: str, body: object) -> None:
    assert code_of(await api.call(method, path, json=body)) == (403, "session_required")


@pytest.mark.parametrize("header", ["X-API-Key", "X-N8N-API-KEY", "Authorization"])
async def test_a_key_is_shown_in_any_of_three_ways(api: Api, header: str) -> None:
    value = f"Bearer {api.owner}" if header == "Authorization" else api.owner

    answer = await api.http.get("/me", headers={header: value})

    assert answer.json()["user"]["email"] == OWNER["email"]
    assert code_of(await api.http.get("/me", headers={header: value + "x"})) == (401, "api_key_invalid")


async def test_a_key_that_is_wrong_is_not_made_up_for_by_a_session(browser: Browser) -> None:
    assert code_of(await browser("GET", "/me", {"X-API-Key": "hr_wrong"})) == (401, "api_key_invalid")


async def test_every_route_but_these_refuses_whoever_shows_nothing(api: Api) -> None:
    anybodys = {
        ("GET", "/setup"),
        ("POST", "/setup"),
        ("POST", "/login"),
        ("POST", "/logout"),
        ("POST", "/invitations/look"),
        ("POST", "/invitations/accept-as-new"),
    }
    document = (await api.http.get("/openapi.json")).json()
    routes = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in document["paths"].items()
        for method in methods
        if method in ("get", "post", "put", "patch", "delete")
    }

    open_ = {
        (method, path)
        for method, path in routes
        if (await api.http.request(method, re.sub(r"{\w+}", "1", path))).status_code != 401
    }

    assert len(routes) > 50
    assert open_ <= anybodys
