"""When somebody is told, and what."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.insights.alerts.domain import (
    EmailChannel,
    Verdict,
    WebhookChannel,
    checked,
    decide,
    is_breached,
    matches,
    notification,
    pause_after,
    subject_of,
    text_of,
)
from headrace.insights.alerts.errors import BadAlertRule
from tests.unit.insights.alerts.failing import NOON, failure, rule


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"enabled": False}, False),
        ({"workflows": ("w1", "w2")}, True),
        ({"workflows": ("w2",)}, False),
        ({"kinds": ("timed_out",)}, False),
        ({"error": "NO SUCH"}, True),
        ({"error": "timeout"}, False),
    ],
)
def test_a_rule_is_about_the_failures_that_it_names(changes: dict[str, Any], wanted: bool) -> None:
    assert matches(rule(**changes), failure()) is wanted


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_the_first_failure_is_told_at_once() -> None:
    assert decide(rule(), [failure(0)], None, at(1)).notify


def test_after_a_notification_failures_are_gathered_for_a_while_and_then_told_together() -> None:
    pending = [failure(seconds) for seconds in range(1, 60)]

    assert not decide(rule(), pending, at(0), at(60)).notify
    assert decide(rule(), pending, at(0), at(15 * 60)).notify


def test_too_few_failures_are_forgotten_when_they_are_too_old_to_count() -> None:
    three = rule(count=3, within=timedelta(seconds=60))

    assert decide(three, [failure(0), failure(59)], None, at(59)) == Verdict(forget_before=at(-1))
    assert decide(three, [failure(0), failure(59), failure(60)], None, at(61)).notify


@given(
    seconds=st.lists(st.integers(0, 100), max_size=12).map(sorted),
    count=st.integers(1, 5),
    within=st.integers(0, 40),
)
def test_a_threshold_is_passed_if_so_many_lie_within_so_long_anywhere(
    seconds: list[int], count: int, within: int
) -> None:
    moments = [at(second) for second in seconds]

    expected = any(max(some) - min(some) <= within for some in combinations(seconds, count))
    assert is_breached(moments, count, timedelta(seconds=within)) is expected


@given(seconds=st.lists(st.integers(0, 1000), min_size=1, max_size=12).map(sorted), count=st.integers(1, 5))
def test_what_is_forgotten_could_never_have_been_part_of_a_notification(seconds: list[int], count: int) -> None:
    wanted = rule(count=count, within=timedelta(seconds=60))
    pending, now = [failure(second) for second in seconds], at(seconds[-1])

    verdict = decide(wanted, pending, None, now)

    if verdict.forget_before is not None:
        dropped = [one for one in pending if one.at < verdict.forget_before]
        later = failure(seconds[-1])  # the soonest that anything can still happen
        for one in dropped:
            assert later.at - one.at > wanted.within


def test_of_many_failures_the_latest_are_named_and_all_are_counted() -> None:
    told = notification("n1", rule(), [failure(second) for second in range(50)])

    assert (told.count, len(told.failures), told.failures[-1].execution_id) == (50, 20, "e49")
    assert "The latest 20" in text_of(told)
    assert subject_of(told) == '[Headrace] Anything: 50 failed executions of "Orders"'


def test_a_subject_is_one_line_whatever_a_workflow_is_called() -> None:
    told = notification("n1", rule(), [failure(0, workflow_name="x\r\nBcc: everyone@example.com")])

    assert subject_of(told).isprintable()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"count": 0},
        {"count": 1_001},
        {"within": timedelta(days=8)},
        {"quiet": timedelta(seconds=-1)},
        {"kinds": ()},
        {"kinds": ("crashed",)},
        {"channel": WebhookChannel("ftp://example.com")},
        {"channel": WebhookChannel("https://")},
        {"channel": WebhookChannel("https://x:y")},
        {"channel": WebhookChannel("https://example.com/\r\nHost: x")},
        {"channel": EmailChannel(())},
        {"channel": EmailChannel(("a@example.com\nBcc: b@example.com",))},
        {"channel": EmailChannel(("nobody",))},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadAlertRule):
        checked(rule(**changes))


def test_deliveries_are_tried_later_and_later_and_given_up_after_a_day() -> None:
    pauses = []
    attempt = 1
    while (pause := pause_after(attempt)) is not None:
        pauses.append(pause)
        attempt += 1

    assert pauses == sorted(pauses)
    assert timedelta(hours=12) < sum(pauses, timedelta()) < timedelta(hours=36)
