"""Data tables as nodes use them: those of the run's project, and failures in the words of nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from headrace.datatables.domain import iso
from headrace.datatables.errors import TableNotFound
from headrace.datatables.public import Order, Table, Where
from headrace.datatables.public import Row as KeptRow
from headrace.datatables.service import Tables
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import ProjectId, TenantId
from headrace.sdk.errors import NodeError
from headrace.sdk.tables import DataTables, Row, TableRef


class RunTables:
    """The `RunTables` of the executor.

    Args:
        names_only: Take ids for names: in tests of workflows, tables have no ids of their own.
    """

    def __init__(self, tables: Tables, *, names_only: bool = False) -> None:
        self._tables = tables
        self._names_only = names_only

    def of_project(self, tenant: TenantId, project: ProjectId) -> DataTables:
        return _ProjectTables(self._tables, tenant, project, names_only=self._names_only)


class _ProjectTables:
    def __init__(self, tables: Tables, tenant: TenantId, project: ProjectId, *, names_only: bool) -> None:
        self._tables = tables
        self._names_only = names_only
        self._tenant = tenant
        self._project = project

    async def insert(self, table: TableRef, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        with _in_words_of_nodes():
            found = await self._find(table)
            return _rows(await self._tables.insert(self._tenant, found.id, rows))

    async def find(
        self, table: TableRef, where: Where, *, order: Order | None = None, limit: int | None = None
    ) -> list[Row]:
        with _in_words_of_nodes():
            found = await self._find(table)
            return _rows(await self._tables.find(self._tenant, found.id, where, order=order, limit=limit))

    async def update(
        self, table: TableRef, where: Where, values: Mapping[str, Any], *, dry_run: bool = False
    ) -> list[Row]:
        with _in_words_of_nodes():
            found = await self._find(table)
            return _rows(await self._tables.update(self._tenant, found.id, where, values, dry_run=dry_run))

    async def upsert(
        self, table: TableRef, where: Where, values: Mapping[str, Any], *, dry_run: bool = False
    ) -> list[Row]:
        with _in_words_of_nodes():
            found = await self._find(table)
            return _rows(await self._tables.update(self._tenant, found.id, where, values, insert=True, dry_run=dry_run))

    async def delete(self, table: TableRef, where: Where, *, dry_run: bool = False) -> list[Row]:
        with _in_words_of_nodes():
            found = await self._find(table)
            return _rows(await self._tables.remove_rows(self._tenant, found.id, where, dry_run=dry_run))

    async def _find(self, ref: TableRef) -> Table:
        if ref.by_name or self._names_only:
            return await self._tables.named(self._tenant, self._project, ref.key)
        found = await self._tables.get(self._tenant, ref.key)
        if found.project != self._project:
            raise TableNotFound(ref.key)
        return found


@contextmanager
def _in_words_of_nodes() -> Iterator[None]:
    try:
        yield
    except HeadraceError as refused:
        raise NodeError(str(refused)) from refused


def _rows(rows: Sequence[KeptRow]) -> list[Row]:
    return [
        {"id": row.id, "createdAt": iso(row.created_at), "updatedAt": iso(row.updated_at), **row.values} for row in rows
    ]
