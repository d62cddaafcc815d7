"""No wall: guests are plain child processes, for development on systems without the kernel's parts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys

from headrace.executor.sandbox.ports import Guest, GuestOptions
from headrace.executor.sandbox.usage import Usage, usage_of
from headrace.kernel.errors import Unavailable

STREAM_BYTES = 1 << 20
_MOMENT_SECONDS = 1.0


class ChildSandbox:
    """A guest in a process group of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.writer = process.stdin
        self.reader = process.stdout
        self._process = process

    def usage(self) -> Usage:
        return usage_of(self._process.pid)

    async def last_signal(self) -> int | None:
        return await last_signal_of(self._process)

    def kill(self) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def close(self) -> None:
        self.kill()
        await self._process.wait()
        # The transport keeps its pipes open until it is told; at the loop's end it would complain.
        self._process._transport.close()  # type: ignore[attr-defined]


class ChildLauncher:
    """Starts guests as plain children: an empty environment and no inherited descriptors, but no wall."""

    tier = "none"
    confines = False

    def __init__(self, options: GuestOptions | None = None) -> None:
        self._options = options or GuestOptions()

    async def launch(self, guest: Guest) -> ChildSandbox:
        try:
            return ChildSandbox(
                await asyncio.create_subprocess_exec(
                    *guest_command(guest, self._options),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                    env={},
                    close_fds=True,
                    start_new_session=True,
                    limit=STREAM_BYTES,
                )
            )
        except OSError as refused:
            raise Unavailable(f"a sandbox worker could not be started: {refused.strerror}") from refused


async def last_signal_of(process: asyncio.subprocess.Process) -> int | None:
    """Return the signal that a process ended by, or that it says a process in it ended by; None as in `Sandbox`."""
    try:
        async with asyncio.timeout(_MOMENT_SECONDS):
            status = await process.wait()
    except TimeoutError:
        return None
    # As shells and container runtimes tell of another process's end.
    return -status if status < 0 else status - 128 if status > 128 else None


def guest_command(guest: Guest, options: GuestOptions, *more: str) -> list[str]:
    """Return the command line of a guest; *more* goes to the guest's main module."""
    # -I: neither the environment nor the working directory decides what is imported.
    return [sys.executable, "-I", "-m", "headrace.executor.guest", *guest_arguments(guest, options), *more]


def guest_arguments(guest: Guest, options: GuestOptions) -> list[str]:
    """Return what the guest's main module is told: its kind, and flags."""
    flags = [f"--memory-bytes={options.memory_bytes}"]
    match guest:
        case Guest.JAVASCRIPT:
            flags += ["--jit"] if options.jit else []
        case Guest.PYTHON:
            flags += [f"--package={name}" for name in options.python_packages]
    return [guest.value, *flags]
