"""How often a node is tried, and how long is waited in between. Pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from headrace.workflows.public import Node

_MIN_TRIES, _DEFAULT_TRIES, _MAX_TRIES = 2, 3, 5
_DEFAULT_PAUSE, _MAX_PAUSE = timedelta(seconds=1), timedelta(seconds=5)

_MAX_TRIES_BACKING_OFF = 20
_MAX_PAUSE_BACKING_OFF = timedelta(minutes=5)
"""The run keeps its place among those that run at once while it waits, so it must not wait for hours."""

_DOUBLINGS = 30
"""Past these every pause is the longest one; more would be numbers that no clock knows."""


@dataclass(frozen=True, slots=True)
class Retries:
    """What a node's settings say, within limits."""

    tries: int = 1
    """In all, the first included."""

    pause: timedelta = _DEFAULT_PAUSE
    """After the first try."""

    backs_off: bool = False
    """Whether each pause is twice the one before, and not quite the same for all who wait."""

    def pause_after(self, attempt: int, draw: float) -> timedelta:
        """Return how long to wait after failed *attempt* (1-based).

        Args:
            draw: A number from 0 to 1, by chance: it spreads those who failed together over the second half of the
                pause, so that they do not come back together.
        """
        if not self.backs_off:
            return self.pause
        factor: int = 2 ** min(attempt - 1, _DOUBLINGS)
        grown = min(self.pause * factor, _MAX_PAUSE_BACKING_OFF)
        return grown * (0.5 + draw / 2)


def retries_of(node: Node) -> Retries:
    """Return how a node is tried: as in n8n, or by `retryBackoff` up to 20 times with pauses of up to five minutes."""
    if not node.retry_on_fail:
        return Retries()
    backs_off = node.raw.get("retryBackoff") == "exponential"
    most, longest = (_MAX_TRIES_BACKING_OFF, _MAX_PAUSE_BACKING_OFF) if backs_off else (_MAX_TRIES, _MAX_PAUSE)
    tries = max(_MIN_TRIES, min(node.max_tries or _DEFAULT_TRIES, most))
    pause = _DEFAULT_PAUSE
    if node.wait_between_tries is not None:
        # Capped as a number: a timedelta of any whole number there is cannot be made.
        pause = timedelta(milliseconds=max(0, min(node.wait_between_tries, longest // timedelta(milliseconds=1))))
    return Retries(tries, pause, backs_off)
