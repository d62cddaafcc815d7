"""Data tables as nodes see them: rows of typed columns, kept by the server beside the workflows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

Test: TypeAlias = Literal["eq", "neq", "like", "ilike", "gt", "gte", "lt", "lte"]

Row: TypeAlias = Mapping[str, Any]
"""`id` (a whole number), `createdAt` and `updatedAt` (ISO, UTC), then a value of each column, None for no value."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a value of a row has to be.

    A missing value (None) is equal to None and to nothing else, and neither greater nor less than anything. In patterns
    of "like" and "ilike", which leaves capitals of ASCII aside, % stands for any text and _ for any character.
    """

    column: str
    test: Test
    value: Any


@dataclass(frozen=True, slots=True)
class Where:
    """Which rows are meant; without conditions, all."""

    conditions: tuple[Condition, ...] = ()
    every: bool = True
    """Whether all conditions have to hold; else one is enough."""


@dataclass(frozen=True, slots=True)
class Order:
    """By which column rows are sorted; missing values come first."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table by its id, or by its name."""

    key: str
    by_name: bool = False


class DataTables(Protocol):
    """The data tables of the run's project. All of these raise NodeError: no such table or column, a value that does
    not fit its column, or a limit was reached; then nothing was written."""

    async def insert(self, table: TableRef, rows: Sequence[Mapping[str, Any]]) -> list[Row]: ...

    async def find(
        self, table: TableRef, where: Where, *, order: Order | None = None, limit: int | None = None
    ) -> list[Row]:
        """Return rows, oldest first without *order*."""
        ...

    async def update(
        self, table: TableRef, where: Where, values: Mapping[str, Any], *, dry_run: bool = False
    ) -> list[Row]:
        """Change the rows that are meant, and return them as they are then.

        Args:
            dry_run: Change nothing; return what would be changed, as it would be.
        """
        ...

    async def upsert(
        self, table: TableRef, where: Where, values: Mapping[str, Any], *, dry_run: bool = False
    ) -> list[Row]:
        """As `update`; where there is no such row, insert one."""
        ...

    async def delete(self, table: TableRef, where: Where, *, dry_run: bool = False) -> list[Row]:
        """Return the rows that are gone."""
        ...
