"""What this machine offers to sandboxes, as data, and what could be added."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from headrace.executor.adapters.launchers.jail import FIRST_UID, gives_users
from headrace.executor.guest.confinement import landlock, namespaces, seccomp
from headrace.executor.guest.confinement.missing import PartMissing

RUNTIMES = ("runsc", "crun", "runc")
"""Container runtimes that can be a tier, the strongest first."""

_TRIAL_SECONDS = 20
_VERSION_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A container runtime that is installed."""

    path: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgroups:
    """How the kernel can limit groups of processes."""

    version: int
    """2, 1, or 0 where there are none. The jail needs none."""

    delegated: bool
    """Whether this process may make groups of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One look at the machine."""

    system: str
    kernel: str
    architecture: str
    own_users: bool
    """Whether each worker gets a user of its own, as a server that is root gives them."""

    parts: Mapping[str, str | None]
    """Parts of the jail, each with why it does not work here; None where it does."""

    landlock_version: int
    """0 where there is none."""

    cgroups: Cgroups
    runtimes: Mapping[str, Runtime]
    """Those of RUNTIMES that are installed."""

    @property
    def jail(self) -> bool:
        """Whether every part of the jail works."""
        return not any(self.parts.values())


def survey() -> Survey:
    """Look at the machine; takes about a tenth of a second, in processes of its own."""
    host = os.uname()
    own_users = gives_users()
    try:
        landlock_version = landlock.version()
    except PartMissing:
        landlock_version = 0
    return Survey(
        system=host.sysname,
        kernel=host.release,
        architecture=host.machine,
        own_users=own_users,
        parts=_try_parts(own_users=own_users),
        landlock_version=landlock_version,
        cgroups=_cgroups(Path("/sys/fs/cgroup")),
        runtimes={
            name: Runtime(path=path, version=_version(path)) for name in RUNTIMES if (path := shutil.which(name))
        },
    )


def advice(found: Survey) -> Sequence[str]:
    """Return what could be done for a stronger sandbox, most needed first, one sentence each."""
    if found.system != "Linux":
        return ["The jail and the container runtimes need Linux; a virtual machine with Linux will do."]
    said: list[str] = []
    missing = {part for part, why in found.parts.items() if why is not None}
    if missing & {namespaces.USERS[0], namespaces.EMPTY_ROOT, *(part for part, _ in namespaces.OTHERS)}:
        said += _about_namespaces()
    if landlock.NAME in missing:
        said.append(
            "Landlock: use a kernel from 5.13 on that has it (Debian from 12, Ubuntu from 22.04), and name it in the"
            f" kernel's parameter lsm=; now there are: {_text('/sys/kernel/security/lsm') or 'unknown'}."
        )
    if seccomp.NAME in missing:
        said.append("Seccomp filters: use a kernel with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64.")
    if "runsc" not in found.runtimes:
        said.append("For gVisor (tier oci:runsc): apt install runsc.")
    if not {"crun", "runc"} & set(found.runtimes):
        said.append("For plain containers (tier oci:crun): apt install crun.")
    return said


def _about_namespaces() -> Sequence[str]:
    switches = {
        "kernel.unprivileged_userns_clone": ("0", "1"),
        "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
        "user.max_user_namespaces": ("0", "10000"),
    }
    off = [
        f"{name}={on}" for name, (bad, on) in switches.items() if _text(f"/proc/sys/{name.replace('.', '/')}") == bad
    ]
    if off:
        return [f"Namespaces: sysctl -w {' '.join(off)} (and the same in /etc/sysctl.d to keep it)."]
    return [
        "Namespaces: in a container, start it with a seccomp profile that allows unshare and mount, for Docker"
        " --security-opt seccomp=PROFILE --security-opt apparmor=unconfined; in a chroot, make its root a mount."
    ]


def _try_parts(*, own_users: bool) -> Mapping[str, str | None]:
    command = [sys.executable, "-I", "-m", "headrace.executor.guest.confinement.trial"]
    if own_users:
        command.append(f"--uid={FIRST_UID}")
    try:
        done = subprocess.run(command, env={}, capture_output=True, check=True, timeout=_TRIAL_SECONDS)  # noqa: S603
        parts: dict[str, str | None] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as failed:
        return {"the jail": f"its parts could not be tried ({type(failed).__name__})"}
    return parts


def _cgroups(root: Path) -> Cgroups:
    if (root / "cgroup.controllers").exists():
        own = next((line[3:] for line in _text("/proc/self/cgroup").splitlines() if line.startswith("0::")), "/")
        return Cgroups(version=2, delegated=os.access(f"{root}{own}/cgroup.procs", os.W_OK))
    if (root / "memory").is_dir():
        return Cgroups(version=1, delegated=os.access(root / "memory", os.W_OK))
    return Cgroups(version=0, delegated=False)


def _version(path: str) -> str:
    """Return the first line of what a runtime says about itself; empty when it says nothing."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=_VERSION_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return lines[0] if lines else ""


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError:
        return ""
