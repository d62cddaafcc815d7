"""Payloads as files: `root/tenant/ow/owner/hash`, zstd-compressed, written whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
from pathlib import Path

import zstandard

from headrace.infra.files import write_durably
from headrace.kernel.ids import TenantId
from headrace.payloads.errors import BadKey, PayloadDamaged, PayloadNotFound
from headrace.payloads.public import PayloadKey, check_key, key_for

_TENANT = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LEVEL = 1
"""Compression is on the way of every large step: level 1 is five times as fast as the default for a few percent."""


class FilePayloads:
    """A `PayloadStore` in a directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, tenant: TenantId, owner: str, data: bytes) -> PayloadKey:
        return await asyncio.to_thread(self._put, tenant, owner, data)

    async def get(self, tenant: TenantId, key: str) -> bytes:
        return await asyncio.to_thread(self._get, tenant, check_key(key))

    async def delete_owned(self, tenant: TenantId, owner: str) -> int:
        return await asyncio.to_thread(self._delete_owned, tenant, owner)

    def _put(self, tenant: TenantId, owner: str, data: bytes) -> PayloadKey:
        key = key_for(owner, data)
        path = self._path(tenant, key)
        if path.exists():
            return key
        write_durably(path, zstandard.ZstdCompressor(level=_LEVEL).compress(data))
        return key

    def _get(self, tenant: TenantId, key: PayloadKey) -> bytes:
        try:
            packed = self._path(tenant, key).read_bytes()
        except FileNotFoundError as missing:
            raise PayloadNotFound(key) from missing
        try:
            data = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
        except zstandard.ZstdError as damage:
            raise PayloadDamaged(key) from damage
        if hashlib.sha256(data).hexdigest() != key.rsplit("/", 1)[-1]:
            raise PayloadDamaged(key)
        return data

    def _delete_owned(self, tenant: TenantId, owner: str) -> int:
        folder = self._path(tenant, key_for(owner, b"")).parent
        if not folder.is_dir():
            return 0
        count = sum(1 for path in folder.iterdir() if not path.name.startswith("."))
        shutil.rmtree(folder)
        return count

    def _path(self, tenant: TenantId, key: PayloadKey) -> Path:
        if not _TENANT.fullmatch(tenant):
            raise BadKey(tenant)
        owner, digest = key.split("/", 1)
        # Two levels: a directory of a million executions is slow to walk.
        return self._root / tenant / owner[-2:] / owner / digest
