"""Names of processes in leases, from which another process of the same machine can tell whether they are gone."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_holder() -> str:
    """Return `host:pid:start`; the start tells a process from a later one with the same number."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(holder: str) -> bool:
    """Whether a holder is a process of this machine that no longer runs; not known of other machines: False."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    started = holder.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    found = _started(int(rest))
    return found == "" or (started != "" and found != started)


def _started(pid: int) -> str:
    """Return when a process started, in clock ticks since boot; empty when it does not run."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return "" if not _alive(pid) else "?"
    # The command's name is in brackets and may hold anything; fields are counted from after it.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
