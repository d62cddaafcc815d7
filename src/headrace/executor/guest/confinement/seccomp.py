"""Putting a filter of system calls into force."""

from __future__ import annotations

import ctypes
import errno
import struct

from headrace.executor.guest.confinement.calls import PR_GET_SECCOMP, call, prctl
from headrace.executor.guest.confinement.missing import PartMissing
from headrace.executor.guest.confinement.numbers import ARCHITECTURE

NAME = "seccomp filters"
SET_MODE_FILTER = 1
ALL_THREADS = 1
_INSTRUCTION_BYTES = 8


def available() -> bool:
    """Return whether filters can be installed: the kernel has them, and this architecture is known here."""
    if not ARCHITECTURE:
        return False
    try:
        prctl(PR_GET_SECCOMP)
        # A null pointer: a kernel that has filters looks for the program there.
        call("seccomp", SET_MODE_FILTER, 0, None)
    except OSError as refused:
        return refused.errno == errno.EFAULT
    return False


def install(program: bytes) -> None:
    """Filter the calls of this process, all its threads and all that it starts, for ever.

    Needs no-new-privileges. Further filters can only take more away.

    Raises:
        PartMissing: the kernel has no filters, or refuses this one.
    """
    text = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // _INSTRUCTION_BYTES, ctypes.addressof(text))
    try:
        stray = call("seccomp", SET_MODE_FILTER, ALL_THREADS, ctypes.create_string_buffer(header, len(header)))
    except OSError as refused:
        raise PartMissing(NAME, str(refused.strerror)) from refused
    if stray:
        raise PartMissing(NAME, f"thread {stray} has a filter of its own")
