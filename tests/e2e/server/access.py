"""Somebody to call the API as."""

from __future__ import annotations

import subprocess
import sys

from tests.e2e.server.running import RunningServer


def owner_key(server: RunningServer) -> str:
    """Make the owner of a server's data, and return an API key of theirs."""
    command = [sys.executable, "-m", "headrace.cli", "user", "add", "owner@example.com"]
    subprocess.run(
        [*command, "--data-dir", str(server.data_dir)],
        input="correct horse battery\n",
        text=True,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return server.run("key", "create", "tests").strip().splitlines()[-1]
