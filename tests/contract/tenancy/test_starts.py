"""What everything that counts starts does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.contract.tenancy.making import MINE, NOON, OTHER, Kept

SECOND = timedelta(seconds=1)


async def test_there_are_so_many_starts_in_a_minute_and_no_more(kept: Kept) -> None:
    assert await kept.starts.start(MINE, 2, NOON) is None
    assert await kept.starts.start(MINE, 2, NOON + SECOND) is None

    wait = await kept.starts.start(MINE, 2, NOON + 2 * SECOND)

    assert wait == 59 * SECOND
    assert await kept.starts.start(MINE, 2, NOON + 2 * SECOND + wait) is None
    assert await kept.starts.start(MINE, 2, NOON + 2 * SECOND + wait) is not None


async def test_starts_at_one_moment_are_all_counted(kept: Kept) -> None:
    outcomes = await asyncio.gather(*(kept.starts.start(MINE, 5, NOON) for _ in range(20)))

    assert outcomes.count(None) == 5


async def test_what_was_refused_is_not_counted(kept: Kept) -> None:
    await kept.starts.start(MINE, 1, NOON)
    for number in range(1, 60):
        assert await kept.starts.start(MINE, 1, NOON + number * SECOND) is not None

    assert await kept.starts.start(MINE, 1, NOON + 61 * SECOND) is None


async def test_another_tenants_starts_count_for_nothing(kept: Kept) -> None:
    await kept.starts.start(OTHER, 1, NOON)

    assert await kept.starts.start(MINE, 1, NOON) is None
