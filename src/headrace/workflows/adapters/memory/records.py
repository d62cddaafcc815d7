"""Workflow records in memory."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.ids import TenantId
from headrace.workflows.adapters.memory.held import Held
from headrace.workflows.domain.lifecycle import Change
from headrace.workflows.domain.listing import Cursor, sort_key
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
    TOP_LEVEL,
    PublishedWorkflow,
    Version,
    VersionSummary,
    WorkflowEvent,
    WorkflowQuery,
    WorkflowRecord,
    WorkflowSort,
    WorkflowSummary,
)


class MemoryRecords:
    """A `WorkflowRecords` that forgets."""

    def __init__(self, held: Held) -> None:
        self._held = held

    async def write(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._check(change)
        for change in changes:
            key = (change.record.tenant, change.record.id)
            self._held.workflows[key] = change.record
            if change.version is not None:
                self._held.versions.setdefault(key, []).append(change.version)
            self._held.tell(change.events)

    def _check(self, change: Change) -> None:
        record, known = change.record, self._held.workflows.get((change.record.tenant, change.record.id))
        if change.after == 0 and known is not None:
            raise WorkflowExists(record.id)
        if change.after != 0:
            _check_moment(record.id, known, change.after)
        if record.folder is not None:
            folder = self._held.folders.get((record.tenant, record.folder))
            if folder is None or folder.project != record.project:
                raise FolderNotFound(record.folder)
        for tag in record.tags:
            if (record.tenant, tag) not in self._held.tags:
                raise TagNotFound(tag)

    async def remove(self, tenant: TenantId, workflow_id: str, *, after: int, events: Sequence[WorkflowEvent]) -> None:
        key = (tenant, workflow_id)
        _check_moment(workflow_id, self._held.workflows.get(key), after)
        del self._held.workflows[key]
        self._held.versions.pop(key, None)
        self._held.tell(events)

    async def get(self, tenant: TenantId, workflow_id: str) -> WorkflowRecord:
        try:
            return self._held.workflows[tenant, workflow_id]
        except KeyError as missing:
            raise WorkflowNotFound(workflow_id) from missing

    async def find(
        self, tenant: TenantId, query: WorkflowQuery, *, after: Cursor | None, limit: int
    ) -> Sequence[WorkflowSummary]:
        part = name_key(query.name)
        matching = [
            record
            for (owner, _), record in self._held.workflows.items()
            if owner == tenant
            and query.project in (None, record.project)
            and (query.folder is None or query.folder == (record.folder or TOP_LEVEL))
            and (query.tag is None or query.tag in record.tags)
            and query.active in (None, record.published is not None)
            and query.archived in (None, record.archived)
            and part in name_key(record.name)
        ]
        falling = query.sort is WorkflowSort.UPDATED
        ordered = sorted(((sort_key(one, query.sort), one.id, one) for one in matching), key=_place, reverse=falling)
        if after is not None:
            last = (after.key, after.id)
            ordered = [row for row in ordered if (_place(row) < last if falling else _place(row) > last)]
        return [record.summary for _, _, record in ordered[:limit]]

    async def version(self, tenant: TenantId, workflow_id: str, number: int) -> Version:
        for version in self._held.versions.get((tenant, workflow_id), ()):
            if version.number == number:
                return version
        raise VersionNotFound(workflow_id, number)

    async def versions(
        self, tenant: TenantId, workflow_id: str, *, before: int | None, limit: int
    ) -> Sequence[VersionSummary]:
        newest_first = reversed(self._held.versions.get((tenant, workflow_id), []))
        return [version.summary for version in newest_first if before is None or version.number < before][:limit]

    async def published(self, tenant: TenantId, workflow_id: str) -> Version:
        record = await self.get(tenant, workflow_id)
        if record.published is None:
            raise WorkflowNotPublished(workflow_id)
        return await self.version(tenant, workflow_id, record.published)

    async def all_published(self) -> Sequence[PublishedWorkflow]:
        return [
            PublishedWorkflow(record.tenant, record.id, record.published, record.project)
            for record in self._held.workflows.values()
            if record.published is not None
        ]


def _place(row: tuple[str, str, WorkflowRecord]) -> tuple[str, str]:
    return row[:2]


def _check_moment(workflow_id: str, known: WorkflowRecord | None, after: int) -> None:
    if known is None:
        raise WorkflowNotFound(workflow_id)
    if known.changes != after:
        raise WorkflowChanged(workflow_id)
