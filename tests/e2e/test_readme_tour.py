"""The tour in README.md: its commands run, and print what it shows."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _steps(text: str) -> list[tuple[str, list[str]]]:
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


def test_the_tour_prints_what_it_shows(tmp_path: Path) -> None:
    # The tour writes into the current folder: not into the checkout.
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HEADRACE_DATA_DIR": str(tmp_path / "data"),
        "COLUMNS": "200",
    }
    steps = _steps((ROOT / "README.md").read_text())
    assert steps

    begun: list[int] = []
    try:
        for command, shown in steps:
            # What a command leaves running in the background is of its session, and ends with the tour.
            ran = subprocess.Popen(
                command,
                shell=True,
                cwd=tmp_path,
                env=environment,
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
