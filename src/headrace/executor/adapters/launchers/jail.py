"""The jail: guests in namespaces of their own, without files, behind a list of allowed system calls.

The guest builds the wall itself, from inside, while nobody's code runs in it (`executor.guest.confinement`); it is
handed out only after it has said that the wall is closed. Nothing has to be installed and no one has to be root.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
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

    def kill(self) -> None:
        if self._process.returncode is None:
            # The one outside kills the guest, and the kernel all that the guest started. Killed itself, it would leave
            # the guest to whoever collects orphans, which in a container is often nobody.
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    async def close(self) -> None:
        self.kill()
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
        self._uids = _uids() if gives_users() else None

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
            assert process.stderr is not None
            async with asyncio.timeout(_START_SECONDS):
                report = await process.stderr.readline()
                if report == CLOSED:
                    return sandbox
                report += await process.stderr.read()
                # Its own end, and not one by our hand, tells why.
                await process.wait()
        except TimeoutError as late:
            await sandbox.close()
            raise Unavailable(f"a guest did not close its wall within {_START_SECONDS:g} seconds") from late
        except BaseException:
            await sandbox.close()
            raise
        await sandbox.close()
        why = report.decode("utf-8", "replace").strip().rpartition("\n")[2] or "it ended without a word"
        if process.returncode == FAILED:
            raise Unavailable(f'the sandbox tier "jail" does not work here: {why} (see `headrace doctor`)')
        raise Unavailable(f"a {guest} guest could not be started: {why}")


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


def _uids() -> Iterator[int]:
    # From anywhere: another server on this machine counts too.
    first = secrets.randbelow(UIDS)
    return (FIRST_UID + (first + number) % UIDS for number in itertools.count())
