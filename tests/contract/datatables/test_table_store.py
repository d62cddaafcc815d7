"""What every store of data tables does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.datatables.adapters.memory import MemoryTables
from headrace.datatables.adapters.sqlite import SqliteTables
from headrace.datatables.domain import checked_where, matches, sorted_rows
from headrace.datatables.errors import TableChanged, TableExists, TableLimit, TableNotFound
from headrace.datatables.ports import TableStore
from headrace.datatables.public import Column, Condition, Limits, Order, Row, Table, Type, Where
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ProjectId, TenantId

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
OTHER = TenantId("other")
LIMITS = Limits()
ALL = Where()
NAME = Column(id="c1", name="name", type=Type.STRING)
AGE = Column(id="c2", name="age", type=Type.NUMBER)
PAID = Column(id="c3", name="paid", type=Type.BOOLEAN)
SINCE = Column(id="c4", name="since", type=Type.DATE)
PEOPLE = Table(
    id="t1",
    tenant=DEFAULT_TENANT,
    project=DEFAULT_PROJECT,
    name="People",
    columns=(NAME, AGE, PAID, SINCE),
    created_at=NOON,
    updated_at=NOON,
)
KEY = (DEFAULT_TENANT, "t1")


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[TableStore]:
    if request.param == "memory":
        yield MemoryTables()
        return
    sqlite = SqliteTables(tmp_path / "tables.db")
    yield sqlite
    await sqlite.close()


async def filled(store: TableStore, *rows: dict[str, Any]) -> None:
    await store.add(PEOPLE, LIMITS)
    await store.insert(*KEY, rows, limits=LIMITS, now=NOON)


def where(*conditions: tuple[str, Any, Any], every: bool = True) -> Where:
    return Where(tuple(Condition(*condition) for condition in conditions), every)


def names(rows: Any) -> list[Any]:
    return [row.values["name"] for row in rows]


async def test_a_table_is_found_by_its_id_and_by_its_name_in_its_project(store: TableStore) -> None:
    elsewhere = replace(PEOPLE, id="t2", project=ProjectId("p2"))
    await store.add(PEOPLE, LIMITS)
    await store.add(elsewhere, LIMITS)

    assert await store.get(*KEY) == PEOPLE
    assert await store.named(DEFAULT_TENANT, ProjectId("p2"), "People") == elsewhere
    assert await store.list(DEFAULT_TENANT) == [PEOPLE, elsewhere]
    assert await store.list(DEFAULT_TENANT, ProjectId("p2")) == [elsewhere]
    with pytest.raises(TableNotFound):
        await store.named(DEFAULT_TENANT, DEFAULT_PROJECT, "people")


async def test_a_name_is_taken_once_in_a_project(store: TableStore) -> None:
    await store.add(PEOPLE, LIMITS)
    await store.add(replace(PEOPLE, id="t2", name="Orders"), LIMITS)

    with pytest.raises(TableExists):
        await store.add(replace(PEOPLE, id="t3"), LIMITS)
    with pytest.raises(TableExists):
        await store.change(replace(PEOPLE, id="t2", name="Orders"), name="People", columns=(), now=NOON)

    assert (await store.change(PEOPLE, name="People", columns=PEOPLE.columns, now=LATER)).updated_at == LATER


async def test_a_change_decided_on_an_older_look_is_refused(store: TableStore) -> None:
    await store.add(PEOPLE, LIMITS)
    await store.change(PEOPLE, name="People", columns=(NAME, AGE), now=LATER)

    with pytest.raises(TableChanged):
        await store.change(PEOPLE, name="People", columns=(NAME, PAID), now=LATER)

    assert (await store.get(*KEY)).columns == (NAME, AGE)


async def test_a_tenant_has_so_many_tables(store: TableStore) -> None:
    await store.add(PEOPLE, Limits(tables=1))

    with pytest.raises(TableLimit, match="1 data tables at most"):
        await store.add(replace(PEOPLE, id="t2", name="More"), Limits(tables=1))
    await store.add(replace(PEOPLE, id="t2", tenant=OTHER), Limits(tables=1))


async def test_rows_come_back_as_they_were_put_in_and_their_ids_are_never_given_twice(store: TableStore) -> None:
    await store.add(PEOPLE, LIMITS)
    values = {"c1": "Ann é 🎈", "c2": 1.5, "c3": True, "c4": "2026-01-01T00:00:00.000Z"}

    first, second = await store.insert(*KEY, [values, {}], limits=LIMITS, now=NOON)
    await store.delete(*KEY, where(("id", "eq", second.id)))
    (third,) = await store.insert(*KEY, [{"c2": -(2**53)}], limits=LIMITS, now=LATER)

    assert first.values == {"name": "Ann é 🎈", "age": 1.5, "paid": True, "since": "2026-01-01T00:00:00.000Z"}
    assert [first.id, second.id, third.id] == [1, 2, 3]
    assert second.values == {"name": None, "age": None, "paid": None, "since": None}
    assert await store.find(*KEY, ALL) == [first, third]
    assert (third.created_at, third.updated_at, third.values["age"]) == (LATER, LATER, -(2**53))


@pytest.mark.parametrize(
    ("meant", "found"),
    [
        (where(("name", "eq", "Ann")), ["Ann"]),
        (where(("name", "neq", "Ann")), ["Bob", None, "ann%"]),
        (where(("name", "eq", None)), [None]),
        (where(("name", "neq", None)), ["Ann", "Bob", "ann%"]),
        (where(("name", "like", "%n%")), ["Ann", "ann%"]),
        (where(("name", "like", "A__")), ["Ann"]),
        (where(("name", "ilike", "a%")), ["Ann", "ann%"]),
        (where(("age", "gt", 30)), ["Bob"]),
        (where(("age", "gte", 30)), ["Ann", "Bob"]),
        (where(("age", "lt", 30)), ["ann%"]),
        (where(("age", "lte", None)), []),
        (where(("paid", "eq", True)), ["Ann"]),
        (where(("paid", "eq", False)), ["Bob"]),
        (where(("since", "gt", "2025-06-01T00:00:00.000Z")), ["Bob"]),
        (where(("age", "gte", 30), ("paid", "eq", False)), ["Bob"]),
        (where(("age", "gt", 30), ("paid", "eq", True), every=False), ["Ann", "Bob"]),
        (where(("id", "lte", 2)), ["Ann", "Bob"]),
        (where(("createdAt", "gt", "2026-01-01T12:00:00.000Z")), []),
        (where(every=False), ["Ann", "Bob", None, "ann%"]),
    ],
)
async def test_conditions_say_which_rows_are_meant(store: TableStore, meant: Where, found: list[Any]) -> None:
    await filled(
        store,
        {"c1": "Ann", "c2": 30, "c3": True, "c4": "2025-01-01T00:00:00.000Z"},
        {"c1": "Bob", "c2": 31.5, "c3": False, "c4": "2026-01-01T00:00:00.000Z"},
        {},
        {"c1": "ann%", "c2": 2},
    )

    assert names(await store.find(*KEY, meant)) == found
    assert await store.count(*KEY, meant) == len(found)


async def test_rows_come_in_order_and_in_pieces(store: TableStore) -> None:
    await filled(store, {"c1": "b", "c2": 1}, {"c1": "a", "c2": 1}, {"c1": "c"}, {"c1": "d", "c2": 0})

    assert names(await store.find(*KEY, ALL, order=Order("name"))) == ["a", "b", "c", "d"]
    assert names(await store.find(*KEY, ALL, order=Order("age"))) == ["c", "d", "b", "a"]
    assert names(await store.find(*KEY, ALL, order=Order("age", descending=True))) == ["b", "a", "d", "c"]
    assert names(await store.find(*KEY, ALL, order=Order("id", descending=True), limit=2)) == ["d", "c"]
    assert names(await store.find(*KEY, ALL, limit=2, offset=1)) == ["a", "c"]


async def test_an_update_changes_what_is_meant_and_nothing_else(store: TableStore) -> None:
    await filled(store, {"c1": "Ann", "c2": 1}, {"c1": "Bob", "c2": 2})

    changed = await store.update(*KEY, where(("name", "eq", "Bob")), {"c2": 3}, limits=LIMITS, now=LATER)
    nothing = await store.update(*KEY, where(("name", "eq", "Eve")), {"c2": 3}, limits=LIMITS, now=LATER)

    ann, bob = await store.find(*KEY, ALL)
    assert (changed, nothing) == ([bob], [])
    assert (ann.values["age"], ann.updated_at) == (1, NOON)
    assert (bob.values["name"], bob.values["age"], bob.created_at, bob.updated_at) == ("Bob", 3, NOON, LATER)


async def test_what_is_not_there_is_added_if_that_is_wanted(store: TableStore) -> None:
    await filled(store, {"c1": "Ann", "c2": 1})
    by_name = where(("name", "eq", "Bob"))

    (added,) = await store.update(*KEY, by_name, {"c1": "Bob", "c2": 2}, insert=True, limits=LIMITS, now=NOON)
    (changed,) = await store.update(*KEY, by_name, {"c1": "Bob", "c2": 3}, insert=True, limits=LIMITS, now=LATER)

    assert (added.id, changed.id) == (2, 2)
    assert [row.values["age"] for row in await store.find(*KEY, ALL)] == [1, 3]


async def test_rows_and_bytes_are_counted(store: TableStore) -> None:
    await filled(store, {"c1": "Ann"}, {"c1": "Bob", "c2": 1})
    sizes = [(await store.get(*KEY)).bytes]
    assert sizes[0] == len('{"c1":"Ann"}') + len('{"c1":"Bob","c2":1}')

    await store.update(*KEY, where(("name", "eq", "Ann")), {"c1": "Annabel é"}, limits=LIMITS, now=NOON)
    sizes.append((await store.get(*KEY)).bytes)
    await store.change(PEOPLE, name="People", columns=(NAME,), now=NOON)
    sizes.append((await store.get(*KEY)).bytes)
    await store.delete(*KEY, where(("name", "eq", "Bob")))
    sizes.append((await store.get(*KEY)).bytes)
    await store.delete(*KEY, ALL)

    assert [after - before for before, after in zip(sizes, sizes[1:], strict=False)] == [
        len("abel é".encode()),
        -len(',"c2":1'),
        -len('{"c1":"Bob"}'),
    ]
    assert ((await store.get(*KEY)).rows, (await store.get(*KEY)).bytes) == (0, 0)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(rows=2), "2 are allowed"),
        (Limits(row_bytes=12), "a row of"),
        (Limits(table_bytes=40), "data table would have"),
        (Limits(tenant_bytes=40), "all data tables together"),
    ],
)
async def test_what_is_too_much_is_refused_whole(store: TableStore, limits: Limits, message: str) -> None:
    await filled(store, {"c1": "Ann"})

    with pytest.raises(TableLimit, match=message):
        await store.insert(*KEY, [{"c1": "Bob"}, {"c1": "Carla"}, {"c1": "Dan"}], limits=limits, now=NOON)

    assert names(await store.find(*KEY, ALL)) == ["Ann"]
    assert (await store.get(*KEY)).rows == 1


async def test_an_update_that_makes_rows_too_large_is_refused_whole(store: TableStore) -> None:
    await filled(store, {"c1": "Ann"}, {"c1": "Bob"})

    with pytest.raises(TableLimit):
        await store.update(*KEY, ALL, {"c1": "x" * 30}, limits=Limits(table_bytes=60), now=LATER)

    assert names(await store.find(*KEY, ALL)) == ["Ann", "Bob"]


async def test_a_full_table_can_be_made_smaller(store: TableStore) -> None:
    await filled(store, {"c1": "Annabel"}, {"c1": "Bob"})
    full = Limits(rows=1, table_bytes=1, tenant_bytes=1)

    await store.update(*KEY, where(("name", "eq", "Annabel")), {"c1": "Ann"}, limits=full, now=LATER)
    await store.delete(*KEY, where(("name", "eq", "Bob")))

    assert names(await store.find(*KEY, ALL)) == ["Ann"]


async def test_a_renamed_column_keeps_its_values_and_a_dropped_one_loses_them(store: TableStore) -> None:
    await filled(store, {"c1": "Ann", "c2": 1})

    renamed = await store.change(PEOPLE, name="Folk", columns=(replace(NAME, name="title"),), now=LATER)
    await store.change(renamed, name="Folk", columns=(replace(NAME, name="title"), AGE), now=LATER)

    (row,) = await store.find(*KEY, ALL)
    assert row.values == {"title": "Ann", "age": None}


async def test_what_is_removed_is_gone_with_its_rows(store: TableStore) -> None:
    await filled(store, {"c1": "Ann"})

    await store.remove(*KEY)

    for call in (store.get(*KEY), store.remove(*KEY), store.find(*KEY, ALL), store.delete(*KEY, ALL)):
        with pytest.raises(TableNotFound):
            await call
    await store.add(PEOPLE, LIMITS)
    assert await store.find(*KEY, ALL) == []


async def test_another_tenant_sees_and_changes_nothing(store: TableStore) -> None:
    await filled(store, {"c1": "Ann"})
    theirs = (OTHER, "t1")

    for call in (
        store.get(*theirs),
        store.named(OTHER, DEFAULT_PROJECT, "People"),
        store.change(replace(PEOPLE, tenant=OTHER), name="Mine", columns=(), now=LATER),
        store.remove(*theirs),
        store.insert(*theirs, [{"c1": "Eve"}], limits=LIMITS, now=NOON),
        store.find(*theirs, ALL),
        store.count(*theirs, ALL),
        store.update(*theirs, ALL, {"c1": "Eve"}, limits=LIMITS, now=NOON),
        store.update(*theirs, ALL, {"c1": "Eve"}, insert=True, limits=LIMITS, now=NOON),
        store.delete(*theirs, ALL),
    ):
        with pytest.raises(TableNotFound):
            await call
    assert await store.list(OTHER) == []
    await store.add(replace(PEOPLE, tenant=OTHER), LIMITS)
    await store.insert(*theirs, [{"c1": "Eve"}], limits=LIMITS, now=NOON)

    assert names(await store.find(*KEY, ALL)) == ["Ann"]
    assert names(await store.find(*theirs, ALL)) == ["Eve"]


texts = st.none() | st.text(st.sampled_from('aAbé%_*?[]^-\\"'), max_size=6)
numbers = st.none() | st.integers(-3, 3) | st.sampled_from([0.5, -1.5, 1e300, 5e-324])
rows_ = st.lists(st.fixed_dictionaries({"c1": texts, "c2": numbers, "c3": st.none() | st.booleans()}), max_size=6)
conditions = st.one_of(
    st.builds(Condition, st.just("name"), st.sampled_from(["eq", "neq", "gt", "gte", "lt", "lte"]), texts),
    st.builds(
        Condition, st.just("name"), st.sampled_from(["like", "ilike"]), texts.filter(lambda text: text is not None)
    ),
    st.builds(Condition, st.just("age"), st.sampled_from(["eq", "neq", "gt", "gte", "lt", "lte"]), numbers),
    st.builds(Condition, st.just("paid"), st.sampled_from(["eq", "neq"]), st.none() | st.booleans()),
)
orders = st.none() | st.builds(Order, st.sampled_from(["name", "age", "paid", "id"]), st.booleans())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=rows_, meant=st.builds(Where, st.lists(conditions, max_size=3).map(tuple), st.booleans()), order=orders)
async def test_every_store_finds_what_the_rules_mean(
    store: TableStore, rows: list[dict[str, Any]], meant: Where, order: Order | None
) -> None:
    for table in await store.list(DEFAULT_TENANT):
        await store.remove(DEFAULT_TENANT, table.id)
    await store.add(PEOPLE, LIMITS)
    inserted = await store.insert(*KEY, rows, limits=LIMITS, now=NOON)
    checked = checked_where(PEOPLE, meant)

    wanted: list[Row] = sorted_rows((row for row in inserted if matches(checked, row)), order)

    assert await store.find(*KEY, checked, order=order) == wanted
    assert await store.count(*KEY, checked) == len(wanted)
