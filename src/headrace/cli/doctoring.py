"""`headrace doctor`: what this machine offers to sandboxes, what each kind of code gets, and what could be added."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.app.sandboxes import launcher_from
from headrace.app.settings import Settings
from headrace.cli.failing import EXIT_FAILED, Failure
from headrace.cli.opening import pretty
from headrace.executor.adapters.launchers.survey import Survey, advice, survey
from headrace.executor.sandbox.ports import Canaries, Guest, Launcher
from headrace.executor.sandbox.worker import Worker
from headrace.kernel.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from rich.console import Console

_CANARY = "HEADRACE_DOCTOR_CANARY"
_IN_PROCESS = "headrace"
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
    """All that the command says."""

    works: bool
    """Whether every kind of code can run in the tier that is set."""

    tier: str
    """The one of the setting HEADRACE_SANDBOX."""

    machine: Survey
    starts: Sequence[Start]
    runs_in: Mapping[str, str | None]
    """Each kind of code with the tier that it gets; None where it cannot run."""

    advice: Sequence[str]


async def examine(*, as_json: bool, data_dir: Path | None) -> int:
    """Look at the machine, start every guest in every tier, and say what came of it.

    Raises:
        Failure: a setting makes no sense.
    """
    try:
        diagnosis = await diagnose(Settings.from_environment(data_dir=data_dir))
    except Invalid as bad:
        raise Failure(str(bad)) from bad
    if as_json:
        print(pretty(diagnosis))
    else:
        _show(diagnosis)
    return 0 if diagnosis.works else EXIT_FAILED


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
            "paths": _IN_PROCESS,
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
        file = Path(folder, "canary")
        file.write_text("reached", "ascii")
        # A guest is another user; if it is kept out, then by its wall.
        Path(folder).chmod(0o755)
        file.chmod(0o644)
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


_GOOD, _BAD = "[green]ok[/]", "[red]no[/]"
_CODE = {
    "paths": "plain ones, such as {{ $json.price * 2 }}",
    "expressions": "other expressions",
    "javascript": "JavaScript in Code nodes",
    "python": "Python in Code nodes",
}


def _show(diagnosis: Diagnosis) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    machine = diagnosis.machine
    users = "each worker is a user of its own" if machine.own_users else "workers are this user, seen as nobody inside"
    landlock = f"version {machine.landlock_version}" if machine.landlock_version else "none"
    groups = f"version {machine.cgroups.version}" if machine.cgroups.version else "none"
    delegated = ", may make groups" if machine.cgroups.delegated else ""
    installed = [f"{name} ({one.version}, {one.path})" for name, one in machine.runtimes.items()]
    console.print(escape(f"{machine.system} {machine.kernel} on {machine.architecture}; {users}"))
    console.print(f"Landlock: {landlock}. Cgroups: {groups}{delegated}.")
    console.print(escape(f"Container runtimes: {', '.join(installed) or 'none'}."))
    _print_table(
        console,
        "Parts of the jail",
        [(part, _GOOD if why is None else f"{_BAD}: {escape(why)}") for part, why in machine.parts.items()],
    )
    _print_table(
        console, "Sandboxes", [(start.tier, start.guest, _result(start, escape)) for start in diagnosis.starts]
    )
    _print_table(
        console,
        "What runs where",
        [
            (_CODE[kind], "in the server: no code runs" if tier == _IN_PROCESS else tier or "[red]nowhere[/]")
            for kind, tier in diagnosis.runs_in.items()
        ],
    )
    if diagnosis.advice:
        console.print("\n[bold]What could be added[/]")
        for sentence in diagnosis.advice:
            console.print(f"- {escape(sentence)}")


def _result(start: Start, escape: Callable[[str], str]) -> str:
    if start.problem is not None:
        return f"{_BAD}: {escape(start.problem)}"
    if not start.confines:
        return f"{_GOOD}, {start.milliseconds} ms to start; [yellow]keeps nothing in[/]"
    return f"{_GOOD}, {start.milliseconds} ms to start; no canary was reached"


def _print_table(console: Console, title: str, rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    console.print(f"\n[bold]{title}[/]")
    console.print(table)
