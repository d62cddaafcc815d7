"""What executions ask for: the workflow to run."""

from __future__ import annotations

from headrace.kernel.ids import TenantId
from headrace.workflows.domain.drafts import to_run
from headrace.workflows.errors import WorkflowNotPublished
from headrace.workflows.ports import WorkflowRecords
from headrace.workflows.public import Workflow


class WorkflowsToRun:
    """Workflows by id, as they are to be run."""

    def __init__(self, records: WorkflowRecords) -> None:
        self._records = records

    async def get(self, tenant: TenantId, workflow_id: str, *, draft: bool = False) -> Workflow:
        """Return the published version, which is what production runs; or the draft, for people who try it out.

        Raises:
            WorkflowNotFound: there is no such workflow for this tenant.
            WorkflowNotPublished: it has a draft only.
        """
        if not draft:
            return to_run((await self._records.published(tenant, workflow_id)).workflow, published=True)
        record = await self._records.get(tenant, workflow_id)
        return to_run(record.draft, published=record.published is not None)


class CalledWorkflows:
    """Workflows that other workflows call, or that are told of errors."""

    def __init__(self, to_run: WorkflowsToRun) -> None:
        self._to_run = to_run

    async def get(self, tenant: TenantId, workflow_id: str) -> Workflow:
        """Return the published version, or the draft of one that was never published: nothing has to start it.

        Raises:
            WorkflowNotFound: there is no such workflow for this tenant.
        """
        try:
            return await self._to_run.get(tenant, workflow_id)
        except WorkflowNotPublished:
            return await self._to_run.get(tenant, workflow_id, draft=True)
