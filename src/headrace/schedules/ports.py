"""What schedules need from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from headrace.executions.public import ExecutionRequested
from headrace.kernel.ids import TenantId
from headrace.sdk.outcome import NodeModule


class Runs(Protocol):
    """Where runs are started."""

    async def submit(self, request: ExecutionRequested) -> Any:
        """Make a run durable and have it run.

        Raises:
            VersionConflict: there is an execution of that id already.
        """
        ...


class Firings(Protocol):
    """When schedules fired last, so that what was missed is known after a time without a server."""

    async def begun(self, tenant: TenantId, workflow_id: str, node: str, *, now: datetime) -> tuple[datetime, datetime]:
        """Return when the node's schedules began and up to when they have been seen to; both *now* for a new one."""
        ...

    async def seen(self, tenant: TenantId, workflow_id: str, node: str, *, until: datetime) -> None:
        """Remember that everything up to *until* has been started or left out; never goes back in time."""
        ...

    async def forget(self, tenant: TenantId, workflow_id: str) -> None:
        """The workflow is no longer served; published again, its schedules begin anew."""
        ...


class NodeTypes(Protocol):
    """The catalogue of node types."""

    def find(self, type_: str, version: float) -> NodeModule:
        """Raises: NotFound: no such type, or not in that version."""
        ...
