"""Passwords under argon2id, in threads: one takes some 90 ms and 64 MiB."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from headrace.identity.errors import LoginsBusy

T = TypeVar("T")

_AT_ONCE = 2
"""More would take what the executions need."""

_WAITING = 30
"""Some two seconds of work; whoever comes then would rather be told than wait."""


class Argon2Passwords:
    """A `Passwords`.

    Args:
        hasher: With argon2-cffi's parameters (RFC 9106, for little memory), unless a test wants to be quick.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(_AT_ONCE, "passwords")
        self._busy = 0
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        return await self._in_turn(lambda: self._hasher.hash(password))

    async def verify(self, password: str, kept: str | None) -> bool:
        if kept is None:
            if self._nobodys is None:
                self._nobodys = await self.hash("the password of nobody")
            await self._matches(password, self._nobodys)
            return False
        return await self._matches(password, kept)

    def is_outdated(self, kept: str) -> bool:
        return self._hasher.check_needs_rehash(kept)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    async def _matches(self, password: str, kept: str) -> bool:
        def work() -> bool:
            try:
                return self._hasher.verify(kept, password)
            except (VerificationError, InvalidHashError):
                return False

        return await self._in_turn(work)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._busy >= _AT_ONCE + _WAITING:
            raise LoginsBusy
        self._busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._busy -= 1
