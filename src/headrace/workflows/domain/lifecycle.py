"""From draft to version to production: each decision is a `Change`, written as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from headrace.kernel.ids import TenantId
from headrace.workflows.domain.drafts import content_hash
from headrace.workflows.errors import ArchivedWorkflow, DraftConflict
from headrace.workflows.public import (
    DraftSaved,
    Version,
    VersionSaved,
    Workflow,
    WorkflowArchived,
    WorkflowCreated,
    WorkflowDeleted,
    WorkflowEvent,
    WorkflowPublished,
    WorkflowRecord,
    WorkflowUnarchived,
    WorkflowUnpublished,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a use case writes."""

    record: WorkflowRecord
    after: int
    """The record's `changes` that the decision was made on; 0 for a new workflow."""

    version: Version | None = None
    events: tuple[WorkflowEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, and when."""

    by: str
    at: datetime


def create(
    draft: Workflow, *, tenant: TenantId, project: str, folder: str | None, tags: tuple[str, ...], act: Act
) -> Change:
    """Decide on a new workflow, owned by who makes it."""
    record = WorkflowRecord(
        id=draft.id,
        tenant=tenant,
        project=project,
        folder=folder,
        name=draft.name,
        tags=tags,
        owner=act.by,
        revision=1,
        draft_hash=content_hash(draft),
        changes=1,
        latest_version=0,
        latest_hash="",
        published=None,
        archived=False,
        created_at=act.at,
        updated_at=act.at,
        draft=draft,
    )
    created = WorkflowCreated(tenant=tenant, workflow_id=draft.id, by=act.by, at=act.at)
    return Change(record=record, after=0, events=(created,))


def save_draft(record: WorkflowRecord, draft: Workflow, *, expected: int | None, act: Act) -> Change | None:
    """Decide on another draft; None when it is what the draft is already.

    Args:
        expected: The revision that *draft* was made from; None: whichever there is.

    Raises:
        DraftConflict: the draft is at another revision.
        ArchivedWorkflow: it is put aside.
    """
    _refuse_archived(record)
    check_revision(record, expected)
    draft_hash = content_hash(draft)
    if draft_hash == record.draft_hash:
        return None
    revision = record.revision + 1
    saved = replace(record, draft=draft, name=draft.name, draft_hash=draft_hash, revision=revision)
    event = DraftSaved(tenant=record.tenant, workflow_id=record.id, by=act.by, at=act.at, revision=revision)
    return _change(record, saved, act, event)


def save_version(record: WorkflowRecord, *, note: str, act: Act) -> Change | None:
    """Decide to keep the draft as a version; None when it is what the latest version is already.

    Raises:
        ArchivedWorkflow: it is put aside.
    """
    _refuse_archived(record)
    if record.draft_hash == record.latest_hash:
        return None
    version = Version(
        workflow_id=record.id,
        number=record.latest_version + 1,
        content_hash=record.draft_hash,
        author=act.by,
        note=note,
        created_at=act.at,
        workflow=record.draft,
    )
    saved = replace(record, latest_version=version.number, latest_hash=version.content_hash)
    event = VersionSaved(tenant=record.tenant, workflow_id=record.id, by=act.by, at=act.at, version=version.number)
    return replace(_change(record, saved, act, event), version=version)


def publish(record: WorkflowRecord, number: int | None, *, note: str, act: Act) -> Change | None:
    """Decide that a version runs in production; None when it does already.

    Args:
        number: A version there is; None: the draft, which becomes a version by this.

    Raises:
        ArchivedWorkflow: it is put aside.
    """
    _refuse_archived(record)
    kept = save_version(record, note=note, act=act) if number is None else None
    current = record if kept is None else kept.record
    chosen = current.latest_version if number is None else number
    if chosen == record.published:
        return None
    event = WorkflowPublished(
        tenant=record.tenant,
        workflow_id=record.id,
        by=act.by,
        at=act.at,
        version=chosen,
        previous=record.published,
    )
    change = _change(record, replace(current, published=chosen), act, event)
    if kept is None:
        return change
    return replace(change, version=kept.version, events=(*kept.events, *change.events))


def unpublish(record: WorkflowRecord, *, act: Act) -> Change | None:
    """Decide that no version runs in production; None when none does."""
    if record.published is None:
        return None
    return _change(record, replace(record, published=None), act, _unpublished(record, act))


def archive(record: WorkflowRecord, *, act: Act) -> Change | None:
    """Decide to put a workflow aside, where nothing runs it; None when it is there already."""
    if record.archived:
        return None
    events: list[WorkflowEvent] = [] if record.published is None else [_unpublished(record, act)]
    events.append(WorkflowArchived(tenant=record.tenant, workflow_id=record.id, by=act.by, at=act.at))
    return _change(record, replace(record, archived=True, published=None), act, *events)


def unarchive(record: WorkflowRecord, *, act: Act) -> Change | None:
    """Decide to take a workflow back into use, unpublished; None when it is in use."""
    if not record.archived:
        return None
    event = WorkflowUnarchived(tenant=record.tenant, workflow_id=record.id, by=act.by, at=act.at)
    return _change(record, replace(record, archived=False), act, event)


def delete(record: WorkflowRecord, *, act: Act) -> tuple[WorkflowEvent, ...]:
    """Return what is to be told when a workflow goes."""
    deleted = WorkflowDeleted(tenant=record.tenant, workflow_id=record.id, by=act.by, at=act.at)
    return (deleted,) if record.published is None else (_unpublished(record, act), deleted)


def refile(record: WorkflowRecord, filed: WorkflowRecord, *, act: Act) -> Change | None:
    """Decide where a workflow is kept, how it is marked and whose it is; None when that is so already."""
    return None if filed == record else _change(record, filed, act)


def check_revision(record: WorkflowRecord, expected: int | None) -> None:
    """Raises: DraftConflict: the draft is at another revision than *expected*."""
    if expected is not None and expected != record.revision:
        raise DraftConflict(record.id, expected=expected, actual=record.revision)


def _refuse_archived(record: WorkflowRecord) -> None:
    if record.archived:
        raise ArchivedWorkflow(record.id)


def _unpublished(record: WorkflowRecord, act: Act) -> WorkflowUnpublished:
    assert record.published is not None
    return WorkflowUnpublished(
        tenant=record.tenant, workflow_id=record.id, by=act.by, at=act.at, version=record.published
    )


def _change(before: WorkflowRecord, after: WorkflowRecord, act: Act, *events: WorkflowEvent) -> Change:
    written = replace(after, changes=before.changes + 1, updated_at=act.at)
    return Change(record=written, after=before.changes, events=events)
