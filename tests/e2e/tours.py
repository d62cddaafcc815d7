"""Tours in documents: their commands run, and print what they show."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def steps_of(text: str) -> list[tuple[str, list[str]]]:
    """Return each command with the lines shown below it."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def _pattern(line: str) -> str:
    """Return a regular expression for a line: `...` stands for anything, and columns may be wider."""
    parts = [r"\s+".join(map(re.escape, re.split(r"\s+", part))) for part in line.split("...")]
    return ".*".join(parts)


def perform(document: Path, folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Perform a document's tour in a folder of its own, in which the examples are."""
    (folder / "examples").symlink_to(ROOT / "examples")
    variables = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HEADRACE_DATA_DIR": str(folder / "data"),
        "COLUMNS": "200",
        **(environment or {}),
    }
    steps = steps_of(document.read_text())
    assert steps

    begun: list[int] = []
    try:
        for command, shown in steps:
            # What a command leaves running in the background is of its session, and ends with the tour.
            ran = subprocess.Popen(
                command,
                shell=True,
                cwd=folder,
                env=variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            begun.append(ran.pid)
            printed, _ = ran.communicate(timeout=120)
            for line in shown:
                assert re.search(_pattern(line), printed), f"$ {command}\n{printed}\nlacks: {line}"
            if "--crash-after" not in command:
                assert ran.returncode == 0, f"$ {command}\n{printed}"
    finally:
        for session in begun:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(session, signal.SIGKILL)
