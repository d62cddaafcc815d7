"""What code prints."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, NoReturn


class Console(io.BufferedIOBase):
    """Keeps what is printed, up to a limit.

    Args:
        over: Called when the limit is passed.
    """

    name = "<console>"

    def __init__(self, limit_bytes: int, over: Callable[[], NoReturn]) -> None:
        self._printed = bytearray()
        self._limit_bytes = limit_bytes
        self._over = over

    def stream(self) -> io.TextIOWrapper:
        """Return a stand-in for sys.stdout."""
        return io.TextIOWrapper(self, "utf-8", "replace", newline="\n", write_through=True)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._printed += data
        if len(self._printed) > self._limit_bytes:
            self._over()
        return len(data)

    def lines(self) -> list[str]:
        """Return the lines so far; the last may be unfinished."""
        lines = self._printed.decode("utf-8", "replace").split("\n")
        return lines if lines[-1] else lines[:-1]
