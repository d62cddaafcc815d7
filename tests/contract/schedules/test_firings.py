"""What every memory of firings does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.schedules.adapters.memory import MemoryFirings
from headrace.schedules.adapters.sqlite import SqliteSchedules
from headrace.schedules.ports import Firings

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OTHER = TenantId("other")


@pytest.fixture(params=["memory", "sqlite"])
async def firings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Firings]:
    if request.param == "memory":
        yield MemoryFirings()
        return
    sqlite = SqliteSchedules(tmp_path / "schedules.db")
    yield sqlite.firings
    await sqlite.close()


async def test_a_new_schedule_begins_now_and_keeps_its_beginning(firings: Firings) -> None:
    assert await firings.begun(DEFAULT_TENANT, "w", "n", now=NOON) == (NOON, NOON)
    assert await firings.begun(DEFAULT_TENANT, "w", "n", now=NOON + HOUR) == (NOON, NOON)


async def test_what_was_seen_to_never_goes_back(firings: Firings) -> None:
    await firings.begun(DEFAULT_TENANT, "w", "n", now=NOON)

    await firings.seen(DEFAULT_TENANT, "w", "n", until=NOON + 2 * HOUR)
    await firings.seen(DEFAULT_TENANT, "w", "n", until=NOON + HOUR)

    assert await firings.begun(DEFAULT_TENANT, "w", "n", now=NOON) == (NOON, NOON + 2 * HOUR)


async def test_another_tenant_sees_and_changes_nothing(firings: Firings) -> None:
    await firings.begun(DEFAULT_TENANT, "w", "n", now=NOON)

    await firings.forget(OTHER, "w")
    await firings.seen(OTHER, "w", "n", until=NOON + HOUR)

    assert await firings.begun(OTHER, "w", "n", now=NOON + 3 * HOUR) == (NOON + 3 * HOUR, NOON + 3 * HOUR)
    assert await firings.begun(DEFAULT_TENANT, "w", "n", now=NOON + HOUR) == (NOON, NOON)


async def test_what_is_forgotten_begins_anew(firings: Firings) -> None:
    await firings.begun(DEFAULT_TENANT, "w", "n", now=NOON)
    await firings.begun(DEFAULT_TENANT, "v", "n", now=NOON)

    await firings.forget(DEFAULT_TENANT, "w")

    assert await firings.begun(DEFAULT_TENANT, "w", "n", now=NOON + HOUR) == (NOON + HOUR, NOON + HOUR)
    assert await firings.begun(DEFAULT_TENANT, "v", "n", now=NOON + HOUR) == (NOON, NOON)
