"""Data tables over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headrace.tenancy.public import Actor, Role
from tests.integration.api.conftest import PASSWORD, Api

COLUMNS = [{"name": "sku", "type": "string"}, {"name": "count", "type": "number"}]


async def stocked(api: Api, *rows: dict[str, Any]) -> str:
    """Return the path of a table with these rows."""
    made = await api.call("POST", "/data-tables", json={"name": "Stock", "columns": COLUMNS})
    assert made.status_code == 201, made.text
    path = f"/data-tables/{made.json()['id']}"
    if rows:
        inserted = await api.call("POST", f"{path}/rows", json={"data": rows})
        assert inserted.json() == {"count": len(rows)}, inserted.text
    return path


def meant(column: str, condition: str, value: Any, type_: str = "and") -> dict[str, Any]:
    return {"type": type_, "filters": [{"columnName": column, "condition": condition, "value": value}]}


async def counts(api: Api, path: str) -> dict[str, Any]:
    rows = (await api.call("GET", f"{path}/rows")).json()["data"]
    return {row["sku"]: row["count"] for row in rows}


async def test_a_table_is_made_changed_and_deleted(api: Api) -> None:
    path = await stocked(api, {"sku": "a"})

    renamed = (await api.call("PATCH", path, json={"name": "Shelf"})).json()
    await api.call("POST", f"{path}/columns", json={"name": "since", "type": "date"})
    await api.call("PATCH", f"{path}/columns/sku", json={"name": "article"})
    changed = (await api.call("DELETE", f"{path}/columns/count")).json()

    assert (renamed["name"], renamed["projectId"], renamed["rowCount"]) == ("Shelf", "default", 1)
    assert changed["columns"] == [{"name": "article", "type": "string"}, {"name": "since", "type": "date"}]
    assert [one["id"] for one in (await api.call("GET", "/data-tables")).json()["data"]] == [changed["id"]]
    assert (await api.call("DELETE", path)).status_code == 204
    assert (await api.call("GET", path)).status_code == 404


async def test_rows_are_listed_in_order_and_in_pages(api: Api) -> None:
    path = await stocked(api, *({"sku": name, "count": len(name)} for name in ("ccc", "a", "bb", "dddd")))

    first = (await api.call("GET", f"{path}/rows", params={"sortBy": "count:desc", "limit": 3})).json()
    rest = (
        await api.call(
            "GET", f"{path}/rows", params={"sortBy": "count:desc", "limit": 3, "cursor": first["nextCursor"]}
        )
    ).json()
    found = (await api.call("GET", f"{path}/rows", params={"filter": json.dumps(meant("count", "gte", 3))})).json()

    assert [row["sku"] for row in (*first["data"], *rest["data"])] == ["dddd", "ccc", "bb", "a"]
    assert rest["nextCursor"] is None
    assert [row["sku"] for row in found["data"]] == ["ccc", "dddd"]
    assert set(found["data"][0]) == {"id", "createdAt", "updatedAt", "sku", "count"}


async def test_rows_are_inserted_changed_and_deleted(api: Api) -> None:
    path = await stocked(api)

    ids = await api.call("POST", f"{path}/rows", json={"data": [{"sku": "a"}, {"sku": "b"}], "returnType": "id"})
    change = {"filter": meant("sku", "eq", "a"), "data": {"count": 5}}
    dry = await api.call("PATCH", f"{path}/rows/update", json={**change, "dryRun": True})
    done = await api.call("PATCH", f"{path}/rows/update", json={**change, "returnData": True})
    added = {"filter": meant("sku", "eq", "c"), "data": {"sku": "c", "count": 1}}
    await api.call("POST", f"{path}/rows/upsert", json=added)
    gone = await api.call("DELETE", f"{path}/rows/delete", params={"filter": json.dumps(meant("sku", "eq", "b"))})

    assert ids.json() == {"count": 2, "ids": [1, 2]}
    assert [row["count"] for row in dry.json()["data"]] == [row["count"] for row in done.json()["data"]] == [5]
    assert gone.json() == {"count": 1}
    assert await counts(api, path) == {"a": 5, "c": 1}


async def test_a_file_comes_out_and_goes_in(api: Api) -> None:
    path = await stocked(api, {"sku": "a", "count": 1.5})

    file = await api.call("GET", f"{path}/csv")
    taken = await api.call("POST", f"{path}/csv", content=file.content, headers={"content-type": "text/csv"})

    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.text.splitlines()[0] == "id,createdAt,updatedAt,sku,count"
    assert taken.json() == {"count": 1}
    assert len((await api.call("GET", f"{path}/rows")).json()["data"]) == 2


@pytest.mark.parametrize(
    ("method", "place", "more", "code"),
    [
        ("POST", "/rows", {"json": {"data": [{"nope": 1}]}}, "table_column_not_found"),
        ("POST", "/rows", {"json": {"data": [{"count": "many"}]}}, "table_value_invalid"),
        ("POST", "/rows", {"json": {"data": [{"sku": "a\0b"}]}}, "table_value_invalid"),
        ("GET", "/rows", {"params": {"filter": "{"}}, "table_filter_invalid"),
        ("GET", "/rows", {"params": {"filter": json.dumps(meant("sku", "sounds", "a"))}}, "table_filter_invalid"),
        ("GET", "/rows", {"params": {"filter": json.dumps(meant("count", "gt", 10**30))}}, "table_value_invalid"),
        ("GET", "/rows", {"params": {"sortBy": "sku:up"}}, "table_filter_invalid"),
        ("GET", "/rows", {"params": {"sortBy": "nope"}}, "table_column_not_found"),
        ("GET", "/rows", {"params": {"cursor": "x"}}, "table_filter_invalid"),
        ("PATCH", "/rows/update", {"json": {"filter": {"filters": []}, "data": {"count": 1}}}, "table_invalid"),
        ("DELETE", "/rows/delete", {"params": {"filter": "{}"}}, "table_invalid"),
        ("POST", "/columns", {"json": {"name": "id", "type": "string"}}, "table_invalid"),
        ("POST", "/csv", {"content": b"sku\n\xff"}, "table_csv_invalid"),
        ("PATCH", "", {"json": {"name": " "}}, "table_invalid"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    api: Api, method: str, place: str, more: dict[str, Any], code: str
) -> None:
    path = await stocked(api, {"sku": "a", "count": 1})

    answer = await api.call(method, f"{path}{place}", **more)

    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
    assert await counts(api, path) == {"a": 1}


async def test_a_name_is_taken_once(api: Api) -> None:
    await stocked(api)

    again = await api.call("POST", "/data-tables", json={"name": "Stock"})

    assert (again.status_code, again.json()["code"]) == (409, "table_exists")


CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("PATCH", "", {"json": {"name": "Mine"}}),
    ("DELETE", "", {}),
    ("POST", "/columns", {"json": {"name": "x", "type": "string"}}),
    ("PATCH", "/columns/sku", {"json": {"name": "x"}}),
    ("DELETE", "/columns/sku", {}),
    ("POST", "/rows", {"json": {"data": [{"sku": "x"}]}}),
    ("PATCH", "/rows/update", {"json": {"filter": meant("sku", "eq", "a"), "data": {"count": 9}}}),
    ("POST", "/rows/upsert", {"json": {"filter": meant("sku", "eq", "a"), "data": {"count": 9}}}),
    ("DELETE", "/rows/delete", {"params": {"filter": json.dumps(meant("sku", "eq", "a"))}}),
    ("POST", "/csv", {"content": b"sku\nx\n"}),
]


async def test_another_tenant_sees_and_changes_nothing(api: Api) -> None:
    path = await stocked(api, {"sku": "a", "count": 1})
    access = api.headrace.access
    eve = await access.users.add(email="eve@example.com", name="Eve", password=PASSWORD)
    tenant = (await access.tenancy.create("Other", eve.id)).id
    _, theirs = await access.keys.create(tenant, Actor(eve.id), "test")

    for method, place, more in [*CALLS, ("GET", "", {}), ("GET", "/rows", {}), ("GET", "/csv", {})]:
        answer = await api.call(method, f"{path}{place}", key=theirs, **more)
        assert answer.status_code == 404, (method, place, answer.text)
    assert (await api.call("GET", "/data-tables", key=theirs)).json()["data"] == []
    assert await counts(api, path) == {"a": 1}


async def test_who_may_only_look_changes_nothing(api: Api) -> None:
    path = await stocked(api, {"sku": "a", "count": 1})
    viewer = await api.member(Role.VIEWER)

    for method, place, more in CALLS:
        answer = await api.call(method, f"{path}{place}", key=viewer, **more)
        assert answer.status_code == 403, (method, place, answer.text)
    assert (await api.call("POST", "/data-tables", key=viewer, json={"name": "New"})).status_code == 403
    assert (await api.call("GET", f"{path}/rows", key=viewer)).status_code == 200
    assert await counts(api, path) == {"a": 1}
