"""Payloads as files: `root/tenant/ow/owner/hash`, zstd-compressed, written whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import zstandard

from headrace.infra.files import UnfinishedFile, write_durably
from headrace.kernel.ids import TenantId
from headrace.payloads.errors import BadKey, PayloadDamaged, PayloadNotFound
from headrace.payloads.public import PayloadKey, StoredOwner, check_key, key_for, key_of_digest

_TENANT = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LEVEL = 1
"""Compression is on the way of every large step: level 1 is five times as fast as the default for a few percent."""

_CHUNK_BYTES = 256 * 1024


class FilePayloads:
    """A `PayloadStore` in a directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, tenant: TenantId, owner: str, data: bytes) -> PayloadKey:
        return await asyncio.to_thread(self._put, tenant, owner, data)

    async def put_stream(self, tenant: TenantId, owner: str, chunks: AsyncIterator[bytes]) -> tuple[PayloadKey, int]:
        # Beside its final place: a name is changed at once only within one file system.
        folder = self._path(tenant, key_for(owner, b"")).parent
        file = await asyncio.to_thread(UnfinishedFile, folder)
        digest, packer, size = hashlib.sha256(), zstandard.ZstdCompressor(level=_LEVEL).compressobj(), 0

        def write(chunk: bytes) -> None:
            digest.update(chunk)
            file.write(packer.compress(chunk))

        def finish() -> PayloadKey:
            file.write(packer.flush())
            key = key_of_digest(owner, digest.hexdigest())
            file.finish(self._path(tenant, key))
            return key

        try:
            async for chunk in chunks:
                size += len(chunk)
                await asyncio.to_thread(write, chunk)
            return await asyncio.to_thread(finish), size
        finally:
            file.discard()

    async def stream(self, tenant: TenantId, key: str) -> AsyncIterator[bytes]:
        checked = check_key(key)
        try:
            file = await asyncio.to_thread(self._path(tenant, checked).open, "rb")
        except FileNotFoundError as missing:
            raise PayloadNotFound(key) from missing
        digest = hashlib.sha256()
        with file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
            while True:
                try:
                    chunk = await asyncio.to_thread(reader.read, _CHUNK_BYTES)
                except zstandard.ZstdError as damage:
                    raise PayloadDamaged(key) from damage
                if not chunk:
                    break
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != checked.rsplit("/", 1)[-1]:
            raise PayloadDamaged(key)

    async def get(self, tenant: TenantId, key: str) -> bytes:
        return await asyncio.to_thread(self._get, tenant, check_key(key))

    async def delete_owned(self, tenant: TenantId, owner: str) -> int:
        return await asyncio.to_thread(self._delete_owned, tenant, owner)

    async def kept_bytes(self, tenant: TenantId) -> int:
        return await asyncio.to_thread(self._kept_bytes, tenant)

    async def owners(self) -> AsyncIterator[StoredOwner]:
        for tenant in await asyncio.to_thread(_folders, self._root):
            for shelf in await asyncio.to_thread(_folders, tenant):
                for folder in await asyncio.to_thread(_folders, shelf):
                    try:
                        changed = (await asyncio.to_thread(folder.stat)).st_mtime
                    except FileNotFoundError:
                        continue  # somebody removed it meanwhile
                    yield StoredOwner(TenantId(tenant.name), folder.name, datetime.fromtimestamp(changed, UTC))

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

    def _kept_bytes(self, tenant: TenantId) -> int:
        total = 0
        for folder, _, names in os.walk(self._of(tenant)):
            for name in names:
                with contextlib.suppress(FileNotFoundError):  # its execution was deleted a moment ago
                    total += os.stat(os.path.join(folder, name)).st_size
        return total

    def _path(self, tenant: TenantId, key: PayloadKey) -> Path:
        owner, digest = key.split("/", 1)
        # Two levels: a directory of a million executions is slow to walk.
        return self._of(tenant) / owner[-2:] / owner / digest

    def _of(self, tenant: TenantId) -> Path:
        if not _TENANT.fullmatch(tenant):
            raise BadKey(tenant)
        return self._root / tenant


def _folders(parent: Path) -> list[Path]:
    try:
        return [path for path in parent.iterdir() if path.is_dir()]
    except FileNotFoundError:
        return []
