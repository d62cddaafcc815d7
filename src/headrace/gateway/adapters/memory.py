"""Answers in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headrace.gateway.domain import ABANDONED_AFTER, KEPT_FOR
from headrace.gateway.errors import IdempotencyKeyReused, StillAtWork
from headrace.gateway.ports import KeptAnswer


@dataclass
class _Taken:
    body: str
    at: datetime
    answer: KeptAnswer | None = None


class MemoryAnswers:
    """An `Answers` that forgets when the process ends."""

    def __init__(self) -> None:
        self._taken: dict[str, _Taken] = {}

    async def begin(self, name: str, body: str, *, now: datetime) -> KeptAnswer | None:
        for other in [key for key, taken in self._taken.items() if taken.at <= now - KEPT_FOR]:
            del self._taken[other]
        known = self._taken.get(name)
        if known is not None and (known.answer is not None or known.at > now - ABANDONED_AFTER):
            if known.body != body:
                raise IdempotencyKeyReused
            if known.answer is None:
                raise StillAtWork
            return known.answer
        self._taken[name] = _Taken(body, now)
        return None

    async def keep(self, name: str, answer: KeptAnswer) -> None:
        if name in self._taken:
            self._taken[name].answer = answer

    async def release(self, name: str) -> None:
        self._taken.pop(name, None)
