"""What the attacks share, and what a run of them ends with."""

from __future__ import annotations

import pytest

from tests.security.summary import Summary


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Summary(), "attacks")
