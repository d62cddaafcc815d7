"""Tenants in SQLite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import apsw

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId, UserId
from headrace.tenancy.adapters.sqlite.members import put_member
from headrace.tenancy.adapters.sqlite.projects import put_project
from headrace.tenancy.adapters.sqlite.schema import read, written
from headrace.tenancy.errors import TenantExists, TenantNotFound
from headrace.tenancy.public import Membership, Project, Quotas, Tenant

_SELECT = (
    "SELECT id, name, created_at, executions_per_minute, concurrent_executions, payload_bytes,"
    " suspended_at, suspended_why FROM tenant"
)
_OF = _SELECT + " WHERE id IN (SELECT tenant FROM member WHERE user_id = ?) ORDER BY id"  # noqa: S608 - constants
_ADD = "INSERT INTO tenant VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class SqliteTenants:
    """A `TenantStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, tenant: Tenant, project: Project, owner: Membership | None) -> None:
        def work(db: apsw.Connection) -> None:
            if db.execute("SELECT 1 FROM tenant WHERE id = ?", (tenant.id,)).fetchone() is not None:
                raise TenantExists(tenant.id)
            db.execute(_ADD, _row(tenant))
            put_project(db, project)
            if owner is not None:
                put_member(db, owner)

        await self._db.write(work)

    async def get(self, tenant: TenantId) -> Tenant:
        return await self._db.read(lambda db: get_tenant(db, tenant))

    async def list(self, *, after: TenantId | None, limit: int) -> Sequence[Tenant]:
        rows = await self._db.read(
            lambda db: db.execute(_SELECT + " WHERE id > ? ORDER BY id LIMIT ?", (after or "", limit)).fetchall()
        )
        return [_tenant(row) for row in rows]

    async def of(self, user: UserId) -> Sequence[Tenant]:
        rows = await self._db.read(lambda db: db.execute(_OF, (user,)).fetchall())
        return [_tenant(row) for row in rows]

    async def change(self, tenant: TenantId, change: Callable[[Tenant], Tenant]) -> Tenant:
        def work(db: apsw.Connection) -> Tenant:
            changed = change(get_tenant(db, tenant))
            db.execute(
                "UPDATE tenant SET name = ?2, created_at = ?3, executions_per_minute = ?4, concurrent_executions = ?5,"
                " payload_bytes = ?6, suspended_at = ?7, suspended_why = ?8 WHERE id = ?1",
                _row(changed),
            )
            return changed

        return await self._db.write(work)


def get_tenant(db: apsw.Connection, tenant: TenantId) -> Tenant:
    row = db.execute(_SELECT + " WHERE id = ?", (tenant,)).fetchone()
    if row is None:
        raise TenantNotFound(tenant)
    return _tenant(row)


def _row(tenant: Tenant) -> tuple[str | int | None, ...]:
    return (
        tenant.id,
        tenant.name,
        written(tenant.created_at),
        tenant.quotas.executions_per_minute,
        tenant.quotas.concurrent_executions,
        tenant.quotas.payload_bytes,
        None if tenant.suspended_at is None else written(tenant.suspended_at),
        tenant.suspended_why,
    )


def _tenant(row: Sequence[Any]) -> Tenant:
    id_, name, created_at, per_minute, concurrent, payload_bytes, suspended_at, why = row
    return Tenant(
        id=id_,
        name=name,
        created_at=read(created_at),
        quotas=Quotas(executions_per_minute=per_minute, concurrent_executions=concurrent, payload_bytes=payload_bytes),
        suspended_at=None if suspended_at is None else read(suspended_at),
        suspended_why=why,
    )
