"""Every library of workflows, in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headrace.workflows.adapters.memory import MemoryLibrary
from headrace.workflows.adapters.sqlite import SqliteLibrary

Library = MemoryLibrary | SqliteLibrary


@pytest.fixture(params=["memory", "sqlite"])
async def library(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Library]:
    opened = MemoryLibrary() if request.param == "memory" else SqliteLibrary(tmp_path / "workflows.db")
    yield opened
    await opened.close()
