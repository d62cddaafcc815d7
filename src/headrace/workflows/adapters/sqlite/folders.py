"""Folders in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import apsw

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId
from headrace.workflows.adapters.sqlite.schema import read, written
from headrace.workflows.domain.folders import check_moved_folder, check_new_folder
from headrace.workflows.domain.names import name_key
from headrace.workflows.errors import FolderNotFound
from headrace.workflows.public import Folder


class SqliteFolders:
    """A `FolderStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, folder: Folder) -> None:
        def work(db: apsw.Connection) -> None:
            check_new_folder(_parents(db, folder.tenant, folder.project), folder.parent)
            db.execute(
                "INSERT INTO folder (tenant, id, project, parent, name, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    folder.tenant,
                    folder.id,
                    folder.project,
                    folder.parent,
                    folder.name,
                    written(folder.created_at),
                    written(folder.updated_at),
                ),
            )

        await self._db.write(work)

    async def get(self, tenant: TenantId, folder_id: str) -> Folder:
        return await self._db.read(lambda db: _get(db, tenant, folder_id))

    async def list(self, tenant: TenantId, project: str) -> Sequence[Folder]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT id, project, parent, name, created_at, updated_at FROM folder WHERE tenant = ? AND project = ?",
                (tenant, project),
            ).fetchall()
        )
        return sorted((_folder(tenant, row) for row in rows), key=lambda folder: (name_key(folder.name), folder.id))

    async def rename(self, tenant: TenantId, folder_id: str, name: str, *, at: datetime) -> Folder:
        def work(db: apsw.Connection) -> Folder:
            folder = replace(_get(db, tenant, folder_id), name=name, updated_at=at)
            db.execute(
                "UPDATE folder SET name = ?, updated_at = ? WHERE tenant = ? AND id = ?",
                (name, written(at), tenant, folder_id),
            )
            return folder

        return await self._db.write(work)

    async def move(self, tenant: TenantId, folder_id: str, parent: str | None, *, at: datetime) -> Folder:
        def work(db: apsw.Connection) -> Folder:
            folder = _get(db, tenant, folder_id)
            check_moved_folder(_parents(db, tenant, folder.project), folder_id, parent)
            db.execute(
                "UPDATE folder SET parent = ?, updated_at = ? WHERE tenant = ? AND id = ?",
                (parent, written(at), tenant, folder_id),
            )
            return replace(folder, parent=parent, updated_at=at)

        return await self._db.write(work)

    async def remove(self, tenant: TenantId, folder_id: str, *, at: datetime) -> None:
        def work(db: apsw.Connection) -> None:
            above = _get(db, tenant, folder_id).parent
            moved = (above, written(at), tenant, folder_id)
            db.execute("UPDATE folder SET parent = ?, updated_at = ? WHERE tenant = ? AND parent = ?", moved)
            db.execute(
                "UPDATE workflow SET folder = ?, updated_at = ?, changes = changes + 1 WHERE tenant = ? AND folder = ?",
                moved,
            )
            db.execute("DELETE FROM folder WHERE tenant = ? AND id = ?", (tenant, folder_id))

        await self._db.write(work)


def _get(db: apsw.Connection, tenant: TenantId, folder_id: str) -> Folder:
    row = db.execute(
        "SELECT id, project, parent, name, created_at, updated_at FROM folder WHERE tenant = ? AND id = ?",
        (tenant, folder_id),
    ).fetchone()
    if row is None:
        raise FolderNotFound(folder_id)
    return _folder(tenant, row)


def _parents(db: apsw.Connection, tenant: TenantId, project: str) -> dict[str, str | None]:
    rows: Any = db.execute("SELECT id, parent FROM folder WHERE tenant = ? AND project = ?", (tenant, project))
    return dict(rows.fetchall())


def _folder(tenant: TenantId, row: Sequence[Any]) -> Folder:
    id_, project, parent, name, created_at, updated_at = row
    return Folder(
        id=id_,
        tenant=tenant,
        project=project,
        parent=parent,
        name=name,
        created_at=read(created_at),
        updated_at=read(updated_at),
    )
