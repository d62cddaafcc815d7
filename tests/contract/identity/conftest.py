"""Every store of identity, in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headrace.identity.adapters.memory import MemoryIdentity
from headrace.identity.adapters.sqlite import SqliteIdentity
from tests.contract.identity.making import Kept


@pytest.fixture(params=["memory", "sqlite"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    opened = MemoryIdentity() if request.param == "memory" else SqliteIdentity(tmp_path / "identity.db")
    yield opened
    await opened.close()
