"""Merge by SQL: the inputs are tables of a database that can only be read."""

from __future__ import annotations

from typing import Any

import pytest

from headrace.nodes.builtin.merge import sql, v3
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Link
from headrace.sdk.testing import NodeRun, try_node

PEOPLE = [
    {"id": 1, "name": "Ada", "active": True, "tags": ["x"], "note": None},
    {"id": 2, "name": "Bob", "active": False, "tags": []},
]
ORDERS = [{"person": 2, "total": 5}, {"person": 2, "total": 2.5}, {"person": 7, "total": 1}]


async def query(text: str, *inputs: Any, version: float = 3.2, **parameters: Any) -> NodeRun:
    return await try_node(
        v3,
        parameters={"mode": "combineBySql", "query": text, **parameters},
        inputs=inputs or (PEOPLE, ORDERS),
        version=version,
        evaluate=lambda expression, *_: {"{{ min }}": 3}[expression],
    )


async def test_rows_come_back_with_the_values_they_went_in_with() -> None:
    run = await query("SELECT * FROM input1", PEOPLE, [])

    assert run.json == [[PEOPLE[0], {**PEOPLE[1], "note": None}]]
    assert run.json[0][0]["active"] is True


async def test_tables_are_joined_and_rows_linked_to_the_items_they_are_of() -> None:
    run = await query("SELECT name, total FROM input1 JOIN input2 ON input1.id = input2.person ORDER BY total")

    assert run.json == [[{"name": "Bob", "total": 2.5}, {"name": "Bob", "total": 5}]]
    assert run.outputs[0][0].paired_item == [Link(item=1), Link(item=1, input=1)]


async def test_what_a_left_join_does_not_find_is_missing_and_not_null() -> None:
    run = await query("SELECT name, total FROM input1 LEFT JOIN input2 ON input1.id = input2.person WHERE id = 1")

    assert run.json == [[{"name": "Ada"}]]
    assert run.outputs[0][0].paired_item == [Link(item=0)]


async def test_rows_of_other_selects_are_linked_to_all_items() -> None:
    run = await query("WITH big AS (SELECT total FROM input2 WHERE total > 2) SELECT sum(total) AS t FROM big")

    assert run.json == [[{"t": 7.5}]]
    assert len(run.outputs[0][0].paired_item or ()) == 5  # type: ignore[arg-type]  # a list here


async def test_a_select_by_alias_still_works() -> None:
    run = await query("select p.name from input1 as p where p.active")

    assert run.json == [[{"name": "Ada"}]]


async def test_expressions_in_the_query_are_filled_in() -> None:
    run = await query("SELECT total FROM input2 WHERE total > {{ min }}")

    assert run.json == [[{"total": 5}]]


async def test_equal_rows_are_counted_once_when_asked_for_distinct_ones() -> None:
    run = await query("SELECT DISTINCT person FROM input2")

    assert run.json == [[{"person": 2}, {"person": 7}]]


@pytest.mark.parametrize(
    ("version", "options", "expected"),
    [
        (3, {}, [{"success": True}]),
        (3.1, {}, [{"success": True}]),
        (3.2, {}, []),
        (3.2, {"emptyQueryResult": "success"}, [{"success": True}]),
    ],
)
async def test_no_rows_give_a_success_item_or_nothing(
    version: float, options: dict[str, Any], expected: list[Any]
) -> None:
    run = await query("SELECT * FROM input1 WHERE id > 99", version=version, options=options)

    assert run.json == [expected]


async def test_names_of_any_spelling_are_columns() -> None:
    run = await query('SELECT "a b", "x""y" AS q FROM input1', [{"a b": 1, 'x"y': "2"}], [])

    assert run.json == [[{"a b": 1, "q": "2"}]]


async def test_further_inputs_are_tables_too() -> None:
    run = await query("SELECT c FROM input3", [{}], [{}], [{"c": 1}], numberInputs=3)

    assert run.json == [[{"c": 1}]]


@pytest.mark.parametrize(
    "text",
    [
        "ATTACH DATABASE '/tmp/x.db' AS x",
        "DROP TABLE input1",
        "INSERT INTO input1 (id) VALUES (1)",
        "CREATE TABLE t (a)",
        "PRAGMA table_info(input1)",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('x')",
        "VACUUM INTO '/tmp/x.db'",
    ],
)
async def test_a_query_can_only_read(text: str) -> None:
    with pytest.raises(NodeError, match=r"^Issue while executing query$"):
        await query(text)


async def test_a_wrong_query_says_what_is_wrong() -> None:
    with pytest.raises(NodeError) as failure:
        await query("SELECT a FROM nowhere")

    assert failure.value.message == "Issue while executing query"
    assert "nowhere" in (failure.value.description or "")


async def test_an_endless_query_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "MAX_STEPS", 1_000_000)

    with pytest.raises(NodeError) as failure:
        await query("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")

    assert "more work" in (failure.value.description or "")


async def test_a_query_cannot_take_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "MAX_MEMORY_BYTES", 20_000_000)
    hungry = (
        "WITH RECURSIVE n(x, t) AS (SELECT 1, hex(zeroblob(50000)) UNION ALL SELECT x + 1, t || x FROM n LIMIT 100000) "
        "SELECT x FROM n ORDER BY t DESC"
    )

    with pytest.raises(NodeError):
        await query(hungry)


async def test_a_value_cannot_be_of_any_size() -> None:
    with pytest.raises(NodeError):
        await query("SELECT zeroblob(1000000000) AS b FROM input1")


async def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "MAX_ROWS", 3)

    with pytest.raises(NodeError, match="more than 3 rows"):
        await query("SELECT 1 AS a FROM input1, input2")
