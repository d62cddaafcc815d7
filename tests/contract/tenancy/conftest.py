"""Every store of tenancy, in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headrace.tenancy.adapters.memory import MemoryTenancy
from headrace.tenancy.adapters.sqlite import SqliteTenancy
from tests.contract.tenancy.making import Kept


@pytest.fixture(params=["memory", "sqlite"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    opened = MemoryTenancy() if request.param == "memory" else SqliteTenancy(tmp_path / "tenancy.db")
    yield opened
    await opened.close()
