"""Running a prisoner, and asking it things."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from headrace.executor.adapters.launchers.jail import FIRST_UID, gives_users
from headrace.executor.guest.confinement.report import CLOSED

PRISONER = Path(__file__).with_name("prisoner.py")


def ask(
    *lines: str,
    kind: str = "javascript",
    without: Collection[str] = (),
    flags: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> list[Any]:
    """Return what a prisoner answers to each line; fewer answers if it was killed."""
    if gives_users():
        flags = [*flags, f"--uid={FIRST_UID + os.getpid() % 1000}"]
    done = subprocess.run(
        [sys.executable, "-I", PRISONER, kind, ",".join(without), *flags],
        input="".join(f"{line}\n" for line in lines).encode(),
        capture_output=True,
        env=environment or {},
        pass_fds=pass_fds,
        timeout=60,
        check=False,
    )
    assert done.stderr.startswith(CLOSED), done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]
