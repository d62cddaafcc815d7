"""Merging with SQL: the inputs as tables of a throw-away SQLite database that can do nothing but be read."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from headrace.nodes.builtin.merge.combining import links
from headrace.sdk.context import NodeContext
from headrace.sdk.conversion import to_json_text
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, JsonObject, Link
from headrace.sdk.js import to_text

MAX_ROWS = 1_000_000
MAX_STEPS = 200_000_000
"""Instructions of SQLite's virtual machine, some seconds of work."""

MAX_MEMORY_BYTES = 256 * 1024 * 1024
"""What a query may use beside the inputs."""

_MAX_VALUE_BYTES = 16 * 1024 * 1024
_MAX_SHARED_LINKS = 1_000_000
_STEPS_BETWEEN_CHECKS = 10_000
_ROW = "pairedItem"
"""The hidden column that holds the index of a row's item."""

_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_SELECTED = re.compile(r"SELECT\s+(?!DISTINCT\b|ALL\b)(.+?)\s+FROM\b", re.IGNORECASE | re.DOTALL)


async def query_items(ctx: NodeContext, given: Sequence[list[Item]]) -> list[Item]:
    """Run the node's query over the inputs and return its rows as items.

    Raises:
        NodeError: the query is wrong, does more than read, or is past a limit.
    """
    query = await _filled_in(ctx)
    version = ctx.node.version
    per_row = version >= 3.1 and query.lower().startswith("select")
    # Another thread, so that a long query holds up nobody else.
    made = await asyncio.to_thread(_run, query, given, per_row)
    if not made and (version <= 3.1 or ctx.param("options.emptyQueryResult", 0, "empty") == "success"):
        return [Item(json={"success": True}, paired_item=[] if per_row else _all_links(given))]
    return made


async def _filled_in(ctx: NodeContext) -> str:
    """Return the query with each {{ }} replaced by its value for item 0."""
    query = to_text(ctx.raw_param("query", "")).removeprefix("=")
    expressions = _EXPRESSION.findall(query)
    if not expressions:
        return query
    values = iter(await ctx.evaluate([f"={expression}" for expression in expressions]))
    return _EXPRESSION.sub(lambda _: to_text(next(values)), query)


def _all_links(given: Sequence[Sequence[Item]]) -> list[Link]:
    return [link for items in given for link in links(items)]


def _run(query: str, given: Sequence[Sequence[Item]], per_row: bool) -> list[Item]:
    import apsw

    connection = apsw.Connection(":memory:")
    try:
        tables = _Tables(connection, given)
        _restrict(connection, apsw)
        if per_row:
            try:
                return [
                    Item(json=json, paired_item=paired)
                    for json, paired in tables.rows(_with_row_columns(query, len(given)))
                ]
            except apsw.SQLError:
                # Not a plain SELECT of the tables by their own names: every row then comes of all items.
                pass
        rows = list(tables.rows(query))
        every = _all_links(given)
        shared = every if len(every) * len(rows) <= _MAX_SHARED_LINKS else None
        return [Item(json=json, paired_item=shared) for json, _ in rows]
    except (apsw.Error, apsw.ConstraintError, ValueError, TypeError) as failure:
        raise NodeError("Issue while executing query", description=_reason(failure, apsw), item_index=0) from failure
    finally:
        connection.close(True)


def _reason(failure: Exception, apsw: Any) -> str:
    if isinstance(failure, apsw.AuthError):
        return "A query may only read its inputs: SELECT is allowed, other statements are not."
    if isinstance(failure, apsw.InterruptError):
        return "The query did more work, or used more memory, than is allowed."
    if isinstance(failure, apsw.TooBigError):
        return f"The query made a value of more than {_MAX_VALUE_BYTES} bytes."
    return str(failure)


def _with_row_columns(query: str, inputs: int) -> str:
    """Add the hidden columns of the tables that a SELECT names, so that each row tells which items it is of."""
    match = _SELECTED.search(query)
    if match is None or match[1].strip() == "*":
        return query
    hidden = "".join(
        f', input{place}."{_ROW}" AS "{_ROW}{place}"'
        for place in range(1, inputs + 1)
        if re.search(rf"\binput{place}\b", query)
    )
    return f"{query[: match.end(1)]}{hidden}{query[match.end(1) :]}"


def _restrict(connection: Any, apsw: Any) -> None:
    """Allow nothing but reading, and limit what reading may cost."""
    allowed = {apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_FUNCTION, apsw.SQLITE_RECURSIVE}
    refused_functions = {"load_extension", "fts3_tokenizer"}

    def authorize(operation: int, _first: str | None, second: str | None, *_: str | None) -> int:
        if operation not in allowed or (operation == apsw.SQLITE_FUNCTION and second in refused_functions):
            return int(apsw.SQLITE_DENY)
        return int(apsw.SQLITE_OK)

    connection.authorizer = authorize
    for limit, value in (
        (apsw.SQLITE_LIMIT_LENGTH, _MAX_VALUE_BYTES),
        (apsw.SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (apsw.SQLITE_LIMIT_ATTACHED, 0),
        (apsw.SQLITE_LIMIT_COMPOUND_SELECT, 100),
        (apsw.SQLITE_LIMIT_EXPR_DEPTH, 200),
        (apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
        (apsw.SQLITE_LIMIT_WORKER_THREADS, 0),
    ):
        connection.limit(limit, value)
    connection.set_progress_handler(_budget(apsw.memory_used), _STEPS_BETWEEN_CHECKS)


def _budget(memory_used: Callable[[], int]) -> Callable[[], bool]:
    """Return a function that counts the checks and says when a query must stop."""
    before = memory_used()
    left = MAX_STEPS // _STEPS_BETWEEN_CHECKS

    def exhausted() -> bool:
        nonlocal left
        left -= 1
        return left <= 0 or memory_used() - before > MAX_MEMORY_BYTES

    return exhausted


class _Tables:
    """The inputs as tables input1, input2, ...; values come back as what they went in as."""

    def __init__(self, connection: Any, given: Sequence[Sequence[Item]]) -> None:
        self._connection = connection
        self._links: list[list[Link]] = []
        self._texts: set[str] = set()
        """The JSON texts of the objects and lists put in: those that come out are made objects and lists again."""

        self._booleans: set[tuple[str, str]] = set()
        """Columns, by table and name, that hold booleans; SQLite knows only 0 and 1."""

        self._nulls: set[str] = {_ROW}
        """Names of columns where null was put in; elsewhere null stands for a missing field."""

        # The keeping of rows in memory is the point: no temporary files.
        connection.execute("PRAGMA temp_store = MEMORY")
        for place, items in enumerate(given, start=1):
            self._create(f"input{place}", items)

    def _create(self, table: str, items: Sequence[Item]) -> None:
        columns: dict[str, str] = {}
        for item in items:
            for name in item.json:
                # Column names are the same in any case; the spelling that came first stands.
                columns.setdefault(name.lower(), name)
        columns.pop(_ROW.lower(), None)
        names = list(columns.values())
        declared = ", ".join(_quoted(name) for name in (*names, _ROW))
        try:
            self._connection.execute(f"CREATE TABLE {table} ({declared})")
        except Exception as failure:
            raise NodeError(
                "Issue while creating table from", description=f"{table}: {failure}", item_index=0
            ) from failure
        own = links(items)
        first = sum(map(len, self._links))
        self._links.append(own)
        places = {name: place for place, name in enumerate(names)}
        marks = ", ".join("?" * (len(names) + 1))
        self._connection.executemany(
            f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 - our own names
            self._values(table, items, columns, places, first),
        )

    def _values(
        self, table: str, items: Sequence[Item], columns: dict[str, str], places: dict[str, int], first: int
    ) -> Iterator[list[Any]]:
        for row, item in enumerate(items):
            values: list[Any] = [None] * (len(places) + 1)
            for key, value in item.json.items():
                name = columns.get(key.lower())
                if name is not None:
                    values[places[name]] = self._stored(table, name, value)
            values[-1] = first + row
            yield values

    def _stored(self, table: str, name: str, value: Any) -> Any:
        if value is None:
            self._nulls.add(name)
        elif isinstance(value, bool):
            self._booleans.add((table, name))
        elif isinstance(value, dict | list):
            text = to_json_text(value)
            self._texts.add(text)
            return text
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            return float(value)
        return str.__str__(value) if isinstance(value, str) else value

    def rows(self, query: str) -> Iterator[tuple[JsonObject, list[Link]]]:
        """Yield each row with the links of the items it is of, where those are known.

        Raises:
            NodeError: there are too many rows.
        """
        every = [link for part in self._links for link in part]
        cursor = self._connection.cursor()
        description: Sequence[Any] = ()

        def trace(made: Any, values: Any) -> Any:
            nonlocal description
            description = made.description_full
            return values

        cursor.row_trace = trace
        for count, values in enumerate(cursor.execute(query), start=1):
            if count > MAX_ROWS:
                raise NodeError(f"The query gives more than {MAX_ROWS} rows, which is the limit")
            yield self._row(description, values, every)

    def _row(self, description: Sequence[Any], values: Iterable[Any], every: Sequence[Link]) -> Any:
        json: JsonObject = {}
        paired: list[Link] = []
        for (name, _, _, table, column), value in zip(description, values, strict=False):
            if name.startswith(_ROW):
                if isinstance(value, int) and 0 <= value < len(every):
                    paired.append(every[value])
            elif value is None:
                if name in self._nulls and (name not in json or json[name] is None):
                    json[name] = None
            elif isinstance(value, bytes):
                json[name] = value.decode(errors="replace")
            elif isinstance(value, float) and not math.isfinite(value):
                json[name] = None
            elif isinstance(value, str) and value in self._texts:
                json[name] = msgspec.json.decode(value)
            elif value in (0, 1) and (table, column) in self._booleans:
                json[name] = bool(value)
            else:
                json[name] = value
        return json, paired


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
