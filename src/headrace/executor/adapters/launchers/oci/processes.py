"""A container's processes as the machine sees them: who they are, what they use, and their end.

The command is the runtime's, which starts a container and waits for its end; its members are all that descend from it:
the guest or gVisor's processes, each in a session of its own, and the runtime's helpers, in the command's.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from headrace.executor.sandbox.usage import tree_of

_PAGE = os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def members_of(command: int) -> Iterator[Mapping[int, int]]:
    """Yield descriptors of the members of *command*, by their numbers."""
    members: dict[int, int] = {}
    try:
        for process in tree_of(command).keys() - {command}:
            with contextlib.suppress(ProcessLookupError):
                members[process] = os.pidfd_open(process)
        yield members
    finally:
        for descriptor in members.values():
            os.close(descriptor)


def kill_guest(command: int, members: Mapping[int, int]) -> None:
    """Kill those of *members* that are not the runtime's own, which sees the guest's end, cleans up, and ends."""
    for process, descriptor in members.items():
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(process) != command:
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)


def kill_all(members: Mapping[int, int]) -> None:
    for descriptor in members.values():
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)


def wait_for_end(members: Mapping[int, int], seconds: float) -> bool:
    """Wait until *members* have ended, and return whether they have. Blocks."""
    deadline = time.monotonic() + seconds
    for process, descriptor in members.items():
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return False
        # In a container of its own the server is the first process, and has to take in what loses its parent.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
    return True


def end_orphans(bundle: Path, seconds: float) -> None:
    """End the container of *bundle* when the server that started it has gone. Blocks."""
    found = set(_running(bundle))
    for process in found:
        # Some of its helpers are told the same.
        if any(process in tree_of(other) for other in found - {process}):
            continue
        with contextlib.ExitStack() as opened:
            members = opened.enter_context(members_of(process))
            try:
                command = {process: os.pidfd_open(process)}
            except ProcessLookupError:
                continue
            opened.callback(os.close, command[process])
            kill_guest(process, members)
            if not wait_for_end({**members, **command}, seconds):
                kill_all({**members, **command})


def _running(bundle: Path) -> Iterator[int]:
    """Yield the processes that were told to run *bundle*."""
    told = b"\0--bundle\0" + os.fsencode(bundle) + b"\0"
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if told in Path(f"/proc/{name}/cmdline").read_bytes():
                yield int(name)


def memory_of_guest(processes: Iterable[int]) -> str | None:
    """Return the path of the file that is the memory of a guest under gVisor; None where there is none.

    Most of it is in no process's count.
    """
    for process in processes:
        with contextlib.suppress(OSError):
            for name in os.listdir(f"/proc/{process}/fd"):
                path = f"/proc/{process}/fd/{name}"
                if os.readlink(path).startswith("/memfd:runsc-memory"):
                    return path
    return None


def private_bytes(process: int) -> int:
    """Return what is in memory of *process* and belongs to no file, named or not; 0 when it is gone."""
    try:
        with open(f"/proc/{process}/statm", "rb") as file:
            _, resident, shared, *_ = map(int, file.read().split())
    except OSError:
        return 0
    return (resident - shared) * _PAGE
