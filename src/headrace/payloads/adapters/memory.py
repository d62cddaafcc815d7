"""Payloads in memory: for tests, and for runs that leave nothing behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from headrace.kernel.ids import TenantId
from headrace.payloads.errors import PayloadNotFound
from headrace.payloads.public import PayloadKey, StoredOwner, check_key, key_for


class MemoryPayloads:
    """A `PayloadStore` that forgets."""

    def __init__(self) -> None:
        self._data: dict[tuple[TenantId, PayloadKey], bytes] = {}
        self._put_at: dict[tuple[TenantId, PayloadKey], datetime] = {}

    async def put(self, tenant: TenantId, owner: str, data: bytes) -> PayloadKey:
        key = key_for(owner, data)
        self._data[tenant, key] = data
        self._put_at[tenant, key] = datetime.now(UTC)
        return key

    async def put_stream(self, tenant: TenantId, owner: str, chunks: AsyncIterator[bytes]) -> tuple[PayloadKey, int]:
        data = b"".join([chunk async for chunk in chunks])
        return await self.put(tenant, owner, data), len(data)

    async def stream(self, tenant: TenantId, key: str) -> AsyncIterator[bytes]:
        yield await self.get(tenant, key)

    async def get(self, tenant: TenantId, key: str) -> bytes:
        try:
            return self._data[tenant, check_key(key)]
        except KeyError as missing:
            raise PayloadNotFound(key) from missing

    async def delete_owned(self, tenant: TenantId, owner: str) -> int:
        doomed = [held for held in self._data if held[0] == tenant and held[1].split("/", 1)[0] == owner]
        for held in doomed:
            del self._data[held], self._put_at[held]
        return len(doomed)

    async def kept_bytes(self, tenant: TenantId) -> int:
        return sum(len(data) for (owner, _), data in self._data.items() if owner == tenant)

    async def owners(self) -> AsyncIterator[StoredOwner]:
        last: dict[tuple[TenantId, str], datetime] = {}
        for (tenant, key), put_at in self._put_at.items():
            place = tenant, key.split("/", 1)[0]
            last[place] = max(put_at, last.get(place, put_at))
        for (tenant, owner), changed_at in last.items():
            yield StoredOwner(tenant, owner, changed_at)
