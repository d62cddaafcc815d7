"""What the suites put into a library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.workflows.adapters.memory import MemoryLibrary
from headrace.workflows.adapters.sqlite import SqliteLibrary
from headrace.workflows.domain import lifecycle
from headrace.workflows.domain.drafts import read_draft
from headrace.workflows.domain.lifecycle import Act, Change
from headrace.workflows.public import Folder, Tag, Variable, Workflow, WorkflowRecord

Library = MemoryLibrary | SqliteLibrary
MINE = DEFAULT_TENANT
OTHER = TenantId("other")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ACT = Act("ann", NOON)


def later(minutes: int) -> Act:
    return Act("ben", NOON + timedelta(minutes=minutes, microseconds=1))


def drawn(id_: str, name: str = "One", **rest: Any) -> Workflow:
    return read_draft({"name": name, "nodes": [], "connections": {}, **rest}, workflow_id=id_)


def new(
    id_: str,
    name: str = "One",
    *,
    tenant: TenantId = MINE,
    project: str = "p",
    folder: str | None = None,
    tags: tuple[str, ...] = (),
    act: Act = ACT,
    **rest: Any,
) -> Change:
    return lifecycle.create(drawn(id_, name, **rest), tenant=tenant, project=project, folder=folder, tags=tags, act=act)


async def added(library: Library, change: Change) -> WorkflowRecord:
    await library.records.write([change])
    return change.record


async def done(library: Library, change: Change | None) -> WorkflowRecord:
    assert change is not None
    return await added(library, change)


def folder(
    id_: str, parent: str | None = None, *, name: str = "F", project: str = "p", tenant: TenantId = MINE
) -> Folder:
    return Folder(id=id_, tenant=tenant, project=project, parent=parent, name=name, created_at=NOON, updated_at=NOON)


def tag(id_: str, name: str, *, tenant: TenantId = MINE) -> Tag:
    return Tag(id=id_, tenant=tenant, name=name, created_at=NOON, updated_at=NOON)


def variable(id_: str, key: str, value: str = "v", *, project: str | None = None, tenant: TenantId = MINE) -> Variable:
    return Variable(id=id_, tenant=tenant, project=project, key=key, value=value)


def moved_by(record: WorkflowRecord, *, changes: int) -> WorkflowRecord:
    """Return the record as it was read *changes* changes ago or ahead."""
    return replace(record, changes=record.changes + changes)
