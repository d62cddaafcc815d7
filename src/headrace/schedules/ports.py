"""What schedules need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from headrace.executions.public import ExecutionRequested, Output
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What a polling trigger knows from its last look."""

    looks: int
    """How often it has looked for news and come to an end with that; 0: never."""

    data: Mapping[str, Any]
    """What the node remembers."""

    looked_at: datetime
    """When that was; for one that never looked, when it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """Something new, and the run that it starts; kept until that is durable."""

    tenant: TenantId
    workflow_id: str
    node: str
    request: ExecutionRequested


class PollStates(Protocol):
    """What polling triggers have seen, and what they found that no run has been started for yet."""

    async def begun(self, tenant: TenantId, workflow_id: str, node: str, *, now: datetime) -> PollState:
        """Return what a trigger knows; a new one knows nothing, and began *now*."""
        ...

    async def looked(
        self,
        tenant: TenantId,
        workflow_id: str,
        node: str,
        *,
        looks: int,
        data: Mapping[str, Any],
        find: Find | None,
        now: datetime,
    ) -> None:
        """Remember what a look came to, and what it found, all or none.

        Args:
            looks: How many looks there had been before it.

        Raises:
            AnotherLooked: there were others since then, or the workflow is served no more; nothing was written.
        """
        ...

    async def unstarted(self) -> Sequence[Find]:
        """Return what was found, of all tenants, that no run has been started for yet; oldest first."""
        ...

    async def started(self, find: Find) -> None:
        """The run is durable."""
        ...

    async def forget(self, tenant: TenantId, workflow_id: str) -> None:
        """The workflow is no longer served; published again, its triggers begin anew. What was found is kept."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of looking for news."""

    found: Output | None
    """The new items; None when there is nothing new."""

    data: Mapping[str, Any]
    """What the node remembers now."""


class Poller(Protocol):
    """Runs polling triggers."""

    async def look(self, request: ExecutionRequested, data: Mapping[str, Any]) -> Look:
        """Have the node at which a run would start look for news.

        Args:
            request: The run that news would start; its given items are not known yet.
            data: What the node remembers.

        Raises:
            PollFailed: it could not; the message says why.
        """
        ...


class NodeTypes(Protocol):
    """The catalogue of node types."""

    def find(self, type_: str, version: float) -> NodeModule:
        """Raises: NotFound: no such type, or not in that version."""
        ...
