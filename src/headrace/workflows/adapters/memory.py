"""Workflows in memory."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.ids import TenantId
from headrace.workflows.errors import WorkflowNotFound
from headrace.workflows.public import Workflow


class MemoryWorkflows:
    """A `WorkflowStore` that forgets."""

    def __init__(self) -> None:
        self._held: dict[tuple[TenantId, str], Workflow] = {}

    async def get(self, tenant: TenantId, workflow_id: str) -> Workflow:
        try:
            return self._held[tenant, workflow_id]
        except KeyError as missing:
            raise WorkflowNotFound(workflow_id) from missing

    async def save(self, tenant: TenantId, workflow: Workflow) -> None:
        self._held[tenant, workflow.id] = workflow

    async def list(self, tenant: TenantId) -> Sequence[Workflow]:
        mine = [workflow for (owner, _), workflow in self._held.items() if owner == tenant]
        return sorted(mine, key=lambda workflow: workflow.name)
