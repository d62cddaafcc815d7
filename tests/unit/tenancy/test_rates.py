"""How many starts there were in the last minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from headrace.tenancy.domain.rates import RecentStarts

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def started(recent: RecentStarts, limit: int, at: datetime) -> RecentStarts:
    after = recent.start(limit, at)
    assert isinstance(after, RecentStarts)
    return after


@given(gaps=st.lists(st.integers(0, 90_000), max_size=60), limit=st.integers(1, 5))
def test_no_sixty_seconds_see_more_starts_than_the_limit(gaps: list[int], limit: int) -> None:
    recent, now, starts = RecentStarts(), NOON, list[datetime]()
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        after = recent.start(limit, now)
        if isinstance(after, RecentStarts):
            recent = after
            starts.append(now)

    assert all(sum(first <= other < first + MINUTE for other in starts) <= limit for first in starts)


@given(gaps=st.lists(st.integers(0, 5_000), max_size=20), limit=st.integers(1, 5))
def test_there_is_room_when_it_was_said_to_be(gaps: list[int], limit: int) -> None:
    recent, now = RecentStarts(), NOON
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        after = recent.start(limit, now)
        if isinstance(after, timedelta):
            assert timedelta() < after <= MINUTE + timedelta(seconds=1)
            now += after
            after = started(recent, limit, now)
        recent = after


def test_what_is_kept_does_not_grow_with_the_limit() -> None:
    recent = RecentStarts()
    for number in range(1_000):
        recent = started(recent, 10_000, NOON + timedelta(milliseconds=number))

    assert len(recent.counts) == 1


def test_a_clock_that_was_set_back_keeps_nobody_waiting() -> None:
    recent = started(RecentStarts(), 1, NOON)

    assert isinstance(recent.start(1, NOON - timedelta(hours=1)), RecentStarts)
