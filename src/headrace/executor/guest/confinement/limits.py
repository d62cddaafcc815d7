"""What the kernel lets the guest use; the parent watches over the rest."""

from __future__ import annotations

import math
import os
import resource
from contextlib import suppress

_NOTHING = ("CORE", "FSIZE", "MSGQUEUE", "MEMLOCK", "NICE", "RTPRIO")
_FILES = 256
_PROCESSES = 64
"""Threads count as processes. An isolate needs one, a Python call as many as it likes to start."""

_PAGE = resource.getpagesize()

_had_bytes = 0
"""What this process could write to when it was settled."""


def begin() -> None:
    """Limit what nobody needs, and offer this process to the kernel when memory is short."""
    for name in _NOTHING:
        _limit(name, 0)
    # Before the server, and before what else runs on the machine.
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
        score.write("1000")


def close() -> None:
    """Limit the number of descriptors and processes. The latter are counted in the user namespace."""
    _limit("NOFILE", _FILES)
    _limit("NPROC", _PROCESSES)


def settle(memory_bytes: int, cpu_seconds: float, *, statm: int | None) -> None:
    """Limit one call's process.

    Args:
        memory_bytes: What it may write to beyond what it has now.
        statm: Within the jail, where the rest is limited already, a descriptor of the file in /proc with the size of
            the process that forked it.
    """
    global _had_bytes
    if statm is None:
        for name in _NOTHING:
            _limit(name, 0)
        _limit("NOFILE", _FILES)
    _had_bytes = _data_bytes(statm)
    tighten(memory_bytes, cpu_seconds)


def tighten(memory_bytes: int, cpu_seconds: float) -> None:
    """Lower what a settled process may use; *memory_bytes* count from what it had when it was settled."""
    _limit("DATA", _had_bytes + memory_bytes)
    seconds = max(1, math.ceil(cpu_seconds))
    # SIGXCPU can be caught, SIGKILL a second later cannot.
    _limit("CPU", seconds, seconds + 1)


def _data_bytes(statm: int | None) -> int:
    if statm is not None:
        text = os.pread(statm, 256, 0)
    else:
        with open("/proc/self/statm", "rb") as file:
            text = file.read()
    return int(text.split()[5]) * _PAGE


def _limit(name: str, soft: int, hard: int | None = None) -> None:
    """Lower a limit, and never raise one that is lower already."""
    which: int = getattr(resource, f"RLIMIT_{name}")
    before = resource.getrlimit(which)
    most = before[1]
    wanted = soft if hard is None else hard
    if most == resource.RLIM_INFINITY or wanted < most:
        most = wanted
    # Some kernels keep limits as they are, such as gVisor; containers begin with those that are needed.
    if (after := (min(soft, most), most)) != before:
        resource.setrlimit(which, after)
