"""Where workflows are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from headrace.kernel.ids import TenantId
from headrace.workflows.public import Workflow


class WorkflowStore(Protocol):
    """Workflows by id, per tenant."""

    async def get(self, tenant: TenantId, workflow_id: str) -> Workflow:
        """Raises: WorkflowNotFound: there is no such workflow for this tenant."""
        ...

    async def save(self, tenant: TenantId, workflow: Workflow) -> None:
        """Store a workflow under its id; one that is there is replaced."""
        ...

    async def list(self, tenant: TenantId) -> Sequence[Workflow]:
        """Return all workflows of the tenant, by name."""
        ...
