"""`headrace table`."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.cli.failing import Failure
from headrace.cli.opening import opened, pretty, read_file
from headrace.datatables.domain import iso
from headrace.datatables.public import Condition, Order, Row, Table, Type, Where
from headrace.kernel.ids import DEFAULT_TENANT, ProjectId
from headrace.sdk.tables import Test

if TYPE_CHECKING:
    from headrace.datatables.service import Tables

_CONDITION = re.compile(r"([A-Za-z]\w*)\s*(!=|<=|>=|=|<|>|~)\s*(.*)", re.DOTALL)
_TESTS: dict[str, Test] = {"=": "eq", "!=": "neq", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte", "~": "ilike"}


async def list_tables(*, as_json: bool, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        held = await headrace.tables.list(DEFAULT_TENANT)
    if as_json:
        print(pretty([_described(table) for table in held]))
        return 0
    for table in held:
        columns = ", ".join(f"{column.name}:{column.type}" for column in table.columns)
        print(f"{table.id:26} {table.rows:8} rows  {table.name} ({columns})")
    return 0


async def create_table(name: str, columns: Sequence[str], *, project: str, data_dir: Path | None) -> int:
    """Raises: Failure: a column makes no sense, or there is such a table already."""
    drawn = [_column(column) for column in columns]
    async with opened(data_dir) as headrace:
        table = await headrace.tables.create(DEFAULT_TENANT, name, drawn, project=ProjectId(project))
    print(f'made the data table "{table.name}" ({table.id})')
    return 0


async def show_rows(
    wanted: str, where: Sequence[str], *, sort: str | None, limit: int, as_json: bool, data_dir: Path | None
) -> int:
    """Raises: Failure: there is no such table or column, or a condition makes no sense."""
    conditions = tuple(_condition(text) for text in where)
    order = Order(sort.removeprefix("-"), descending=sort.startswith("-")) if sort else None
    async with opened(data_dir) as headrace:
        table = await _find(headrace.tables, wanted)
        rows = await headrace.tables.find(DEFAULT_TENANT, table.id, Where(conditions), order=order, limit=limit)
    if as_json:
        print(pretty([_shown(row) for row in rows]))
        return 0
    names = ["id", *(column.name for column in table.columns)]
    lines = [names, *([str(row.id), *(_text(row.values[name]) for name in names[1:])] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    for line in lines:
        print("  ".join(field.ljust(width) for field, width in zip(line, widths, strict=True)).rstrip())
    return 0


async def import_file(wanted: str, file: Path, *, create: bool, project: str, data_dir: Path | None) -> int:
    """Raises: Failure: no such table or file, or a row does not fit; then nothing was added."""
    content = read_file(file)
    async with opened(data_dir) as headrace:
        if create:
            table = await headrace.tables.create_from_csv(DEFAULT_TENANT, wanted, content, project=ProjectId(project))
            count = table.rows
        else:
            table = await _find(headrace.tables, wanted)
            count = await headrace.tables.import_csv(DEFAULT_TENANT, table.id, content)
    print(f'added {count} rows to "{table.name}"', file=sys.stderr)
    return 0


async def export_file(wanted: str, output: Path | None, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such table, or the file cannot be written."""
    async with opened(data_dir) as headrace:
        table = await _find(headrace.tables, wanted)
        pieces = headrace.tables.export_csv(DEFAULT_TENANT, table.id)
        if output is None:
            async for piece in pieces:
                sys.stdout.write(piece)
            return 0
        try:
            with output.open("w", encoding="utf-8", newline="") as file:
                async for piece in pieces:
                    file.write(piece)
        except OSError as failure:
            raise Failure(f"{output}: {failure.strerror}") from failure
    return 0


async def delete_table(wanted: str, *, yes: bool, data_dir: Path | None) -> int:
    """Raises: Failure: no such table, or it has rows."""
    async with opened(data_dir) as headrace:
        table = await _find(headrace.tables, wanted)
        if table.rows and not yes:
            raise Failure(f'"{table.name}" has {table.rows} rows, which go with it; add --yes')
        await headrace.tables.delete(DEFAULT_TENANT, table.id)
    print(f'deleted the data table "{table.name}"')
    return 0


async def _find(tables: Tables, wanted: str) -> Table:
    held = await tables.list(DEFAULT_TENANT)
    found = [table for table in held if wanted in (table.id, table.name)]
    if len(found) != 1:
        hint = f"several: {', '.join(table.id for table in found)}" if found else "`headrace table list` shows all"
        raise Failure(f'there is no one data table "{wanted}"; {hint}')
    return found[0]


def _column(text: str) -> tuple[str, Type]:
    name, _, type_ = text.partition(":")
    if type_ not in list(Type):
        raise Failure(f"{text}: write a column as NAME:TYPE, with a type of {', '.join(Type)}")
    return name, Type(type_)


def _condition(text: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise Failure(f'--where "{text}": write COLUMN=VALUE, or one of {" ".join(_TESTS)} for the =')
    return Condition(found[1], _TESTS[found[2]], found[3] or None)


def _described(table: Table) -> dict[str, object]:
    columns = [{"name": column.name, "type": column.type} for column in table.columns]
    return {"id": table.id, "name": table.name, "project": table.project, "rows": table.rows, "columns": columns}


def _shown(row: Row) -> dict[str, object]:
    return {"id": row.id, "createdAt": iso(row.created_at), "updatedAt": iso(row.updated_at), **row.values}


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
