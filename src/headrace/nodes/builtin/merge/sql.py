"""Combining items with a SELECT over tables input1, input2, ...: SQLite in memory, able to read those tables and no more."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, Items

MAX_SECONDS = 30.0
MAX_ROWS = 1_000_000
_MAX_COLUMNS = 1_000
_STEPS = 10_000


def select(query: str, inputs: Sequence[Items]) -> list[Item]:
    """Return the rows of *query* as items.

    Raises:
        NodeError: it is no SELECT, does what it may not, or runs too long.
    """
    import apsw

    if not query.strip():
        raise NodeError("The SQL query is empty")
    db = apsw.Connection(":memory:")
    try:
        for place, items in enumerate(inputs, start=1):
            _load(db, f"input{place}", items)
        deadline = time.monotonic() + MAX_SECONDS
        db.set_authorizer(_only_reading(apsw))
        db.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        db.limit(apsw.SQLITE_LIMIT_LENGTH, 256 * 1024 * 1024)
        return [Item(json=row) for row in _rows(db, query)]
    except apsw.InterruptError as slow:
        raise NodeError(f"The SQL query ran longer than the limit of {MAX_SECONDS:g} seconds") from slow
    except apsw.AuthError as denied:
        raise NodeError("The SQL query may only read its inputs", description=str(denied)) from denied
    except apsw.Error as wrong:
        raise NodeError(
            f"Issue while executing query: {wrong}", description="Tables are named input1, input2, ..."
        ) from wrong
    finally:
        db.close()


def _only_reading(apsw: Any) -> Any:
    allowed = {apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_RECURSIVE}

    def authorize(operation: int, first: str | None, second: str | None, *_: Any) -> int:
        if operation == apsw.SQLITE_FUNCTION:
            # Functions reach files and extensions in some builds; these have no business in a query over items.
            return int(
                apsw.SQLITE_DENY if second in ("load_extension", "readfile", "writefile", "edit") else apsw.SQLITE_OK
            )
        return int(apsw.SQLITE_OK if operation in allowed else apsw.SQLITE_DENY)

    return authorize


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


def _load(db: Any, table: str, items: Iterable[Item]) -> None:
    rows = [item.json for item in items]
    columns = list(dict.fromkeys(key for row in rows for key in row))[:_MAX_COLUMNS] or ["empty"]
    # SQLite's names do not tell upper from lower case, so of two that differ in it alone the first stays.
    seen: set[str] = set()
    columns = [name for name in columns if not (name.lower() in seen or seen.add(name.lower()))]
    db.execute(f"CREATE TABLE {_quote(table)} ({', '.join(map(_quote, columns))})")
    if rows:
        marks = ", ".join("?" * len(columns))
        db.executemany(
            f"INSERT INTO {_quote(table)} VALUES ({marks})",  # noqa: S608 - a name of ours and question marks
            [[_cell(row.get(name)) for name in columns] for row in rows],
        )


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str | float):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else float(value)
    return msgspec.json.encode(value).decode()


def _rows(db: Any, query: str) -> list[dict[str, Any]]:
    cursor = db.execute(query.strip().rstrip(";"))
    made: list[dict[str, Any]] = []
    names: list[str] | None = None
    for row in cursor:
        if names is None:
            names = [column[0] for column in cursor.get_description()]
        made.append(dict(zip(names, row, strict=True)))
        if len(made) > MAX_ROWS:
            raise NodeError(f"The SQL query returns more than the limit of {MAX_ROWS} rows")
    return made
