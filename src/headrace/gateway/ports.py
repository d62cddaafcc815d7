"""What the API's entrance keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer that was given."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Answers(Protocol):
    """Answers to requests with an `Idempotency-Key`. Names are hashes that hold the caller and the tenant."""

    async def begin(self, name: str, body: str, *, now: datetime) -> KeptAnswer | None:
        """Take a request on, unless it was answered: then return the answer.

        Args:
            body: A hash of the request's body.

        Raises:
            StillAtWork: somebody has taken it on, not long ago.
            IdempotencyKeyReused: it came with another body.
        """
        ...

    async def keep(self, name: str, answer: KeptAnswer) -> None:
        """Keep the answer of what was taken on."""
        ...

    async def release(self, name: str) -> None:
        """Forget what was taken on and failed: it may be tried again."""
        ...
