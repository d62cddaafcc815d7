"""`headrace doctor` on this machine, and on lesser ones."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.integration.executor.sandbox.lesser_machines import as_anybody

DOCTOR = """
import sys
sys.argv = ["headrace", "doctor", *%r]
from headrace.cli import main
main()
"""


def test_where_the_jail_works_every_kind_of_code_runs_in_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "headrace.cli", "doctor", "--json"], capture_output=True, check=False, timeout=120
    )
    told = json.loads(done.stdout)

    assert done.returncode == 0
    assert told["works"]
    assert not any(told["machine"]["parts"].values())
    assert told["runs_in"] == {"paths": "headrace", "expressions": "jail", "javascript": "jail", "python": "jail"}
    assert [(start["tier"], start["guest"]) for start in told["starts"] if start["problem"] is None][:2] == [
        ("jail", "javascript"),
        ("jail", "python"),
    ]
    assert all(0 < start["milliseconds"] < 60_000 for start in told["starts"])


def test_anybody_may_ask() -> None:
    done = as_anybody(DOCTOR % [])

    assert done.returncode == 0
    assert "workers are this user, seen as nobody inside" in done.stdout
    assert "Python in Code nodes" in done.stdout


@pytest.mark.parametrize(
    ("without", "error", "part", "way_out"),
    [
        ("landlock_create_ruleset", "ENOSYS", "Landlock", "use a kernel from 5.13 on"),
        ("seccomp", "EINVAL", "seccomp filters", "CONFIG_SECCOMP_FILTER"),
        ("unshare", "EPERM", "user namespaces", "--security-opt seccomp=PROFILE"),
    ],
)
def test_where_a_part_is_missing_it_says_which_and_what_to_do(
    without: str, error: str, part: str, way_out: str
) -> None:
    told = as_anybody(DOCTOR % ["--json"], without=without, error=error)
    shown = as_anybody(DOCTOR % [], without=without, error=error)

    assert told.returncode == shown.returncode == 1
    diagnosis = json.loads(told.stdout)
    assert diagnosis["machine"]["parts"][part]
    assert diagnosis["runs_in"]["python"] is None
    assert {start["tier"] for start in diagnosis["starts"] if start["problem"] is None} == {"none"}
    assert way_out in " ".join(shown.stdout.split())
    assert "nowhere" in shown.stdout
