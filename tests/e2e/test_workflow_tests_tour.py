"""The tour in docs/workflow-tests.md: its commands run, and print what it shows."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.tours import ROOT, perform


def test_the_tour_of_workflow_tests_prints_what_it_shows(tmp_path: Path) -> None:
    # The plugin by name: an installation from before it was there does not list it.
    plugin = {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "headrace.workflow_tests.pytest_plugin",
        "PYTEST_ADDOPTS": "-p no:cacheprovider",
    }
    perform(ROOT / "docs" / "workflow-tests.md", tmp_path, plugin)
