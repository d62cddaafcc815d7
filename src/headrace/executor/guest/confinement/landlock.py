"""Landlock: no file, no TCP port, and nobody outside to signal or to meet at an abstract socket."""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from headrace.executor.guest.confinement.calls import call
from headrace.executor.guest.confinement.missing import PartMissing

NAME = "Landlock"
_ASK_VERSION = 1
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights over files each version of the interface knows; it did not gain any since the last."""

_NETWORK_SINCE = 4
_SCOPES_SINCE = 6
_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def version() -> int:
    """Return the version of the interface, from 1.

    Raises:
        PartMissing: the kernel was built or started without Landlock.
    """
    try:
        return call("landlock_create_ruleset", None, 0, _ASK_VERSION)
    except OSError as refused:
        known = {errno.ENOSYS: "this kernel has none", errno.EOPNOTSUPP: "this kernel was started without it"}
        raise PartMissing(NAME, known.get(refused.errno or 0, str(refused.strerror))) from refused


def give_up_all() -> None:
    """Give up every right there is a name for: a set of rules that handles all of them and grants none.

    Needs no-new-privileges. Binds the calling thread and those that it starts.

    Raises:
        PartMissing: the kernel has no Landlock.
    """
    known = version()
    rules = struct.pack(
        "=QQQ",
        (1 << _FILE_RIGHTS[min(known, max(_FILE_RIGHTS))]) - 1,
        _BIND_AND_CONNECT if known >= _NETWORK_SINCE else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if known >= _SCOPES_SINCE else 0,
    )
    try:
        # A kernel that does not know the later fields accepts them as long as they are zero.
        ruleset = call("landlock_create_ruleset", ctypes.create_string_buffer(rules, len(rules)), len(rules), 0)
        try:
            call("landlock_restrict_self", ruleset, 0)
        finally:
            os.close(ruleset)
    except OSError as refused:
        raise PartMissing(NAME, str(refused.strerror)) from refused
