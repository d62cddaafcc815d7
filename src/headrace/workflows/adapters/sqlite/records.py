"""Workflow records in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
import msgspec

from headrace.infra.sqlite import Sqlite
from headrace.kernel.ids import TenantId
from headrace.workflows.adapters.sqlite.outbox import tell
from headrace.workflows.adapters.sqlite.schema import read, written
from headrace.workflows.domain.lifecycle import Change
from headrace.workflows.domain.listing import Cursor
from headrace.workflows.domain.names import name_key
from headrace.workflows.errors import (
    FolderNotFound,
    TagNotFound,
    VersionNotFound,
    WorkflowChanged,
    WorkflowExists,
    WorkflowNotFound,
    WorkflowNotPublished,
)
from headrace.workflows.public import (
    PublishedWorkflow,
    Version,
    VersionSummary,
    Workflow,
    WorkflowEvent,
    WorkflowQuery,
    WorkflowRecord,
    WorkflowSort,
    WorkflowSummary,
)

_SUMMARY = (
    "SELECT id, project, folder, name, owner, revision, draft_hash, changes, latest_version, latest_hash, published,"
    " archived, created_at, updated_at, (SELECT json_group_array(tag_id) FROM workflow_tag AS marked"
    " WHERE marked.tenant = workflow.tenant AND marked.workflow_id = workflow.id)"
)
_GET = _SUMMARY + ", draft FROM workflow WHERE tenant = ? AND id = ?"
_MATCHING = (
    _SUMMARY + " FROM workflow WHERE tenant = :tenant"  # noqa: S608 - constants, all of them
    " AND (:project IS NULL OR project = :project)"
    " AND (:folder IS NULL OR coalesce(folder, '') = :folder)"
    " AND (:tag IS NULL OR EXISTS (SELECT 1 FROM workflow_tag AS marked WHERE marked.tenant = workflow.tenant"
    " AND marked.workflow_id = workflow.id AND marked.tag_id = :tag))"
    " AND (:active IS NULL OR (published IS NOT NULL) = :active)"
    " AND (:archived IS NULL OR archived = :archived)"
    " AND (:name = '' OR instr(name_key, :name) > 0)"
)
_FIND = {
    WorkflowSort.NAME: _MATCHING + " AND (:id IS NULL OR (name_key, id) > (:key, :id))"
    " ORDER BY name_key, id LIMIT :limit",
    WorkflowSort.UPDATED: _MATCHING + " AND (:id IS NULL OR (updated_at, id) < (:key, :id))"
    " ORDER BY updated_at DESC, id DESC LIMIT :limit",
}
_VERSION = "SELECT number, content_hash, author, note, created_at"
_GET_VERSION = _VERSION + ", workflow FROM version WHERE tenant = ? AND workflow_id = ? AND number = ?"
_LIST_VERSIONS = (
    _VERSION + " FROM version WHERE tenant = :tenant AND workflow_id = :id"
    " AND (:before IS NULL OR number < :before) ORDER BY number DESC LIMIT :limit"
)


class SqliteRecords:
    """A `WorkflowRecords` in a file."""

    def __init__(self, db: Sqlite) -> None:
        self._db = db

    async def write(self, changes: Sequence[Change]) -> None:
        texts = [change.record.draft.to_json() for change in changes]

        def work(db: apsw.Connection) -> None:
            for change, text in zip(changes, texts, strict=True):
                _write(db, change, text)

        await self._db.write(work)

    async def remove(self, tenant: TenantId, workflow_id: str, *, after: int, events: Sequence[WorkflowEvent]) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute("DELETE FROM workflow WHERE tenant = ? AND id = ? AND changes = ?", (tenant, workflow_id, after))
            _check_written(db, tenant, workflow_id)
            tell(db, events)

        await self._db.write(work)

    async def get(self, tenant: TenantId, workflow_id: str) -> WorkflowRecord:
        row = await self._db.read(lambda db: db.execute(_GET, (tenant, workflow_id)).fetchone())
        if row is None:
            raise WorkflowNotFound(workflow_id)
        return WorkflowRecord(**_summary(tenant, row), draft=Workflow.from_json(row[-1]))

    async def find(
        self, tenant: TenantId, query: WorkflowQuery, *, after: Cursor | None, limit: int
    ) -> Sequence[WorkflowSummary]:
        values = {
            "tenant": tenant,
            "project": query.project,
            "folder": query.folder,
            "tag": query.tag,
            "active": query.active,
            "archived": query.archived,
            "name": name_key(query.name),
            "key": after.key if after is not None else None,
            "id": after.id if after is not None else None,
            "limit": limit,
        }
        rows = await self._db.read(lambda db: db.execute(_FIND[query.sort], values).fetchall())
        return [WorkflowSummary(**_summary(tenant, row)) for row in rows]

    async def version(self, tenant: TenantId, workflow_id: str, number: int) -> Version:
        row = await self._db.read(lambda db: db.execute(_GET_VERSION, (tenant, workflow_id, number)).fetchone())
        if row is None:
            raise VersionNotFound(workflow_id, number)
        return _version(workflow_id, row)

    async def versions(
        self, tenant: TenantId, workflow_id: str, *, before: int | None, limit: int
    ) -> Sequence[VersionSummary]:
        values = {"tenant": tenant, "id": workflow_id, "before": before, "limit": limit}
        rows = await self._db.read(lambda db: db.execute(_LIST_VERSIONS, values).fetchall())
        return [VersionSummary(**_version_fields(workflow_id, row)) for row in rows]

    async def published(self, tenant: TenantId, workflow_id: str) -> Version:
        row = await self._db.read(
            lambda db: db.execute(
                "SELECT number, content_hash, author, note, version.created_at, version.workflow FROM workflow"
                " LEFT JOIN version ON version.tenant = workflow.tenant AND version.workflow_id = workflow.id"
                " AND version.number = workflow.published"
                " WHERE workflow.tenant = ? AND workflow.id = ?",
                (tenant, workflow_id),
            ).fetchone()
        )
        if row is None:
            raise WorkflowNotFound(workflow_id)
        if row[0] is None:
            raise WorkflowNotPublished(workflow_id)
        return _version(workflow_id, row)

    async def all_published(self) -> Sequence[PublishedWorkflow]:
        rows: Sequence[Any] = await self._db.read(
            lambda db: db.execute(
                "SELECT tenant, id, published, project FROM workflow WHERE published IS NOT NULL"
            ).fetchall()
        )
        return [PublishedWorkflow(TenantId(tenant), id_, number, project) for tenant, id_, number, project in rows]


def _write(db: apsw.Connection, change: Change, text: bytes) -> None:
    record = change.record
    _check_folder(db, record)
    values: dict[str, Any] = {
        "tenant": record.tenant,
        "id": record.id,
        "project": record.project,
        "folder": record.folder,
        "name": record.name,
        "name_key": name_key(record.name),
        "owner": record.owner,
        "revision": record.revision,
        "draft_hash": record.draft_hash,
        "changes": record.changes,
        "latest_version": record.latest_version,
        "latest_hash": record.latest_hash,
        "published": record.published,
        "archived": record.archived,
        "created_at": written(record.created_at),
        "updated_at": written(record.updated_at),
        "draft": text,
        "after": change.after,
    }
    if change.after == 0:
        try:
            db.execute(
                "INSERT INTO workflow (tenant, id, project, folder, name, name_key, owner, revision, draft_hash,"
                " changes, latest_version, latest_hash, published, archived, created_at, updated_at, draft)"
                " VALUES (:tenant, :id, :project, :folder, :name, :name_key, :owner, :revision, :draft_hash, :changes,"
                " :latest_version, :latest_hash, :published, :archived, :created_at, :updated_at, :draft)",
                values,
            )
        except apsw.ConstraintError as exists:
            raise WorkflowExists(record.id) from exists
    else:
        db.execute(
            "UPDATE workflow SET project = :project, folder = :folder, name = :name, name_key = :name_key,"
            " owner = :owner, revision = :revision, draft_hash = :draft_hash, changes = :changes,"
            " latest_version = :latest_version, latest_hash = :latest_hash, published = :published,"
            " archived = :archived, updated_at = :updated_at, draft = :draft"
            " WHERE tenant = :tenant AND id = :id AND changes = :after",
            values,
        )
        _check_written(db, record.tenant, record.id)
    _write_tags(db, record)
    if change.version is not None:
        version = change.version
        db.execute(
            "INSERT INTO version (tenant, workflow_id, number, content_hash, author, note, created_at, workflow)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.tenant,
                record.id,
                version.number,
                version.content_hash,
                version.author,
                version.note,
                written(version.created_at),
                version.workflow.to_json(),
            ),
        )
    tell(db, change.events)


def _check_folder(db: apsw.Connection, record: WorkflowRecord) -> None:
    if record.folder is None:
        return
    place = (record.tenant, record.folder, record.project)
    if not db.execute("SELECT 1 FROM folder WHERE tenant = ? AND id = ? AND project = ?", place).fetchone():
        raise FolderNotFound(record.folder)


def _check_written(db: apsw.Connection, tenant: TenantId, workflow_id: str) -> None:
    """Say why the statement before changed no row, if it changed none."""
    if db.changes():
        return
    if db.execute("SELECT 1 FROM workflow WHERE tenant = ? AND id = ?", (tenant, workflow_id)).fetchone():
        raise WorkflowChanged(workflow_id)
    raise WorkflowNotFound(workflow_id)


def _write_tags(db: apsw.Connection, record: WorkflowRecord) -> None:
    db.execute("DELETE FROM workflow_tag WHERE tenant = ? AND workflow_id = ?", (record.tenant, record.id))
    for tag in record.tags:
        if not db.execute("SELECT 1 FROM tag WHERE tenant = ? AND id = ?", (record.tenant, tag)).fetchone():
            raise TagNotFound(tag)
        db.execute(
            "INSERT INTO workflow_tag (tenant, workflow_id, tag_id) VALUES (?, ?, ?)", (record.tenant, record.id, tag)
        )


def _summary(tenant: TenantId, row: Sequence[Any]) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "id": row[0],
        "project": row[1],
        "folder": row[2],
        "name": row[3],
        "owner": row[4],
        "revision": row[5],
        "draft_hash": row[6],
        "changes": row[7],
        "latest_version": row[8],
        "latest_hash": row[9],
        "published": row[10],
        "archived": bool(row[11]),
        "created_at": read(row[12]),
        "updated_at": read(row[13]),
        "tags": tuple(sorted(msgspec.json.decode(row[14], type=list[str]))),
    }


def _version_fields(workflow_id: str, row: Sequence[Any]) -> dict[str, Any]:
    number, content_hash, author, note, created_at = row[:5]
    return {
        "workflow_id": workflow_id,
        "number": number,
        "content_hash": content_hash,
        "author": author,
        "note": note,
        "created_at": read(created_at),
    }


def _version(workflow_id: str, row: Sequence[Any]) -> Version:
    return Version(**_version_fields(workflow_id, row), workflow=Workflow.from_json(row[5]))
