"""The wall, from inside: what a guest gives up before it runs anybody's code.

`enter` comes first of all, `close_wall` when everything is loaded that the guest will ever need, and `settle_child`
in a child that the Python guest forked for one call. Whatever of this the kernel cannot do ends the guest with a line
that names it: a wall stands whole or not at all.
"""

from __future__ import annotations

import codecs
import ctypes
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from headrace.executor.guest.confinement import (
    descriptors,
    identity,
    landlock,
    limits,
    namespaces,
    policies,
    report,
    seccomp,
)
from headrace.executor.guest.confinement.missing import PartMissing

__all__ = ["PartMissing", "close_wall", "enter", "limit_child", "settle_child"]


_CODECS = ("idna", "utf-16-le")
"""Codecs that guests use and that Python would load from files at their first use."""


@dataclass(slots=True)
class _Wall:
    """What this process has done about its wall; there is one of each."""

    uid: int | None
    """User to become once everything is read; None where the guest is somebody unprivileged from the start."""

    jit: bool
    container: bool = False
    """Whether a container does already what namespaces and Landlock do in the jail."""

    statm: int | None = None


_wall: _Wall | None = None


def enter(flags: Sequence[str]) -> None:
    """Leave the machine's namespaces, when `--wall=jail` is among *flags*.

    Only the first process of a new process namespace returns. With `--uid=N` among *flags* it is still root, which may
    have to read libraries that nobody else may, and becomes that user when the wall closes.

    With `--wall=container` it has left them already, and what remains is to limit itself; with neither, nothing is.
    """
    global _wall
    if "--wall=container" in flags:
        with report.or_else_die():
            # Runtimes put variables of their own there.
            os.environ.clear()
            limits.begin()
        _wall = _Wall(uid=None, jit="--jit" in flags, container=True)
        return
    if "--wall=jail" not in flags:
        return
    uid = next((int(flag.removeprefix("--uid=")) for flag in flags if flag.startswith("--uid=")), None)
    with report.or_else_die():
        os.environ.clear()
        descriptors.close_all_but({0, 1, 2})
        limits.begin()
        if uid is None:
            folder = os.open("/proc/self", os.O_PATH | os.O_CLOEXEC)
            namespaces.leave_users(folder)
            os.close(folder)
        identity.stay_as_is()
        namespaces.leave_all_others()
        namespaces.go_on_as_first()
    _wall = _Wall(uid=uid, jit="--jit" in flags)


def close_wall(kind: str) -> None:
    """Give up files and all system calls but those that a guest of this *kind* needs: "javascript" or "python".

    Does nothing unless `enter` was told to. There may be one thread only, because Landlock and user namespaces bind
    the thread that asks for them.
    """
    if kind == "python":
        policies.child_program(0)
    if _wall is None:
        return
    with report.or_else_die():
        if len(os.listdir("/proc/self/task")) != 1:
            raise PartMissing("a single thread", "libraries have started more before the wall was closed")
        if kind == "javascript":
            policy = policies.for_javascript(jit=_wall.jit)
            # Python's callbacks for V8 live on an executable page, and this makes it while that may still be done.
            ctypes.CFUNCTYPE(None)(lambda: None)
        else:
            policy = policies.for_zygote()
            # For `settle_child`: how much a child has from its zygote.
            _wall.statm = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        for name in _CODECS:
            codecs.lookup(name)
        null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        # As they count outside, where /proc is from; a container has its own.
        process = os.readlink("/proc/self")
        if not _wall.container:
            _leave_files(_wall.uid)
            landlock.give_up_all()
        limits.close()
        seccomp.install(policy.program())
        report.closed(process, null)


def _leave_files(uid: int | None) -> None:
    folder = os.open("/proc/self", os.O_PATH | os.O_CLOEXEC)
    namespaces.trade_files_for_nothing()
    if uid is not None:
        identity.become(uid)
        namespaces.leave_users(folder)
    os.close(folder)
    identity.keep_capabilities()
    identity.stay_as_is()


def settle_child(memory_bytes: int, cpu_seconds: float, *, keep: Collection[int]) -> None:
    """Limit this forked child, in every tier, before it runs anybody's code.

    Args:
        memory_bytes: What it may write to beyond what its zygote has.
        cpu_seconds: Processor time of this process.
        keep: Descriptors that stay open. 0, 1 and 2 become the zygote's standard error unless they are among them.

    Raises:
        PartMissing: the kernel lacks a part; outside the jail it may lack seccomp.
        OSError: the kernel refused a limit.
    """
    limits.settle(memory_bytes, cpu_seconds, statm=_wall.statm if _wall is not None else None)
    for descriptor in {0, 1}.difference(keep):
        os.dup2(2, descriptor)
    descriptors.close_all_but({0, 1, 2, *keep})
    identity.stay_as_is()
    if _wall is not None or seccomp.available():
        seccomp.install(policies.child_program(os.getpid()))


def limit_child(memory_bytes: int, cpu_seconds: float) -> None:
    """Lower the limits of a child that was settled before it was known what its call may use.

    Raises:
        OSError: the kernel refused a limit.
    """
    limits.tighten(memory_bytes, cpu_seconds)
