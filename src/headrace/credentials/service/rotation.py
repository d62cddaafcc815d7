"""Giving everything other keys, while it is in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from headrace.credentials.errors import CredentialChanged, CredentialNotFound
from headrace.credentials.ports import CredentialStore, DataKeys, KeyEncryption, Sealer
from headrace.credentials.service.sealing import opened, sealed_anew
from headrace.kernel.ids import TenantId

_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What a rotation did."""

    kek: str
    """Id of the key-encryption key that everything is wrapped with now."""

    rewrapped: int
    """Data keys."""

    resealed: int
    """Credentials."""


class Rotation:
    """Rotates keys. It may be broken off at any point, and called again."""

    def __init__(
        self,
        store: CredentialStore,
        keys: DataKeys,
        kek: KeyEncryption,
        sealer: Sealer,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._keys = keys
        self._kek = kek
        self._sealer = sealer
        self._now = now

    async def rotate(self, *, data_keys: bool = False) -> Rotated:
        """Wrap all data keys with a new key-encryption key.

        Where key-encryption keys are made elsewhere (in the environment, by a service), with the newest one there is.

        Args:
            data_keys: Also give every tenant a new data key, and seal all its credentials with that.

        Raises:
            KeyMissing, KeysUnusable: nothing is lost; what could not be moved is as it was.
            SealBroken: a data key or a credential was changed by somebody.
        """
        # First of all what an earlier rotation did not come to: only one older key is kept.
        rewrapped = await self._sealer.rewrap()
        if await self._kek.renew():
            rewrapped = await self._sealer.rewrap()
        resealed = 0
        if data_keys:
            for tenant in sorted({key.tenant for key in await self._keys.all()}):
                resealed += await self._reseal(tenant)
        return Rotated(kek=await self._kek.current(), rewrapped=rewrapped, resealed=resealed)

    async def _reseal(self, tenant: TenantId) -> int:
        number = await self._sealer.renew(tenant)
        count = 0
        while batch := await self._store.sealed_before(tenant, number, limit=_BATCH):
            for record in batch:
                fields = await opened(self._sealer, record)
                fresh = await sealed_anew(self._sealer, replace(record, revision=record.revision + 1), fields)
                try:
                    await self._store.replace(fresh, expected=record.revision)
                    count += 1
                except (CredentialChanged, CredentialNotFound):
                    continue  # whoever changed it sealed it anew, or the next batch has it again
        # A server that still runs may just be sealing something with the key before; it goes with the next rotation.
        await self._keys.remove_before(tenant, number - 1)
        return count
