"""Every adapter of the journal in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.adapters.sqlite import SqliteJournal

Journal = MemoryJournal | SqliteJournal


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal()
        return
    sqlite = SqliteJournal(tmp_path / "journal.db")
    yield sqlite
    await sqlite.close()
