"""Ports in memory, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from headrace.kernel.ids import TenantId
from headrace.schedules.errors import AnotherLooked
from headrace.schedules.ports import Find, PollState


class MemoryFirings:
    """A `Firings` that forgets."""

    def __init__(self) -> None:
        self._known: dict[tuple[TenantId, str, str], tuple[datetime, datetime]] = {}

    async def begun(self, tenant: TenantId, workflow_id: str, node: str, *, now: datetime) -> tuple[datetime, datetime]:
        return self._known.setdefault((tenant, workflow_id, node), (now, now))

    async def seen(self, tenant: TenantId, workflow_id: str, node: str, *, until: datetime) -> None:
        known = self._known.get((tenant, workflow_id, node))
        if known is not None and until > known[1]:
            self._known[tenant, workflow_id, node] = (known[0], until)

    async def forget(self, tenant: TenantId, workflow_id: str) -> None:
        for key in [key for key in self._known if key[:2] == (tenant, workflow_id)]:
            del self._known[key]


class MemoryPollStates:
    """A `PollStates` that forgets."""

    def __init__(self) -> None:
        self._states: dict[tuple[TenantId, str, str], PollState] = {}
        self._finds: dict[str, Find] = {}

    async def begun(self, tenant: TenantId, workflow_id: str, node: str, *, now: datetime) -> PollState:
        return self._states.setdefault((tenant, workflow_id, node), PollState(looks=0, data={}, looked_at=now))

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
        known = self._states.get((tenant, workflow_id, node))
        if known is None or known.looks != looks:
            raise AnotherLooked(node)
        self._states[tenant, workflow_id, node] = PollState(looks=looks + 1, data=dict(data), looked_at=now)
        if find is not None:
            self._finds[find.request.execution_id] = find

    async def unstarted(self) -> Sequence[Find]:
        return list(self._finds.values())

    async def started(self, find: Find) -> None:
        held = self._finds.get(find.request.execution_id)
        if held is not None and held.tenant == find.tenant:
            del self._finds[find.request.execution_id]

    async def forget(self, tenant: TenantId, workflow_id: str) -> None:
        for key in [key for key in self._states if key[:2] == (tenant, workflow_id)]:
            del self._states[key]
