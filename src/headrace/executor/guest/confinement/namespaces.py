"""Namespaces: a network without devices, no other process to see, and an empty folder for a root."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import NoReturn

from headrace.executor.guest.confinement.calls import call
from headrace.executor.guest.confinement.identity import CAP_KILL, end_with_parent, keep_capabilities
from headrace.executor.guest.confinement.missing import PartMissing

USERS = ("user namespaces", 0x10000000)
PROCESSES = ("process namespaces", 0x20000000)
OTHERS = (
    ("network namespaces", 0x40000000),
    ("IPC namespaces", 0x08000000),
    ("host name namespaces", 0x04000000),
    ("mount namespaces", 0x00020000),
    PROCESSES,
)

EMPTY_ROOT = "an empty root"
NOBODY = 65534
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_MNT_DETACH = 2


def leave(part: str, flag: int) -> None:
    """Leave one namespace for a new one; for processes, that is where the next child begins.

    Raises:
        PartMissing
    """
    try:
        call("unshare", flag)
    except OSError as refused:
        raise PartMissing(part, f"the kernel refuses them ({refused.strerror})") from refused


def leave_users(process: int) -> None:
    """Enter a user namespace whose only user is nobody: who this process is outside.

    Args:
        process: Descriptor of this process's folder in /proc.

    Raises:
        PartMissing
    """
    uid, gid = os.geteuid(), os.getegid()
    leave(*USERS)
    try:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{NOBODY} {uid} 1"),
            ("gid_map", f"{NOBODY} {gid} 1"),
        ):
            file = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=process)
            try:
                os.write(file, text.encode())
            finally:
                os.close(file)
    except OSError as refused:
        # Kernels from 5.12 on map root only for who may give files capabilities.
        other = "" if uid else "; root without its capabilities cannot have one, but any other user can"
        raise PartMissing(USERS[0], f"one was made, but not its map of users ({refused.strerror}{other})") from refused


def leave_all_others() -> None:
    """Leave the machine's network, IPC, host name, mounts and process ids.

    Raises:
        PartMissing
    """
    for part, flag in OTHERS:
        leave(part, flag)
    try:
        call("sethostname", b"sandbox", 7)
        call("setdomainname", b"", 0)
        # What is mounted from here on stays in here.
        call("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    except OSError as refused:
        # Some systems make user namespaces but give no capabilities in them.
        raise PartMissing("capabilities in namespaces", f"{refused.filename}: {refused.strerror}") from refused


def go_on_as_first() -> None:
    """Return in a child, the first process of its namespace; here, wait for its end and end alike.

    When the first process ends, all others in the namespace do. SIGTERM to the one that waits kills it.
    """
    # Blocked before there is a child, so that no signal is lost between here and the wait.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})
    child = os.fork()
    if child:
        _wait_for(child)
    end_with_parent()
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _wait_for(child: int) -> NoReturn:
    # Not one more reader or writer of the guest's pipes.
    os.closerange(0, 3)
    with contextlib.suppress(OSError):
        # The child becomes another user's.
        keep_capabilities({CAP_KILL})
    while True:
        if signal.sigwait({signal.SIGTERM, signal.SIGCHLD}) == signal.SIGTERM:
            os.kill(child, signal.SIGKILL)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def trade_files_for_nothing() -> None:
    """Make an empty folder that cannot be written to the root, and let go of all that was mounted.

    Raises:
        PartMissing
    """
    read_only = _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    try:
        call("mount", b"none", b"/proc", b"tmpfs", read_only, b"size=4096,mode=0")
        os.chdir("/proc")
        # The old root ends up on top of the new one, and is taken away from there.
        call("pivot_root", b".", b".")
        call("umount2", b".", _MNT_DETACH)
        os.chdir("/")
    except OSError as refused:
        raise PartMissing(EMPTY_ROOT, f"{refused.filename}: {refused.strerror}") from refused
