"""Credentials in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from headrace.credentials.domain.records import MAX_CREDENTIALS, Cursor, SealedCredential, name_key
from headrace.credentials.errors import CredentialChanged, CredentialExists, CredentialLimit, CredentialNotFound
from headrace.credentials.public import Credential, CredentialQuery
from headrace.kernel.ids import TenantId


class MemoryCredentials:
    """A `CredentialStore` that forgets."""

    def __init__(self) -> None:
        self.held: dict[tuple[TenantId, str], SealedCredential] = {}
        self._claims: dict[tuple[TenantId, str], datetime] = {}

    async def add(self, record: SealedCredential) -> None:
        if (record.tenant, record.id) in self.held:
            raise CredentialExists(record.id)
        if len(self._of(record.tenant)) >= MAX_CREDENTIALS:
            raise CredentialLimit(f"there are {MAX_CREDENTIALS} credentials at most; delete one that is not used")
        self.held[record.tenant, record.id] = record

    async def get(self, tenant: TenantId, credential_id: str) -> SealedCredential:
        try:
            return self.held[tenant, credential_id]
        except KeyError as missing:
            raise CredentialNotFound("", credential_id) from missing

    async def replace(self, record: SealedCredential, *, expected: int) -> None:
        if (await self.get(record.tenant, record.id)).revision != expected:
            raise CredentialChanged(record.id)
        self.held[record.tenant, record.id] = record

    async def remove(self, tenant: TenantId, credential_id: str) -> None:
        await self.get(tenant, credential_id)
        del self.held[tenant, credential_id]
        self._claims.pop((tenant, credential_id), None)

    async def find(
        self, tenant: TenantId, query: CredentialQuery, *, after: Cursor | None, limit: int
    ) -> Sequence[Credential]:
        found = [
            record.plain
            for record in self._of(tenant)
            if (query.project is None or record.usable_in(query.project))
            and (query.type is None or record.type == query.type)
            and name_key(query.name) in name_key(record.name)
            and (after is None or (name_key(record.name), record.id) > (after.name_key, after.id))
        ]
        return sorted(found, key=lambda one: (name_key(one.name), one.id))[:limit]

    async def named(self, tenant: TenantId, type_: str, name: str) -> Sequence[Credential]:
        found = [one.plain for one in self._of(tenant) if one.type == type_ and one.name == name]
        return sorted(found, key=lambda one: one.id)

    async def sealed_before(self, tenant: TenantId, key: int, *, limit: int) -> Sequence[SealedCredential]:
        return [one for one in self._of(tenant) if one.sealed.key < key][:limit]

    async def claim(self, tenant: TenantId, credential_id: str, *, now: datetime, until: datetime) -> bool:
        held = self._claims.get((tenant, credential_id))
        if held is not None and held > now:
            return False
        self._claims[tenant, credential_id] = until
        return True

    async def release(self, tenant: TenantId, credential_id: str) -> None:
        self._claims.pop((tenant, credential_id), None)

    def _of(self, tenant: TenantId) -> list[SealedCredential]:
        return [record for (owner, _), record in self.held.items() if owner == tenant]
