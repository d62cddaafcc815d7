"""Who the guest is: in the end nobody, without a single capability."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Collection

from headrace.executor.guest.confinement import calls
from headrace.executor.guest.confinement.calls import call, prctl
from headrace.executor.guest.confinement.missing import PartMissing

CAP_KILL = 5
CAP_SYS_ADMIN = 21

_CAPABILITIES_VERSION = 0x20080522
_LAST_CAPABILITY = 63


def become(uid: int) -> None:
    """Become the user and group *uid* without further groups, able only to enter a user namespace.

    Raises:
        PartMissing: this process may not change its user.
    """
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        prctl(calls.PR_SET_KEEPCAPS, 1)
        os.setresuid(uid, uid, uid)
        # Some systems let only administrators make user namespaces.
        keep_capabilities({CAP_SYS_ADMIN})
        # Else its own files in /proc would belong to root.
        prctl(calls.PR_SET_DUMPABLE, 1)
    except OSError as refused:
        raise PartMissing("a user of its own", f"cannot become user {uid}: {refused.strerror}") from refused


def keep_capabilities(kept: Collection[int] = ()) -> None:
    """Drop all other capabilities, for good; new programs could not regain them either.

    Raises:
        OSError: one of *kept* is not there to be kept.
    """
    if not kept:
        for capability in range(_LAST_CAPABILITY + 1):
            try:
                prctl(calls.PR_CAPBSET_DROP, capability)
            except OSError:
                # Past the last that this kernel knows, or this process may not: then nothing below lasts longer either.
                break
    bits = sum(1 << capability for capability in kept)
    low, high = bits & 0xFFFFFFFF, bits >> 32
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITIES_VERSION, 0))
    call("capset", header, ctypes.create_string_buffer(struct.pack("=6I", low, low, 0, high, high, 0)))


def stay_as_is() -> None:
    """From here on: no rights through new programs, nobody to look in, and an end with the parent."""
    prctl(calls.PR_SET_NO_NEW_PRIVS, 1)
    prctl(calls.PR_SET_DUMPABLE, 0)
    end_with_parent()


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent ends. A change of user undoes it."""
    prctl(calls.PR_SET_PDEATHSIG, 9)
