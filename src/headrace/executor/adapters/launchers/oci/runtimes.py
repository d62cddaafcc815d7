"""The container runtimes: what each is called, and where they differ."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headrace.kernel.errors import Invalid, Unavailable

_CGROUPS = Path("/sys/fs/cgroup")
_NEEDED_CONTROLLERS = {"cpu", "memory", "pids"}
_LONGEST_END_SECONDS = 2.0
_SHORT_SECONDS = 0.005
_HIDE_VERSION_TWO = f"mount -t tmpfs none {_CGROUPS}/unified"

SHOWN = Path("/run/headrace")
"""Where runtimes find a folder that containers' users could not pass to; an empty folder to everybody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A container runtime with the command line that OCI runtimes have in common."""

    name: str
    program: str
    installation: str
    """How it is installed; for people."""

    own_kernel: bool = False
    """Whether guests run on a kernel of the runtime's own. The machine's then sees none of their calls."""

    root_inside: bool = False
    """Whether there must be a user 0 in the container, and that must be the guest's when there can only be one."""


_RUNTIMES = {
    each.name: each
    for each in (
        Runtime(name="runsc", program="runsc", installation="on Debian: apt install runsc", own_kernel=True),
        Runtime(name="crun", program="crun", installation="on Debian and Ubuntu: apt install crun"),
        Runtime(name="runc", program="runc", installation="on Debian and Ubuntu: apt install runc", root_inside=True),
        Runtime(
            name="kata",
            program="kata-runtime",
            installation="Kata Containers, of a version whose kata-runtime has the commands run and delete",
            own_kernel=True,
        ),
    )
}


class UnknownRuntime(Invalid):
    """There is no support for a container runtime of this name."""

    code = "sandbox_runtime_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" is no container runtime that sandboxes can use; there are {", ".join(_RUNTIMES)}')
        self.name = name


def runtime_named(name: str) -> Runtime:
    """Raises: UnknownRuntime."""
    try:
        return _RUNTIMES[name]
    except KeyError:
        raise UnknownRuntime(name) from None


def command(
    runtime: Runtime, *, rootless: bool, cgroups: bool, platform: str | None = None, show: Path | None = None
) -> list[str]:
    """Return the beginning of the runtime's command line; the folder for its state and a command follow.

    Args:
        rootless: Whether the server is not root, or only by name.
        cgroups: Whether it is to limit the container with cgroups.
        platform: For runsc, how it intercepts system calls; None for its own choice.
        show: A folder that it is to find at SHOWN; the server must be root.

    Raises:
        Unavailable: it is not installed.
    """
    path = shutil.which(runtime.program)
    if path is None:
        raise Unavailable(f'the container runtime "{runtime.program}" is not installed ({runtime.installation})')
    flags: list[str] = []
    mounts = [f"mount --bind {shlex.quote(str(show))} {SHOWN}"] if show is not None else []
    match runtime.name:
        case "crun":
            flags = [f"--cgroup-manager={'cgroupfs' if cgroups else 'disabled'}"]
            mounts += [_HIDE_VERSION_TWO] if _refuses_mixture() else []
        case "runc":
            # It then goes on without cgroups, root or not.
            flags = [] if cgroups else ["--rootless=true"]
        case "runsc":
            flags = ["--network=none", "--overlay2=none"]
            flags += [f"--platform={platform}"] if platform else []
            flags += ["--rootless"] if rootless else []
            flags += [] if cgroups else ["--ignore-cgroups"]
    return [*_with_mounts(mounts, rootless=rootless), path, *flags]


def _with_mounts(mounts: Sequence[str], *, rootless: bool) -> Sequence[str]:
    """Return what makes *mounts* for the command that follows, and for nobody else."""
    if not mounts:
        return ()
    namespaces = ["--mount", *(["--user", "--map-root-user"] if rootless else [])]
    return ["unshare", *namespaces, "--", "sh", "-c", " && ".join([*mounts, 'exec "$0" "$@"'])]


def own_user(runtime: Runtime) -> int:
    """Return this process's user as a rootless *runtime* sees it."""
    return 0 if runtime.name == "crun" and _refuses_mixture() else os.geteuid()


def _refuses_mixture() -> bool:
    """Return whether crun would not start: not where both versions of cgroups are there, and 2 limits anything."""
    try:
        return bool((_CGROUPS / "unified" / "cgroup.controllers").read_bytes())
    except OSError:
        return False


def cgroups_offered() -> bool:
    """Return whether this process may make cgroups that limit memory, processes and processor time."""
    if os.geteuid() != 0:
        return False
    if (_CGROUPS / "cgroup.controllers").exists():
        there = set((_CGROUPS / "cgroup.controllers").read_text("ascii").split())
        return there >= _NEEDED_CONTROLLERS and os.access(_CGROUPS, os.W_OK)
    return all(os.access(_CGROUPS / name, os.W_OK) for name in _NEEDED_CONTROLLERS)


def remove_cgroups(name: str) -> None:
    """Remove what is left of the cgroup *name*, as after a container whose start was called off.

    Ends the processes that are still in it, and waits for a moment until they are gone.
    """
    left = [*_CGROUPS.glob(name), *_CGROUPS.glob(f"*/{name}")]
    deadline = time.monotonic() + _LONGEST_END_SECONDS
    while left and time.monotonic() < deadline:
        for folder in left:
            with contextlib.suppress(OSError):
                for process in (folder / "cgroup.procs").read_text("ascii").split():
                    os.kill(int(process), signal.SIGKILL)
                folder.rmdir()
        left = [folder for folder in left if folder.exists()]
        if left:
            time.sleep(_SHORT_SECONDS)
