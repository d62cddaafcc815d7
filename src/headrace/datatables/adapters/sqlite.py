"""Data tables in SQLite: each row one JSON object by the ids of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import msgspec

from headrace.datatables.domain import SYSTEM, check_count, check_row, check_size, iso, row_bytes
from headrace.datatables.errors import TableChanged, TableExists, TableNotFound
from headrace.datatables.public import Column, Condition, Limits, Order, Row, Table, Type, Where
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ProjectId, TenantId

_MIGRATIONS = (
    """
    CREATE TABLE data_table (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        project TEXT NOT NULL,
        name TEXT NOT NULL,
        columns BLOB NOT NULL,         -- JSON: [[id, name, type], ...]
        rows INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        last_row INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,      -- ISO, UTC
        updated_at TEXT NOT NULL,
        PRIMARY KEY (tenant, id),
        UNIQUE (tenant, project, name)
    ) WITHOUT ROWID;
    CREATE TABLE data_row (
        tenant TEXT NOT NULL,
        table_id TEXT NOT NULL,
        id INTEGER NOT NULL,
        data TEXT NOT NULL,            -- JSON, by the ids of columns
        created_at TEXT NOT NULL,      -- ISO, UTC, milliseconds: they sort as moments do
        updated_at TEXT NOT NULL,
        PRIMARY KEY (tenant, table_id, id)
    ) WITHOUT ROWID;
    """,
)

_FIELDS = "id, project, name, columns, rows, bytes, created_at, updated_at"
_TESTS = {"eq": "IS", "neq": "IS NOT", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_GLOB_OWN = re.compile(r"[*?\[]")

Key = tuple[TenantId, str]


class SqliteTables:
    """A `TableStore` in a file."""

    def __init__(self, path: Path) -> None:
        self._db = Sqlite(path, _MIGRATIONS)

    async def close(self) -> None:
        await self._db.close()

    async def add(self, table: Table, limits: Limits) -> None:
        def work(db: apsw.Connection) -> None:
            counted: Any = db.execute("SELECT count(*) FROM data_table WHERE tenant = ?", (table.tenant,)).fetchone()
            check_count(counted[0], limits)
            row = (table.tenant, table.id, table.project, table.name, _columns_text(table.columns))
            moments = (iso(table.created_at), iso(table.updated_at))
            try:
                db.execute(
                    "INSERT INTO data_table (tenant, id, project, name, columns, created_at, updated_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (*row, *moments),
                )
            except apsw.ConstraintError as exists:
                raise TableExists(table.name) from exists

        await self._db.write(work)

    async def get(self, tenant: TenantId, table_id: str) -> Table:
        return await self._db.read(lambda db: _table(db, (tenant, table_id)))

    async def named(self, tenant: TenantId, project: ProjectId, name: str) -> Table:
        row = await self._db.read(
            lambda db: db.execute(
                f"SELECT {_FIELDS} FROM data_table WHERE tenant = ? AND project = ? AND name = ?",  # noqa: S608
                (tenant, project, name),
            ).fetchone()
        )
        if row is None:
            raise TableNotFound(name)
        return _table_of(tenant, row)

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Table]:
        rows = await self._db.read(
            lambda db: db.execute(
                f"SELECT {_FIELDS} FROM data_table WHERE tenant = ? AND project = ifnull(?, project) ORDER BY name, id",  # noqa: S608
                (tenant, project),
            ).fetchall()
        )
        return [_table_of(tenant, row) for row in rows]

    async def change(self, seen: Table, *, name: str, columns: Sequence[Column], now: datetime) -> Table:
        key = (seen.tenant, seen.id)

        def work(db: apsw.Connection) -> Table:
            before = _table(db, key)
            if (before.name, before.columns) != (seen.name, seen.columns):
                raise TableChanged(before.name)
            gone = {column.id for column in before.columns} - {column.id for column in columns}
            try:
                db.execute(
                    "UPDATE data_table SET name = ?, columns = ?, updated_at = ? WHERE tenant = ? AND id = ?",
                    (name, _columns_text(columns), iso(now), *key),
                )
            except apsw.ConstraintError as exists:
                raise TableExists(name) from exists
            if gone:
                paths = [f'$."{id_}"' for id_ in sorted(gone)]
                marks = ", ".join("?" * len(paths))
                db.execute(
                    f"UPDATE data_row SET data = json_remove(data, {marks}) WHERE tenant = ? AND table_id = ?",  # noqa: S608
                    (*paths, *key),
                )
                db.execute(
                    "UPDATE data_table SET bytes = (SELECT ifnull(sum(length(CAST(data AS BLOB))), 0) FROM data_row"
                    " WHERE tenant = ?1 AND table_id = ?2) WHERE tenant = ?1 AND id = ?2",
                    key,
                )
            return _table(db, key)

        return await self._db.write(work)

    async def remove(self, tenant: TenantId, table_id: str) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM data_table WHERE tenant = ? AND id = ?", (tenant, table_id))
            if not db.changes():
                raise TableNotFound(table_id)
            db.execute("DELETE FROM data_row WHERE tenant = ? AND table_id = ?", (tenant, table_id))

        await self._db.write(work)

    async def insert(
        self, tenant: TenantId, table_id: str, rows: Sequence[Mapping[str, Any]], *, limits: Limits, now: datetime
    ) -> Sequence[Row]:
        key = (tenant, table_id)
        return await self._db.write(lambda db: _insert(db, key, rows, limits, now))

    async def find(
        self,
        tenant: TenantId,
        table_id: str,
        where: Where,
        *,
        order: Order | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Sequence[Row]:
        def work(db: apsw.Connection) -> list[Row]:
            table = _table(db, (tenant, table_id))
            by = f"{_expression(table, order.column)} {'DESC' if order.descending else 'ASC'}, id" if order else "id"
            return _rows(db, table, where, f"ORDER BY {by} LIMIT ? OFFSET ?", (-1 if limit is None else limit, offset))

        return await self._db.read(work)

    async def count(self, tenant: TenantId, table_id: str, where: Where) -> int:
        def work(db: apsw.Connection) -> int:
            table = _table(db, (tenant, table_id))
            test, values = _condition(table, where)
            found: Any = db.execute(
                f"SELECT count(*) FROM data_row WHERE tenant = ? AND table_id = ? AND {test}",  # noqa: S608
                (tenant, table_id, *values),
            ).fetchone()
            return int(found[0])

        return await self._db.read(work)

    async def update(
        self,
        tenant: TenantId,
        table_id: str,
        where: Where,
        values: Mapping[str, Any],
        *,
        insert: bool = False,
        limits: Limits,
        now: datetime,
    ) -> Sequence[Row]:
        key = (tenant, table_id)

        def work(db: apsw.Connection) -> Sequence[Row]:
            table = _table(db, key)
            test, bound = _condition(table, where)
            found: Any = db.execute(
                f"SELECT id, data, created_at FROM data_row WHERE tenant = ? AND table_id = ? AND {test} ORDER BY id",  # noqa: S608
                (*key, *bound),
            ).fetchall()
            if not found and insert:
                return _insert(db, key, [values], limits, now)
            changed: list[Row] = []
            grown = 0
            for id_, text, created_at in found:
                before = msgspec.json.decode(text)
                after = {**before, **values}
                grown += check_row(after, limits) - row_bytes(before)
                db.execute(
                    "UPDATE data_row SET data = ?, updated_at = ? WHERE tenant = ? AND table_id = ? AND id = ?",
                    (_text(after), iso(now), *key, id_),
                )
                changed.append(_row(table, id_, after, created_at, iso(now)))
            _grow(db, table, 0, grown, limits)
            return changed

        return await self._db.write(work)

    async def delete(self, tenant: TenantId, table_id: str, where: Where) -> Sequence[Row]:
        def work(db: apsw.Connection) -> list[Row]:
            table = _table(db, (tenant, table_id))
            test, bound = _condition(table, where)
            gone: Any = db.execute(
                f"DELETE FROM data_row WHERE tenant = ? AND table_id = ? AND {test}"  # noqa: S608
                " RETURNING id, data, created_at, updated_at",
                (tenant, table_id, *bound),
            ).fetchall()
            _grow(db, table, -len(gone), -sum(len(text.encode()) for _, text, _, _ in gone), Limits())
            return [_row(table, id_, msgspec.json.decode(text), *moments) for id_, text, *moments in sorted(gone)]

        return await self._db.write(work)


def _insert(
    db: apsw.Connection, key: Key, rows: Sequence[Mapping[str, Any]], limits: Limits, now: datetime
) -> list[Row]:
    table = _table(db, key)
    _grow(db, table, len(rows), sum(check_row(values, limits) for values in rows), limits)
    last: Any = db.execute("SELECT last_row FROM data_table WHERE tenant = ? AND id = ?", key).fetchone()
    moment = iso(now)
    first = last[0] + 1
    db.executemany(
        "INSERT INTO data_row VALUES (?, ?, ?, ?, ?, ?)",
        ((*key, id_, _text(values), moment, moment) for id_, values in enumerate(rows, first)),
    )
    db.execute("UPDATE data_table SET last_row = ? WHERE tenant = ? AND id = ?", (last[0] + len(rows), *key))
    return [_row(table, id_, values, moment, moment) for id_, values in enumerate(rows, first)]


def _grow(db: apsw.Connection, table: Table, rows: int, size: int, limits: Limits) -> None:
    if rows > 0 or size > 0:
        total: Any = db.execute("SELECT sum(bytes) FROM data_table WHERE tenant = ?", (table.tenant,)).fetchone()
        check_size(rows=table.rows + rows, table_bytes=table.bytes + size, tenant_bytes=total[0] + size, limits=limits)
    db.execute(
        "UPDATE data_table SET rows = rows + ?, bytes = bytes + ? WHERE tenant = ? AND id = ?",
        (rows, size, table.tenant, table.id),
    )


def _table(db: apsw.Connection, key: Key) -> Table:
    row = db.execute(f"SELECT {_FIELDS} FROM data_table WHERE tenant = ? AND id = ?", key).fetchone()  # noqa: S608
    if row is None:
        raise TableNotFound(key[1])
    return _table_of(key[0], row)


def _table_of(tenant: TenantId, row: Any) -> Table:
    id_, project, name, columns, rows, size, created_at, updated_at = row
    return Table(
        id=id_,
        tenant=tenant,
        project=ProjectId(project),
        name=name,
        columns=tuple(Column(id=one[0], name=one[1], type=Type(one[2])) for one in msgspec.json.decode(columns)),
        rows=rows,
        bytes=size,
        created_at=_moment(created_at),
        updated_at=_moment(updated_at),
    )


def _columns_text(columns: Sequence[Column]) -> bytes:
    return msgspec.json.encode([[column.id, column.name, column.type] for column in columns])


def _rows(db: apsw.Connection, table: Table, where: Where, rest: str, more: Sequence[Any]) -> list[Row]:
    test, bound = _condition(table, where)
    found: Any = db.execute(
        f"SELECT id, data, created_at, updated_at FROM data_row WHERE tenant = ? AND table_id = ? AND {test} {rest}",  # noqa: S608
        (table.tenant, table.id, *bound, *more),
    )
    return [_row(table, id_, msgspec.json.decode(text), created, updated) for id_, text, created, updated in found]


def _row(table: Table, id_: int, values: Mapping[str, Any], created_at: str, updated_at: str) -> Row:
    return Row(
        id=id_,
        values={column.name: values.get(column.id) for column in table.columns},
        created_at=_moment(created_at),
        updated_at=_moment(updated_at),
    )


def _text(values: Mapping[str, Any]) -> str:
    return msgspec.json.encode(values).decode()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _condition(table: Table, where: Where) -> tuple[str, list[Any]]:
    """Return conditions as SQL, in which columns are by their ids, which are ours, and the values bound to it."""
    if not where.conditions:
        return "TRUE", []
    parts = [_test(table, condition) for condition in where.conditions]
    joint = " AND " if where.every else " OR "
    return f"({joint.join(sql for sql, _ in parts)})", [value for _, value in parts]


def _test(table: Table, condition: Condition) -> tuple[str, Any]:
    expression = _expression(table, condition.column)
    match condition.test:
        case "like":
            return f"{expression} GLOB ?", _glob(condition.value)
        case "ilike":
            return f"lower({expression}) GLOB lower(?)", _glob(condition.value)
        case test:
            return f"{expression} {_TESTS[test]} ?", condition.value


def _expression(table: Table, column: str) -> str:
    if column in SYSTEM:
        return {"id": "id", "createdAt": "created_at", "updatedAt": "updated_at"}[column]
    found = table.column(column)
    if found is None or not found.id.isalnum():
        raise AssertionError("columns are checked before, and their ids are ours")
    return f"json_extract(data, '$.\"{found.id}\"')"


def _glob(pattern: str) -> str:
    """Return a pattern of LIKE as one of GLOB, which tells capitals apart and has no escapes but brackets."""
    own = _GLOB_OWN.sub(lambda found: f"[{found[0]}]", pattern)
    return own.replace("%", "*").replace("_", "?")
