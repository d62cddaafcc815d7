"""The jail: guests in namespaces of their own, without files, behind a list of allowed system calls.

The guest builds the wall itself, from inside, while nobody's code runs in it (`executor.guest.confinement`); it is
handed out only after it has said that the wall is closed. Nothing has to be installed and no one has to be root.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

from headrace.executor.adapters.launchers.none import STREAM_BYTES, ChildSandbox, guest_command
from headrace.executor.guest.confinement.report import CLOSED, FAILED
from headrace.executor.sandbox.ports import Guest, GuestOptions
from headrace.kernel.errors import Unavailable

FIRST_UID = 0x70000000
"""Where the users begin that guests of a root server are: beyond those that Linux systems give to people, services
and containers. Files must not belong to them."""

UIDS = 0x10000
"""How many there are; they are used in turn, and no two workers of a server have the same."""

_NEEDED_CAPABILITIES = (5, 6, 7, 21)
"""CAP_KILL, CAP_SETGID, CAP_SETUID and CAP_SYS_ADMIN: a server that has them gives each worker a user of its own."""

_START_SECONDS = 30.0
_END_SECONDS = 5.0


class JailSandbox(ChildSandbox):
    """A guest that is the first of its process namespace, and the process outside that waits for it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        super().__init__(process)
        self._inside: int | None = None
        """Descriptor of the guest; None while it builds its wall."""

    async def begin(self) -> str | None:
        """Wait until the guest's wall is closed; return why it never will be, None when it is."""
        assert self._process.stderr is not None
        report = await self._process.stderr.readline()
        if report.startswith(CLOSED):
            return self._take_hold_of(int(report.removeprefix(CLOSED)))
        report += await self._process.stderr.read()
        why = report.decode("utf-8", "replace").strip().rpartition("\n")[2] or "it ended without a word"
        # Its own end, and not one by our hand, tells what the line is about.
        missing = await self._process.wait() == FAILED
        return f"this machine lacks a part of the wall, see `headrace doctor`: {why}" if missing else why

    def _take_hold_of(self, guest: int) -> str | None:
        """Open the guest's process, whatever becomes of its number; return why that cannot be done."""
        try:
            inside = os.pidfd_open(guest)
        except OSError:
            return "it ended just after its wall was closed"
        try:
            fields = Path(f"/proc/{guest}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            fields = []
        # The number may be another's by now.
        if not fields or int(fields[1]) != self._process.pid:
            os.close(inside)
            return (
                "its process is hidden from this one (by ProtectProc= or hidepid=?), and nobody could watch its limits"
            )
        self._inside = inside
        return None

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._inside is not None:
                # The kernel takes all that the guest started along. The one outside sees that, and ends; killed itself,
                # it would leave the guest to whoever collects orphans, which in a container is often nobody.
                signal.pidfd_send_signal(self._inside, signal.SIGKILL)
            elif self._process.returncode is None:
                self._process.send_signal(signal.SIGTERM)

    async def close(self) -> None:
        self.kill()
        if self._inside is not None:
            os.close(self._inside)
            self._inside = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        await super().close()


class JailLauncher:
    """Starts guests in a jail."""

    tier = "jail"
    confines = True

    def __init__(self, options: GuestOptions | None = None) -> None:
        self._options = options or GuestOptions()
        self._uids = user_numbers() if gives_users() else None

    async def launch(self, guest: Guest) -> JailSandbox:
        flags = ["--wall=jail"]
        if self._uids is not None:
            flags.append(f"--uid={next(self._uids)}")
        try:
            process = await asyncio.create_subprocess_exec(
                *guest_command(guest, self._options, *flags),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={},
                close_fds=True,
                start_new_session=True,
                limit=STREAM_BYTES,
            )
        except OSError as refused:
            raise Unavailable(f"a sandbox worker could not be started: {refused.strerror}") from refused
        sandbox = JailSandbox(process)
        try:
            async with asyncio.timeout(_START_SECONDS):
                problem = await sandbox.begin()
        except TimeoutError:
            problem = f"its wall was not closed within {_START_SECONDS:g} seconds"
        except BaseException:
            await sandbox.close()
            raise
        if problem is not None:
            await sandbox.close()
            raise Unavailable(f"no {guest} guest could be started in the jail: {problem}")
        return sandbox


def gives_users() -> bool:
    """Return whether this process can give each worker a user of its own: it is root, and not only by name."""
    try:
        status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
        held = int(status["CapEff"], 16)
        mapped = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text("ascii").splitlines()]
    except (OSError, KeyError, ValueError):
        return False
    return all(held >> each & 1 for each in _NEEDED_CAPABILITIES) and any(
        inside <= FIRST_UID and inside + count >= FIRST_UID + UIDS for inside, _, count in mapped
    )


def user_numbers() -> Iterator[int]:
    """Yield users for workers, one after the other."""
    # From anywhere: another server on this machine counts too.
    first = secrets.randbelow(UIDS)
    return (FIRST_UID + (first + number) % UIDS for number in itertools.count())
