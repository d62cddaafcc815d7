"""What every run of the tests ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

KEPT = Path(__file__).parent / "conformance" / "kept.json"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the conformance numbers: of the last conformance run, which `make test` does just before."""
    report = Path(__file__).parents[1] / "build" / "conformance.json"
    source = report if report.is_file() else KEPT
    numbers = json.loads(source.read_text())
    terminalreporter.section("conformance" if source is report else "conformance, as kept in the repository")
    for name, group in numbers.items():
        terminalreporter.write_line(f"{name:28} {group['passed']:4}/{group['total']}")
