"""What a process and its descendants use, as the kernel counts it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """A moment's sum over a tree of processes."""

    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    """Resident; pages that processes share count once for each."""

    processes: int = 0


def usage_of(pid: int) -> Usage:
    """Return what *pid* and its descendants use; all zero when it is gone."""
    cpu = 0
    memory = processes = 0
    for found in tree_of(pid).values():
        if found[0] == b"Z":
            continue
        # utime, stime, and those of children that are over.
        cpu += sum(map(int, found[11:15]))
        memory += int(found[21]) * _PAGE
        processes += 1
    return Usage(cpu * _TICK, memory, processes)


def tree_of(pid: int) -> Mapping[int, Sequence[bytes]]:
    """Return *pid* and its descendants, each with its fields of /proc/PID/stat from the state on."""
    # Not every kernel lists a process's children, so every process is asked for its parent. Nothing is asked
    # about calls that are over in a moment, which is nearly all.
    stats: dict[int, Sequence[bytes]] = {}
    children: Mapping[int, list[int]] = defaultdict(list)
    for name in os.listdir("/proc"):
        if not name.isdecimal():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as stat:
                # The name in brackets may hold anything, brackets and blanks too.
                fields = stat.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if fields:
            stats[int(name)] = fields
            children[int(fields[1])].append(int(name))
    tree: dict[int, Sequence[bytes]] = {}
    waiting = [pid]
    while waiting:
        each = waiting.pop()
        waiting += children.get(each, ())
        if each in stats:
            tree[each] = stats[each]
    return tree
