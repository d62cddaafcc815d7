"""OCI containers: guests under gVisor (runsc), crun, runc or Kata Containers.

The container is the wall; the guest only puts its own list of allowed system calls on top, as in the jail. It gets the
files that it needs and no others, no network, and its pipes as standard input and output, so the protocol is the same
as in every tier.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import stat
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from headrace.executor.adapters.launchers.jail import gives_users, user_numbers
from headrace.executor.adapters.launchers.none import STREAM_BYTES, guest_arguments
from headrace.executor.adapters.launchers.oci import filetree, folders, runtimes
from headrace.executor.adapters.launchers.oci.bundle import Cgroup, Users, configuration
from headrace.executor.adapters.launchers.oci.container import ENVIRONMENT, Bundle, OciSandbox
from headrace.executor.guest.confinement.report import CLOSED
from headrace.executor.sandbox.ports import Guest, GuestOptions
from headrace.kernel.errors import Unavailable

log = logging.getLogger(__name__)

_START_SECONDS = 30.0
_LONGEST_WORD = 1000
_LOGGED = re.compile(r'msg="(.*)"$')
"""How runc words what it says."""


class OciLauncher:
    """Starts guests in containers.

    Args:
        runtime: "runsc", "crun", "runc" or "kata".
        state_dir: For the files that containers are made from, about 200 MB, and for what the runtime keeps of each.
            Several servers may share it.
        platforms: For runsc, how it intercepts system calls, such as "systrap" or "ptrace": the first that works is
            taken; empty for its own choice.
        cpus: Processors that one guest may keep busy, where there are cgroups.

    Raises:
        UnknownRuntime
    """

    confines = True

    def __init__(
        self,
        options: GuestOptions | None = None,
        *,
        runtime: str = "runsc",
        state_dir: Path,
        platforms: Sequence[str] = (),
        cpus: float = 2.0,
    ) -> None:
        self.tier = f"oci:{runtime}"
        self._options = options or GuestOptions()
        self._runtime = runtimes.runtime_named(runtime)
        self._trees = state_dir.absolute() / "trees"
        self._containers = state_dir.absolute() / "containers"
        self._platforms: Sequence[str | None] = list(platforms) or [None]
        self._cpus = cpus
        self._cgroups = runtimes.cgroups_offered()
        self._uids = user_numbers() if gives_users() else None
        self._rootless = self._uids is None
        self._show: Path | None = None
        """Set when containers have users of their own, who cannot pass to the file tree."""

        self._prepared: asyncio.Task[Path] | None = None

    async def launch(self, guest: Guest) -> OciSandbox:
        tree = await self._tree()
        while True:
            platform = self._platforms[0]
            try:
                return await self._launch(guest, tree, platform)
            except Unavailable as failed:
                if len(self._platforms) == 1:
                    raise
                log.info("the platform %s of %s does not work here: %s", platform, self._runtime.program, failed)
                if self._platforms[0] is platform:
                    self._platforms = self._platforms[1:]

    async def _launch(self, guest: Guest, tree: Path, platform: str | None) -> OciSandbox:
        command = runtimes.command(
            self._runtime, rootless=self._rootless, cgroups=self._cgroups, platform=platform, show=self._show
        )
        try:
            bundle = Bundle.create(self._containers, self._runtime, command)
        except OSError as refused:
            raise Unavailable(f"a container could not be made in {self._containers}: {refused.strerror}") from refused
        try:
            bundle.configure(self._configuration(guest, tree, bundle.name))
            process = await asyncio.create_subprocess_exec(
                *bundle.run(),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=ENVIRONMENT,
                close_fds=True,
                start_new_session=True,
                limit=STREAM_BYTES,
            )
        except OSError as refused:
            await bundle.remove()
            raise Unavailable(f"a container could not be started: {refused.strerror}") from refused
        except BaseException:
            await bundle.remove()
            raise
        sandbox = OciSandbox(process, bundle, own_kernel=self._runtime.own_kernel)
        try:
            async with asyncio.timeout(_START_SECONDS):
                said = await _said_before_start(process)
        except TimeoutError as late:
            await sandbox.close()
            raise Unavailable(f"{self._runtime.program} did not start a container in {_START_SECONDS:g} s") from late
        except BaseException:
            await sandbox.close()
            raise
        if said is None:
            sandbox.started = True
            return sandbox
        await sandbox.close()
        raise Unavailable(
            f'the sandbox tier "{self.tier}" does not work here: {said}; "headrace doctor" says what is missing'
        )

    def _configuration(self, guest: Guest, tree: Path, name: str) -> Mapping[str, Any]:
        return configuration(
            tree=tree if self._show is None else runtimes.SHOWN / tree.name,
            guest=guest,
            arguments=guest_arguments(guest, self._options),
            users=None if self._runtime.own_kernel else self._users(),
            cgroup=Cgroup(name, self._options.memory_bytes, self._cpus) if self._cgroups else None,
            own_kernel=self._runtime.own_kernel,
        )

    def _users(self) -> Users:
        if self._uids is not None:
            return Users(root=next(self._uids), nobody=next(self._uids))
        me = runtimes.own_user(self._runtime)
        return Users(root=me, nobody=None) if self._runtime.root_inside else Users(root=None, nobody=me)

    async def _tree(self) -> Path:
        """Return the file tree, once it is prepared.

        Raises:
            Unavailable
        """
        task = self._prepared
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._prepared = asyncio.create_task(self._prepare())
        # Whoever does not want to wait for it any longer must not keep others from it.
        return await asyncio.shield(task)

    async def _prepare(self) -> Path:
        """Make the file tree, and remove what ended servers have left behind."""
        # For its error, if it is not installed.
        runtimes.command(self._runtime, rootless=self._rootless, cgroups=self._cgroups)
        try:
            self._make_folders()
            await self._remove_containers()
            tree, held = await asyncio.to_thread(filetree.prepare, self._trees, self._options.python_packages)
            weakref.finalize(self, os.close, held)
            await asyncio.to_thread(folders.remove_left_behind, self._trees)
        except OSError as refused:
            raise Unavailable(f"containers cannot be kept in {self._containers}: {refused}") from refused
        return tree

    def _make_folders(self) -> None:
        for folder in (self._trees, self._containers):
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self._uids is not None and not self._runtime.own_kernel and not _is_open_to_anybody(self._trees):
            runtimes.SHOWN.mkdir(exist_ok=True)
            self._show = self._trees

    async def _remove_containers(self) -> None:
        for folder, held in folders.left_behind(self._containers).items():
            try:
                runtime = runtimes.runtime_named(folder.name.rpartition("-")[0])
                command = runtimes.command(runtime, rootless=self._rootless, cgroups=self._cgroups)
            except (runtimes.UnknownRuntime, Unavailable) as unable:
                os.close(held)
                log.warning("the container %s of an ended server cannot be removed: %s", folder.name, unable)
                continue
            bundle = Bundle(folder, command, held)
            await bundle.end_orphans()
            await bundle.remove()


def _is_open_to_anybody(folder: Path) -> bool:
    folder = folder.resolve()
    return all(each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents))


async def _said_before_start(process: asyncio.subprocess.Process) -> str | None:
    """Wait for the guest's start and return None, or the last that the runtime said instead of starting it."""
    assert process.stderr is not None
    last = b""
    try:
        while line := await process.stderr.readline():
            if line.startswith(CLOSED):
                return None
            last = line.strip() or last
    except ValueError:
        return "the runtime said too much"
    said = last.decode("utf-8", "replace")[:_LONGEST_WORD]
    logged = _LOGGED.search(said)
    return (logged[1] if logged else said) or "the runtime ended without a word"
