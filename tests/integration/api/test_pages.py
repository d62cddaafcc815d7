"""The pages that people come in by, and those that they see then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from headrace.app.api import entrance_of
from headrace.app.local import Headrace
from headrace.app.settings import Settings
from headrace.cli.serving import JournalHistory
from headrace.gateway.pages import Pages
from headrace.identity.public import SESSION_COOKIE
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.tenancy.public import Role

PASSWORD = "correct horse battery staple"


@pytest.fixture
async def headrace(tmp_path: Path) -> AsyncIterator[Headrace]:
    opened = Headrace(Settings(data_dir=tmp_path))
    await opened.access.prepare()
    yield opened
    await opened.close()


@pytest.fixture
async def pages(headrace: Headrace) -> AsyncIterator[httpx.AsyncClient]:
    app = Pages(JournalHistory(headrace), entrance_of(headrace.access))
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


async def log_in(headrace: Headrace, pages: httpx.AsyncClient, role: Role | None) -> None:
    access = headrace.access
    user = await access.users.add(email="ann@example.com", name="Ann", password=PASSWORD)
    if role is not None:
        await access.members.join(DEFAULT_TENANT, user.id, role)
    login = await access.logins.begin(user, address="", agent="")
    pages.cookies[SESSION_COOKIE] = login.token


@pytest.mark.parametrize("path", ["/", "/executions/x", "/nowhere"])
async def test_strangers_are_shown_where_to_come_in_and_nothing_else(
    headrace: Headrace, pages: httpx.AsyncClient, path: str
) -> None:
    answer = await pages.get(path)
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/setup", b"")

    await headrace.access.users.add(email="ann@example.com", name="Ann", password=PASSWORD)
    answer = await pages.get(path)
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/login", b"")


@pytest.mark.parametrize("path", ["/setup", "/login", "/join", "/entering.js", "/healthz"])
async def test_whoever_comes_needs_no_session_for_the_way_in(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path)

    assert answer.status_code == 200
    assert "unsafe-inline" not in answer.headers["content-security-policy"].partition("script-src")[2].partition(";")[0]


async def test_a_member_sees_the_history(headrace: Headrace, pages: httpx.AsyncClient) -> None:
    await log_in(headrace, pages, Role.VIEWER)

    assert "No executions yet" in (await pages.get("/")).text
    assert (await pages.get("/executions/x")).status_code == 404
    assert (await pages.post("/")).status_code == 405


async def test_somebody_who_belongs_nowhere_sees_nothing(headrace: Headrace, pages: httpx.AsyncClient) -> None:
    await log_in(headrace, pages, None)

    assert (await pages.get("/")).status_code == 404
