"""Projects in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import ProjectId, TenantId
from headrace.tenancy.adapters.sqlite.schema import read, written
from headrace.tenancy.domain.rules import check_project_count
from headrace.tenancy.errors import ProjectNotFound, TenantNotFound
from headrace.tenancy.public import Project

_SELECT = "SELECT id, name, created_at FROM project WHERE tenant = ?"


class SqliteProjects:
    """A `ProjectStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, project: Project) -> None:
        def work(db: apsw.Connection) -> None:
            check_place(db, project.tenant, None)
            row: Any = db.execute("SELECT count(*) FROM project WHERE tenant = ?", (project.tenant,)).fetchone()
            check_project_count(row[0])
            put_project(db, project)

        await self._db.write(work)

    async def get(self, tenant: TenantId, project: ProjectId) -> Project:
        return await self._db.read(lambda db: _get(db, tenant, project))

    async def list(self, tenant: TenantId) -> Sequence[Project]:
        rows = await self._db.read(lambda db: db.execute(_SELECT + " ORDER BY created_at, id", (tenant,)).fetchall())
        return [_project(tenant, row) for row in rows]

    async def rename(self, tenant: TenantId, project: ProjectId, name: str) -> Project:
        def work(db: apsw.Connection) -> Project:
            db.execute("UPDATE project SET name = ? WHERE tenant = ? AND id = ?", (name, tenant, project))
            return _get(db, tenant, project)

        return await self._db.write(work)

    async def remove(self, tenant: TenantId, project: ProjectId) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM project WHERE tenant = ? AND id = ?", (tenant, project))
            if not db.changes():
                raise ProjectNotFound(project)
            db.execute("DELETE FROM member WHERE tenant = ? AND project = ?", (tenant, project))

        await self._db.write(work)


def put_project(db: apsw.Connection, project: Project) -> None:
    db.execute(
        "INSERT INTO project (tenant, id, name, created_at) VALUES (?, ?, ?, ?)",
        (project.tenant, project.id, project.name, written(project.created_at)),
    )


def check_place(db: apsw.Connection, tenant: TenantId, project: ProjectId | None) -> None:
    """Raises: TenantNotFound, ProjectNotFound"""
    if db.execute("SELECT 1 FROM tenant WHERE id = ?", (tenant,)).fetchone() is None:
        raise TenantNotFound(tenant)
    if project is not None:
        _get(db, tenant, project)


def _get(db: apsw.Connection, tenant: TenantId, project: ProjectId) -> Project:
    row = db.execute(_SELECT + " AND id = ?", (tenant, project)).fetchone()
    if row is None:
        raise ProjectNotFound(project)
    return _project(tenant, row)


def _project(tenant: TenantId, row: Sequence[Any]) -> Project:
    id_, name, created_at = row
    return Project(tenant=tenant, id=id_, name=name, created_at=read(created_at))
