"""Failed log-ins, in memory: a restart forgives them, and costs an attacker more than it gives."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from headrace.identity.domain.throttling import WITH_ACCOUNTS, WITH_ADDRESSES, Failures, Patience, address_group

_KEPT = 20_000
"""Accounts, and addresses; anybody can make some up, and memory is not theirs."""


class MemoryAttempts:
    """An `Attempts` of this process."""

    def __init__(self) -> None:
        self._accounts = _Counted(WITH_ACCOUNTS)
        self._addresses = _Counted(WITH_ADDRESSES)

    async def begin(self, account: str, address: str, now: datetime) -> timedelta | None:
        group = address_group(address)
        wait = max(self._accounts.wait(account, now), self._addresses.wait(group, now))
        if wait:
            return wait
        self._accounts.add(account, now)
        self._addresses.add(group, now)
        return None

    async def succeed(self, account: str, address: str) -> None:
        self._accounts.forget(account)
        self._addresses.take_back(address_group(address))


class _Counted:
    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._failures: OrderedDict[str, Failures] = OrderedDict()

    def wait(self, key: str, now: datetime) -> timedelta:
        return self._failures.get(key, Failures()).wait(self._patience, now)

    def add(self, key: str, now: datetime) -> None:
        self._failures[key] = self._failures.get(key, Failures()).with_another(self._patience, now)
        self._failures.move_to_end(key)
        if len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def take_back(self, key: str) -> None:
        if key in self._failures:
            self._failures[key] = self._failures[key].without_one()

    def forget(self, key: str) -> None:
        self._failures.pop(key, None)
