"""A process killed at every boundary between two events: the run goes on, and nothing committed runs again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.public import Event, NodeStarted, NodeSucceeded, Status
from headrace.kernel.ids import DEFAULT_TENANT
from tests.integration.faults.workflows import WORKFLOWS

pytestmark = pytest.mark.fault


def _headrace(data: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "headrace.cli", *args, "--data-dir", str(data), "--no-watch"],
        env={**os.environ, "HEADRACE_FILES_DIR": str(data / "files"), "HEADRACE_WORKERS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _history(data: Path) -> tuple[Event, ...]:
    async def read() -> tuple[Event, ...]:
        journal = SqliteJournal(data / "headrace.db")
        try:
            (one,) = await journal.find(DEFAULT_TENANT)
            return await journal.read(DEFAULT_TENANT, one.id)
        finally:
            await journal.close()

    return asyncio.run(read())


def _status(data: Path) -> Status:
    async def read() -> Status:
        journal = SqliteJournal(data / "headrace.db")
        try:
            (one,) = await journal.find(DEFAULT_TENANT)
            return one.status
        finally:
            await journal.close()

    return asyncio.run(read())


def _outputs(history: tuple[Event, ...]) -> list[tuple[str, int, str]]:
    """Return what each run of a node put out, without the payloads' keys, which name the execution."""
    return [
        (
            event.node,
            event.run,
            json.dumps([[item["json"] for item in json.loads(bytes(output.inline))] for output in event.outputs]),
        )
        for event in history
        if isinstance(event, NodeSucceeded)
    ]


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_a_kill_at_any_boundary_loses_nothing_and_repeats_nothing(name: str, tmp_path: Path, record_property) -> None:  # type: ignore[no-untyped-def] # pytest's own fixture
    file = tmp_path / "workflow.json"
    file.write_text(json.dumps(WORKFLOWS[name]()))
    whole = tmp_path / "whole"
    finished = _headrace(whole, "run", str(file))
    expected = _history(whole)
    lines = (whole / "files" / "out.txt").read_text().splitlines()
    repeated = 0

    for boundary in range(1, len(expected)):
        data = tmp_path / f"killed-{boundary}"
        killed = _headrace(data, "run", str(file), "--crash-after", str(boundary))
        assert killed.returncode == -signal.SIGKILL
        before = _history(data)
        assert len(before) == boundary

        _headrace(data, "resume")

        after = _history(data)
        assert after[:boundary] == before
        assert _outputs(after) == _outputs(expected)
        assert _status(data) is _status(whole)
        committed = {(event.node, event.run) for event in before if isinstance(event, NodeSucceeded)}
        begun_again = {(event.node, event.run) for event in after[boundary:] if isinstance(event, NodeStarted)}
        repeated += len(committed & begun_again)
        # A line is written twice only where the kill fell between a node's start and its success.
        cut_off = isinstance(before[-1], NodeStarted)
        written = Counter((data / "files" / "out.txt").read_text().splitlines())
        assert written - Counter(lines) == Counter() or cut_off
        assert Counter(lines) - written == Counter()

    assert finished.returncode in (0, 1)
    assert repeated == 0
    record_property("boundaries", len(expected) - 1)
    print(f"{name}: killed at {len(expected) - 1} boundaries, {repeated} committed nodes run again")
