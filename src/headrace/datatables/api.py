"""Data tables over HTTP. Paths and shapes are those of n8n's public API where it has the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from headrace.datatables.domain import iso
from headrace.datatables.errors import BadFilter, TableProjectNeeded
from headrace.datatables.public import Condition, Order, Row, Table, Type, Where
from headrace.datatables.service import Tables
from headrace.infra.http.injected import Given
from headrace.infra.http.lists import Cursor, Page, PageSize
from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId
from headrace.sdk.tables import Test
from headrace.tenancy.public import Action, Caller

_Who = Given[Caller]
_Tables = Given[Tables]
_Cells = dict[str, str | int | float | bool | None]
_MOST_AT_ONCE = 10_000


class ColumnShape(msgspec.Struct, rename="camel"):
    name: str
    type: Type


class TableShape(msgspec.Struct, rename="camel"):
    id: str
    name: str
    project_id: str
    columns: list[ColumnShape]
    row_count: int
    size_bytes: int
    created_at: datetime
    updated_at: datetime


class NewTable(msgspec.Struct, rename="camel"):
    name: str
    columns: list[ColumnShape] = []
    project_id: str = DEFAULT_PROJECT


class NewName(msgspec.Struct):
    name: str


class FilterPart(msgspec.Struct, rename="camel"):
    """What a value has to be; in patterns of `like` and `ilike`, % stands for any text, _ for any character."""

    column_name: str
    condition: Test
    value: str | int | float | bool | None = None


class Filter(msgspec.Struct):
    """Which rows are meant: those for which all parts hold, or any of them."""

    filters: list[FilterPart] = []
    type: Literal["and", "or"] = "and"


class NewRows(msgspec.Struct, rename="camel"):
    data: Annotated[list[_Cells], msgspec.Meta(max_length=_MOST_AT_ONCE)]
    return_type: Literal["count", "id", "all"] = "count"


class RowChange(msgspec.Struct, rename="camel"):
    filter: Filter
    data: _Cells
    return_data: bool = False
    """Answer with the rows as they are then, and not only that it is done."""

    dry_run: bool = False
    """Change nothing; answer with the rows as they would be."""


class Inserted(msgspec.Struct, rename="camel", omit_defaults=True):
    count: int
    ids: list[int] | None = None
    data: list[dict[str, Any]] | None = None


class Changed(msgspec.Struct, rename="camel", omit_defaults=True):
    count: int
    data: list[dict[str, Any]] | None = None


class DataTablesApi(Controller):
    path = "/data-tables"
    tags = ("data tables",)

    @get("/", operation_id="listDataTables", summary="List data tables")
    async def find(
        self,
        caller: _Who,
        tables: _Tables,
        project_id: Annotated[str | None, QueryParameter(name="projectId")] = None,
    ) -> Page[TableShape]:
        project = await _project_seen(caller, project_id)
        return Page([_table(one) for one in await tables.list(caller.tenant, project)])

    @post("/", operation_id="createDataTable", summary="Make a data table", status_code=201)
    async def create(self, caller: _Who, tables: _Tables, data: JSONBody[NewTable]) -> TableShape:
        await caller.must(Action.DATATABLE_EDIT, data.project_id)
        columns = [(column.name, column.type) for column in data.columns]
        made = await tables.create(caller.tenant, data.name, columns, project=ProjectId(data.project_id))
        return _table(made)

    @get("/{table_id:str}", operation_id="getDataTable", summary="Get a data table, but for its rows")
    async def show(self, caller: _Who, tables: _Tables, table_id: FromPath[str]) -> TableShape:
        return _table(await _allowed(caller, tables, table_id, Action.DATATABLE_READ))

    @patch("/{table_id:str}", operation_id="renameDataTable", summary="Rename a data table")
    async def rename(
        self, caller: _Who, tables: _Tables, table_id: FromPath[str], data: JSONBody[NewName]
    ) -> TableShape:
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        return _table(await tables.rename(caller.tenant, table_id, data.name))

    @delete("/{table_id:str}", operation_id="deleteDataTable", summary="Delete a data table with its rows")
    async def remove(self, caller: _Who, tables: _Tables, table_id: FromPath[str]) -> None:
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        await tables.delete(caller.tenant, table_id)

    @post("/{table_id:str}/columns", operation_id="addDataTableColumn", summary="Add a column", status_code=201)
    async def add_column(
        self, caller: _Who, tables: _Tables, table_id: FromPath[str], data: JSONBody[ColumnShape]
    ) -> TableShape:
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        return _table(await tables.add_column(caller.tenant, table_id, data.name, data.type))

    @patch("/{table_id:str}/columns/{column:str}", operation_id="renameDataTableColumn", summary="Rename a column")
    async def rename_column(
        self, caller: _Who, tables: _Tables, table_id: FromPath[str], column: FromPath[str], data: JSONBody[NewName]
    ) -> TableShape:
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        return _table(await tables.rename_column(caller.tenant, table_id, column, data.name))

    @delete(
        "/{table_id:str}/columns/{column:str}",
        operation_id="deleteDataTableColumn",
        summary="Delete a column with its values",
        status_code=200,
    )
    async def drop_column(
        self, caller: _Who, tables: _Tables, table_id: FromPath[str], column: FromPath[str]
    ) -> TableShape:
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        return _table(await tables.drop_column(caller.tenant, table_id, column))

    @get("/{table_id:str}/csv", operation_id="exportDataTable", summary="Get a data table as a CSV file")
    async def export_file(self, caller: _Who, tables: _Tables, table_id: FromPath[str]) -> Stream:
        await _allowed(caller, tables, table_id, Action.DATATABLE_READ)
        pieces: AsyncIterator[str] = tables.export_csv(caller.tenant, table_id)
        return Stream(
            pieces,
            media_type="text/csv",
            headers={"content-disposition": f'attachment; filename="table-{table_id}.csv"'},
        )

    @post("/{table_id:str}/csv", operation_id="importDataTable", summary="Add the rows of a CSV file", status_code=200)
    async def import_file(
        self, caller: _Who, tables: _Tables, table_id: FromPath[str], request: Request[Any, Any, Any]
    ) -> Inserted:
        """The body is the file, in UTF-8; its first line names columns. All rows are added, or none."""
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        return Inserted(await tables.import_csv(caller.tenant, table_id, await request.body()))


class DataTableRowsApi(Controller):
    path = "/data-tables/{table_id:str}/rows"
    tags = ("data tables",)

    @get("/", operation_id="listDataTableRows", summary="List rows")
    async def find(
        self,
        caller: _Who,
        tables: _Tables,
        table_id: FromPath[str],
        wanted: Annotated[str, QueryParameter(name="filter", max_length=20_000)] = "",
        sort_by: Annotated[
            str, QueryParameter(name="sortBy", max_length=100, description="`column:asc` or `column:desc`.")
        ] = "",
        limit: PageSize = 100,
        cursor: Cursor = None,
    ) -> Page[dict[str, Any]]:
        await _allowed(caller, tables, table_id, Action.DATATABLE_READ)
        offset = _offset(cursor)
        rows = await tables.find(
            caller.tenant, table_id, _parsed(wanted), order=_order(sort_by), limit=limit + 1, offset=offset
        )
        return Page([_row(row) for row in rows[:limit]], str(offset + limit) if len(rows) > limit else None)

    @post("/", operation_id="insertDataTableRows", summary="Insert rows", status_code=200)
    async def insert(self, caller: _Who, tables: _Tables, table_id: FromPath[str], data: JSONBody[NewRows]) -> Inserted:
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        rows = await tables.insert(caller.tenant, table_id, data.data)
        match data.return_type:
            case "id":
                return Inserted(len(rows), ids=[row.id for row in rows])
            case "all":
                return Inserted(len(rows), data=[_row(row) for row in rows])
            case _:
                return Inserted(len(rows))

    @patch("/update", operation_id="updateDataTableRows", summary="Change rows")
    async def update(
        self, caller: _Who, tables: _Tables, table_id: FromPath[str], data: JSONBody[RowChange]
    ) -> Changed:
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        return await _change(caller, tables, table_id, data, insert=False)

    @post("/upsert", operation_id="upsertDataTableRows", summary="Change rows, or add one", status_code=200)
    async def upsert(
        self, caller: _Who, tables: _Tables, table_id: FromPath[str], data: JSONBody[RowChange]
    ) -> Changed:
        """Where no row is meant, one is added with these values."""
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        return await _change(caller, tables, table_id, data, insert=True)

    @delete("/delete", operation_id="deleteDataTableRows", summary="Delete rows", status_code=200)
    async def remove(
        self,
        caller: _Who,
        tables: _Tables,
        table_id: FromPath[str],
        wanted: Annotated[str, QueryParameter(name="filter", max_length=20_000)],
        return_data: Annotated[bool, QueryParameter(name="returnData")] = False,
        dry_run: Annotated[bool, QueryParameter(name="dryRun")] = False,
    ) -> Changed:
        await _allowed(caller, tables, table_id, Action.DATATABLE_EDIT)
        rows = await tables.remove_rows(caller.tenant, table_id, _parsed(wanted), dry_run=dry_run)
        return Changed(len(rows), [_row(row) for row in rows] if return_data or dry_run else None)


async def _allowed(caller: Caller, tables: Tables, table_id: str, action: Action) -> Table:
    """Return a table in whose project the caller may do that. Raises: TableNotFound, Denied"""
    table = await tables.get(caller.tenant, table_id)
    await caller.must(action, table.project)
    return table


async def _project_seen(caller: Caller, project: str | None) -> ProjectId | None:
    """Return the project whose tables a list shows; None: all of the tenant.

    Raises:
        TableProjectNeeded: the caller may see several projects, but not all of them.
    """
    if project is not None:
        await caller.must(Action.DATATABLE_READ, project)
        return ProjectId(project)
    places = await caller.places(Action.DATATABLE_READ)
    if await caller.may(Action.DATATABLE_READ):
        return None
    if len(places) != 1:
        raise TableProjectNeeded(places)
    return ProjectId(places[0])


async def _change(caller: Caller, tables: Tables, table_id: str, asked: RowChange, *, insert: bool) -> Changed:
    rows = await tables.update(
        caller.tenant, table_id, _where(asked.filter), asked.data, insert=insert, dry_run=asked.dry_run
    )
    return Changed(len(rows), [_row(row) for row in rows] if asked.return_data or asked.dry_run else None)


def _parsed(text: str) -> Where:
    """Raises: BadFilter"""
    if not text:
        return Where()
    try:
        return _where(msgspec.json.decode(text, type=Filter))
    except (msgspec.MsgspecError, RecursionError) as wrong:
        raise BadFilter(f"the filter cannot be read: {wrong}") from wrong


def _where(wanted: Filter) -> Where:
    conditions = tuple(Condition(part.column_name, part.condition, part.value) for part in wanted.filters)
    return Where(conditions, every=wanted.type == "and")


def _order(text: str) -> Order | None:
    """Raises: BadFilter"""
    if not text:
        return None
    column, _, direction = text.partition(":")
    if direction not in ("", "asc", "desc"):
        raise BadFilter(f'rows are sorted by "column:asc" or "column:desc", not by "{text}"')
    return Order(column, descending=direction == "desc")


def _offset(cursor: str | None) -> int:
    """Raises: BadFilter"""
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > 12:
        raise BadFilter("the cursor is none that was given out")
    return int(cursor)


def _table(table: Table) -> TableShape:
    return TableShape(
        id=table.id,
        name=table.name,
        project_id=table.project,
        columns=[ColumnShape(column.name, column.type) for column in table.columns],
        row_count=table.rows,
        size_bytes=table.bytes,
        created_at=table.created_at,
        updated_at=table.updated_at,
    )


def _row(row: Row) -> dict[str, Any]:
    return {"id": row.id, "createdAt": iso(row.created_at), "updatedAt": iso(row.updated_at), **row.values}
