"""Data keys in memory."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.credentials.adapters.memory.credentials import MemoryCredentials
from headrace.credentials.domain.records import DataKey, WrappedKey
from headrace.kernel.ids import TenantId


class MemoryDataKeys:
    """`DataKeys` that are forgotten."""

    def __init__(self, credentials: MemoryCredentials) -> None:
        self._credentials = credentials
        self._held: dict[tuple[TenantId, int], DataKey] = {}

    async def add(self, key: DataKey) -> bool:
        return self._held.setdefault((key.tenant, key.number), key) is key

    async def get(self, tenant: TenantId, number: int) -> DataKey | None:
        return self._held.get((tenant, number))

    async def latest(self, tenant: TenantId) -> DataKey | None:
        numbers = [number for owner, number in self._held if owner == tenant]
        return self._held[tenant, max(numbers)] if numbers else None

    async def all(self) -> Sequence[DataKey]:
        return list(self._held.values())

    async def rewrap(self, key: DataKey, *, before: WrappedKey) -> bool:
        held = self._held.get((key.tenant, key.number))
        if held is None or held.wrapped != before:
            return False
        self._held[key.tenant, key.number] = key
        return True

    async def remove_before(self, tenant: TenantId, number: int) -> int:
        used = {one.sealed.key for (owner, _), one in self._credentials.held.items() if owner == tenant}
        old = [key for key in self._held if key[0] == tenant and key[1] < number and key[1] not in used]
        for key in old:
            del self._held[key]
        return len(old)
