"""The server's own process under attack: how long it was busy at a time, and how much it grew."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

_BEAT_SECONDS = 0.01
_RESET_PEAK = "5"


@dataclass(slots=True)
class Strain:
    """What the server took at most."""

    busy_seconds: float = 0.0
    """Processor time of this process between two turns of its event loop: as long, it served nobody else."""

    grown_bytes: int = 0


@contextlib.asynccontextmanager
async def strained() -> AsyncIterator[Strain]:
    """Watch this process; the result is complete at the end."""
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK)
    before = _memory("VmRSS")
    strain = Strain()
    turned = time.process_time()

    def turn() -> None:
        nonlocal turned
        now = time.process_time()
        strain.busy_seconds = max(strain.busy_seconds, now - turned)
        turned = now

    async def beat() -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            turn()

    beating = asyncio.create_task(beat())
    try:
        yield strain
    finally:
        turn()
        beating.cancel()
        strain.grown_bytes = _memory("VmHWM") - before


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)
