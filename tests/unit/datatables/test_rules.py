"""What tables may be called, and what values fit their columns."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.datatables.domain import (
    MAX_WILDCARDS,
    check_columns,
    check_name,
    checked_values,
    checked_where,
    like,
    value_for,
)
from headrace.datatables.errors import BadTable, BadValue, ColumnNotFound, TableLimit
from headrace.datatables.public import Column, Condition, Limits, Table, Type, Where
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PEOPLE = Table(
    id="t",
    tenant=DEFAULT_TENANT,
    project=DEFAULT_PROJECT,
    name="People",
    columns=(Column(id="c1", name="name", type=Type.STRING), Column(id="c2", name="paid", type=Type.BOOLEAN)),
    created_at=NOON,
    updated_at=NOON,
)


@pytest.mark.parametrize("name", ["", "  ", "x" * 129, "a\nb", "a\0b", "\ud800"])
def test_some_names_are_refused(name: str) -> None:
    with pytest.raises(BadTable):
        check_name(name)


@pytest.mark.parametrize("name", ["id", "ID", "createdAt", "updatedat", "1st", "a b", "", "é", "a" * 64, 'a"', "Name"])
def test_some_columns_are_refused(name: str) -> None:
    columns = [Column(id="1", name="name", type=Type.STRING), Column(id="2", name=name, type=Type.STRING)]

    with pytest.raises(BadTable):
        check_columns(columns, Limits())


def test_a_table_has_so_many_columns() -> None:
    columns = [Column(id=f"{place}", name=f"c{place}", type=Type.STRING) for place in range(3)]

    check_columns(columns, Limits(columns=3))
    with pytest.raises(TableLimit):
        check_columns(columns, Limits(columns=2))


@pytest.mark.parametrize(
    ("type_", "given", "kept"),
    [
        (Type.STRING, "a", "a"),
        (Type.STRING, 1.0, "1"),
        (Type.STRING, True, "true"),
        (Type.STRING, {"a": [1]}, '{"a":[1]}'),
        (Type.NUMBER, 1, 1),
        (Type.NUMBER, 1.0, 1),
        (Type.NUMBER, " 2.5 ", 2.5),
        (Type.NUMBER, "1e3", 1000),
        (Type.BOOLEAN, True, True),
        (Type.BOOLEAN, "FALSE", False),
        (Type.BOOLEAN, 1, True),
        (Type.DATE, "2026-01-01", "2026-01-01T00:00:00.000Z"),
        (Type.DATE, "2026-01-01T12:00:00.1234+02:00", "2026-01-01T10:00:00.123Z"),
        (Type.DATE, datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))), "2025-12-31T23:00:00.000Z"),
        *((type_, None, None) for type_ in Type),
    ],
)
def test_values_are_read_as_their_columns_are(type_: Type, given: Any, kept: Any) -> None:
    found = value_for("c", type_, given)

    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        (Type.STRING, "a\0"),
        (Type.STRING, "\ud800"),
        (Type.NUMBER, "one"),
        (Type.NUMBER, True),
        (Type.NUMBER, float("nan")),
        (Type.NUMBER, "inf"),
        (Type.NUMBER, 2**53 + 1),
        (Type.NUMBER, [1]),
        (Type.NUMBER, ""),
        (Type.BOOLEAN, "yes"),
        (Type.BOOLEAN, 2),
        (Type.DATE, "tomorrow"),
        (Type.DATE, 1),
        (Type.DATE, "0001-01-01T00:00:00+23:00"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_not_shown(type_: Type, given: Any) -> None:
    with pytest.raises(BadValue, match='column "c"') as refused:
        value_for("c", type_, given)

    assert "tomorrow" not in str(refused.value)


@given(type_=st.sampled_from(list(Type)), value=st.none() | st.booleans() | st.integers() | st.floats() | st.text())
def test_what_is_kept_is_kept_again_as_it_is(type_: Type, value: Any) -> None:
    try:
        kept = value_for("c", type_, value)
    except BadValue:
        return
    assert value_for("c", type_, kept) == kept


def test_a_column_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(ColumnNotFound, match='no column "nmae"; it has "name", "paid"'):
        checked_values(PEOPLE, {"nmae": "Ann"})
    with pytest.raises(ColumnNotFound):
        checked_values(PEOPLE, {"id": 1})


@pytest.mark.parametrize(
    "condition",
    [
        Condition("name", "like", 1),
        Condition("name", "like", "%" * (MAX_WILDCARDS + 1)),
        Condition("name", "ilike", "x" * 1_001),
        Condition("paid", "like", "t%"),
        Condition("paid", "gt", True),
        Condition("createdAt", "gt", "soon"),
        Condition("id", "eq", "first"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(condition: Condition) -> None:
    with pytest.raises(BadValue):
        checked_where(PEOPLE, Where((condition,)))


def test_there_are_so_many_conditions() -> None:
    with pytest.raises(BadValue, match="100 are allowed"):
        checked_where(PEOPLE, Where((Condition("name", "eq", "a"),) * 101))


@given(
    pattern=st.text(st.sampled_from("ab%_"), max_size=8),
    text=st.text(st.sampled_from("abAB%\n"), max_size=8),
    fold=st.booleans(),
)
def test_patterns_mean_what_they_do_in_sql(pattern: str, text: str, fold: bool) -> None:
    meant = "".join({"%": ".*", "_": "."}.get(one, re.escape(one)) for one in pattern)

    assert like(pattern, text, fold=fold) == bool(
        re.fullmatch(meant, text, re.DOTALL | (re.IGNORECASE if fold else re.NOFLAG))
    )
