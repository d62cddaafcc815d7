"""Which system calls each kind of guest may make.

Found by tracing V8 with and without JIT and a forking CPython behind the wall, then narrowed by argument. All else is
refused with EPERM, as libraries that only try something expect; what no library tries is answered by a kill.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import cache

from headrace.executor.guest.confinement import calls, seccomp
from headrace.executor.guest.confinement.bpf import Alternative, Check, Policy

_ANYHOW: Sequence[Alternative] = ()

_PROT_EXEC = 4
_NOT_EXECUTABLE: Sequence[Alternative] = ((Check(2, (0,), mask=_PROT_EXEC),),)

_PTHREAD = 0x3D0F00
"""CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID: glibc's thread."""

_MUSL_PTHREAD = 0x7D0F00
_THREADS: Sequence[Alternative] = ((Check(0, (_PTHREAD, _MUSL_PTHREAD)),),)

_FORK = 0x01200011
"""CLONE_CHILD_SETTID, CHILD_CLEARTID and SIGCHLD: glibc's fork."""

_MUSL_FORK = 0x11

_AT_EMPTY_PATH = 0x1000
_ANY_PID = 0x7FFFFF00
"""Stands for a child's number until there is one; no kernel has as many processes."""

_SELF = (0,)

_MEMORY: Mapping[str, Sequence[Alternative]] = {
    "mprotect": _NOT_EXECUTABLE,
    "mmap": _NOT_EXECUTABLE,
    "munmap": _ANYHOW,
    # NORMAL, DONTNEED, FREE, DONTFORK, DOFORK, HUGEPAGE, NOHUGEPAGE, DONTDUMP, DODUMP; not MERGEABLE, which lets
    # processes feel each other's pages.
    "madvise": ((Check(2, (0, 4, 8, 10, 11, 14, 15, 16, 17)),),),
    "mremap": _ANYHOW,
    "brk": _ANYHOW,
}

_EXECUTABLE_MEMORY: Mapping[str, Sequence[Alternative]] = {
    "mprotect": _ANYHOW,
    "mmap": _ANYHOW,
    # Where the processor has protection keys, V8 guards its code with them.
    "pkey_mprotect": _ANYHOW,
    "pkey_alloc": _ANYHOW,
    "pkey_free": _ANYHOW,
}

_DESCRIPTORS: Mapping[str, Sequence[Alternative]] = {
    "read": _ANYHOW,
    "write": _ANYHOW,
    "readv": _ANYHOW,
    "writev": _ANYHOW,
    "close": _ANYHOW,
    "lseek": _ANYHOW,
    "dup": _ANYHOW,
    "dup2": _ANYHOW,
    "dup3": _ANYHOW,
    # Duplicates, flags, and the size of pipes; neither locks, leases nor signals.
    "fcntl": ((Check(1, (0, 1, 2, 3, 4, 1030, 1031, 1032)),),),
    # TCGETS (isatty), FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
    "ioctl": ((Check(1, (0x5401, 0x541B, 0x5421, 0x5450, 0x5451)),),),
    # A descriptor's own state: glibc's fstat.
    "fstat": _ANYHOW,
    "newfstatat": ((Check(3, (_AT_EMPTY_PATH,), mask=_AT_EMPTY_PATH),),),
    "poll": _ANYHOW,
    "ppoll": _ANYHOW,
    "select": _ANYHOW,
    "pselect6": _ANYHOW,
    "epoll_create1": _ANYHOW,
    "epoll_ctl": _ANYHOW,
    "epoll_wait": _ANYHOW,
    "epoll_pwait": _ANYHOW,
}

_PROCESS: Mapping[str, Sequence[Alternative]] = {
    # WAIT, WAKE, REQUEUE, CMP_REQUEUE, WAKE_OP and the BITSET forms, private or not. What inherits priorities is
    # intricate, and neither V8 nor CPython uses it.
    "futex": ((Check(1, (0, 1, 3, 4, 5, 9, 10), mask=0x7F),),),
    "clock_gettime": _ANYHOW,
    "clock_getres": _ANYHOW,
    "clock_nanosleep": _ANYHOW,
    "nanosleep": _ANYHOW,
    "gettimeofday": _ANYHOW,
    "time": _ANYHOW,
    "getrandom": _ANYHOW,
    "sched_yield": _ANYHOW,
    "sched_getaffinity": _ANYHOW,
    "getpid": _ANYHOW,
    "gettid": _ANYHOW,
    "rt_sigaction": _ANYHOW,
    "rt_sigprocmask": _ANYHOW,
    "rt_sigreturn": _ANYHOW,
    "sigaltstack": _ANYHOW,
    "restart_syscall": _ANYHOW,
    "set_robust_list": _ANYHOW,
    "rseq": _ANYHOW,
    "exit": _ANYHOW,
    "exit_group": _ANYHOW,
    "sysinfo": _ANYHOW,
    "getrusage": _ANYHOW,
    "prlimit64": ((Check(0, _SELF),),),
    "prctl": (
        (Check(0, (calls.PR_SET_NAME, calls.PR_GET_NAME, calls.PR_GET_DUMPABLE, calls.PR_SET_VMA)),),
        (Check(0, (calls.PR_SET_DUMPABLE,)), Check(1, (0,))),
    ),
}

# A pair of sockets that know only each other: with them, event loops wake themselves. What needs an address, or could
# pass a descriptor, stays refused.
_SOCKET_PAIRS: Mapping[str, Sequence[Alternative]] = {
    "sendto": ((Check(4, (0,), pointer=True),),),
    "recvfrom": _ANYHOW,
}

_AF_UNIX = 1

_NEW_SOCKET_PAIRS: Mapping[str, Sequence[Alternative]] = {
    **_SOCKET_PAIRS,
    "socketpair": ((Check(0, (_AF_UNIX,)),),),
    "getsockname": _ANYHOW,
    "getsockopt": _ANYHOW,
}

_JAVASCRIPT: Mapping[str, Sequence[Alternative]] = {
    "clone": _THREADS,
    # An isolate's thread wakes the event loop through a pair that exists already.
    **_SOCKET_PAIRS,
    # V8 asks for the bounds of its stack.
    "sched_getparam": _ANYHOW,
    "sched_getscheduler": _ANYHOW,
}

_PYTHON: Mapping[str, Sequence[Alternative]] = {
    **_NEW_SOCKET_PAIRS,
    "getppid": _ANYHOW,
    "getuid": _ANYHOW,
    "geteuid": _ANYHOW,
    "getgid": _ANYHOW,
    "getegid": _ANYHOW,
    "getcwd": _ANYHOW,
    "uname": _ANYHOW,
    "times": _ANYHOW,
}

_ZYGOTE: Mapping[str, Sequence[Alternative]] = {
    "clone": ((Check(0, (_FORK, _MUSL_FORK, _PTHREAD, _MUSL_PTHREAD)),),),
    "wait4": _ANYHOW,
    "waitid": _ANYHOW,
    # Only its own children are there to be seen.
    "kill": _ANYHOW,
    "pipe2": _ANYHOW,
    # What `settle_child` does in a child.
    "pread64": _ANYHOW,
    "close_range": _ANYHOW,
    "seccomp": ((Check(0, (seccomp.SET_MODE_FILTER,)), Check(1, (seccomp.ALL_THREADS,))),),
    "prctl": (
        *_PROCESS["prctl"],
        (Check(0, (calls.PR_SET_PDEATHSIG, calls.PR_SET_NO_NEW_PRIVS, calls.PR_GET_SECCOMP)),),
    ),
}

_READING: Mapping[str, Sequence[Alternative]] = {
    # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND and the bit of O_TMPFILE must be off.
    "open": ((Check(1, (0,), mask=0x400643),),),
    "openat": ((Check(2, (0,), mask=0x400643),),),
    "stat": _ANYHOW,
    "lstat": _ANYHOW,
    "newfstatat": _ANYHOW,
    "statx": _ANYHOW,
    "access": _ANYHOW,
    "faccessat": _ANYHOW,
    "faccessat2": _ANYHOW,
    "readlink": _ANYHOW,
    "readlinkat": _ANYHOW,
    "getdents64": _ANYHOW,
    "pread64": _ANYHOW,
}

HOSTILE = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_getfd"),
    *("bpf", "perf_event_open", "userfaultfd", "lookup_dcookie", "syslog", "acct", "quotactl"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("keyctl", "add_key", "request_key"),
    *("mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "mount_setattr"),
    *("fsopen", "fsconfig", "fsmount", "fspick"),
    *("unshare", "setns", "open_by_handle_at", "name_to_handle_at"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"),
    *("swapon", "swapoff", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime"),
    *("iopl", "ioperm", "modify_ldt", "vhangup"),
)

_TOO_NEW = ("clone3",)
"""Its flags are behind a pointer, where a filter cannot look; without it, glibc starts threads with clone."""


def for_javascript(*, jit: bool) -> Policy:
    """The isolates' process: threads, but no second process, and without JIT no new machine code."""
    memory = {**_MEMORY, **_EXECUTABLE_MEMORY} if jit else _MEMORY
    return Policy(
        allowed={**memory, **_PROCESS, **_DESCRIPTORS, **_JAVASCRIPT, **_own_signals(1)},
        killed=HOSTILE,
        unknown=_TOO_NEW,
    )


def for_zygote() -> Policy:
    """The Python guest itself, which forks a child for each call."""
    return Policy(
        allowed={**_MEMORY, **_PROCESS, **_DESCRIPTORS, **_PYTHON, **_ZYGOTE, "tgkill": _ANYHOW},
        killed=HOSTILE,
        unknown=_TOO_NEW,
    )


def for_child(pid: int) -> Policy:
    """A Python child: on top of its zygote's filter where there is one, else of a container's or of nothing.

    That is why it may read files: within the jail its zygote's filter has refused them already.
    """
    return Policy(
        allowed={
            **_MEMORY,
            **_PROCESS,
            **_DESCRIPTORS,
            **_PYTHON,
            **_READING,
            "clone": _THREADS,
            **_own_signals(pid),
        },
        killed=HOSTILE,
        unknown=_TOO_NEW,
    )


def child_program(pid: int) -> bytes:
    """Return the filter for a child; the first time takes a while, so that time should be before the fork."""
    return _any_childs_program().replace(struct.pack("=I", _ANY_PID), struct.pack("=I", pid))


@cache
def _any_childs_program() -> bytes:
    return for_child(_ANY_PID).program()


def _own_signals(pid: int) -> Mapping[str, Sequence[Alternative]]:
    """`abort` and `raise`."""
    return {"tgkill": ((Check(0, (pid,)),),), "kill": ((Check(0, (pid,)),),)}
