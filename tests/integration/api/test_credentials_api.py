"""Credentials over HTTP: what callers get, what they never get, and what they are refused."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from headrace.app.local import LocalOutside
from headrace.app.server import Server
from headrace.app.settings import Settings
from headrace.credentials.api import CALLBACK
from headrace.tenancy.public import Actor, Role
from tests.integration.api.conftest import PASSWORD, Api
from tests.integration.credentials.authorization_server import CLIENT, SECRET, serving

CANARY = "canary-51f0"


async def made(api: Api, **more: Any) -> dict[str, Any]:
    body = {
        "name": "Shop",
        "type": "httpBasicAuth",
        "data": {"user": "ann", "password": CANARY, "allowedHttpRequestDomains": "all"},
        **more,
    }
    answer = await api.call("POST", "/credentials", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_credential_is_kept_looked_at_changed_and_deleted(api: Api) -> None:
    kept = await made(api)
    path = f"/credentials/{kept['id']}"
    assert kept.keys() >= {"id", "name", "type", "createdAt", "updatedAt"}

    seen = await api.call("GET", path)
    changed = await api.call("PATCH", path, json={"name": "Store", "data": {"user": "ben"}})
    late = await api.call("PATCH", path, json={"name": "Mine"}, headers={"If-Match": seen.headers["etag"]})
    listed = await api.call("GET", "/credentials", params={"name": "sto", "type": "httpBasicAuth"})
    after = await api.call("GET", path)
    deleted = await api.call("DELETE", path)

    assert seen.json()["data"] == {"user": "ann", "allowedHttpRequestDomains": "all"}
    assert (seen.json()["filled"], seen.json()["connected"]) == (["password"], False)
    assert (changed.status_code, changed.json()["revision"]) == (200, 2)
    assert late.status_code == 412
    assert [one["id"] for one in listed.json()["data"]] == [kept["id"]]
    assert (after.json()["data"]["user"], after.json()["filled"]) == ("ben", ["password"])
    assert deleted.json()["name"] == "Store"
    assert (await api.call("GET", path)).json()["code"] == "credential_not_found"


async def test_no_answer_and_no_log_holds_the_secret(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kept = await made(api)
    path = f"/credentials/{kept['id']}"
    said = [str(kept)]
    for method, place, body in (
        ("GET", path, None),
        ("GET", "/credentials", None),
        ("GET", f"{path}/usage", None),
        ("PATCH", path, {"data": {"nothing": CANARY, "password": 5}}),
        ("PATCH", path, {"data": {"allowedHttpRequestDomains": CANARY}}),
        ("PATCH", path, {"data": CANARY}),
        ("PATCH", path, {"data": {"allowedHttpRequestDomains": "none"}}),
        ("POST", "/credentials", {"name": "A", "type": "totpApi", "data": {"secret": CANARY}}),
        ("POST", "/credentials", {"name": "A", "type": "httpBasicAuth", "data": {"password": [CANARY]}}),
        ("POST", f"{path}/test", {"url": "http://127.0.0.1:1/"}),
        ("POST", f"{path}/oauth2/authorize", {}),
        ("DELETE", path, None),
    ):
        answer = await api.call(method, place, **({} if body is None else {"json": body}))
        assert answer.status_code < 500, answer.text
        said.append(answer.text)

    assert CANARY not in "".join(said)
    assert CANARY not in caplog.text


async def test_who_may_change_but_not_read_cannot_have_it_sent_to_themselves(api: Api) -> None:
    kept = await made(api, data={"password": CANARY, "allowedHttpRequestDomains": "none"})
    editor = await api.member(Role.EDITOR)
    path = f"/credentials/{kept['id']}"

    opened_up = await api.call("PATCH", path, key=editor, json={"data": {"allowedHttpRequestDomains": "all"}})
    with_secret = await api.call(
        "PATCH", path, key=editor, json={"data": {"allowedHttpRequestDomains": "all", "password": "new"}}
    )

    assert (opened_up.status_code, opened_up.json()["code"]) == (400, "credential_secrets_needed")
    assert with_secret.status_code == 200


async def test_roles_decide_what_is_done_with_credentials(api: Api) -> None:
    kept = await made(api)
    path = f"/credentials/{kept['id']}"
    viewer, editor, admin = [await api.member(role) for role in (Role.VIEWER, Role.EDITOR, Role.ADMIN)]
    new = {"name": "B", "type": "httpBearerAuth", "data": {"token": "t"}}
    refers = {**new, "data": {"token": "={{ $secrets.env.SHOP }}"}}

    async def status(method: str, place: str, key: str, body: Any = None) -> int:
        return (await api.call(method, place, key=key, **({} if body is None else {"json": body}))).status_code

    assert await status("GET", path, viewer) == 200
    assert (await api.call("GET", path, key=viewer)).json()["data"] is None
    assert await status("POST", f"{path}/test", viewer, {}) == 403
    assert await status("PATCH", path, viewer, {"name": "x"}) == 403
    assert await status("DELETE", path, viewer) == 403
    assert await status("POST", "/credentials", viewer, new) == 403
    assert await status("POST", f"{path}/oauth2/authorize", viewer) == 403
    assert await status("POST", f"{path}/test", editor, {}) == 200
    assert await status("POST", "/credentials", editor, new) == 200
    assert await status("POST", "/credentials", editor, refers) == 403
    assert await status("PATCH", path, editor, {"data": {"user": "={{ $secrets.env.SHOP }}"}}) == 403
    assert await status("POST", "/credentials", admin, refers) == 200


async def test_another_tenant_sees_and_changes_nothing(api: Api) -> None:
    kept = await made(api)
    theirs = await _owner_of_another_tenant(api)
    path = f"/credentials/{kept['id']}"

    for method, place, body in (
        ("GET", path, None),
        ("PATCH", path, {"name": "x"}),
        ("DELETE", path, None),
        ("PUT", f"{path}/sharing", {"projectIds": []}),
        ("PUT", f"{path}/transfer", {"destinationProjectId": "default"}),
        ("GET", f"{path}/usage", None),
        ("POST", f"{path}/test", {}),
        ("POST", f"{path}/oauth2/authorize", None),
    ):
        answer = await api.call(method, place, key=theirs, **({} if body is None else {"json": body}))
        assert answer.status_code == 404, (method, place, answer.text)
    assert (await api.call("GET", "/credentials", key=theirs)).json()["data"] == []
    assert (await api.call("GET", path)).json()["revision"] == 1


async def _owner_of_another_tenant(api: Api) -> str:
    access = api.headrace.access
    owner = await access.users.add(email="eve@example.com", name="Eve", password=PASSWORD)
    tenant = await access.tenancy.create("Other", owner.id)
    _, token = await access.keys.create(tenant.id, Actor(owner.id), "test")
    return token


async def test_what_a_workflow_uses_is_listed_and_deleted_by_force_only(api: Api) -> None:
    kept = await made(api)
    node = {
        "id": "1",
        "name": "Fetch",
        "type": "n8n-nodes-base.httpRequest",
        "typeVersion": 4.2,
        "position": [0, 0],
        "parameters": {"url": "http://x.example", "authentication": "genericCredentialType"},
        "credentials": {"httpBasicAuth": {"id": kept["id"], "name": "Shop"}},
    }
    await api.call("POST", "/workflows", json={"name": "Orders", "nodes": [node], "connections": {}, "settings": {}})
    path = f"/credentials/{kept['id']}"

    usage = (await api.call("GET", f"{path}/usage")).json()["data"]
    refused = await api.call("DELETE", path)
    forced = await api.call("DELETE", path, params={"force": "true"})

    assert [(one["workflowName"], one["nodes"]) for one in usage] == [("Orders", ["Fetch"])]
    assert (refused.status_code, "Orders" in refused.json()["detail"]) == (409, True)
    assert forced.status_code == 200


async def test_the_kinds_and_their_schemas_are_told(api: Api) -> None:
    types = (await api.call("GET", "/credential-types")).json()["data"]
    schema = await api.call("GET", "/credentials/schema/httpBasicAuth")
    unknown = await api.call("GET", "/credentials/schema/nothing")

    assert {one["name"] for one in types} >= {"httpBasicAuth", "oAuth2Api", "jwtAuth"}
    assert schema.json()["additionalProperties"] is False
    assert (unknown.status_code, unknown.json()["code"]) == (404, "credential_type_unknown")


async def test_a_user_connects_a_credential_and_comes_back_as_themselves(api: Api) -> None:
    async with serving() as server:
        api.headrace.outside = _reaching_this_machine(api)
        kept = await made(
            api,
            type="oAuth2Api",
            data={
                "authUrl": f"{server.url}/authorize",
                "accessTokenUrl": f"{server.url}/token",
                "clientId": CLIENT,
                "clientSecret": SECRET,
            },
        )
        begun = await api.call("POST", f"/credentials/{kept['id']}/oauth2/authorize")
        url = begun.json()["url"]
        assert parse_qs(urlsplit(url).query)["redirect_uri"] == [f"http://headrace.test{CALLBACK}"]
        back = await server.authorize(url)
        stranger = await api.member(Role.ADMIN)
        again = (await api.call("POST", f"/credentials/{kept['id']}/oauth2/authorize")).json()["url"]

        stolen = await api.call("GET", "/oauth2/callback", key=stranger, params=await server.authorize(again))
        refused = await api.call("GET", "/oauth2/callback", params={"error": "<script>alert(1)</script>"})
        connected = await api.call("GET", "/oauth2/callback", params=back)
        twice = await api.call("GET", "/oauth2/callback", params=back)

    assert (stolen.status_code, stolen.json()["code"]) == (400, "credential_authorization_unknown")
    assert (refused.status_code, "script" in refused.text) == (400, False)
    assert connected.status_code == 200
    assert "is connected" in connected.text
    assert "sandbox" in connected.headers["content-security-policy"]
    assert twice.status_code == 400
    shown = (await api.call("GET", f"/credentials/{kept['id']}")).json()
    assert shown["connected"]
    assert "canary" not in str(shown)


async def test_users_come_back_to_the_address_that_n8n_has_too(api: Api) -> None:
    async def pages(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("this is no page")

    server = Server(api.headrace, base_url="http://headrace.test")
    transport = httpx.ASGITransport(app=server.over(pages))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://headrace.test") as browser:
        nobody = await browser.get(CALLBACK, params={"state": "s", "code": "c"})
        known = await browser.get(CALLBACK, params={"state": "s", "code": "c"}, headers={"X-API-Key": api.owner})
    await server.triggers.close()

    assert nobody.status_code == 401
    assert (known.status_code, known.json()["code"]) == (400, "credential_authorization_unknown")


def _reaching_this_machine(api: Api) -> LocalOutside:
    reaching = Settings(data_dir=api.headrace.settings.data_dir, allow_private_network=True)
    return LocalOutside(reaching, api.headrace.credentials)


@limits(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.fixed_dictionaries(
        {},
        optional={
            "name": st.one_of(st.text(), st.none(), st.integers()),
            "type": st.sampled_from(["httpBasicAuth", "oAuth2Api", "totpApi", "x", ""]),
            "data": st.dictionaries(
                st.sampled_from(
                    ["user", "password", "secret", "label", "__proto__", "oauthTokenData", "allowedDomains"]
                ),
                st.recursive(
                    st.one_of(
                        st.text(),
                        st.none(),
                        st.booleans(),
                        st.floats(allow_nan=False, allow_infinity=False),
                        st.just("={{ $secrets.a.b }}"),
                    ),
                    lambda inner: st.lists(inner, max_size=2),
                    max_leaves=3,
                ),
            ),
            "projectId": st.one_of(st.just("default"), st.text(max_size=5)),
        },
    )
)
async def test_whatever_is_sent_the_server_does_not_fail(api: Api, body: dict[str, Any]) -> None:
    answer = await api.call("POST", "/credentials", json=body)

    assert answer.status_code < 500, answer.text
