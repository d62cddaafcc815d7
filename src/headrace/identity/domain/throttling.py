"""How soon one may try again after failed log-ins."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

_FIRST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """With whom, and for how long."""

    free: int
    """Failures before anybody has to wait."""

    longest: timedelta
    """The wait doubles with each failure, up to this."""

    forgotten_after: timedelta = timedelta(hours=1)
    """Without a failure for so long, all are forgotten."""

    def wait(self, failures: int) -> timedelta:
        """Return how long to wait after the last of so many failures."""
        over = failures - self.free
        if over < 0:
            return timedelta()
        return self.longest if over > 20 else min(_FIRST * 2**over, self.longest)


WITH_ACCOUNTS = Patience(free=10, longest=timedelta(minutes=1))
"""Short: else anybody could keep the owner of an account out of it."""

WITH_ADDRESSES = Patience(free=20, longest=timedelta(minutes=15))
"""More failures are free: an office, or a whole provider, may share one."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Log-ins that failed, or are not decided yet: those count too, else many at once were all free."""

    count: int = 0
    last_at: datetime | None = None

    def wait(self, patience: Patience, now: datetime) -> timedelta:
        """Return how long until there may be another attempt; zero: now."""
        if self.last_at is None or self.is_forgotten(patience, now):
            return timedelta()
        return max(timedelta(), self.last_at + patience.wait(self.count) - now)

    def with_another(self, patience: Patience, now: datetime) -> Failures:
        return Failures(1 if self.is_forgotten(patience, now) else self.count + 1, now)

    def without_one(self) -> Failures:
        return Failures(max(0, self.count - 1), self.last_at)

    def is_forgotten(self, patience: Patience, now: datetime) -> bool:
        return self.last_at is None or now - self.last_at >= patience.forgotten_after


def address_group(address: str) -> str:
    """Return what counts as one address: of IPv6, the network that a single customer has."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
