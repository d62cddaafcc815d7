"""What other contexts may know of data tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from headrace.kernel.ids import ProjectId, TenantId
from headrace.sdk.tables import Condition, Order, Where

__all__ = ["Column", "Condition", "Limits", "Order", "Row", "Table", "Type", "Where"]


class Type(StrEnum):
    """What the values of a column are."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    """A moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    id: str
    """Stays when the column is renamed."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table but for its rows."""

    id: str
    tenant: TenantId
    project: ProjectId
    name: str
    columns: tuple[Column, ...]
    """In the order they are shown."""

    rows: int = 0
    bytes: int = 0
    """Size of all rows as they are kept."""

    created_at: datetime
    updated_at: datetime
    """When the table itself was changed, not its rows."""

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table."""

    id: int
    values: Mapping[str, Any]
    """By the names of columns, all of them: texts, numbers, truths, moments as ISO texts of UTC; None: no value."""

    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large tables may be."""

    tables: int = 500
    """Of one tenant."""

    columns: int = 200
    """Of one table, as all that follow but the last."""

    rows: int = 1_000_000
    row_bytes: int = 256 * 1024
    table_bytes: int = 64 * 1024 * 1024
    tenant_bytes: int = 256 * 1024 * 1024
    """Of all tables of one tenant."""
