"""Drafts as webhooks try them out, from the Workflow Service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.app.library import Library
from headrace.kernel.ids import ProjectId, TenantId
from headrace.webhooks.ports import Draft
from headrace.workflows.domain.drafts import read_draft, to_run


class LibraryDrafts:
    """The `Drafts` of webhooks."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def get(self, tenant: TenantId, workflow_id: str, drawn: Mapping[str, Any] | None = None) -> Draft:
        record = await self._library.records.get(tenant, workflow_id)
        workflow = record.draft if drawn is None else read_draft(drawn, workflow_id=record.id, name=record.name)
        return Draft(
            workflow=to_run(workflow, published=record.published is not None), project=ProjectId(record.project)
        )
