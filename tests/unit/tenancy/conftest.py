"""What the tests of use cases stand on."""

from __future__ import annotations

import pytest

from tests.unit.tenancy.deciding import World


@pytest.fixture
async def world() -> World:
    return await World.made()
