"""Data tables in memory: for tests, and for runs that leave nothing behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from headrace.datatables.domain import check_count, check_row, check_size, matches, row_bytes, sorted_rows
from headrace.datatables.errors import TableChanged, TableExists, TableNotFound
from headrace.datatables.public import Column, Limits, Order, Row, Table, Where
from headrace.kernel.ids import ProjectId, TenantId


@dataclass(slots=True)
class _Kept:
    values: Mapping[str, Any]
    """By the ids of columns."""

    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class _Held:
    table: Table
    rows: dict[int, _Kept] = field(default_factory=dict)
    last_id: int = 0

    def row(self, id_: int) -> Row:
        kept = self.rows[id_]
        values = {column.name: kept.values.get(column.id) for column in self.table.columns}
        return Row(id=id_, values=values, created_at=kept.created_at, updated_at=kept.updated_at)

    def meant(self, where: Where) -> list[int]:
        return [id_ for id_ in sorted(self.rows) if matches(where, self.row(id_))]


class MemoryTables:
    """A `TableStore` that forgets."""

    def __init__(self) -> None:
        self._tables: dict[tuple[TenantId, str], _Held] = {}

    async def add(self, table: Table, limits: Limits) -> None:
        check_count(len(await self.list(table.tenant)), limits)
        self._check_free(table, table.name)
        self._tables[table.tenant, table.id] = _Held(table)

    async def get(self, tenant: TenantId, table_id: str) -> Table:
        return self._held(tenant, table_id).table

    async def named(self, tenant: TenantId, project: ProjectId, name: str) -> Table:
        for table in await self.list(tenant, project):
            if table.name == name:
                return table
        raise TableNotFound(name)

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Table]:
        held = [one.table for one in self._tables.values() if one.table.tenant == tenant]
        return sorted(
            (table for table in held if project in (None, table.project)), key=lambda table: (table.name, table.id)
        )

    async def change(self, seen: Table, *, name: str, columns: Sequence[Column], now: datetime) -> Table:
        held = self._held(seen.tenant, seen.id)
        if (held.table.name, held.table.columns) != (seen.name, seen.columns):
            raise TableChanged(held.table.name)
        self._check_free(held.table, name)
        kept = {column.id for column in columns}
        for row in held.rows.values():
            row.values = {id_: value for id_, value in row.values.items() if id_ in kept}
        size = sum(row_bytes(row.values) for row in held.rows.values())
        held.table = replace(held.table, name=name, columns=tuple(columns), bytes=size, updated_at=now)
        return held.table

    async def remove(self, tenant: TenantId, table_id: str) -> None:
        self._held(tenant, table_id)
        del self._tables[tenant, table_id]

    async def insert(
        self, tenant: TenantId, table_id: str, rows: Sequence[Mapping[str, Any]], *, limits: Limits, now: datetime
    ) -> Sequence[Row]:
        held = self._held(tenant, table_id)
        self._grow(held, len(rows), sum(check_row(values, limits) for values in rows), limits)
        added = []
        for values in rows:
            held.last_id += 1
            held.rows[held.last_id] = _Kept(dict(values), now, now)
            added.append(held.row(held.last_id))
        return added

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
        held = self._held(tenant, table_id)
        found = sorted_rows((held.row(id_) for id_ in held.meant(where)), order)
        return found[offset : None if limit is None else offset + limit]

    async def count(self, tenant: TenantId, table_id: str, where: Where) -> int:
        return len(self._held(tenant, table_id).meant(where))

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
        held = self._held(tenant, table_id)
        meant = held.meant(where)
        if not meant and insert:
            return await self.insert(tenant, table_id, [values], limits=limits, now=now)
        changed = {id_: {**held.rows[id_].values, **values} for id_ in meant}
        grown = sum(check_row(row, limits) - row_bytes(held.rows[id_].values) for id_, row in changed.items())
        self._grow(held, 0, grown, limits)
        for id_, row in changed.items():
            held.rows[id_] = replace(held.rows[id_], values=row, updated_at=now)
        return [held.row(id_) for id_ in meant]

    async def delete(self, tenant: TenantId, table_id: str, where: Where) -> Sequence[Row]:
        held = self._held(tenant, table_id)
        gone = [held.row(id_) for id_ in held.meant(where)]
        size = sum(row_bytes(held.rows.pop(row.id).values) for row in gone)
        held.table = replace(held.table, rows=held.table.rows - len(gone), bytes=held.table.bytes - size)
        return gone

    def _held(self, tenant: TenantId, table_id: str) -> _Held:
        try:
            return self._tables[tenant, table_id]
        except KeyError:
            raise TableNotFound(table_id) from None

    def _check_free(self, table: Table, name: str) -> None:
        def clashes(other: Table) -> bool:
            return (other.tenant, other.project, other.name) == (table.tenant, table.project, name)

        if any(clashes(held.table) and held.table.id != table.id for held in self._tables.values()):
            raise TableExists(name)

    def _grow(self, held: _Held, rows: int, size: int, limits: Limits) -> None:
        table = held.table
        others = sum(one.table.bytes for one in self._tables.values() if one.table.tenant == table.tenant)
        if rows > 0 or size > 0:
            check_size(
                rows=table.rows + rows, table_bytes=table.bytes + size, tenant_bytes=others + size, limits=limits
            )
        held.table = replace(table, rows=table.rows + rows, bytes=table.bytes + size)
