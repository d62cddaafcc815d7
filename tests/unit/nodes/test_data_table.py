"""Data Table: rows in and out of tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from headrace.app.tables import RunTables
from headrace.datatables.adapters.memory import MemoryTables
from headrace.datatables.public import Type
from headrace.datatables.service import Tables
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ProjectId, TenantId
from headrace.nodes.builtin import data_table
from headrace.sdk.errors import NodeError
from headrace.sdk.testing import NodeRun, try_node

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BY_NAME = {"__rl": True, "mode": "name", "value": "Stock"}


class Kept:
    """A table of stock, and what nodes do with it."""

    def __init__(self) -> None:
        self.tables = Tables(MemoryTables(), lambda: NOON)

    async def fill(self, *rows: dict[str, Any]) -> Kept:
        columns = {"sku": Type.STRING, "count": Type.NUMBER}
        table = await self.tables.create(DEFAULT_TENANT, "Stock", columns.items(), project=DEFAULT_PROJECT)
        self.id = table.id
        await self.tables.insert(DEFAULT_TENANT, table.id, rows)
        return self

    async def do(
        self,
        operation: str,
        items: Sequence[Any] = ({},),
        *,
        tenant: TenantId = DEFAULT_TENANT,
        project: ProjectId = DEFAULT_PROJECT,
        on_error: str = "stopWorkflow",
        **parameters: Any,
    ) -> NodeRun:
        return await try_node(
            data_table,
            parameters={"operation": operation, "dataTableId": BY_NAME, **parameters},
            items=items,
            tables=RunTables(self.tables).of_project(tenant, project),
            on_error=on_error,
            evaluate=lambda text, index, _: {"{{ $json.sku }}": list(items)[index].get("sku")}[text.strip()],
        )

    async def counts(self) -> dict[str, Any]:
        rows = await self.tables.find(DEFAULT_TENANT, self.id)
        return {row.values["sku"]: row.values["count"] for row in rows}


def where(column: str, condition: str, value: Any = None) -> dict[str, Any]:
    return {"conditions": [{"keyName": column, "condition": condition, "keyValue": value}]}


def mapped(**values: Any) -> dict[str, Any]:
    return {"mappingMode": "defineBelow", "value": values, "schema": []}


SAME_SKU = where("sku", "eq", "={{ $json.sku }}")


async def test_each_item_becomes_a_row() -> None:
    kept = await Kept().fill()

    run = await kept.do(
        "insert", [{"sku": "a", "count": 1, "id": 99}, {"sku": "b"}], columns={"mappingMode": "autoMapInputData"}
    )

    assert run.json == [
        [
            {"id": 1, "createdAt": "2026-01-01T12:00:00.000Z", "updatedAt": "2026-01-01T12:00:00.000Z"}
            | {"sku": "a", "count": 1},
            {"id": 2, "createdAt": "2026-01-01T12:00:00.000Z", "updatedAt": "2026-01-01T12:00:00.000Z"}
            | {"sku": "b", "count": None},
        ]
    ]
    assert [item.paired_item for item in run.outputs[0]] == [0, 1]


async def test_mapped_columns_are_written_less_those_taken_out() -> None:
    kept = await Kept().fill()
    columns = {**mapped(sku="={{ $json.sku }}", count=3), "schema": [{"id": "count", "removed": True}]}

    await kept.do("insert", [{"sku": "a"}], columns=columns)

    assert await kept.counts() == {"a": None}


async def test_rows_are_found_in_order_and_up_to_a_limit() -> None:
    kept = await Kept().fill({"sku": "a", "count": 1}, {"sku": "b", "count": 3}, {"sku": "c", "count": 2})

    async def found(**parameters: Any) -> list[str]:
        return [item["sku"] for item in (await kept.do("get", **parameters)).json[0]]

    assert await found() == ["a", "b", "c"]
    assert await found(filters=where("count", "gte", 2)) == ["b", "c"]
    assert await found(limit=1) == ["a"]
    ordered = {"orderBy": True, "orderByColumn": "count"}
    assert await found(returnAll=True, **ordered) == ["b", "c", "a"]
    assert await found(returnAll=True, **ordered, orderByDirection="ASC") == ["a", "c", "b"]


@pytest.mark.parametrize(("match", "found"), [("anyCondition", ["a", "b"]), ("allConditions", [])])
async def test_one_condition_is_enough_or_all_are_needed(match: str, found: list[str]) -> None:
    kept = await Kept().fill({"sku": "a"}, {"sku": "b"}, {"sku": "c"})
    filters = {"conditions": [*where("sku", "eq", "a")["conditions"], *where("sku", "eq", "b")["conditions"]]}

    run = await kept.do("get", filters=filters, matchType=match)

    assert [item["sku"] for item in run.json[0]] == found


async def test_rows_are_updated_added_where_there_is_none_and_deleted() -> None:
    kept = await Kept().fill({"sku": "a", "count": 1}, {"sku": "b", "count": 1})
    columns = mapped(sku="={{ $json.sku }}", count=5)

    await kept.do("update", [{"sku": "a"}, {"sku": "x"}], filters=SAME_SKU, columns=columns)
    assert await kept.counts() == {"a": 5, "b": 1}

    await kept.do("upsert", [{"sku": "b"}, {"sku": "c"}], filters=SAME_SKU, columns=columns)
    assert await kept.counts() == {"a": 5, "b": 5, "c": 5}

    gone = await kept.do("deleteRows", [{"sku": "a"}, {"sku": "x"}], filters=SAME_SKU)
    assert [item["sku"] for item in gone.json[0]] == ["a"]
    assert await kept.counts() == {"b": 5, "c": 5}


async def test_a_dry_run_changes_nothing() -> None:
    kept = await Kept().fill({"sku": "a", "count": 1})
    options = {"filters": where("sku", "eq", "a"), "options": {"dryRun": True}}

    updated = await kept.do("update", **options, columns=mapped(count=5))
    await kept.do("deleteRows", **options)

    assert [item["count"] for item in updated.json[0]] == [5]
    assert await kept.counts() == {"a": 1}


async def test_items_go_on_if_there_is_such_a_row_or_if_there_is_none() -> None:
    kept = await Kept().fill({"sku": "a"})
    items = [{"sku": "a"}, {"sku": "b"}]

    assert (await kept.do("rowExists", items, filters=SAME_SKU)).json == [[{"sku": "a"}]]
    assert (await kept.do("rowNotExists", items, filters=SAME_SKU)).json == [[{"sku": "b"}]]


async def test_conditions_without_a_value() -> None:
    kept = await Kept().fill({"sku": "a", "count": 1}, {"sku": "b"})

    assert [row["sku"] for row in (await kept.do("get", filters=where("count", "isEmpty"))).json[0]] == ["b"]
    assert [row["sku"] for row in (await kept.do("get", filters=where("count", "isNotEmpty"))).json[0]] == ["a"]


async def test_an_item_that_fails_is_an_error_of_its_own_where_the_node_goes_on() -> None:
    kept = await Kept().fill()
    items = [{"sku": "a", "count": "many"}, {"sku": "b", "count": 2}]

    run = await kept.do("insert", items, columns={"mappingMode": "autoMapInputData"}, on_error="continueRegularOutput")

    assert run.json[0][0] == {"error": 'column "count": the value is no number'}
    assert await kept.counts() == {"b": 2}


async def test_without_going_on_nothing_is_inserted() -> None:
    kept = await Kept().fill()

    with pytest.raises(NodeError, match='column "count"'):
        await kept.do(
            "insert", [{"sku": "a"}, {"sku": "b", "count": "many"}], columns={"mappingMode": "autoMapInputData"}
        )

    assert await kept.counts() == {}


@pytest.mark.parametrize("operation", ["update", "upsert", "deleteRows"])
async def test_without_conditions_nothing_is_changed(operation: str) -> None:
    kept = await Kept().fill({"sku": "a", "count": 1})

    with pytest.raises(NodeError, match="at least one condition"):
        await kept.do(operation, columns=mapped(count=2))

    assert await kept.counts() == {"a": 1}


@pytest.mark.parametrize("chosen", [{"mode": "id"}, {"mode": "name", "value": "Stock"}, {"mode": "list"}])
async def test_tables_of_other_projects_and_tenants_are_not_there(chosen: dict[str, Any]) -> None:
    kept = await Kept().fill({"sku": "a"})
    reference = {"value": kept.id, **chosen}

    assert len((await kept.do("get", dataTableId=reference)).json[0]) == 1
    for elsewhere in ({"project": ProjectId("p2")}, {"tenant": TenantId("other")}):
        with pytest.raises(NodeError, match="there is no data table"):
            await kept.do("get", dataTableId=reference, **elsewhere)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"dataTableId": {"mode": "list", "value": ""}}, "No data table is chosen"),
        ({"filters": where("nmae", "eq", "a")}, 'no column "nmae"'),
        ({"filters": where("sku", "soundsLike", "a")}, 'no condition "soundsLike"'),
        ({"limit": 0}, "1 at least"),
    ],
)
async def test_what_makes_no_sense_is_an_error(parameters: dict[str, Any], message: str) -> None:
    kept = await Kept().fill()

    with pytest.raises(NodeError, match=message):
        await kept.do("get", **parameters)
