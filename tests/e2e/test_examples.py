"""Every example runs from the command line and gives what its expected file says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(EXAMPLES.glob("*.json"))


def test_there_are_ten_examples_and_each_explains_itself() -> None:
    assert len(FILES) >= 10
    for path in FILES:
        nodes = json.loads(path.read_text())["nodes"]
        notes = [node for node in nodes if node["type"].endswith(".stickyNote")]
        assert notes, path.name
        assert len(nodes) - len(notes) >= 8, path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_gives_what_is_expected(path: Path, tmp_path: Path) -> None:
    result = tmp_path / "result.json"

    ran = subprocess.run(
        [sys.executable, "-m", "headrace.cli", "run", path, "--no-watch", "--output", result, "--data-dir", tmp_path],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert json.loads(result.read_text()) == json.loads((EXAMPLES / "expected" / path.name).read_text())
