"""Key-encryption keys of this machine: in a file, or in the environment."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from headrace.credentials.adapters.sealing import KEY_BYTES, decrypt, encrypt
from headrace.credentials.domain.records import WrappedKey
from headrace.credentials.errors import KeyMissing, KeysUnusable
from headrace.infra.files import write_durably

_KEPT = 2
"""Keys in the file at most: the newest, and the one before, under which a server that still runs may have wrapped a
data key in the moment of rotation."""


def id_of(key: bytes) -> str:
    """Return the name of a key; it says nothing about the key."""
    return hashlib.sha256(b"headrace key-encryption key\0" + key).hexdigest()[:16]


class FileKeys:
    """A `KeyEncryption` with its keys in a file that only its owner may read; made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def wrap(self, key: bytes, binding: Sequence[str]) -> WrappedKey:
        newest = (await asyncio.to_thread(self._read_or_make))[0]
        return WrappedKey(kek=id_of(newest), blob=encrypt(newest, binding, key))

    async def unwrap(self, wrapped: WrappedKey, binding: Sequence[str]) -> bytes:
        # Read each time: another process may have put a newer key into it.
        for kek in await asyncio.to_thread(self._read):
            if id_of(kek) == wrapped.kek:
                return decrypt(kek, binding, wrapped.blob)
        raise KeyMissing(wrapped.kek)

    async def current(self) -> str:
        return id_of((await asyncio.to_thread(self._read_or_make))[0])

    async def renew(self) -> bool:
        def work() -> None:
            held = self._read_or_make()
            self._write([secrets.token_bytes(KEY_BYTES), *held][:_KEPT])

        await asyncio.to_thread(work)
        return True

    def _read_or_make(self) -> list[bytes]:
        held = self._read()
        if held:
            return held
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".key-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_text([secrets.token_bytes(KEY_BYTES)]))
                file.flush()
                os.fsync(file.fileno())
            os.link(name, self._path)  # not over a file that another process has made meanwhile
        except FileExistsError:
            pass
        except OSError as failure:
            raise KeysUnusable(f"the key file {self._path} cannot be written: {failure.strerror}") from failure
        finally:
            Path(name).unlink()
        return self._read()

    def _read(self) -> list[bytes]:
        """Return the keys, the newest first; none if there is no file."""
        try:
            if stat.S_IMODE(self._path.stat().st_mode) & 0o077:
                raise KeysUnusable(f"others may read the key file {self._path}; run: chmod 600 {self._path}")
            text = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as failure:
            raise KeysUnusable(f"the key file {self._path} cannot be read: {failure.strerror}") from failure
        try:
            keys = [base64.b64decode(one, validate=True) for one in msgspec.json.decode(text, type=_KeyFile).keys]
        except (msgspec.MsgspecError, binascii.Error, ValueError):
            keys = []
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise KeysUnusable(f"the key file {self._path} is damaged; bring back the one from your backup") from None
        return keys

    def _write(self, keys: Sequence[bytes]) -> None:
        try:
            write_durably(self._path, _text(keys))
        except OSError as failure:
            raise KeysUnusable(f"the key file {self._path} cannot be written: {failure.strerror}") from failure


class _KeyFile(msgspec.Struct):
    keys: list[str]
    about: str = "Headrace: key-encryption keys, the newest first. Without them no credential can be opened."


def _text(keys: Sequence[bytes]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(_KeyFile(keys=[base64.b64encode(key).decode() for key in keys])))


class GivenKeys:
    """A `KeyEncryption` whose keys are given, as from the environment: the newest first, none of them stored."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {id_of(key): key for key in keys}
        self._newest = id_of(keys[0])

    @classmethod
    def from_text(cls, newest: str, older: str = "") -> GivenKeys:
        """Read keys in base64 or hexadecimal, the older ones separated by commas.

        Raises:
            KeysUnusable: one of them is no key.
        """
        texts = [("HEADRACE_ENCRYPTION_KEY", newest)]
        texts += [("HEADRACE_ENCRYPTION_KEY_OLD", one) for one in older.split(",") if one.strip()]
        return cls([_key_from(text.strip(), name) for name, text in texts])

    async def wrap(self, key: bytes, binding: Sequence[str]) -> WrappedKey:
        return WrappedKey(kek=self._newest, blob=encrypt(self._keys[self._newest], binding, key))

    async def unwrap(self, wrapped: WrappedKey, binding: Sequence[str]) -> bytes:
        kek = self._keys.get(wrapped.kek)
        if kek is None:
            raise KeyMissing(wrapped.kek)
        return decrypt(kek, binding, wrapped.blob)

    async def current(self) -> str:
        return self._newest

    async def renew(self) -> bool:
        return False


def _key_from(text: str, name: str) -> bytes:
    try:
        key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysUnusable(
            f"{name} is no key of {KEY_BYTES} bytes in base64 or hexadecimal; make one with: openssl rand -base64 32"
        )
    return key
