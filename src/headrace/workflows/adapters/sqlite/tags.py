"""Tags in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import apsw

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId
from headrace.workflows.adapters.sqlite.schema import read, written
from headrace.workflows.domain.names import name_key
from headrace.workflows.domain.tags import check_count
from headrace.workflows.errors import TagExists, TagNotFound
from headrace.workflows.public import Tag


class SqliteTags:
    """A `TagStore` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def add(self, tag: Tag) -> None:
        def work(db: apsw.Connection) -> None:
            row: Any = db.execute("SELECT count(*) FROM tag WHERE tenant = ?", (tag.tenant,)).fetchone()
            check_count(row[0])
            _check_name(db, tag)
            db.execute(
                "INSERT INTO tag (tenant, id, name_key, name, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
                (tag.tenant, tag.id, name_key(tag.name), tag.name, written(tag.created_at), written(tag.updated_at)),
            )

        await self._db.write(work)

    async def get(self, tenant: TenantId, tag_id: str) -> Tag:
        return await self._db.read(lambda db: _get(db, tenant, tag_id))

    async def list(self, tenant: TenantId) -> Sequence[Tag]:
        rows = await self._db.read(
            lambda db: db.execute(
                "SELECT id, name, created_at, updated_at FROM tag WHERE tenant = ? ORDER BY name_key", (tenant,)
            ).fetchall()
        )
        return [_tag(tenant, row) for row in rows]

    async def rename(self, tenant: TenantId, tag_id: str, name: str, *, at: datetime) -> Tag:
        def work(db: apsw.Connection) -> Tag:
            tag = replace(_get(db, tenant, tag_id), name=name, updated_at=at)
            _check_name(db, tag)
            db.execute(
                "UPDATE tag SET name_key = ?, name = ?, updated_at = ? WHERE tenant = ? AND id = ?",
                (name_key(name), name, written(at), tenant, tag_id),
            )
            return tag

        return await self._db.write(work)

    async def remove(self, tenant: TenantId, tag_id: str, *, at: datetime) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(
                "UPDATE workflow SET changes = changes + 1, updated_at = :at WHERE tenant = :tenant AND id IN"
                " (SELECT workflow_id FROM workflow_tag WHERE tenant = :tenant AND tag_id = :tag)",
                {"at": written(at), "tenant": tenant, "tag": tag_id},
            )
            db.execute("DELETE FROM tag WHERE tenant = ? AND id = ?", (tenant, tag_id))
            if not db.changes():
                raise TagNotFound(tag_id)

        await self._db.write(work)


def _get(db: apsw.Connection, tenant: TenantId, tag_id: str) -> Tag:
    row = db.execute(
        "SELECT id, name, created_at, updated_at FROM tag WHERE tenant = ? AND id = ?", (tenant, tag_id)
    ).fetchone()
    if row is None:
        raise TagNotFound(tag_id)
    return _tag(tenant, row)


def _check_name(db: apsw.Connection, tag: Tag) -> None:
    taken: Any = db.execute(
        "SELECT name FROM tag WHERE tenant = ? AND name_key = ? AND id <> ?", (tag.tenant, name_key(tag.name), tag.id)
    ).fetchone()
    if taken is not None:
        raise TagExists(taken[0])


def _tag(tenant: TenantId, row: Sequence[Any]) -> Tag:
    id_, name, created_at, updated_at = row
    return Tag(id=id_, tenant=tenant, name=name, created_at=read(created_at), updated_at=read(updated_at))
