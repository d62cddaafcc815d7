"""Users, keys, invitations, tenants, projects and members over HTTP; and what the lower and the strange try."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headrace.identity.public import SESSION_COOKIE
from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.tenancy.public import Role
from tests.integration.api.conftest import PASSWORD, Api
from tests.integration.api.test_entering_api import OWNER, Browser, code_of


async def logged_in(api: Api, email: str) -> Browser:
    browser = Browser(api.headrace)
    answer = await browser("POST", "/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200
    return browser


async def acme(api: Api) -> TenantId:
    """A tenant that Eve owns; nobody of the default tenant belongs to it."""
    access = api.headrace.access
    eve = await access.users.add(email="eve@example.com", name="Eve", password=PASSWORD)
    return (await access.tenancy.create("Acme", eve.id)).id


async def test_a_key_is_made_used_and_revoked(api: Api) -> None:
    browser = await logged_in(api, OWNER["email"])
    made = await browser("POST", "/api-keys", json={"name": "CI", "scopes": ["workflow.read"]})
    assert made.status_code == 201
    token, key = made.json()["token"], made.json()["key"]

    assert (await api.call("GET", "/workflows", key=token)).status_code == 200
    assert code_of(await api.call("POST", "/tags", key=token, json={"name": "x"})) == (403, "action_not_allowed")
    listed = (await browser("GET", "/api-keys")).json()["data"]
    assert key["id"] in {one["id"] for one in listed}
    assert token not in str(listed)

    assert (await browser("DELETE", f"/api-keys/{key['id']}")).status_code == 204
    assert code_of(await api.call("GET", "/workflows", key=token)) == (401, "api_key_invalid")


async def test_no_answer_that_lets_somebody_in_is_kept_to_be_given_again(api: Api, tmp_path: Path) -> None:
    browser = await logged_in(api, OWNER["email"])
    once = {"Origin": "http://localhost", "Idempotency-Key": "once"}

    secrets = [
        (await browser("POST", "/api-keys", once, json={"name": "CI"})).json()["token"],
        (await browser("POST", "/invitations", once, json={"email": "zoe@example.com"})).json()["token"],
    ]
    await browser("POST", "/login", once, json={"email": OWNER["email"], "password": PASSWORD})
    secrets.append(browser.http.cookies[SESSION_COOKIE])

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert OWNER["email"].encode() in kept
    assert not any(secret.encode() in kept for secret in secrets)


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x", "scopes": ["all"]},
        {"name": "x", "expiresAt": "2001-01-01T00:00:00Z"},
        {"name": "x", "expiresAt": "2100-01-01T00:00:00"},
        {},
    ],
)
async def test_a_key_that_makes_no_sense_is_refused(api: Api, body: dict[str, Any]) -> None:
    browser = await logged_in(api, OWNER["email"])

    assert (await browser("POST", "/api-keys", json=body)).status_code == 400


async def test_a_key_of_one_tenant_sees_and_changes_nothing_of_another(api: Api) -> None:
    tenant = await acme(api)
    headers = {"X-Headrace-Tenant": tenant}

    for method, path, body in (
        ("GET", "/workflows", None),
        ("POST", "/tags", {"name": "x"}),
        ("GET", "/members", None),
        ("GET", "/users", None),
        ("GET", "/api-keys", None),
        ("GET", "/invitations", None),
        ("POST", "/projects", {"name": "x"}),
        ("GET", f"/tenants/{tenant}", None),
        ("PATCH", f"/tenants/{tenant}", {"name": "Mine"}),
    ):
        answer = await api.call(method, path, headers=headers, json=body)
        assert code_of(answer) == (404, "tenant_not_found"), path


async def test_somebody_in_two_tenants_says_which(api: Api) -> None:
    tenant = await acme(api)
    eve = await api.headrace.access.users.with_email("eve@example.com")
    await api.headrace.access.members.join(DEFAULT_TENANT, eve.id, Role.VIEWER)
    browser = await logged_in(api, eve.email)

    assert {one["id"] for one in (await browser("GET", "/me")).json()["tenants"]} == {DEFAULT_TENANT, tenant}
    own = {"Origin": "http://localhost", "X-Headrace-Tenant": tenant}
    assert (await browser("POST", "/projects", own, json={"name": "Sales"})).status_code == 201
    assert code_of(await browser("POST", "/projects", json={"name": "Sales"})) == (403, "action_not_allowed")


async def test_somebody_invited_comes_in_with_their_role_and_no_more(api: Api) -> None:
    made = await api.call("POST", "/invitations", json={"email": "zoe@example.com", "role": "operator"})
    assert made.status_code == 201
    token = made.json()["token"]
    zoe = Browser(api.headrace)

    offer = await zoe("POST", "/invitations/look", json={"token": token})
    assert offer.json() == {"email": "zoe@example.com", "role": "operator"}
    accepted = await zoe(
        "POST", "/invitations/accept-as-new", json={"token": token, "name": "Zoe", "password": PASSWORD}
    )
    assert accepted.status_code == 201

    assert (await zoe("GET", "/workflows")).status_code == 200
    assert code_of(await zoe("POST", "/tags", json={"name": "x"})) == (403, "action_not_allowed")
    again = await zoe("POST", "/invitations/accept-as-new", json={"token": token, "name": "Eve", "password": PASSWORD})
    assert code_of(again) == (404, "invitation_not_found")


async def test_a_user_accepts_an_invitation_into_another_tenant(api: Api) -> None:
    tenant = await acme(api)
    eve, olga = await logged_in(api, "eve@example.com"), await logged_in(api, OWNER["email"])
    made = await eve("POST", "/invitations", json={"email": OWNER["email"], "role": "viewer"})

    accepted = await olga("POST", "/invitations/accept", json={"token": made.json()["token"]})

    assert accepted.status_code == 200
    assert tenant in {one["id"] for one in (await olga("GET", "/me")).json()["tenants"]}


async def test_nobody_lifts_themselves_or_others_above_their_own_role(api: Api) -> None:
    admin = await api.member(Role.ADMIN)
    me = (await api.call("GET", "/me", key=admin)).json()["user"]["id"]

    assert code_of(await api.call("PUT", f"/members/{me}", key=admin, json={"role": "owner"})) == (403, "role_too_high")
    invited = await api.call("POST", "/invitations", key=admin, json={"email": "x@example.com", "role": "owner"})
    assert code_of(invited) == (403, "role_too_high")
    owner = (await api.call("GET", "/me")).json()["user"]["id"]
    assert code_of(await api.call("DELETE", f"/members/{owner}", key=admin)) == (403, "role_too_high")
    assert code_of(await api.call("PUT", f"/members/{me}", key=admin, json={"role": "king"}))[0] == 400


async def test_a_lower_role_is_felt_by_the_next_request(api: Api) -> None:
    admin = await api.member(Role.ADMIN)
    me = (await api.call("GET", "/me", key=admin)).json()["user"]["id"]
    assert (await api.call("POST", "/projects", key=admin, json={"name": "A"})).status_code == 201

    assert (await api.call("PUT", f"/members/{me}", json={"role": "viewer"})).status_code == 200
    assert (await api.call("POST", "/projects", key=admin, json={"name": "B"})).status_code == 403

    assert (await api.call("DELETE", f"/members/{me}")).status_code == 204
    assert code_of(await api.call("GET", "/workflows", key=admin)) == (404, "tenant_not_found")


async def test_the_last_owner_stays_an_owner_who_can_log_in(api: Api) -> None:
    owner = (await api.call("GET", "/me")).json()["user"]["id"]

    for method, path, body in (
        ("PUT", f"/members/{owner}", {"role": "admin"}),
        ("DELETE", f"/members/{owner}", None),
        ("POST", f"/installation/users/{owner}/disable", None),
    ):
        assert code_of(await api.call(method, path, json=body)) == (409, "last_owner")


async def test_a_disabled_user_is_out_until_they_are_enabled(api: Api) -> None:
    editor = await api.member(Role.EDITOR)
    me = (await api.call("GET", "/me", key=editor)).json()["user"]["id"]

    assert (await api.call("POST", f"/installation/users/{me}/disable")).json()["disabled"] is True
    assert code_of(await api.call("GET", "/me", key=editor)) == (401, "api_key_invalid")
    assert (await api.call("POST", f"/installation/users/{me}/enable")).json()["disabled"] is False
    assert (await api.call("GET", "/me", key=editor)).status_code == 200


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR, Role.OPERATOR, Role.VIEWER])
async def test_the_installation_is_its_owners_alone(api: Api, role: Role) -> None:
    key = await api.member(role)

    for method, path, body in (
        ("GET", "/installation/users", None),
        ("POST", "/installation/users/x/disable", None),
        ("GET", "/installation/tenants", None),
        ("PUT", "/installation/tenants/default/quotas", {}),
        ("POST", "/installation/tenants/default/suspend", {}),
        ("POST", "/installation/tenants/default/resume", None),
        ("POST", "/tenants", {"name": "Mine"}),
    ):
        assert code_of(await api.call(method, path, key=key, json=body)) == (403, "action_not_allowed"), path


async def test_a_tenant_is_made_limited_suspended_and_resumed(api: Api) -> None:
    tenant = await acme(api)
    eve = await logged_in(api, "eve@example.com")

    quotas = await api.call("PUT", f"/installation/tenants/{tenant}/quotas", json={"executionsPerMinute": 5})
    assert quotas.json()["quotas"] == {"executionsPerMinute": 5, "concurrentExecutions": None, "payloadBytes": None}
    assert code_of(await api.call("PUT", f"/installation/tenants/{tenant}/quotas", json={"payloadBytes": 0})) == (
        400,
        "quota_invalid",
    )
    await api.call("POST", f"/installation/tenants/{tenant}/suspend", json={"reason": "unpaid"})
    refused = await eve("POST", "/projects", json={"name": "x"})
    assert code_of(refused) == (403, "tenant_suspended")
    assert "unpaid" in refused.json()["detail"]
    assert (await eve("GET", "/workflows")).status_code == 200
    await api.call("POST", f"/installation/tenants/{tenant}/resume")
    assert (await eve("POST", "/projects", json={"name": "x"})).status_code == 201
    assert {one["id"] for one in (await api.call("GET", "/installation/tenants")).json()["data"]} == {"default", tenant}


async def test_pages_of_tenants_and_users_follow_each_other(api: Api) -> None:
    await acme(api)

    for path in ("/installation/tenants", "/installation/users"):
        first = (await api.call("GET", f"{path}?limit=1")).json()
        rest = (await api.call("GET", f"{path}?limit=1", params={"cursor": first["nextCursor"]})).json()
        assert len({first["data"][0]["id"], rest["data"][0]["id"]}) == 2
        assert rest["nextCursor"] is None


async def test_a_project_has_members_and_goes_when_it_is_empty(api: Api) -> None:
    project = (await api.call("POST", "/projects", json={"name": "Sales"})).json()["id"]
    viewer = await api.member(Role.VIEWER)
    me = (await api.call("GET", "/me", key=viewer)).json()["user"]["id"]

    assert (await api.call("PUT", f"/projects/{project}/members/{me}", json={"role": "admin"})).status_code == 200
    assert (await api.call("PUT", f"/projects/{project}", key=viewer, json={"name": "Verkauf"})).status_code == 200
    assert (await api.call("PUT", "/projects/default", key=viewer, json={"name": "Mine"})).status_code == 403
    roles = (await api.call("GET", f"/projects/{project}/members")).json()["data"]
    assert [(one["userId"], one["role"]) for one in roles] == [(me, "admin")]
    assert (await api.call("DELETE", f"/projects/{project}/members/{me}")).status_code == 204

    workflow = {"name": "W", "nodes": [], "connections": {}, "settings": {}}
    made = await api.call("POST", "/workflows", params={"projectId": project}, json=workflow)
    assert code_of(await api.call("DELETE", f"/projects/{project}")) == (409, "project_in_use")
    await api.call("DELETE", f"/workflows/{made.json()['id']}")
    assert (await api.call("DELETE", f"/projects/{project}")).status_code == 204
    assert code_of(await api.call("DELETE", "/projects/default")) == (400, "default_stays")


async def test_a_guest_of_a_project_sees_no_other(api: Api) -> None:
    project = (await api.call("POST", "/projects", json={"name": "Sales"})).json()["id"]
    made = await api.call(
        "POST", "/invitations", json={"email": "gil@example.com", "role": "editor", "projectId": project}
    )
    gil = Browser(api.headrace)
    await gil(
        "POST", "/invitations/accept-as-new", json={"token": made.json()["token"], "name": "Gil", "password": PASSWORD}
    )

    assert [one["id"] for one in (await gil("GET", "/projects")).json()["data"]] == [project]
    assert code_of(await gil("GET", "/projects/default")) == (404, "project_not_found")
    assert code_of(await gil("GET", "/members")) == (403, "action_not_allowed")
    assert (await gil("GET", f"/projects/{project}/members")).status_code == 200


async def test_the_tenants_users_are_listed_and_found(api: Api) -> None:
    await acme(api)
    viewer = await api.member(Role.VIEWER)

    found = (await api.call("GET", "/users", key=viewer)).json()["data"]
    assert sorted(one["role"] for one in found) == ["owner", "viewer"]
    assert (await api.call("GET", f"/users/{OWNER['email']}", key=viewer)).json()["name"] == "Olga"
    assert code_of(await api.call("GET", "/users/eve@example.com")) == (404, "user_not_found")
