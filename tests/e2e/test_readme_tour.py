"""The tour in README.md: its commands run, and print what it shows."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.tours import ROOT, perform


def test_the_tour_prints_what_it_shows(tmp_path: Path) -> None:
    perform(ROOT / "README.md", tmp_path)
