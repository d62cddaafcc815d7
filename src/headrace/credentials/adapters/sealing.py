"""AES-256-GCM, in envelopes: what a tenant keeps under its data key, data keys under a key-encryption key."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headrace.credentials.domain.records import DataKey, Sealed
from headrace.credentials.errors import SealBroken
from headrace.credentials.ports import DataKeys, KeyEncryption
from headrace.kernel.ids import TenantId

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORM = b"\x01"
"""The first byte of everything encrypted here: how it was done."""

_CACHED_KEYS = 1_000


def encrypt(key: bytes, binding: Sequence[str], data: bytes) -> bytes:
    """Return *data* encrypted; it opens again only with the same binding."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _FORM + nonce + AESGCM(key).encrypt(nonce, data, _bound(binding))


def decrypt(key: bytes, binding: Sequence[str], blob: bytes) -> bytes:
    """Raises: SealBroken: another key, another binding, or not the bytes that were written."""
    try:
        if blob[:1] != _FORM:
            raise InvalidTag
        return AESGCM(key).decrypt(blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :], _bound(binding))
    except (InvalidTag, ValueError):
        raise SealBroken(f"the {binding[0]} {binding[1]}") from None


def _bound(binding: Sequence[str]) -> bytes:
    # As JSON, so that no two different bindings are the same bytes.
    return msgspec.json.encode(list(binding))


class AesGcmSealer:
    """A `Sealer` with a data key for each tenant, made when it is first needed."""

    def __init__(self, keys: DataKeys, kek: KeyEncryption, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._kek = kek
        self._now = now
        self._opened: OrderedDict[tuple[TenantId, int], bytes] = OrderedDict()

    async def seal(self, tenant: TenantId, binding: Sequence[str], data: bytes) -> Sealed:
        key = await self._keys.latest(tenant)
        if key is None:
            number = await self.renew(tenant)
            key = await self._keys.get(tenant, number)
            assert key is not None, "a key that was just made"
        return Sealed(key=key.number, blob=encrypt(await self._plain(key), [*binding, tenant], data))

    async def open(self, tenant: TenantId, binding: Sequence[str], sealed: Sealed) -> bytes:
        plain = self._opened.get((tenant, sealed.key))
        if plain is None:
            key = await self._keys.get(tenant, sealed.key)
            if key is None:
                raise SealBroken(f"the {binding[0]} {binding[1]}")
            plain = await self._plain(key)
        return decrypt(plain, [*binding, tenant], sealed.blob)

    async def rewrap(self) -> int:
        current = await self._kek.current()
        moved = 0
        for key in await self._keys.all():
            if key.wrapped.kek == current:
                continue
            plain = await self._kek.unwrap(key.wrapped, key.binding)
            wrapped = await self._kek.wrap(plain, key.binding)
            fresh = DataKey(tenant=key.tenant, number=key.number, wrapped=wrapped, created_at=key.created_at)
            moved += await self._keys.rewrap(fresh, before=key.wrapped)
        return moved

    async def renew(self, tenant: TenantId) -> int:
        latest = await self._keys.latest(tenant)
        number = latest.number + 1 if latest is not None else 1
        plain = secrets.token_bytes(KEY_BYTES)
        bound = DataKey.binding_of(tenant, number)
        wrapped = await self._kek.wrap(plain, bound)
        # If another process was first with this number, its key is as good.
        await self._keys.add(DataKey(tenant=tenant, number=number, wrapped=wrapped, created_at=self._now()))
        return number

    async def _plain(self, key: DataKey) -> bytes:
        place = (key.tenant, key.number)
        plain = self._opened.get(place)
        if plain is None:
            plain = await self._kek.unwrap(key.wrapped, key.binding)
            self._opened[place] = plain
            while len(self._opened) > _CACHED_KEYS:
                self._opened.popitem(last=False)
        return plain
