"""What workflows, versions, folders, tags and variables look like from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar.params import Body

from headrace.infra.http.injected import Given
from headrace.tenancy.public import Caller
from headrace.workflows.public import Folder, Tag, Variable, VersionSummary, WorkflowRecord, WorkflowSummary

Who = Given[Caller]
Drawing = Annotated[
    dict[str, Any],
    Body(
        title="Workflow",
        description="A workflow in n8n's format: `name`, `nodes`, `connections`, `settings`, and what else it has.",
        examples=[],
    ),
]


class TagShape(msgspec.Struct, rename="camel"):
    id: str
    name: str
    created_at: datetime
    updated_at: datetime


class FolderShape(msgspec.Struct, rename="camel"):
    id: str
    name: str
    project_id: str
    parent_id: str | None
    created_at: datetime
    updated_at: datetime


class VariableShape(msgspec.Struct, rename="camel"):
    id: str
    key: str
    value: str
    project_id: str | None
    """Null: of all projects."""

    type: str = "string"


class VersionShape(msgspec.Struct, rename="camel"):
    """A version but for what is drawn."""

    number: int
    author: str
    note: str
    created_at: datetime


def tag_shape(tag: Tag) -> TagShape:
    return TagShape(tag.id, tag.name, tag.created_at, tag.updated_at)


def folder_shape(folder: Folder) -> FolderShape:
    return FolderShape(folder.id, folder.name, folder.project, folder.parent, folder.created_at, folder.updated_at)


def variable_shape(variable: Variable) -> VariableShape:
    return VariableShape(variable.id, variable.key, variable.value, variable.project)


def version_shape(version: VersionSummary) -> VersionShape:
    return VersionShape(version.number, version.author, version.note, version.created_at)


def workflow_shape(record: WorkflowRecord, tags: Sequence[Tag]) -> dict[str, Any]:
    """Return a workflow as n8n's public API gives it, and what is known of it beyond.

    Args:
        tags: All of the tenant.
    """
    return {**record.draft.raw, **summary_shape(record, tags)}


def summary_shape(summary: WorkflowSummary, tags: Sequence[Tag]) -> dict[str, Any]:
    """Return a workflow without what is drawn."""
    return {
        "id": summary.id,
        "name": summary.name,
        "active": summary.published is not None,
        "isArchived": summary.archived,
        "tags": [tag_shape(tag) for tag in tags if tag.id in summary.tags],
        "createdAt": summary.created_at,
        "updatedAt": summary.updated_at,
        "versionId": str(summary.revision),
        "revision": summary.revision,
        "publishedVersion": summary.published,
        "latestVersion": summary.latest_version,
        "projectId": summary.project,
        "folderId": summary.folder,
        "owner": summary.owner,
    }


def etag_of(summary: WorkflowSummary) -> str:
    return f'"{summary.changes}"'
