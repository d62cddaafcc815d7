"""One container: its folder, its processes, and their end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import select
import shutil
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from headrace.executor.adapters.launchers.oci.folders import hold
from headrace.executor.adapters.launchers.oci.runtimes import Runtime, remove_cgroups
from headrace.executor.sandbox.usage import Usage, tree_of, usage_of

ENVIRONMENT = {"PATH": os.defpath}
"""Of runtimes. Containers have none."""

_END_SECONDS = 5.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Bundle:
    """A container's folder, which nobody takes for left behind while this process has it.

    Args:
        command: The beginning of the runtime's command line.
    """

    def __init__(self, folder: Path, command: Sequence[str], held: int) -> None:
        self.name = folder.name
        self._folder = folder
        self._command = command
        self._held = held

    @classmethod
    def create(cls, containers: Path, runtime: Runtime, command: Sequence[str]) -> Bundle:
        """Raises: OSError."""
        folder = containers / f"{runtime.name}-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        held = hold(folder)
        if held is None:
            raise FileNotFoundError(f"{folder} was taken for left behind")
        return cls(folder, command, held)

    def configure(self, configuration: Mapping[str, Any]) -> None:
        """Raises: OSError."""
        (self._folder / "config.json").write_bytes(msgspec.json.encode(configuration))

    def run(self) -> Sequence[str]:
        """Return the command that starts the container and waits for its end."""
        return [*self._command, "--root", self._state, "run", "--bundle", str(self._folder), self.name]

    async def remove(self) -> None:
        """Remove the container, should the runtime still know it, and the folder."""
        if _is_used(self._state):
            deleting = await asyncio.create_subprocess_exec(
                *(*self._command, "--root", self._state, "delete", "--force", self.name),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=ENVIRONMENT,
            )
            try:
                async with asyncio.timeout(_END_SECONDS):
                    await deleting.wait()
            except TimeoutError:
                deleting.kill()
                await deleting.wait()
        remove_cgroups(self.name)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
        os.close(self._held)

    @property
    def _state(self) -> str:
        return str(self._folder / "state")


def _is_used(folder: str) -> bool:
    return os.path.isdir(folder) and bool(os.listdir(folder))


class OciSandbox:
    """A guest in a container, or one that is being started."""

    def __init__(self, process: asyncio.subprocess.Process, bundle: Bundle, *, own_kernel: bool) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.writer = process.stdin
        self.reader = process.stdout
        self.started = False
        """Whether the guest runs; the runtime then notices its end, and cleans up."""

        self._process = process
        self._bundle: Bundle | None = bundle
        self._own_kernel = own_kernel
        self._memory: str | None = None
        """Path of the file that is a guest's memory under gVisor."""

    def usage(self) -> Usage:
        """Return what the guest uses, the runtime's own processes included.

        The processes of a kernel that is the runtime's own are that kernel's affair, and none is counted. What such a
        kernel's guest may start is limited inside.
        """
        used = usage_of(self._process.pid)
        if not self._own_kernel:
            return used
        return replace(used, memory_bytes=self._memory_of_kernel() or used.memory_bytes, processes=0)

    def _memory_of_kernel(self) -> int | None:
        """Return the memory of a guest under gVisor; None where that cannot be told.

        Guests' memory is a file without a name there, and most of it is in no process's count.
        """
        processes = tree_of(self._process.pid)
        try:
            if self._memory is None:
                self._memory = next(filter(_is_memory_of_guest, _descriptors_of(processes)))
            held = os.stat(self._memory).st_blocks * 512
        except (OSError, StopIteration):
            return None
        return held + sum(map(_private_bytes, processes))

    def kill(self) -> None:
        with self._members() as members:
            self._kill(members)

    @contextlib.contextmanager
    def _members(self) -> Iterator[Mapping[int, int]]:
        """Yield descriptors of what runs in the container and for it, by their numbers; not the command itself."""
        members: dict[int, int] = {}
        try:
            if self._process.returncode is None:
                for process in tree_of(self._process.pid).keys() - {self._process.pid}:
                    with contextlib.suppress(ProcessLookupError):
                        members[process] = os.pidfd_open(process)
            yield members
        finally:
            for descriptor in members.values():
                os.close(descriptor)

    def _kill(self, members: Mapping[int, int], *, all_of_them: bool = False) -> None:
        for process, descriptor in members.items():
            with contextlib.suppress(ProcessLookupError):
                # What is in the command's session belongs to the runtime: it sees the guest's end, and cleans up.
                if all_of_them or not self.started or os.getsid(process) != self._process.pid:
                    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        if all_of_them or not self.started:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def close(self) -> None:
        bundle, self._bundle = self._bundle, None
        if bundle is None:
            return
        with self._members() as members:
            self._kill(members)
            try:
                async with asyncio.timeout(_END_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                self._kill(members, all_of_them=True)
                await self._process.wait()
            # The transport keeps its pipes open until it is told; at the loop's end it would complain.
            self._process._transport.close()  # type: ignore[attr-defined]
            await asyncio.to_thread(_wait_for_end, members)
            await bundle.remove()


def _descriptors_of(processes: Iterable[int]) -> Iterator[str]:
    for process in processes:
        with contextlib.suppress(OSError):
            for name in os.listdir(f"/proc/{process}/fd"):
                yield f"/proc/{process}/fd/{name}"


def _is_memory_of_guest(path: str) -> bool:
    try:
        return os.readlink(path).startswith("/memfd:runsc-memory")
    except OSError:
        return False


def _private_bytes(process: int) -> int:
    """Return what is in memory of *process* and belongs to no file, named or not."""
    try:
        with open(f"/proc/{process}/statm", "rb") as file:
            _, resident, shared, *_ = map(int, file.read().split())
    except OSError:
        return 0
    return (resident - shared) * _PAGE


def _wait_for_end(members: Mapping[int, int]) -> None:
    for process, descriptor in members.items():
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        waiting.poll(_END_SECONDS * 1000)
        # In a container of its own the server is the first process, and has to take in what loses its parent.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
