"""Use cases of workflows: draw, keep versions, publish, look back, copy, put aside, delete."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from headrace.kernel.ids import TenantId, new_id
from headrace.workflows.domain import lifecycle
from headrace.workflows.domain.copies import copy_name, copy_of
from headrace.workflows.domain.differences import Difference, difference
from headrace.workflows.domain.drafts import Source, read_draft, to_run
from headrace.workflows.domain.lifecycle import Act, Change
from headrace.workflows.domain.listing import MAX_PAGE, cursor_after, read_cursor
from headrace.workflows.domain.tags import MAX_TAGS_ON_WORKFLOW
from headrace.workflows.errors import VersionNotFound, WorkflowChanged, WorkflowLimit, WorkflowNotPublishable
from headrace.workflows.ports import PublishCheck, WorkflowRecords
from headrace.workflows.public import (
    Version,
    VersionSummary,
    Workflow,
    WorkflowPage,
    WorkflowQuery,
    WorkflowRecord,
)
from headrace.workflows.validation import NodeTypes, publish_problems

_ATTEMPTS = 10
"""How often a decision is made anew because somebody else changed the workflow between reading and writing it."""

_MAX_VERSION = 2**31


class Workflows:
    """Workflows of all tenants. `by` is who does something, for the record; whether they may is decided before."""

    def __init__(
        self,
        records: WorkflowRecords,
        nodes: NodeTypes,
        now: Callable[[], datetime],
        *,
        checks: Sequence[PublishCheck] = (),
    ) -> None:
        self._records = records
        self._nodes = nodes
        self._now = now
        self._checks = checks

    async def create(
        self,
        tenant: TenantId,
        source: Source,
        *,
        project: str,
        by: str,
        name: str | None = None,
        folder: str | None = None,
        tags: Sequence[str] = (),
    ) -> WorkflowRecord:
        """Make a workflow, unpublished and without a version.

        Args:
            name: Instead of that in the source.
            tags: Ids.

        Raises:
            WorkflowInvalid: the source is no workflow.
            FolderNotFound, TagNotFound: there is no such folder in the project, or no such tag.
        """
        draft = await asyncio.to_thread(read_draft, source, workflow_id=new_id(), name=name)
        change = lifecycle.create(
            draft, tenant=tenant, project=project, folder=folder, tags=_tags(tags), act=self._act(by)
        )
        await self._records.write([change])
        return change.record

    async def get(self, tenant: TenantId, workflow_id: str) -> WorkflowRecord:
        """Raises: WorkflowNotFound"""
        return await self._records.get(tenant, workflow_id)

    async def list(
        self, tenant: TenantId, query: WorkflowQuery | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> WorkflowPage:
        """Return a page of workflows; 1 to 250, more are not given.

        Raises:
            BadCursor: the cursor is not of a list in this order.
        """
        wanted = query or WorkflowQuery()
        after = read_cursor(cursor, wanted) if cursor is not None else None
        size = max(1, min(limit, MAX_PAGE))
        found = await self._records.find(tenant, wanted, after=after, limit=size + 1)
        page = found[:size]
        return WorkflowPage(page, cursor_after(page[-1], wanted.sort) if len(found) > size else None)

    async def save_draft(
        self, tenant: TenantId, workflow_id: str, source: Source, *, by: str, expected: int | None = None
    ) -> WorkflowRecord:
        """Replace the draft; one that says the same changes nothing.

        Args:
            expected: The revision that the caller started from; None replaces whichever there is.

        Raises:
            WorkflowNotFound, WorkflowInvalid, ArchivedWorkflow
            DraftConflict: somebody else saved the draft since.
        """
        draft = await asyncio.to_thread(read_draft, source, workflow_id=workflow_id)
        return await self._save(tenant, workflow_id, draft, by=by, expected=expected)

    async def rename(
        self, tenant: TenantId, workflow_id: str, name: str, *, by: str, expected: int | None = None
    ) -> WorkflowRecord:
        """Give the draft another name; raises as `save_draft`."""

        async def decide(record: WorkflowRecord) -> Change | None:
            lifecycle.check_revision(record, expected)
            draft = read_draft(record.draft.raw, workflow_id=workflow_id, name=name)
            return lifecycle.save_draft(record, draft, expected=expected, act=self._act(by))

        return await self._change(tenant, workflow_id, decide)

    async def save_version(self, tenant: TenantId, workflow_id: str, *, by: str, note: str = "") -> VersionSummary:
        """Keep the draft as a version; the latest one if that says the same.

        Raises:
            WorkflowNotFound, ArchivedWorkflow
        """

        async def decide(record: WorkflowRecord) -> Change | None:
            return lifecycle.save_version(record, note=note, act=self._act(by))

        record = await self._change(tenant, workflow_id, decide)
        return (await self._records.version(tenant, workflow_id, record.latest_version)).summary

    async def version(self, tenant: TenantId, workflow_id: str, number: int) -> Version:
        """Raises: VersionNotFound"""
        if not 0 < number < _MAX_VERSION:
            raise VersionNotFound(workflow_id, number)
        return await self._records.version(tenant, workflow_id, number)

    async def versions(
        self, tenant: TenantId, workflow_id: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[VersionSummary]:
        """Return versions, the newest first; 1 to 250.

        Args:
            before: The last number of the page before.

        Raises:
            WorkflowNotFound
        """
        await self._records.get(tenant, workflow_id)
        below = None if before is None else max(0, min(before, _MAX_VERSION))
        return await self._records.versions(tenant, workflow_id, before=below, limit=max(1, min(limit, MAX_PAGE)))

    async def restore(
        self, tenant: TenantId, workflow_id: str, number: int, *, by: str, expected: int | None = None
    ) -> WorkflowRecord:
        """Make a version the draft again, its name included; raises as `save_draft`, and VersionNotFound."""
        version = await self.version(tenant, workflow_id, number)
        return await self._save(tenant, workflow_id, version.workflow, by=by, expected=expected)

    async def publish(
        self,
        tenant: TenantId,
        workflow_id: str,
        *,
        by: str,
        number: int | None = None,
        expected: int | None = None,
        note: str = "",
    ) -> WorkflowRecord:
        """Have a version run in production, in place of one that does.

        Args:
            number: A version; None: the draft, which becomes a version.
            expected: The revision of the draft that the caller has seen; None: whichever.

        Raises:
            WorkflowNotFound, VersionNotFound, ArchivedWorkflow, DraftConflict
            WorkflowNotPublishable: it cannot run in production; every reason is named.
        """

        async def decide(record: WorkflowRecord) -> Change | None:
            lifecycle.check_revision(record, expected)
            change = lifecycle.publish(record, number, note=note, act=self._act(by))
            if change is not None:
                drawn = record.draft if number is None else (await self.version(tenant, workflow_id, number)).workflow
                await self._check(tenant, drawn)
            return change

        return await self._change(tenant, workflow_id, decide)

    async def unpublish(self, tenant: TenantId, workflow_id: str, *, by: str) -> WorkflowRecord:
        """Have no version run in production; nothing changes if none does.

        Raises:
            WorkflowNotFound
        """

        async def decide(record: WorkflowRecord) -> Change | None:
            return lifecycle.unpublish(record, act=self._act(by))

        return await self._change(tenant, workflow_id, decide)

    async def archive(self, tenant: TenantId, workflow_id: str, *, by: str) -> WorkflowRecord:
        """Put a workflow aside, unpublished.

        Raises:
            WorkflowNotFound
        """

        async def decide(record: WorkflowRecord) -> Change | None:
            return lifecycle.archive(record, act=self._act(by))

        return await self._change(tenant, workflow_id, decide)

    async def unarchive(self, tenant: TenantId, workflow_id: str, *, by: str) -> WorkflowRecord:
        """Take a workflow back into use, unpublished.

        Raises:
            WorkflowNotFound
        """

        async def decide(record: WorkflowRecord) -> Change | None:
            return lifecycle.unarchive(record, act=self._act(by))

        return await self._change(tenant, workflow_id, decide)

    async def move(
        self, tenant: TenantId, workflow_id: str, *, project: str, folder: str | None, by: str
    ) -> WorkflowRecord:
        """Put a workflow into a folder of a project, or at its top level.

        Raises:
            WorkflowNotFound
            FolderNotFound: the project has no such folder.
        """

        async def decide(record: WorkflowRecord) -> Change | None:
            return lifecycle.refile(record, replace(record, project=project, folder=folder), act=self._act(by))

        return await self._change(tenant, workflow_id, decide)

    async def set_tags(self, tenant: TenantId, workflow_id: str, tags: Sequence[str], *, by: str) -> WorkflowRecord:
        """Mark a workflow with these tags, ids, and no others.

        Raises:
            WorkflowNotFound, TagNotFound
            WorkflowLimit: more than a workflow may have.
        """

        async def decide(record: WorkflowRecord) -> Change | None:
            return lifecycle.refile(record, replace(record, tags=_tags(tags)), act=self._act(by))

        return await self._change(tenant, workflow_id, decide)

    async def transfer(self, tenant: TenantId, workflow_id: str, owner: str, *, by: str) -> WorkflowRecord:
        """Make a workflow somebody else's.

        Raises:
            WorkflowNotFound
        """

        async def decide(record: WorkflowRecord) -> Change | None:
            return lifecycle.refile(record, replace(record, owner=owner), act=self._act(by))

        return await self._change(tenant, workflow_id, decide)

    async def duplicate(
        self, tenant: TenantId, workflow_id: str, *, by: str, name: str | None = None
    ) -> WorkflowRecord:
        """Make an unpublished copy of the draft, in the same place; none of its URLs is one of the original's.

        Raises:
            WorkflowNotFound, WorkflowInvalid
        """
        record = await self._records.get(tenant, workflow_id)
        copied = copy_of(record.draft, fresh=lambda: str(uuid4()))
        return await self.create(
            tenant,
            copied,
            project=record.project,
            by=by,
            name=name if name is not None else copy_name(record.name),
            folder=record.folder,
            tags=record.tags,
        )

    async def compare(self, tenant: TenantId, workflow_id: str, before: int | None, after: int | None) -> Difference:
        """Return what changed between two versions; None stands for the draft.

        Raises:
            WorkflowNotFound, VersionNotFound
        """
        return difference(await self._drawn(tenant, workflow_id, before), await self._drawn(tenant, workflow_id, after))

    async def delete(self, tenant: TenantId, workflow_id: str, *, by: str) -> None:
        """Remove a workflow with all its versions.

        Raises:
            WorkflowNotFound
        """
        for _ in range(_ATTEMPTS):
            record = await self._records.get(tenant, workflow_id)
            events = lifecycle.delete(record, act=self._act(by))
            try:
                return await self._records.remove(tenant, workflow_id, after=record.changes, events=events)
            except WorkflowChanged:
                continue
        raise WorkflowChanged(workflow_id)

    async def _save(
        self, tenant: TenantId, workflow_id: str, draft: Workflow, *, by: str, expected: int | None
    ) -> WorkflowRecord:
        async def decide(record: WorkflowRecord) -> Change | None:
            return lifecycle.save_draft(record, draft, expected=expected, act=self._act(by))

        return await self._change(tenant, workflow_id, decide)

    async def _drawn(self, tenant: TenantId, workflow_id: str, number: int | None) -> Workflow:
        if number is None:
            return (await self._records.get(tenant, workflow_id)).draft
        return (await self.version(tenant, workflow_id, number)).workflow

    async def _check(self, tenant: TenantId, drawn: Workflow) -> None:
        problems = [str(issue) for issue in publish_problems(drawn, self._nodes)]
        if not problems:
            # Others are asked about sound workflows only.
            workflow = to_run(drawn, published=True)
            for check in self._checks:
                problems += await check.problems(tenant, workflow)
        if problems:
            raise WorkflowNotPublishable(problems)

    async def _change(
        self, tenant: TenantId, workflow_id: str, decide: Callable[[WorkflowRecord], Awaitable[Change | None]]
    ) -> WorkflowRecord:
        """Read, decide and write until nobody else wrote in between; return the record as it is then."""
        for _ in range(_ATTEMPTS):
            record = await self._records.get(tenant, workflow_id)
            change = await decide(record)
            if change is None:
                return record
            try:
                await self._records.write([change])
            except WorkflowChanged:
                continue
            return change.record
        raise WorkflowChanged(workflow_id)

    def _act(self, by: str) -> Act:
        return Act(by, self._now().astimezone(UTC))


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    if len(tags) > MAX_TAGS_ON_WORKFLOW:
        raise WorkflowLimit(f"a workflow has {MAX_TAGS_ON_WORKFLOW} tags at most")
    return tuple(sorted(set(tags)))
