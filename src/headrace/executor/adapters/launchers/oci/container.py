"""One container: its folder, its processes, and their end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from headrace.executor.adapters.launchers.none import last_signal_of
from headrace.executor.adapters.launchers.oci.folders import hold
from headrace.executor.adapters.launchers.oci.processes import (
    end_orphans,
    kill_all,
    kill_guest,
    members_of,
    memory_of_guest,
    private_bytes,
    wait_for_end,
)
from headrace.executor.adapters.launchers.oci.runtimes import Runtime, remove_cgroups
from headrace.executor.sandbox.usage import Usage, tree_of, usage_of

ENVIRONMENT = {"PATH": os.defpath}
"""Of runtimes. Containers have none."""

_END_SECONDS = 5.0
_BLOCK = 512
"""Bytes, as the kernel counts a file's."""


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

    async def end_orphans(self) -> None:
        """End the container, if it runs: the server that started it has gone."""
        await asyncio.to_thread(end_orphans, self._folder, _END_SECONDS)

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
        await asyncio.to_thread(remove_cgroups, self.name)
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
        """Return the memory of a guest under gVisor, with gVisor's own; None where that cannot be told."""
        members = tree_of(self._process.pid)
        if self._memory is None:
            self._memory = memory_of_guest(members)
        try:
            held = os.stat(self._memory).st_blocks * _BLOCK if self._memory is not None else None
        except OSError:
            return None
        return held + sum(map(private_bytes, members)) if held is not None else None

    async def last_signal(self) -> int | None:
        return await last_signal_of(self._process)

    def kill(self) -> None:
        if self._process.returncode is None:
            with members_of(self._process.pid) as members:
                self._kill(members)

    def _kill(self, members: Mapping[int, int]) -> None:
        if self.started:
            kill_guest(self._process.pid, members)
        else:
            self._kill_all(members)

    def _kill_all(self, members: Mapping[int, int]) -> None:
        kill_all(members)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        bundle, self._bundle = self._bundle, None
        if bundle is None:
            return
        with contextlib.ExitStack() as opened:
            members: Mapping[int, int] = {}
            if self._process.returncode is None:
                members = opened.enter_context(members_of(self._process.pid))
                self._kill(members)
            try:
                async with asyncio.timeout(_END_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                self._kill_all(members)
                await self._process.wait()
            # The transport keeps its pipes open until it is told; at the loop's end it would complain.
            self._process._transport.close()  # type: ignore[attr-defined]
            await asyncio.to_thread(wait_for_end, members, _END_SECONDS)
        await bundle.remove()
