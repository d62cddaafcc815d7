"""What tables may be called, what values fit, and which rows are meant. No I/O, no clock: moments are arguments."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from headrace.datatables.errors import BadTable, BadValue, ColumnNotFound, TableLimit
from headrace.datatables.public import Column, Condition, Limits, Order, Row, Table, Type, Where
from headrace.sdk.js import to_text

MAX_NAME = 128
"""Characters of a table's name."""

MAX_CONDITIONS = 100
MAX_PATTERN = 1_000
"""Characters of a pattern."""

MAX_WILDCARDS = 10
"""Times % in it: each more may multiply the work."""

_COLUMN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOST_WHOLE = 2**53
"""Whole numbers beyond are not all told apart where numbers are JavaScript's."""

SYSTEM = ("id", "createdAt", "updatedAt")
"""Columns that every table has, and nobody writes to."""

_SYSTEM_TYPES = {"id": Type.NUMBER, "createdAt": Type.DATE, "updatedAt": Type.DATE}


def check_name(name: str) -> str:
    """Raises: BadTable: a table cannot be called that."""
    plain = name.strip()
    if not plain or len(plain) > MAX_NAME or _CONTROL.search(plain):
        raise BadTable(f"a data table's name has 1 to {MAX_NAME} characters, none of them a line break")
    _check_text("the name of a data table", plain, BadTable)
    return plain


def check_columns(columns: Sequence[Column], limits: Limits) -> None:
    """Raises: BadTable, TableLimit: a table cannot have these columns."""
    if len(columns) > limits.columns:
        raise TableLimit(f"a data table has {limits.columns} columns at most, not {len(columns)}")
    known: set[str] = {name.lower() for name in SYSTEM}
    for column in columns:
        if not _COLUMN_NAME.fullmatch(column.name):
            raise BadTable(
                f'a column cannot be called "{column.name[:80]}": its name begins with a letter, and has letters,'
                " digits and _, 63 at most"
            )
        if column.name.lower() in known:
            raise BadTable(f'there is a column "{column.name}" already, or every table has it')
        known.add(column.name.lower())


def column_named(table: Table, name: str) -> Column:
    """Raises: ColumnNotFound"""
    found = table.column(name)
    if found is None:
        known = ", ".join(f'"{column.name}"' for column in table.columns[:20]) or "none of its own"
        raise ColumnNotFound(name, known)
    return found


def checked_values(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of columns by the columns' ids, as they are kept.

    Raises:
        ColumnNotFound, BadValue
    """
    return {
        (column := column_named(table, name)).id: value_for(column.name, column.type, value)
        for name, value in values.items()
    }


def value_for(name: str, type_: Type, value: Any) -> Any:
    """Return a value as a column of that type keeps it.

    Raises:
        BadValue: it is none of that type, and cannot be read as one.
    """
    if value is None:
        return None
    match type_:
        case Type.STRING:
            text = to_text(value) if not isinstance(value, Mapping | list) else msgspec.json.encode(value).decode()
            _check_text(f'column "{name}": the text', text, BadValue)
            return text
        case Type.NUMBER:
            return _number(name, value)
        case Type.BOOLEAN:
            return _truth(name, value)
        case Type.DATE:
            return _moment(name, value)


def _check_text(what: str, text: str, error: type[BadTable] | type[BadValue]) -> None:
    if "\0" in text:
        raise error(f"{what} holds a null character")
    try:
        text.encode()
    except UnicodeEncodeError as no_text:
        raise error(f"{what} holds half of a surrogate pair") from no_text


def _number(name: str, value: Any) -> int | float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError as wrong:
            raise BadValue(f'column "{name}": the value is no number') from wrong
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (isinstance(value, float) and not math.isfinite(value))
    ):
        raise BadValue(f'column "{name}": the value is no number')
    if isinstance(value, int) and abs(value) > _MOST_WHOLE:
        raise BadValue(f'column "{name}": the number is beyond 2^53; keep it as a text')
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= _MOST_WHOLE else value


def _truth(name: str, value: Any) -> bool:
    if isinstance(value, str):
        value = {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower(), value)
    if value is True or value is False:
        return bool(value)
    if isinstance(value, int | float) and value in (0, 1):
        return value == 1
    raise BadValue(f'column "{name}": the value is neither true nor false')


def _moment(name: str, value: Any) -> str:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as wrong:
            raise BadValue(f'column "{name}": the value is no date such as 2026-01-15T12:00:00Z') from wrong
    if not isinstance(value, datetime):
        raise BadValue(f'column "{name}": the value is no date such as 2026-01-15T12:00:00Z')
    moment = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    try:
        return iso(moment)
    except OverflowError as wrong:
        raise BadValue(f'column "{name}": the date is outside of the calendar') from wrong


def iso(moment: datetime) -> str:
    """Return a moment as texts of UTC that sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def checked_where(table: Table, where: Where) -> Where:
    """Return conditions whose values are as the columns keep them.

    Raises:
        ColumnNotFound, BadValue
    """
    if len(where.conditions) > MAX_CONDITIONS:
        raise BadValue(f"there are {len(where.conditions)} conditions; {MAX_CONDITIONS} are allowed")
    return Where(tuple(_checked(table, condition) for condition in where.conditions), where.every)


def _checked(table: Table, condition: Condition) -> Condition:
    type_ = _SYSTEM_TYPES.get(condition.column) or column_named(table, condition.column).type
    if condition.test in ("like", "ilike"):
        if type_ is not Type.STRING or not isinstance(condition.value, str):
            raise BadValue(f'column "{condition.column}": only texts are compared with patterns, which are texts')
        if len(condition.value) > MAX_PATTERN:
            raise BadValue(f'column "{condition.column}": the pattern is longer than {MAX_PATTERN} characters')
        if condition.value.count("%") > MAX_WILDCARDS:
            raise BadValue(f'column "{condition.column}": the pattern has more than {MAX_WILDCARDS} times %')
    if type_ is Type.BOOLEAN and condition.test not in ("eq", "neq"):
        raise BadValue(f'column "{condition.column}": truths are equal or not, and nothing else')
    return Condition(condition.column, condition.test, value_for(condition.column, type_, condition.value))


def check_order(table: Table, order: Order | None) -> None:
    """Raises: ColumnNotFound"""
    if order is not None and order.column not in SYSTEM:
        column_named(table, order.column)


def value_of(row: Row, column: str) -> Any:
    """Return what a row has in a column, of the table's own or of every table's."""
    match column:
        case "id":
            return row.id
        case "createdAt":
            return iso(row.created_at)
        case "updatedAt":
            return iso(row.updated_at)
        case _:
            return row.values.get(column)


def matches(where: Where, row: Row) -> bool:
    """Return whether a row is meant, by conditions that were checked."""
    if not where.conditions:
        return True
    held = (_holds(condition, value_of(row, condition.column)) for condition in where.conditions)
    return all(held) if where.every else any(held)


def _holds(condition: Condition, value: Any) -> bool:
    wanted = condition.value
    match condition.test:
        case "eq":
            return bool(value == wanted)
        case "neq":
            return bool(value != wanted)
        case "like" | "ilike":
            return isinstance(value, str) and like(wanted, value, fold=condition.test == "ilike")
    if value is None or wanted is None:
        return False
    match condition.test:
        case "gt":
            return bool(value > wanted)
        case "gte":
            return bool(value >= wanted)
        case "lt":
            return bool(value < wanted)
        case _:
            return bool(value <= wanted)


_FOLDED = {ord("A") + place: ord("a") + place for place in range(26)}


def like(pattern: str, text: str, *, fold: bool) -> bool:
    """Return whether a text fits a pattern, in which % stands for any text and _ for any character.

    Args:
        fold: Leave the capitals of ASCII aside.
    """
    if fold:
        pattern, text = pattern.translate(_FOLDED), text.translate(_FOLDED)
    at = in_pattern = 0
    star = after = -1
    # A step back goes to the last % only, so that no pattern takes longer than its length times the text's.
    while at < len(text):
        if in_pattern < len(pattern) and pattern[in_pattern] == "%":
            star, after = in_pattern, at
            in_pattern += 1
        elif in_pattern < len(pattern) and pattern[in_pattern] in ("_", text[at]):
            at += 1
            in_pattern += 1
        elif star >= 0:
            after += 1
            at, in_pattern = after, star + 1
        else:
            return False
    return all(rest == "%" for rest in pattern[in_pattern:])


def sorted_rows(rows: Iterable[Row], order: Order | None) -> list[Row]:
    """Return rows in order; those that are equal, and all without an order, by id."""
    by_id = sorted(rows, key=lambda row: row.id)
    if order is None:
        return by_id

    def key(row: Row) -> tuple[bool, Any]:
        value = value_of(row, order.column)
        return (value is not None, value if value is not None else 0)

    return sorted(by_id, key=key, reverse=order.descending)


def row_bytes(values: Mapping[str, Any]) -> int:
    """Return the size of a row as it is kept, by the ids of columns."""
    return len(msgspec.json.encode(values))


def check_row(values: Mapping[str, Any], limits: Limits) -> int:
    """Return the row's size.

    Raises:
        TableLimit: it is too large.
    """
    size = row_bytes(values)
    if size > limits.row_bytes:
        raise TableLimit(f"a row of {size} bytes is too large; {limits.row_bytes} are allowed")
    return size


def check_size(*, rows: int, table_bytes: int, tenant_bytes: int, limits: Limits) -> None:
    """Raises: TableLimit: a table, or all of a tenant, would be larger than they may be."""
    if rows > limits.rows:
        raise TableLimit(f"the data table would have {rows} rows; {limits.rows} are allowed")
    if table_bytes > limits.table_bytes:
        raise TableLimit(f"the data table would have {table_bytes} bytes; {limits.table_bytes} are allowed")
    if tenant_bytes > limits.tenant_bytes:
        raise TableLimit(f"all data tables together would have {tenant_bytes} bytes; {limits.tenant_bytes} are allowed")


def check_count(tables: int, limits: Limits) -> None:
    """Raises: TableLimit: a tenant that has so many tables may have no more."""
    if tables >= limits.tables:
        raise TableLimit(f"there are {limits.tables} data tables at most; delete one that is not used")
