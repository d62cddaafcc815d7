"""Data keys in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

from headrace.credentials.adapters.sqlite.schema import read, written
from headrace.credentials.domain.records import DataKey, WrappedKey
from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId


class SqliteDataKeys:
    """`DataKeys` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, key: DataKey) -> bool:
        def work(db: apsw.Connection) -> bool:
            db.execute(
                "INSERT INTO data_key (tenant, number, kek, wrapped, created_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (key.tenant, key.number, key.wrapped.kek, key.wrapped.blob, written(key.created_at)),
            )
            return db.changes() > 0

        return await self._db.write(work)

    async def get(self, tenant: TenantId, number: int) -> DataKey | None:
        found = await self._select("WHERE tenant = ? AND number = ?", (tenant, number))
        return found[0] if found else None

    async def latest(self, tenant: TenantId) -> DataKey | None:
        found = await self._select("WHERE tenant = ? ORDER BY number DESC LIMIT 1", (tenant,))
        return found[0] if found else None

    async def all(self) -> Sequence[DataKey]:
        return await self._select("ORDER BY tenant, number", ())

    async def rewrap(self, key: DataKey, *, before: WrappedKey) -> bool:
        def work(db: apsw.Connection) -> bool:
            db.execute(
                "UPDATE data_key SET kek = ?, wrapped = ? WHERE tenant = ? AND number = ? AND kek = ? AND wrapped = ?",
                (key.wrapped.kek, key.wrapped.blob, key.tenant, key.number, before.kek, before.blob),
            )
            return db.changes() > 0

        return await self._db.write(work)

    async def remove_before(self, tenant: TenantId, number: int) -> int:
        def work(db: apsw.Connection) -> int:
            db.execute(
                "DELETE FROM data_key WHERE tenant = ?1 AND number < ?2"
                " AND number NOT IN (SELECT data_key FROM credential WHERE tenant = ?1)",
                (tenant, number),
            )
            return db.changes()

        return await self._db.write(work)

    async def _select(self, rest: str, values: Sequence[Any]) -> list[DataKey]:
        rows = await self._db.read(
            lambda db: db.execute(
                f"SELECT tenant, number, kek, wrapped, created_at FROM data_key {rest}",  # noqa: S608 - our own text
                tuple(values),
            ).fetchall()
        )
        return [_key(row) for row in rows]


def _key(row: Sequence[Any]) -> DataKey:
    tenant, number, kek, wrapped, created_at = row
    return DataKey(
        tenant=TenantId(tenant),
        number=number,
        wrapped=WrappedKey(kek=kek, blob=bytes(wrapped)),
        created_at=read(created_at),
    )
