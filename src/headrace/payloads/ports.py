"""Where payloads are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from headrace.kernel.ids import TenantId
from headrace.payloads.public import PayloadKey, StoredOwner


class PayloadStore(Protocol):
    """Bytes by key, per tenant. A payload never changes once it is put."""

    async def put(self, tenant: TenantId, owner: str, data: bytes) -> PayloadKey:
        """Store *data* durably and return its key; putting the same bytes again is cheap.

        Raises:
            BadKey: *owner* is not letters, digits, "-" and "_", 64 at most.
        """
        ...

    async def put_stream(self, tenant: TenantId, owner: str, chunks: AsyncIterator[bytes]) -> tuple[PayloadKey, int]:
        """Store a stream without holding it in memory; return its key and its length in bytes.

        Whatever *chunks* raises is passed on, and nothing is stored.

        Raises:
            BadKey: as `put`.
        """
        ...

    def stream(self, tenant: TenantId, key: str) -> AsyncIterator[bytes]:
        """Return the bytes of a payload in parts.

        Raises:
            BadKey, PayloadNotFound, PayloadDamaged: as `get`, when it is first read from.
        """
        ...

    async def get(self, tenant: TenantId, key: str) -> bytes:
        """Return the bytes of a payload.

        Raises:
            BadKey: *key* has not the form of a key.
            PayloadNotFound: there is none, or it is another tenant's.
            PayloadDamaged: what is stored is not what was put.
        """
        ...

    async def delete_owned(self, tenant: TenantId, owner: str) -> int:
        """Remove all payloads of *owner* and return how many there were; none is no error."""
        ...

    async def kept_bytes(self, tenant: TenantId) -> int:
        """Return how many bytes all payloads of a tenant take where they are kept."""
        ...

    def owners(self) -> AsyncIterator[StoredOwner]:
        """Return everybody who has payloads, of all tenants, in no order."""
        ...
