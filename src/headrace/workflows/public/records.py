"""What is kept about workflows: records, versions, folders, tags, variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Final

from headrace.kernel.ids import TenantId
from headrace.workflows.public.events import WorkflowEvent
from headrace.workflows.public.format import Workflow

TOP_LEVEL: Final = ""
"""In a query, the place of workflows that are in no folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowSummary:
    """All that is known of a workflow but what is drawn."""

    id: str
    tenant: TenantId
    project: str
    folder: str | None
    """A folder of the same project; None at the top level."""

    name: str
    tags: tuple[str, ...]
    """Ids, ascending."""

    owner: str
    revision: int
    """How often the draft changed, 1 at first; who saves a draft names the revision it started from."""

    draft_hash: str
    changes: int
    """How often anything here changed: what a store compares before it writes."""

    latest_version: int
    """0 while there is none. Versions count from 1."""

    latest_hash: str
    published: int | None
    """The version that runs in production."""

    archived: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRecord(WorkflowSummary):
    """A workflow with its draft, whose id and name are the record's."""

    draft: Workflow

    @property
    def summary(self) -> WorkflowSummary:
        return WorkflowSummary(**{field.name: getattr(self, field.name) for field in fields(WorkflowSummary)})


@dataclass(frozen=True, slots=True)
class PublishedWorkflow:
    """What of a workflow runs in production, and where it belongs."""

    tenant: TenantId
    id: str
    version: int
    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSummary:
    """A version but for what is drawn."""

    workflow_id: str
    number: int
    content_hash: str
    author: str
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(VersionSummary):
    """A draft as it once was; never changed."""

    workflow: Workflow

    @property
    def summary(self) -> VersionSummary:
        return VersionSummary(**{field.name: getattr(self, field.name) for field in fields(VersionSummary)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A place for workflows within a project."""

    id: str
    tenant: TenantId
    project: str
    parent: str | None
    """None at the top level."""

    name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word that workflows are marked with; one name is one tag, however it is capitalised."""

    id: str
    tenant: TenantId
    name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A value that expressions read as `$vars.key`. Not secret."""

    id: str
    tenant: TenantId
    project: str | None
    """None: for all projects that have none of that key themselves."""

    key: str
    value: str


class WorkflowSort(StrEnum):
    """In which order workflows are listed."""

    NAME = "name"
    """A to Z, however capitalised."""

    UPDATED = "updated"
    """Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowQuery:
    """Which workflows are wanted; None: whichever."""

    project: str | None = None
    folder: str | None = None
    """A folder's id, without the folders in it; `TOP_LEVEL` for those in no folder."""

    tag: str | None = None
    active: bool | None = None
    """Whether a version is published."""

    archived: bool | None = False
    name: str = ""
    """A part of the name, however capitalised."""

    sort: WorkflowSort = WorkflowSort.NAME


@dataclass(frozen=True, slots=True)
class WorkflowPage:
    workflows: Sequence[WorkflowSummary]
    next_cursor: str | None
    """Opaque; None on the last page."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An event that has not been handed on yet."""

    position: int
    """Grows, and is never used twice: what consumers know an event by that comes again."""

    event: WorkflowEvent
