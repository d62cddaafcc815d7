"""Use cases: tables, their columns and their rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from headrace.datatables import csv_files
from headrace.datatables.domain import (
    check_columns,
    check_name,
    check_order,
    checked_values,
    checked_where,
    column_named,
)
from headrace.datatables.errors import BadTable
from headrace.datatables.ports import TableStore
from headrace.datatables.public import Column, Condition, Limits, Order, Row, Table, Type, Where
from headrace.kernel.ids import ProjectId, TenantId, new_id

EVERY = Where()

_PIECE = 1_000
"""Rows that are read at once where all are wanted."""


class Tables:
    """What people and workflows do with data tables."""

    def __init__(self, store: TableStore, now: Callable[[], datetime], limits: Limits | None = None) -> None:
        self._store = store
        self._now = now
        self._limits = limits or Limits()

    async def create(
        self, tenant: TenantId, name: str, columns: Iterable[tuple[str, Type]], *, project: ProjectId
    ) -> Table:
        """Raises: BadTable, TableExists, TableLimit"""
        now = self._now()
        table = Table(
            id=new_id(),
            tenant=tenant,
            project=project,
            name=check_name(name),
            columns=tuple(_new_column(column, type_) for column, type_ in columns),
            created_at=now,
            updated_at=now,
        )
        check_columns(table.columns, self._limits)
        await self._store.add(table, self._limits)
        return table

    async def get(self, tenant: TenantId, table_id: str) -> Table:
        """Raises: TableNotFound"""
        return await self._store.get(tenant, table_id)

    async def named(self, tenant: TenantId, project: ProjectId, name: str) -> Table:
        """Raises: TableNotFound"""
        return await self._store.named(tenant, project, name)

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Table]:
        """Return tables by name; None: of all projects."""
        return await self._store.list(tenant, project)

    async def rename(self, tenant: TenantId, table_id: str, name: str) -> Table:
        """Raises: TableNotFound, BadTable, TableExists, TableChanged"""
        table = await self._store.get(tenant, table_id)
        return await self._change(table, table.columns, name=check_name(name))

    async def delete(self, tenant: TenantId, table_id: str) -> None:
        """Delete a table with all its rows. Raises: TableNotFound"""
        await self._store.remove(tenant, table_id)

    async def add_column(self, tenant: TenantId, table_id: str, name: str, type_: Type) -> Table:
        """Raises: TableNotFound, BadTable, TableLimit, TableChanged"""
        table = await self._store.get(tenant, table_id)
        return await self._change(table, (*table.columns, _new_column(name, type_)))

    async def rename_column(self, tenant: TenantId, table_id: str, column: str, name: str) -> Table:
        """Raises: TableNotFound, ColumnNotFound, BadTable, TableChanged"""
        table = await self._store.get(tenant, table_id)
        renamed = replace(column_named(table, column), name=name)
        return await self._change(table, [renamed if one.id == renamed.id else one for one in table.columns])

    async def drop_column(self, tenant: TenantId, table_id: str, column: str) -> Table:
        """Remove a column with its values. Raises: TableNotFound, ColumnNotFound, TableChanged"""
        table = await self._store.get(tenant, table_id)
        gone = column_named(table, column)
        return await self._change(table, [one for one in table.columns if one != gone])

    async def _change(self, table: Table, columns: Sequence[Column], *, name: str | None = None) -> Table:
        check_columns(columns, self._limits)
        return await self._store.change(table, name=name or table.name, columns=columns, now=self._now())

    async def insert(self, tenant: TenantId, table_id: str, rows: Sequence[Mapping[str, Any]]) -> Sequence[Row]:
        """Raises: TableNotFound, ColumnNotFound, BadValue, TableLimit; nothing was inserted then."""
        table = await self._store.get(tenant, table_id)
        checked = [checked_values(table, row) for row in rows]
        return await self._store.insert(tenant, table_id, checked, limits=self._limits, now=self._now())

    async def find(
        self,
        tenant: TenantId,
        table_id: str,
        where: Where = EVERY,
        *,
        order: Order | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Sequence[Row]:
        """Return rows in order, by id without one. Raises: TableNotFound, ColumnNotFound, BadValue"""
        table = await self._store.get(tenant, table_id)
        check_order(table, order)
        return await self._store.find(
            tenant, table_id, checked_where(table, where), order=order, limit=limit, offset=offset
        )

    async def update(
        self,
        tenant: TenantId,
        table_id: str,
        where: Where,
        values: Mapping[str, Any],
        *,
        insert: bool = False,
        dry_run: bool = False,
    ) -> Sequence[Row]:
        """Change the rows that are meant, and return them as they are then.

        Args:
            insert: Where no row is meant, add one with these values.
            dry_run: Change nothing; return what would be changed, as it would be. A row that would be added has id 0.

        Raises:
            BadTable: there are no conditions, which would mean all rows.
            TableNotFound, ColumnNotFound, BadValue, TableLimit
        """
        _check_conditions(where)
        table = await self._store.get(tenant, table_id)
        checked, meant = checked_values(table, values), checked_where(table, where)
        if dry_run:
            return await self._would_be(table, meant, checked, insert=insert)
        return await self._store.update(
            tenant, table_id, meant, checked, insert=insert, limits=self._limits, now=self._now()
        )

    async def _would_be(self, table: Table, where: Where, values: Mapping[str, Any], *, insert: bool) -> Sequence[Row]:
        named = {column.name: values[column.id] for column in table.columns if column.id in values}
        now = self._now()
        found = await self._store.find(table.tenant, table.id, where)
        if not found and insert:
            blank = {column.name: None for column in table.columns}
            return [Row(id=0, values={**blank, **named}, created_at=now, updated_at=now)]
        return [replace(row, values={**row.values, **named}, updated_at=now) for row in found]

    async def remove_rows(
        self, tenant: TenantId, table_id: str, where: Where, *, dry_run: bool = False
    ) -> Sequence[Row]:
        """Remove the rows that are meant, and return them.

        Raises:
            BadTable: there are no conditions, which would mean all rows.
            TableNotFound, ColumnNotFound, BadValue
        """
        _check_conditions(where)
        table = await self._store.get(tenant, table_id)
        meant = checked_where(table, where)
        if dry_run:
            return await self._store.find(tenant, table_id, meant)
        return await self._store.delete(tenant, table_id, meant)

    async def import_csv(self, tenant: TenantId, table_id: str, content: bytes) -> int:
        """Add a file's rows, all or none, and return how many.

        Raises:
            TableNotFound, BadCsv, ColumnNotFound, TableLimit
        """
        names, lines = csv_files.read(content)
        table = await self._store.get(tenant, table_id)
        rows = csv_files.values_of(table, names, lines)
        await self._store.insert(tenant, table_id, rows, limits=self._limits, now=self._now())
        return len(rows)

    async def create_from_csv(self, tenant: TenantId, name: str, content: bytes, *, project: ProjectId) -> Table:
        """Make a table of a file, with types that its values have.

        Raises:
            BadCsv, BadTable, TableExists, TableLimit
        """
        names, lines = csv_files.read(content)
        table = await self.create(tenant, name, csv_files.guessed_types(names, lines), project=project)
        try:
            await self.import_csv(tenant, table.id, content)
        except Exception:
            await self._store.remove(tenant, table.id)
            raise
        return await self._store.get(tenant, table.id)

    async def export_csv(self, tenant: TenantId, table_id: str) -> AsyncIterator[str]:
        """Yield a table as a CSV file, piece by piece. Raises: TableNotFound"""
        table = await self._store.get(tenant, table_id)
        last = 0
        heading = True
        while True:
            after = Where((Condition("id", "gt", last),))
            rows = await self._store.find(tenant, table_id, after, limit=_PIECE)
            pieces = list(csv_files.written(table, rows))
            yield "".join(pieces if heading else pieces[1:])
            if len(rows) < _PIECE:
                return
            heading, last = False, rows[-1].id


def _new_column(name: str, type_: Type) -> Column:
    return Column(id=new_id(), name=name, type=type_)


def _check_conditions(where: Where) -> None:
    if not where.conditions:
        raise BadTable("at least one condition has to say which rows are meant")
