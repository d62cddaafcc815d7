"""A container's configuration: an OCI bundle's config.json, as data."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from headrace.executor.adapters.launchers.oci.filetree import PYTHON, SITE
from headrace.executor.guest.confinement import policies
from headrace.executor.guest.confinement.bpf import Alternative, Check
from headrace.executor.sandbox.limits import MIB
from headrace.executor.sandbox.ports import Guest

NOBODY = 65534
_START = f"import sys; sys.path.insert(0, '/{SITE}'); from headrace.executor.guest.__main__ import main; main()"

_NOTHING = ("RLIMIT_CORE", "RLIMIT_MSGQUEUE", "RLIMIT_MEMLOCK", "RLIMIT_NICE", "RLIMIT_RTPRIO")
_MOST_FILES = 256
_MOST_PROCESSES = 128
"""Threads count too, and those of the runtime itself while it starts the container."""

_MOST_PROCESSES_OF_KERNEL = 1024
"""A kernel of the runtime's own has several threads for each of the guest's."""

_PERIOD = 100_000
_BEYOND_BYTES = 1536 * MIB
"""Memory for all that no call is charged for: the guest itself, requests and answers, a kernel of the runtime's own.
The guest's own limits are below, so that it learns what happened; this is for a guest that has none any more."""

_MASKED = (
    *("/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kallsyms", "/proc/kcore", "/proc/key-users"),
    *("/proc/keys", "/proc/kmsg", "/proc/latency_stats", "/proc/modules", "/proc/sched_debug", "/proc/scsi"),
    *("/proc/sysrq-trigger", "/proc/timer_list", "/proc/timer_stats"),
)
_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys")

_LOADING = ("arch_prctl", "chdir", "execve", "fstatfs", "seccomp", "set_tid_address", "statfs")
"""System calls of the runtime's last steps and of Python's first, beyond what guests need later."""

_OPENING: Alternative = (Check(2, (0,), mask=os.O_CREAT | os.O_TRUNC | os.O_TMPFILE & ~os.O_DIRECTORY),)
"""For /dev/null, and for the pipe through which runc is told to go on; there is nothing else to write to."""

_DOUBLE_WORD = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Who a container's users are on the machine; None where there is no such user."""

    root: int | None
    nobody: int | None


@dataclass(frozen=True, slots=True)
class Cgroup:
    """What the kernel lets a whole container use."""

    name: str
    memory_bytes: int
    """Of a call; what the guest itself needs comes on top."""

    cpus: float


def configuration(
    *,
    tree: Path,
    guest: Guest,
    arguments: Sequence[str],
    users: Users | None,
    cgroup: Cgroup | None,
    own_kernel: bool,
) -> Mapping[str, Any]:
    """Return the contents of a config.json.

    Args:
        arguments: Of the guest's main module.
        users: None where the runtime cares for users itself.
        own_kernel: Whether the guest's kernel is the runtime's: then the machine's filters do not see its calls.
    """
    linux: dict[str, Any] = {
        "namespaces": [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount")],
        "maskedPaths": _MASKED,
        "readonlyPaths": _READ_ONLY,
    }
    uid = NOBODY
    if users is not None:
        linux["namespaces"].append({"type": "user"})
        mapped = [(0, users.root), (NOBODY, users.nobody)]
        linux["uidMappings"] = linux["gidMappings"] = [
            {"containerID": inside, "hostID": outside, "size": 1} for inside, outside in mapped if outside is not None
        ]
        uid = 0 if users.nobody is None else NOBODY
    if cgroup is not None:
        linux["cgroupsPath"] = f"/{cgroup.name}"
        linux["resources"] = {
            "memory": {"limit": cgroup.memory_bytes + _BEYOND_BYTES},
            "pids": {"limit": _MOST_PROCESSES_OF_KERNEL if own_kernel else _MOST_PROCESSES},
            "cpu": {"period": _PERIOD, "quota": int(cgroup.cpus * _PERIOD)},
        }
    if not own_kernel:
        linux["seccomp"] = _filter(guest)
    mounts = [
        _mount("/proc", "proc", "nosuid", "noexec", "nodev"),
        # A kernel of the runtime's own lets nobody write to the devices in a folder that is read-only.
        _mount("/dev", "tmpfs", "nosuid", "noexec", "mode=755", "size=65536", *([] if own_kernel else ["ro"])),
    ]
    if own_kernel:
        # Else gVisor puts there what can be written to.
        mounts.append(_mount("/tmp", "tmpfs", "nosuid", "noexec", "nodev", "size=4096", "ro"))  # noqa: S108
    return {
        "ociVersion": "1.0.2",
        "process": {
            "terminal": False,
            "user": {"uid": uid, "gid": uid},
            # -B: there is nowhere to write bytecode to.
            "args": [f"/{PYTHON}", "-I", "-B", "-c", _START, *arguments, "--wall=container"],
            "env": [],
            "cwd": "/",
            "capabilities": {kind: [] for kind in ("bounding", "effective", "inheritable", "permitted", "ambient")},
            "rlimits": [
                *({"type": kind, "soft": 0, "hard": 0} for kind in _NOTHING),
                {"type": "RLIMIT_NOFILE", "soft": _MOST_FILES, "hard": _MOST_FILES},
            ],
            "noNewPrivileges": True,
            "oomScoreAdj": 1000,
        },
        "root": {"path": str(tree), "readonly": True},
        "hostname": "sandbox",
        "mounts": mounts,
        "linux": linux,
    }


def _mount(destination: str, kind: str, *options: str) -> Mapping[str, Any]:
    return {"destination": destination, "type": kind, "source": kind, "options": options}


def _filter(guest: Guest) -> Mapping[str, Any]:
    """Return the allow-list of a guest's system calls, as `linux.seccomp`.

    Wider than the jail's, because it is in force while the guest loads: files may be read, libraries mapped. Then the
    guest puts the jail's on top.
    """
    # The guest is the first of its process namespace.
    kinds = [policies.for_javascript(jit=True), policies.for_child(1)]
    if guest is Guest.PYTHON:
        kinds.append(policies.for_zygote())
    allowed: dict[str, list[Alternative] | None] = {**dict.fromkeys(_LOADING), "openat": [_OPENING]}
    for policy in kinds:
        for name, ways in policy.allowed.items():
            before = allowed.setdefault(name, [])
            allowed[name] = [*before, *ways] if before is not None and ways else None
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": errno.EPERM,
        "syscalls": [
            {"names": [name for name, ways in allowed.items() if ways is None], "action": "SCMP_ACT_ALLOW"},
            *(
                {"names": [name], "action": "SCMP_ACT_ALLOW", "args": arguments}
                for name, ways in allowed.items()
                for arguments in _arguments(ways or ())
            ),
            {"names": sorted({*kinds[0].killed}), "action": "SCMP_ACT_KILL_PROCESS"},
            {"names": sorted({*kinds[0].unknown}), "action": "SCMP_ACT_ERRNO", "errnoRet": errno.ENOSYS},
        ],
    }


def _arguments(ways: Iterable[Alternative]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield each combination of arguments that a call may have; the format knows no "one of"."""
    for checks in ways:
        for values in product(*(check.values for check in checks)):
            yield [
                {
                    "index": check.argument,
                    "op": "SCMP_CMP_MASKED_EQ",
                    "value": _DOUBLE_WORD if check.pointer else check.mask,
                    "valueTwo": value,
                }
                for check, value in zip(checks, values, strict=True)
            ]
