"""What this machine offers to sandboxes, what each kind of code gets, and what could be added."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from headrace.app.sandboxes import launcher_from
from headrace.app.settings import Settings
from headrace.executor.adapters.launchers.survey import Survey, advice, survey
from headrace.executor.sandbox.ports import Canaries, Guest, Launcher
from headrace.executor.sandbox.worker import Worker
from headrace.kernel.errors import Unavailable

_CANARY = "HEADRACE_DOCTOR_CANARY"
IN_PROCESS = "headrace"
"""Where plain paths are read: no code runs for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A try to start one kind of guest in one tier, with canaries that it must not reach."""

    tier: str
    confines: bool
    """Whether the tier keeps guests from the machine at all."""

    guest: Guest
    milliseconds: int
    problem: str | None
    """Why it was not started, or was refused; None if it works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that was found."""

    works: bool
    """Whether every kind of code can run in the tier that is set."""

    tier: str
    """The one of the setting HEADRACE_SANDBOX."""

    machine: Survey
    starts: Sequence[Start]
    runs_in: Mapping[str, str | None]
    """Each kind of code with the tier that it gets; None where it cannot run."""

    advice: Sequence[str]


async def diagnose(settings: Settings) -> Diagnosis:
    """Raises: Invalid: a setting makes no sense."""
    machine = await asyncio.to_thread(survey)
    starts: list[Start] = []
    async with _canaries() as canaries:
        for launcher in _launchers(settings, machine):
            # One after the other: their times would be each other's.
            starts += [await _start(launcher, guest, canaries) for guest in Guest]
    tier = f"oci:{settings.oci_runtime}" if settings.sandbox == "oci" else settings.sandbox
    good = {start.guest for start in starts if start.tier == tier and start.problem is None}
    javascript = tier if Guest.JAVASCRIPT in good else None
    return Diagnosis(
        works=good == set(Guest),
        tier=tier,
        machine=machine,
        starts=starts,
        runs_in={
            "paths": IN_PROCESS,
            "expressions": javascript,
            "javascript": javascript,
            "python": tier if Guest.PYTHON in good else None,
        },
        advice=advice(machine),
    )


def _launchers(settings: Settings, machine: Survey) -> Sequence[Launcher]:
    """Return one for each tier that there is: what the settings ask for first, none last."""
    ways = [replace(settings, sandbox="jail")]
    ways += [replace(settings, sandbox="oci", oci_runtime=name) for name in machine.runtimes]
    if settings not in ways and settings.sandbox != "none":
        # Named in the settings, but not found on the machine.
        ways.append(settings)
    ways.sort(key=lambda way: way != settings)
    return [launcher_from(way) for way in (*ways, replace(settings, sandbox="none"))]


async def _start(launcher: Launcher, guest: Guest, canaries: Canaries) -> Start:
    worker = problem = None
    began = time.perf_counter()
    try:
        worker = await Worker.start(launcher, guest, canaries)
    except Unavailable as refused:
        problem = str(refused)
    milliseconds = round((time.perf_counter() - began) * 1000)
    if worker is not None:
        await worker.close()
    return Start(
        tier=launcher.tier, confines=launcher.confines, guest=guest, milliseconds=milliseconds, problem=problem
    )


@contextlib.asynccontextmanager
async def _canaries() -> AsyncIterator[Canaries]:
    """A file, two sockets, a variable and a process that exist, so that reaching them would be noticed."""
    with tempfile.TemporaryDirectory() as folder:
        file = _bait(Path(folder))
        listening = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        listening_unix = await asyncio.start_unix_server(lambda _, writer: writer.close(), Path(folder, "socket"))
        os.environ[_CANARY] = "reached"
        try:
            yield Canaries(
                files=[str(file), "/etc/passwd"],
                sockets=[listening.sockets[0].getsockname()[:2]],
                unix_sockets=[str(Path(folder, "socket"))],
                environment=[_CANARY],
                processes=[os.getpid()],
            )
        finally:
            del os.environ[_CANARY]
            for server in (listening, listening_unix):
                server.close()
                await server.wait_closed()


def _bait(folder: Path) -> Path:
    file = folder / "canary"
    file.write_text("reached", "ascii")
    # A guest is another user; if it is kept out, then by its wall.
    folder.chmod(0o755)
    file.chmod(0o644)
    return file
