"""Workflows over HTTP: what callers get, and what they are refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headrace.sdk.context import HttpRequest, HttpResponse
from headrace.tenancy.public import Role
from tests.integration.api.conftest import Api, drawn


async def made(api: Api, name: str = "Orders", path: str = "orders") -> dict[str, Any]:
    answer = await api.call("POST", "/workflows", json=drawn(name, path))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_workflow_is_drawn_published_looked_at_and_deleted(api: Api) -> None:
    workflow = await made(api)
    id_ = workflow["id"]
    assert (workflow["active"], workflow["nodes"][0]["name"]) == (False, "Webhook")

    published = (await api.call("POST", f"/workflows/{id_}/publish", json={"note": "first"})).json()
    assert (published["active"], published["publishedVersion"]) == (True, 1)
    assert [one["note"] for one in (await api.call("GET", f"/workflows/{id_}/versions")).json()["data"]] == ["first"]
    assert (await api.call("POST", f"/workflows/{id_}/deactivate")).json()["active"] is False

    listed = (await api.call("GET", "/workflows", params={"name": "ord"})).json()
    assert [one["id"] for one in listed["data"]] == [id_]
    assert listed["nextCursor"] is None
    assert (await api.call("DELETE", f"/workflows/{id_}")).json()["id"] == id_
    gone = await api.call("GET", f"/workflows/{id_}")
    assert (gone.status_code, gone.json()["code"]) == (404, "workflow_not_found")
    assert gone.headers["content-type"] == "application/problem+json"
    assert gone.json()["requestId"] == gone.headers["x-request-id"]


async def test_who_has_not_seen_the_latest_draft_overwrites_nothing(api: Api) -> None:
    workflow = await made(api)
    path = f"/workflows/{workflow['id']}"
    seen = (await api.call("GET", path)).headers["etag"]

    first = await api.call("PUT", path, json=drawn("Two"), headers={"If-Match": seen})
    second = await api.call("PUT", path, json=drawn("Three"), headers={"If-Match": seen})

    assert first.status_code == 200
    assert (second.status_code, second.json()["code"]) == (412, "precondition_failed")
    assert second.headers["etag"] == first.headers["etag"]
    assert (await api.call("GET", path)).json()["name"] == "Two"


async def test_unknown_keys_of_a_workflow_come_back_as_they_were(api: Api) -> None:
    answer = await api.call("POST", "/workflows", json={**drawn(), "meta": {"x": [1, {"y": None}]}, "odd": "kept"})

    assert answer.json()["meta"] == {"x": [1, {"y": None}]}
    assert answer.json()["odd"] == "kept"


async def test_versions_are_kept_compared_and_restored(api: Api) -> None:
    workflow = await made(api)
    path = f"/workflows/{workflow['id']}"
    await api.call("POST", f"{path}/versions", json={"note": "as it was"})
    await api.call("PUT", path, json=drawn("Changed", "other"))

    difference = (await api.call("GET", f"{path}/diff", params={"before": 1})).json()
    assert "other" in str(difference)
    restored = await api.call("POST", f"{path}/versions/1/restore")
    assert restored.json()["name"] == "Orders"
    missing = await api.call("GET", f"{path}/versions/7")
    assert (missing.status_code, missing.json()["code"]) == (404, "workflow_version_not_found")


async def test_what_cannot_be_served_is_not_published_and_every_reason_is_told(api: Api) -> None:
    first, second = await made(api), await made(api, "Second")
    await api.call("POST", f"/workflows/{first['id']}/activate")

    taken = await api.call("POST", f"/workflows/{second['id']}/activate")

    assert (taken.status_code, taken.json()["code"]) == (400, "workflow_not_publishable")
    assert "is taken by" in taken.json()["problems"][0] or "orders" in taken.json()["problems"][0]


async def test_tags_folders_and_variables_can_be_made_used_and_removed(api: Api) -> None:
    workflow = await made(api)
    path = f"/workflows/{workflow['id']}"
    tag = (await api.call("POST", "/tags", json={"name": "Sales"})).json()
    folder = (await api.call("POST", "/folders", json={"name": "Shop"})).json()

    assert (await api.call("PUT", f"{path}/tags", json=[{"id": tag["id"]}])).json()[0]["name"] == "Sales"
    assert (await api.call("PATCH", path, json={"folderId": folder["id"]})).json()["folderId"] == folder["id"]
    listed = (await api.call("GET", "/workflows", params={"tags": "sales", "folderId": folder["id"]})).json()["data"]
    assert [one["id"] for one in listed] == [workflow["id"]]
    assert (await api.call("DELETE", f"/folders/{folder['id']}")).status_code == 204
    assert (await api.call("DELETE", f"/tags/{tag['id']}")).status_code == 200
    again = (await api.call("GET", path)).json()
    assert (again["folderId"], again["tags"]) == (None, [])

    variable = (await api.call("POST", "/variables", json={"key": "rate", "value": "1.19"})).json()
    changed = await api.call("PUT", f"/variables/{variable['id']}", json={"key": "rate", "value": "1.07"})
    assert changed.json()["value"] == "1.07"
    assert (await api.call("DELETE", f"/variables/{variable['id']}")).status_code == 204


async def test_a_list_shows_the_last_changed_first_or_what_is_in_no_folder(api: Api) -> None:
    folder = (await api.call("POST", "/folders", json={"name": "Shop"})).json()
    first, second = await made(api), await made(api)
    await api.call("PATCH", f"/workflows/{first['id']}", json={"name": "Zebra", "folderId": folder["id"]})

    recent = (await api.call("GET", "/workflows", params={"sort": "updated", "summary": True})).json()["data"]
    loose = (await api.call("GET", "/workflows", params={"folderId": "", "summary": True})).json()["data"]

    assert [one["id"] for one in recent] == [first["id"], second["id"]]
    assert [one["id"] for one in loose] == [second["id"]]


async def test_a_file_of_workflows_comes_in_and_goes_out_as_it_was(api: Api) -> None:
    answer = await api.call("POST", "/workflows/import", json=[drawn("One", "one"), drawn("Two", "two")])

    first, second = answer.json()["data"]
    assert (first["name"], second["name"], first["active"]) == ("One", "Two", False)
    out = (await api.call("GET", f"/workflows/{second['id']}/export")).json()
    assert out["nodes"] == drawn("Two", "two")["nodes"]


class Answering:
    """An `HttpClient` for which the web is one answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.answer = status, body
        self.asked: list[HttpRequest] = []

    async def request(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        status, body = self.answer
        return HttpResponse(status=status, reason="", headers=[], body=body, url=request.url)


async def test_a_file_comes_in_from_the_web(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    web = Answering(200, msgspec.json.encode([drawn("One", "one"), drawn("Two", "two")]))
    monkeypatch.setattr(api.headrace.outside, "http", lambda *_: web)

    answer = await api.call("POST", "/workflows/import-from", json={"url": "https://example.com/flows.json"})

    assert [one["name"] for one in answer.json()["data"]] == ["One", "Two"]
    assert [request.url for request in web.asked] == ["https://example.com/flows.json"]
    assert all(request.credential is None for request in web.asked)


@pytest.mark.parametrize("status", [404, 500])
async def test_an_address_with_nothing_to_read_is_refused(
    api: Api, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(api.headrace.outside, "http", lambda *_: Answering(status, b"secret of another service"))

    answer = await api.call("POST", "/workflows/import-from", json={"url": "https://example.com/flows.json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "workflow_not_downloaded")
    assert "secret" not in answer.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://[::1]/x", "file:///etc/passwd", "x", ""])
async def test_nothing_is_imported_from_where_workflows_may_not_go(api: Api, url: str) -> None:
    answer = await api.call("POST", "/workflows/import-from", json={"url": url})

    assert (answer.status_code, answer.json()["code"]) == (400, "workflow_not_downloaded")


@pytest.mark.parametrize(
    ("role", "reads", "edits"), [(Role.VIEWER, 200, 403), (Role.OPERATOR, 200, 403), (Role.EDITOR, 200, 200)]
)
async def test_roles_decide_who_may_draw(api: Api, role: Role, reads: int, edits: int) -> None:
    workflow = await made(api)
    key = await api.member(role)
    path = f"/workflows/{workflow['id']}"

    assert (await api.call("GET", path, key=key)).status_code == reads
    assert (await api.call("PUT", path, key=key, json=drawn("Mine"))).status_code == edits
    assert (await api.call("POST", f"{path}/publish", key=key)).status_code == (200 if edits == 200 else 403)


async def test_another_tenants_key_sees_nothing_and_changes_nothing(api: Api) -> None:
    workflow = await made(api)
    owner = await api.headrace.access.users.add(email="eve@example.com", name="Eve", password="a long enough pass")
    other = await api.headrace.access.tenancy.create("Other", owner.id)
    stranger = await api.member(Role.OWNER, other.id)
    path = f"/workflows/{workflow['id']}"

    assert (await api.call("GET", "/workflows", key=stranger)).json()["data"] == []
    for method, more in (("GET", {}), ("PUT", {"json": drawn("Mine")}), ("DELETE", {}), ("PATCH", {"json": {}})):
        refused = await api.call(method, path, key=stranger, **more)
        assert (refused.status_code, refused.json()["code"]) == (404, "workflow_not_found")
    named = await api.call("GET", path, key=stranger, headers={"X-Headrace-Tenant": "default"})
    assert named.status_code == 404
    assert (await api.call("GET", path)).json()["name"] == "Orders"


async def test_who_shows_nothing_is_told_to_and_a_wrong_key_is_refused(api: Api) -> None:
    nothing = await api.http.get("/workflows")
    wrong = await api.call("GET", "/workflows", key="hr_wrong")

    assert (nothing.status_code, nothing.json()["code"]) == (401, "not_logged_in")
    assert nothing.headers["www-authenticate"].startswith("Bearer")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "api_key_invalid")
    for headers in ({"X-N8N-API-KEY": api.owner}, {"Authorization": f"Bearer {api.owner}"}):
        assert (await api.http.get("/workflows", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"nodes": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", 400),
        (b'{"name": NaN}', 400),
        (b'{"name": "x", "nodes": [], "connections": {}, "n": 1e999}', 400),
        (b'{"name": "\\ud800", "nodes": [], "connections": {}}', 400),
        (b'{"name": "\xff"}', 400),
        (b'{"name": "x", "nodes": {"a": 1}, "connections": []}', 400),
        (b"", 400),
    ],
    ids=range(9),
)
async def test_bodies_that_make_no_sense_are_refused_with_a_reason(api: Api, body: bytes, status: int) -> None:
    answer = await api.call("POST", "/workflows", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


async def test_what_is_too_large_is_refused(api: Api) -> None:
    answer = await api.call("POST", "/workflows/import", content=b" " * (33 << 20))

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_addresses_and_methods_that_there_are_not_are_problems_too(api: Api) -> None:
    nowhere = await api.call("GET", "/nowhere")
    method = await api.call("DELETE", "/workflows")

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "route_not_found")
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    assert method.json()["title"] == "Method Not Allowed"


async def test_the_document_and_its_page_are_there_for_everybody(api: Api) -> None:
    document = (await api.http.get("/openapi.json")).json()
    page = await api.http.get("/docs")

    assert document["openapi"].startswith("3.1")
    assert "publishWorkflow" in str(document["paths"]["/api/v1/workflows/{workflow_id}/publish"])
    assert "://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_node_types_are_listed_and_described(api: Api) -> None:
    listed = (await api.call("GET", "/node-types")).json()["data"]

    assert "n8n-nodes-base.set" in [one["type"] for one in listed]
    assert (await api.call("GET", "/node-types/n8n-nodes-base.set")).json()["type"] == "n8n-nodes-base.set"
    assert (await api.call("GET", "/node-types/nothing")).status_code == 404
