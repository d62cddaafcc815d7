"""How many starts there were in the last minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

_KEPT = 60
"""Seconds before the current one: sixty seconds that begin within one second end within the sixtieth after it."""


@dataclass(frozen=True, slots=True)
class RecentStarts:
    """Starts counted by whole seconds, so that what is kept does not grow with the limit.

    A start is forgotten up to a second late, and never early: no sixty seconds see more starts than the limit.
    """

    counts: tuple[tuple[int, int], ...] = ()
    """Pairs of a second since 1970 and the starts in it, oldest first."""

    def start(self, limit: int, now: datetime) -> RecentStarts | timedelta:
        """Return what is remembered after one more start, or how long until there is room for one.

        Args:
            limit: Starts in any sixty seconds, at least 1.
        """
        second = int(now.timestamp())
        # What lies ahead was counted before the clock was set back; it says nothing of the last minute.
        kept = [(then, count) for then, count in self.counts if second - _KEPT <= then <= second]
        over = sum(count for _, count in kept) + 1 - limit
        if over <= 0:
            before = kept.pop()[1] if kept and kept[-1][0] == second else 0
            return RecentStarts((*kept, (second, before + 1)))
        forgotten = accumulate(count for _, count in kept)
        last = next(then for (then, _), count in zip(kept, forgotten, strict=True) if count >= over)
        return timedelta(seconds=last + _KEPT + 1 - now.timestamp())
