"""What the tests of use cases stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.unit.identity.deciding import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    await made.tenancy.ensure_default()
    yield made
    made.passwords.close()
