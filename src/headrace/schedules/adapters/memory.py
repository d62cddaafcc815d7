"""Firings in memory, for tests."""

from __future__ import annotations

from datetime import datetime

from headrace.kernel.ids import TenantId


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
