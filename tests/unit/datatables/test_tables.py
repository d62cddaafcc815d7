"""Tables, their columns and rows, and files of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.datatables.adapters.memory import MemoryTables
from headrace.datatables.errors import BadCsv, BadTable, BadValue, ColumnNotFound, TableLimit, TableNotFound
from headrace.datatables.public import Condition, Limits, Table, Type, Where
from headrace.datatables.service import Tables
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
COLUMNS = {"name": Type.STRING, "age": Type.NUMBER, "paid": Type.BOOLEAN, "since": Type.DATE}
ANN = Where((Condition("name", "eq", "Ann"),))


async def opened(limits: Limits | None = None, **columns: Type) -> tuple[Tables, Table]:
    tables = Tables(MemoryTables(), lambda: NOON, limits)
    return tables, await tables.create(DEFAULT_TENANT, "People", (columns or COLUMNS).items(), project=DEFAULT_PROJECT)


async def values(tables: Tables, table: Table) -> list[Any]:
    return [dict(row.values) for row in await tables.find(DEFAULT_TENANT, table.id)]


async def exported(tables: Tables, table: Table) -> str:
    return "".join([piece async for piece in tables.export_csv(DEFAULT_TENANT, table.id)])


async def test_columns_come_are_renamed_and_go_with_their_values() -> None:
    tables, table = await opened(name=Type.STRING)
    await tables.insert(DEFAULT_TENANT, table.id, [{"name": "Ann"}])

    await tables.add_column(DEFAULT_TENANT, table.id, "age", Type.NUMBER)
    await tables.rename_column(DEFAULT_TENANT, table.id, "name", "title")
    await tables.rename_column(DEFAULT_TENANT, table.id, "title", "Title")
    assert await values(tables, table) == [{"Title": "Ann", "age": None}]

    await tables.drop_column(DEFAULT_TENANT, table.id, "Title")
    assert await values(tables, table) == [{"age": None}]
    with pytest.raises(BadTable):
        await tables.add_column(DEFAULT_TENANT, table.id, "AGE", Type.NUMBER)
    with pytest.raises(ColumnNotFound):
        await tables.drop_column(DEFAULT_TENANT, table.id, "Title")


async def test_of_rows_that_do_not_all_fit_none_is_inserted() -> None:
    tables, table = await opened()

    with pytest.raises(BadValue):
        await tables.insert(DEFAULT_TENANT, table.id, [{"name": "Ann"}, {"age": "old"}])

    assert await values(tables, table) == []


async def test_a_dry_run_tells_what_would_be_and_changes_nothing() -> None:
    tables, table = await opened(name=Type.STRING, age=Type.NUMBER)
    await tables.insert(DEFAULT_TENANT, table.id, [{"name": "Ann", "age": 1}])
    bob = Where((Condition("name", "eq", "Bob"),))

    updated = await tables.update(DEFAULT_TENANT, table.id, ANN, {"age": 2}, dry_run=True)
    added = await tables.update(DEFAULT_TENANT, table.id, bob, {"name": "Bob"}, insert=True, dry_run=True)
    gone = await tables.remove_rows(DEFAULT_TENANT, table.id, ANN, dry_run=True)

    assert [dict(row.values) for row in updated] == [{"name": "Ann", "age": 2}]
    assert [(row.id, dict(row.values)) for row in added] == [(0, {"name": "Bob", "age": None})]
    assert [row.id for row in gone] == [1]
    assert await values(tables, table) == [{"name": "Ann", "age": 1}]


async def test_without_conditions_nothing_is_changed_or_removed() -> None:
    tables, table = await opened()
    await tables.insert(DEFAULT_TENANT, table.id, [{"name": "Ann"}])

    with pytest.raises(BadTable, match="at least one condition"):
        await tables.update(DEFAULT_TENANT, table.id, Where(), {"age": 1})
    with pytest.raises(BadTable, match="at least one condition"):
        await tables.remove_rows(DEFAULT_TENANT, table.id, Where())

    assert len(await values(tables, table)) == 1


async def test_a_file_is_written_and_taken_in_again() -> None:
    tables, table = await opened()
    row = {"name": 'Ann "the\r\nfirst", é', "age": 1.5, "paid": False, "since": "2026-01-01T00:00:00.000Z"}
    await tables.insert(DEFAULT_TENANT, table.id, [row, {}])

    text = await exported(tables, table)
    assert text.splitlines()[0] == "id,createdAt,updatedAt,name,age,paid,since"
    assert await tables.import_csv(DEFAULT_TENANT, table.id, text.encode("utf-8-sig")) == 2

    first, second, third, fourth = await values(tables, table)
    assert first == third == row
    assert second == fourth == dict.fromkeys(COLUMNS)


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "name": st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
                "age": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                "paid": st.none() | st.booleans(),
            }
        ),
        max_size=5,
    )
)
async def test_whatever_is_in_a_table_survives_a_file(rows: list[dict[str, Any]]) -> None:
    tables, table = await opened()
    await tables.insert(DEFAULT_TENANT, table.id, rows)
    other = await tables.create(DEFAULT_TENANT, "Copy", COLUMNS.items(), project=DEFAULT_PROJECT)

    await tables.import_csv(DEFAULT_TENANT, other.id, (await exported(tables, table)).encode())

    assert await values(tables, other) == await values(tables, table)


async def test_more_rows_than_are_read_at_once_are_written_too() -> None:
    tables, table = await opened(n=Type.NUMBER)
    await tables.insert(DEFAULT_TENANT, table.id, [{"n": number} for number in range(2_500)])

    lines = (await exported(tables, table)).splitlines()

    assert [line.rsplit(",", 1)[1] for line in lines] == ["n", *map(str, range(2_500))]


async def test_a_table_can_be_made_of_a_file_with_the_types_that_its_values_have() -> None:
    tables = Tables(MemoryTables(), lambda: NOON)
    content = b"sku,price,sold,on,note,zip\na,1.5,true,2026-01-01,,02134\nb,-2,false,2026-01-02T10:00:00Z,,10115\n"

    table = await tables.create_from_csv(DEFAULT_TENANT, "Stock", content, project=DEFAULT_PROJECT)

    assert {column.name: str(column.type) for column in table.columns} == {
        "sku": "string",
        "price": "number",
        "sold": "boolean",
        "on": "date",
        "note": "string",
        "zip": "string",
    }
    assert table.rows == 2
    assert (await values(tables, table))[0]["zip"] == "02134"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"name\n\xff", "no text in UTF-8"),
        (b"name,age\nAnn\n", "line 2 has 1 fields, the first line 2"),
        (b'name\n"Ann\n', "is no CSV"),
        (b"name,age\nAnn,1\nBob,old\n", 'row 3: column "age"'),
    ],
)
async def test_a_file_that_makes_no_sense_is_refused_whole(content: bytes, message: str) -> None:
    tables, table = await opened()

    with pytest.raises(BadCsv, match=message):
        await tables.import_csv(DEFAULT_TENANT, table.id, content)

    assert await values(tables, table) == []


async def test_a_file_that_is_too_large_leaves_no_table_behind() -> None:
    tables = Tables(MemoryTables(), lambda: NOON, Limits(rows=1))

    with pytest.raises(TableLimit):
        await tables.create_from_csv(DEFAULT_TENANT, "People", b"name\nAnn\nBob\n", project=DEFAULT_PROJECT)

    with pytest.raises(TableNotFound):
        await tables.named(DEFAULT_TENANT, DEFAULT_PROJECT, "People")
