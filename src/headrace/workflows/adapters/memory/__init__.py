"""Workflows in memory."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.kernel.ids import TenantId
from headrace.workflows.adapters.memory.folders import MemoryFolders
from headrace.workflows.adapters.memory.held import Held
from headrace.workflows.adapters.memory.outbox import MemoryOutbox
from headrace.workflows.adapters.memory.records import MemoryRecords
from headrace.workflows.adapters.memory.tags import MemoryTags
from headrace.workflows.adapters.memory.variables import MemoryVariables
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


class MemoryLibrary:
    """Every port of the Workflow Service, over one memory that they share."""

    def __init__(self) -> None:
        held = Held()
        self.records = MemoryRecords(held)
        self.folders = MemoryFolders(held)
        self.tags = MemoryTags(held)
        self.variables = MemoryVariables(held)
        self.outbox = MemoryOutbox(held)

    async def close(self) -> None:
        """Nothing is open."""
