"""Expected users in memory."""

from __future__ import annotations

from datetime import datetime

from headrace.credentials.domain.oauth2 import PendingAuthorization


class MemoryAuthorizations:
    """`Authorizations` that are forgotten."""

    def __init__(self) -> None:
        self._held: dict[str, PendingAuthorization] = {}

    async def add(self, pending: PendingAuthorization, *, now: datetime) -> None:
        self._held = {digest: one for digest, one in self._held.items() if one.expires_at > now}
        self._held[pending.digest] = pending

    async def take(self, digest: str, *, now: datetime) -> PendingAuthorization | None:
        pending = self._held.pop(digest, None)
        return pending if pending is not None and pending.expires_at > now else None
