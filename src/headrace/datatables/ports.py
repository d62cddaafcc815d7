"""What data tables need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from headrace.datatables.public import Column, Limits, Order, Row, Table, Where
from headrace.kernel.ids import ProjectId, TenantId


class TableStore(Protocol):
    """Tables and their rows. What is given was checked: values are by the ids of columns, conditions by their names.

    Each change is made whole or not at all.
    """

    async def add(self, table: Table, limits: Limits) -> None:
        """Raises: TableExists, TableLimit: the tenant has as many as it may have."""
        ...

    async def get(self, tenant: TenantId, table_id: str) -> Table:
        """Raises: TableNotFound"""
        ...

    async def named(self, tenant: TenantId, project: ProjectId, name: str) -> Table:
        """Raises: TableNotFound"""
        ...

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Table]:
        """Return tables by name; None: of all projects."""
        ...

    async def change(self, seen: Table, *, name: str, columns: Sequence[Column], now: datetime) -> Table:
        """Give a table another name and other columns; values of columns that it has no more are gone.

        Args:
            seen: The table as it was when that was decided.

        Raises:
            TableNotFound
            TableChanged: its name or its columns are others by now.
            TableExists: another of the project has that name.
        """
        ...

    async def remove(self, tenant: TenantId, table_id: str) -> None:
        """Remove a table and its rows. Raises: TableNotFound"""
        ...

    async def insert(
        self, tenant: TenantId, table_id: str, rows: Sequence[Mapping[str, Any]], *, limits: Limits, now: datetime
    ) -> Sequence[Row]:
        """Add rows; ids go up and are never given twice.

        Raises:
            TableNotFound, TableLimit
        """
        ...

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
        """Return rows in order; those that are equal, and all without an order, by id.

        Raises:
            TableNotFound
        """
        ...

    async def count(self, tenant: TenantId, table_id: str, where: Where) -> int:
        """Raises: TableNotFound"""
        ...

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
        """Change rows, and return them as they are then, by id.

        Args:
            insert: Where no row is meant, add one with these values.

        Raises:
            TableNotFound, TableLimit
        """
        ...

    async def delete(self, tenant: TenantId, table_id: str, where: Where) -> Sequence[Row]:
        """Remove rows, and return them, by id.

        Raises:
            TableNotFound
        """
        ...
