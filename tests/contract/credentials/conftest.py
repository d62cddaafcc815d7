"""Every safe, in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headrace.credentials.adapters.memory import MemorySafe
from headrace.credentials.adapters.sqlite import SqliteSafe
from tests.contract.credentials.making import Safe


@pytest.fixture(params=["memory", "sqlite"])
async def safe(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Safe]:
    opened = MemorySafe() if request.param == "memory" else SqliteSafe(tmp_path / "credentials.db")
    yield opened
    await opened.close()
