"""Ports in memory, for tests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from headrace.kernel.ids import ExecutionId, TenantId
from headrace.webhooks.public import Listening

_KEPT = timedelta(hours=1)


class MemoryListenings:
    """A `Listenings` of one process."""

    def __init__(self) -> None:
        self._held: dict[tuple[TenantId, str], Listening] = {}

    async def open(self, listening: Listening, *, now: datetime) -> None:
        self._held = {key: one for key, one in self._held.items() if now - one.expires_at < _KEPT}
        self._held.pop((listening.tenant, listening.workflow_id), None)
        self._held[listening.tenant, listening.workflow_id] = listening

    async def at(self, places: Collection[str], *, now: datetime) -> Sequence[Listening]:
        return [one for one in reversed(self._held.values()) if one.waits(now) and set(one.places) & set(places)]

    async def of(self, tenant: TenantId, workflow_id: str) -> Listening | None:
        return self._held.get((tenant, workflow_id))

    async def take(self, listening: Listening, *, execution_id: ExecutionId, node: str, now: datetime) -> bool:
        held = self._own(listening)
        if held is None or not held.waits(now):
            return False
        key = (listening.tenant, listening.workflow_id)
        self._held[key] = msgspec.structs.replace(held, execution_id=execution_id, node=node)
        return True

    async def give_back(self, listening: Listening, *, execution_id: ExecutionId) -> None:
        held = self._own(listening)
        if held is not None and held.execution_id == execution_id:
            key = (listening.tenant, listening.workflow_id)
            self._held[key] = msgspec.structs.replace(held, execution_id=None, node=None)

    async def close(self, tenant: TenantId, workflow_id: str) -> bool:
        return self._held.pop((tenant, workflow_id), None) is not None

    def _own(self, listening: Listening) -> Listening | None:
        held = self._held.get((listening.tenant, listening.workflow_id))
        return held if held is not None and held.id == listening.id else None
