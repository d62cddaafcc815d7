"""The attacks in numbers: how many were made, how many held, how many controls succeeded outside."""

from __future__ import annotations

from collections import Counter

import pytest

TIER = "attacked tier"
CONTROL = "control"


class Summary:
    """Counts attacks and controls as their tests end."""

    def __init__(self) -> None:
        self._made: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._controls = self._succeeded = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = dict(report.user_properties)
        # A tier that does not come up fails before its attacks are made.
        if report.when != "call" and not report.failed:
            return
        tier = told.get(TIER)
        if isinstance(tier, str):
            self._made[tier] += 1
            self._held[tier] += report.passed
        elif CONTROL in told:
            self._controls += 1
            self._succeeded += report.passed

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._made and not self._controls:
            return
        terminalreporter.section("attacks on the sandbox")
        terminalreporter.write_line(f"{'tier':12} {'attacks':>8} {'contained':>10}")
        for tier, made in self._made.items():
            terminalreporter.write_line(f"{tier:12} {made:8} {self._held[tier]:10}")
        terminalreporter.write_line(
            f"controls that succeeded outside the sandbox: {self._succeeded} of {self._controls}"
        )
