"""The outbox in memory."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.workflows.adapters.memory.held import Held
from headrace.workflows.public import OutboxEntry


class MemoryOutbox:
    """An `Outbox` that forgets."""

    def __init__(self, held: Held) -> None:
        self._held = held

    async def pending(self, limit: int, *, after: int = 0) -> Sequence[OutboxEntry]:
        return [entry for position, entry in self._held.outbox.items() if position > after][:limit]

    async def mark_sent(self, positions: Sequence[int]) -> None:
        for position in positions:
            self._held.outbox.pop(position, None)
