"""`headrace doctor` on this machine, and on lesser ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.executor.sandbox.lesser_machines import as_anybody

DOCTOR = """
import os, sys
os.environ.update(%r)
sys.argv = ["headrace", "doctor", *%r]
from headrace.cli import main
main()
"""


NO_RUNTIMES = {"PATH": "/nowhere"}
"""Starting containers takes a while, and their own tests do it."""


def doctor(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "headrace.cli", "doctor", f"--data-dir={folder}", *arguments],
        capture_output=True,
        check=False,
        timeout=120,
        text=True,
        env={**os.environ, **NO_RUNTIMES, **settings},
    )


def test_where_the_jail_works_every_kind_of_code_runs_in_it(tmp_path: Path) -> None:
    done = doctor("--json", folder=tmp_path)
    told = json.loads(done.stdout)

    assert done.returncode == 0
    assert told["works"]
    assert not any(told["machine"]["parts"].values())
    assert told["runs_in"] == {"paths": "headrace", "expressions": "jail", "javascript": "jail", "python": "jail"}
    assert [(start["tier"], start["guest"], start["problem"]) for start in told["starts"]] == [
        ("jail", "javascript", None),
        ("jail", "python", None),
        ("none", "javascript", None),
        ("none", "python", None),
    ]
    assert all(0 < start["milliseconds"] < 60_000 for start in told["starts"])


def test_a_tier_that_is_set_but_not_there_is_a_failure_and_says_what_to_install(tmp_path: Path) -> None:
    done = doctor(folder=tmp_path, HEADRACE_SANDBOX="oci", HEADRACE_OCI_RUNTIME="runsc")

    assert done.returncode == 1
    assert "apt install runsc" in done.stdout
    assert "nowhere" in done.stdout


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    done = doctor(folder=tmp_path, HEADRACE_SANDBOX="oci", HEADRACE_OCI_RUNTIME="chroot")

    assert done.returncode == 2
    assert "chroot" in done.stderr


def test_anybody_may_ask(tmp_path: Path) -> None:
    done = as_anybody(DOCTOR % (NO_RUNTIMES, [f"--data-dir={tmp_path}"]))

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
    tmp_path: Path, without: str, error: str, part: str, way_out: str
) -> None:
    folder = f"--data-dir={tmp_path}"
    told = as_anybody(DOCTOR % (NO_RUNTIMES, [folder, "--json"]), without=without, error=error)
    shown = as_anybody(DOCTOR % (NO_RUNTIMES, [folder]), without=without, error=error)

    assert told.returncode == shown.returncode == 1
    diagnosis = json.loads(told.stdout)
    assert diagnosis["machine"]["parts"][part]
    assert diagnosis["runs_in"]["python"] is None
    assert {start["tier"] for start in diagnosis["starts"] if start["problem"] is None} == {"none"}
    assert way_out in " ".join(shown.stdout.split())
    assert "nowhere" in shown.stdout
