"""Executor ports in memory: for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.kernel.ids import TenantId


class MemoryStaticData:
    """A `StaticData` that forgets when the process ends."""

    def __init__(self) -> None:
        self._data: dict[tuple[TenantId, str], Mapping[str, Any]] = {}

    async def read(self, tenant: TenantId, workflow_id: str) -> Mapping[str, Any]:
        return self._data.get((tenant, workflow_id), {})

    async def write(self, tenant: TenantId, workflow_id: str, data: Mapping[str, Any]) -> None:
        self._data[tenant, workflow_id] = data
