"""What this process holds: what must be as before when workers are gone."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """A moment's counts."""

    descriptors: int
    children: int
    resident_bytes: int
    temporary_files: int

    @classmethod
    def now(cls) -> Resources:
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        children = 0
        for name in filter(str.isdecimal, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                parent = Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()[1]
                children += int(parent) == os.getpid()
        return cls(
            descriptors=len(os.listdir("/proc/self/fd")),
            children=children,
            resident_bytes=int(status["VmRSS"].split()[0]) * 1024,
            temporary_files=sum(len(os.listdir(folder)) for folder in ("/tmp", "/dev/shm")),
        )
