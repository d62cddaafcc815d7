"""`headrace doctor`: what this machine offers to sandboxes, what each kind of code gets, and what could be added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.app.diagnosis import IN_PROCESS, Diagnosis, Start, diagnose
from headrace.app.settings import Settings
from headrace.cli.failing import EXIT_FAILED, Failure
from headrace.cli.opening import pretty
from headrace.kernel.errors import Invalid

if TYPE_CHECKING:
    from rich.console import Console


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
            (_CODE[kind], "in the server: no code runs" if tier == IN_PROCESS else tier or "[red]nowhere[/]")
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
