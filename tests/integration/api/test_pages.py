"""The pages that people come in by, and those that they see then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from headrace.app.api import entrance_of
from headrace.app.local import Headrace
from headrace.app.settings import Settings
from headrace.gateway.editor import Editor
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
async def pages(headrace: Headrace, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    built = tmp_path / "editor"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>the editor</title>")
    (built / "assets" / "index-4f2a.js").write_text("export const one = 1;\n" * 50)
    (tmp_path / "secret.txt").write_text("not a part of the editor")
    app = Pages(Editor(built), entrance_of(headrace.access))
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


@pytest.mark.parametrize("path", ["/", "/workflows/1x/executions", "/index.html"])
async def test_who_is_logged_in_gets_the_editor_at_every_address(
    headrace: Headrace, pages: httpx.AsyncClient, path: str
) -> None:
    await log_in(headrace, pages, Role.VIEWER)

    answer = await pages.get(path)

    assert (answer.status_code, answer.text) == (200, "<!doctype html><title>the editor</title>")
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert (await pages.get(path, headers={"if-none-match": answer.headers["etag"]})).status_code == 304
    assert (await pages.post(path)).status_code == 405


async def test_files_of_the_editor_are_for_everybody_packed_and_kept(pages: httpx.AsyncClient) -> None:
    answer = await pages.get("/assets/index-4f2a.js")

    assert answer.status_code == 200
    assert answer.text.startswith("export const one = 1;")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/assets/index-old.js", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt"]
)
async def test_what_is_no_file_of_the_editor_is_not_served(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path)

    assert answer.status_code in (303, 404)
    assert "not a part" not in answer.text


async def test_a_checkout_without_a_built_editor_says_how_to_build_it(headrace: Headrace, tmp_path: Path) -> None:
    app = Pages(Editor(tmp_path / "nowhere"), entrance_of(headrace.access))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client:  # type: ignore[arg-type]
        await log_in(headrace, client, Role.VIEWER)

        answer = await client.get("/")

    assert answer.status_code == 503
    assert "make editor" in answer.text
