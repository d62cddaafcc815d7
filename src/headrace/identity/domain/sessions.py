"""How long sessions last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from headrace.identity.public import Session

MAX_SESSIONS = 50
"""Of one user; the one that was not used for longest makes room for another."""

MAX_AGENT = 200
"""Characters of what a browser calls itself."""

NOTED_EVERY = timedelta(minutes=1)
"""How often the use of a session or a key is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLife:
    """When a session is over."""

    idle: timedelta = timedelta(days=7)
    """Unused for so long."""

    whole: timedelta = timedelta(days=30)
    """However much it is used."""

    def is_over(self, session: Session, now: datetime) -> bool:
        return now >= session.created_at + self.whole or now >= session.seen_at + self.idle


def worth_noting(last: datetime | None, now: datetime) -> bool:
    """Return whether a use is to be written down after one at *last*."""
    return last is None or now - last >= NOTED_EVERY
