"""Use cases of bringing workflows in and taking them out, as n8n's JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from headrace.kernel.ids import TenantId, new_id
from headrace.workflows.domain import lifecycle
from headrace.workflows.domain.exchange import Imported, exported, read_file
from headrace.workflows.domain.lifecycle import Act, Change
from headrace.workflows.domain.names import name_key
from headrace.workflows.errors import WorkflowChanged, WorkflowExists, WorkflowNotFound
from headrace.workflows.ports import WorkflowRecords
from headrace.workflows.public import WorkflowRecord
from headrace.workflows.service.tags import Tags

_ATTEMPTS = 10


class Transfers:
    """Imports and exports."""

    def __init__(self, records: WorkflowRecords, tags: Tags, now: Callable[[], datetime]) -> None:
        self._records = records
        self._tags = tags
        self._now = now

    async def import_file(
        self,
        tenant: TenantId,
        source: bytes | str,
        *,
        project: str,
        by: str,
        folder: str | None = None,
        keep_ids: bool = False,
    ) -> Sequence[WorkflowRecord]:
        """Bring in every workflow of a file, all or none, unpublished; tags are found by name, or made.

        Args:
            keep_ids: Whether a workflow has the id that the file gives it, so that others that call it by its id still
                do. Where the tenant has one of that id, it keeps its place and gets what is in the file as its draft.

        Raises:
            WorkflowInvalid: one of them cannot be accepted; all problems of all.
            FolderNotFound: the project has no such folder.
            ArchivedWorkflow: one that would get another draft is put aside.
        """
        found = await asyncio.to_thread(read_file, source, fresh=new_id, keep_ids=keep_ids)
        act = Act(by, self._now().astimezone(UTC))
        tags = await self._tags.named(tenant, (name for imported in found for name in imported.tags))
        for _ in range(_ATTEMPTS):
            records: list[WorkflowRecord] = []
            changes: list[Change] = []
            for imported in found:
                known = await self._known(tenant, imported) if keep_ids else None
                if known is None:
                    ids = tuple(sorted({tags[name_key(name)].id for name in imported.tags}))
                    change: Change | None = lifecycle.create(
                        imported.draft, tenant=tenant, project=project, folder=folder, tags=ids, act=act
                    )
                else:
                    change = lifecycle.save_draft(known, imported.draft, expected=None, act=act)
                if change is not None:
                    changes.append(change)
                    records.append(change.record)
                elif known is not None:
                    records.append(known)
            try:
                await self._records.write(changes)
            except (WorkflowChanged, WorkflowExists, WorkflowNotFound):
                continue  # somebody else made, changed or deleted one of them just now
            return records
        raise WorkflowChanged(found[0].draft.id)

    async def export(self, tenant: TenantId, workflow_id: str) -> bytes:
        """Return a workflow's draft as a file of n8n.

        Raises:
            WorkflowNotFound
        """
        record = await self._records.get(tenant, workflow_id)
        known = {tag.id: tag for tag in await self._tags.list(tenant)}
        return msgspec.json.encode(exported(record, [known[tag] for tag in record.tags if tag in known]))

    async def export_many(self, tenant: TenantId, workflow_ids: Sequence[str]) -> bytes:
        """Return a file of several workflows.

        Raises:
            WorkflowNotFound
        """
        return b"[" + b",".join([await self.export(tenant, one) for one in workflow_ids]) + b"]"

    async def _known(self, tenant: TenantId, imported: Imported) -> WorkflowRecord | None:
        try:
            return await self._records.get(tenant, imported.draft.id)
        except WorkflowNotFound:
            return None
