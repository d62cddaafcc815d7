"""When schedules fire, daylight saving included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.schedules.domain import MAX_CAUGHT_UP, missed_between, next_after, occurrences, preview, rules_of
from headrace.schedules.errors import BadSchedule

SCHEDULE = "n8n-nodes-base.scheduleTrigger"
ANCHOR = datetime(2026, 1, 1, 12, 0, 5, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def rule(zone: str = "UTC", holidays: str = "", anchor: datetime = ANCHOR, **entry: Any) -> Any:
    (only,) = rules_of("S", SCHEDULE, {"rule": {"interval": [entry]}}, zone=zone, anchor=anchor, holidays=holidays)
    return only


def next_of(made: Any, after: str, count: int = 3) -> list[str]:
    return [found.isoformat() for found in islice(occurrences(made, at(after)), count)]


@pytest.mark.parametrize(
    ("entry", "after", "found"),
    [
        ({"field": "seconds", "secondsInterval": 30}, "2026-01-01T12:00:05Z", ["12:00:30", "12:01:00", "12:01:30"]),
        ({"field": "minutes", "minutesInterval": 20}, "2026-01-01T12:00:05Z", ["12:20:00", "12:40:00", "13:00:00"]),
        ({"field": "minutes", "minutesInterval": 7}, "2026-01-01T12:00:05Z", ["12:07:05", "12:14:05", "12:21:05"]),
        (
            {"field": "hours", "hoursInterval": 6, "triggerAtMinute": 15},
            "2026-01-01T12:00:00Z",
            ["12:15:00", "18:15:00", "00:15:00"],
        ),
        (
            {"field": "cronExpression", "expression": "*/10 9-10 * * *"},
            "2026-01-01T10:35:00Z",
            ["10:40:00", "10:50:00", "09:00:00"],
        ),
        (
            {"field": "cronExpression", "expression": "15 0 9 * * 1-5"},
            "2026-01-02T12:00:00Z",
            ["09:00:15", "09:00:15", "09:00:15"],
        ),
    ],
)
def test_what_repeats_within_a_day(entry: dict[str, Any], after: str, found: list[str]) -> None:
    assert [text[11:19] for text in next_of(rule(**entry), after)] == found


@pytest.mark.parametrize(
    ("entry", "after", "found"),
    [
        ({"field": "days", "triggerAtHour": 9}, "2026-01-01T12:00:00Z", ["01-02", "01-03", "01-04"]),
        ({"field": "days", "daysInterval": 3, "triggerAtHour": 9}, "2026-01-01T12:00:00Z", ["01-04", "01-07", "01-10"]),
        ({"field": "weeks", "triggerAtDay": [1, 5]}, "2026-01-01T12:00:00Z", ["01-02", "01-05", "01-09"]),
        (
            {"field": "weeks", "weeksInterval": 2, "triggerAtDay": [1]},
            "2026-01-01T12:00:00Z",
            ["01-12", "01-26", "02-09"],
        ),
        ({"field": "months", "triggerAtDayOfMonth": 31}, "2026-01-01T12:00:00Z", ["01-31", "03-31", "05-31"]),
        ({"field": "months", "monthsInterval": 3}, "2026-01-01T12:00:00Z", ["04-01", "07-01", "10-01"]),
    ],
)
def test_what_repeats_over_days(entry: dict[str, Any], after: str, found: list[str]) -> None:
    assert [text[5:10] for text in next_of(rule(**entry), after)] == found


# The clocks of New York go on at 02:00 on 8 March 2026, and back at 02:00 on 1 November.
@pytest.mark.parametrize(
    ("entry", "after", "found"),
    [
        (
            {"field": "days", "triggerAtHour": 2, "triggerAtMinute": 30},
            "2026-03-07T12:00:00Z",
            ["2026-03-08T07:00:00+00:00", "2026-03-09T06:30:00+00:00"],
        ),
        (
            {"field": "days", "triggerAtHour": 1, "triggerAtMinute": 30},
            "2026-10-31T12:00:00Z",
            ["2026-11-01T05:30:00+00:00", "2026-11-02T06:30:00+00:00"],
        ),
        (
            {"field": "days", "triggerAtHour": 9},
            "2026-03-07T12:00:00Z",
            ["2026-03-07T14:00:00+00:00", "2026-03-08T13:00:00+00:00"],
        ),
        (
            {"field": "minutes", "minutesInterval": 30},
            "2026-03-08T06:20:00Z",
            ["2026-03-08T06:30:00+00:00", "2026-03-08T07:00:00+00:00", "2026-03-08T07:30:00+00:00"],
        ),
        (
            {"field": "minutes", "minutesInterval": 30},
            "2026-11-01T05:20:00Z",
            ["2026-11-01T05:30:00+00:00", "2026-11-01T06:00:00+00:00", "2026-11-01T06:30:00+00:00"],
        ),
    ],
)
def test_daylight_saving_neither_drops_nor_doubles(entry: dict[str, Any], after: str, found: list[str]) -> None:
    assert next_of(rule("America/New_York", **entry), after, len(found)) == found


def test_nothing_fires_on_holidays_of_the_calendar() -> None:
    daily = rule("Europe/Lisbon", holidays="PT", field="days", triggerAtHour=9)

    assert [text[:10] for text in next_of(daily, "2026-12-06T12:00:00Z")] == ["2026-12-07", "2026-12-09", "2026-12-10"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"field": "cronExpression", "expression": "61 * * * *"}, "is wrong"),
        ({"field": "cronExpression", "expression": ""}, "is wrong"),
        ({"field": "cronExpression", "expression": "0 0 30 2 *"}, "is wrong|never fires"),
        ({"field": "minutes", "minutesInterval": 0}, '"minutesInterval" is 0, not from 1 to 59'),
        ({"field": "minutes", "minutesInterval": "={{ 5 }}"}, "cannot be an expression"),
        ({"field": "days", "daysInterval": None}, "no whole number"),
        ({"field": "fortnights"}, "no interval"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(BadSchedule, match=message):
        rule(**entry)


@pytest.mark.parametrize(("zone", "holidays"), [("Mars/Phobos", ""), ("../etc/passwd", ""), ("UTC", "XX")])
def test_a_zone_or_calendar_that_there_is_not_is_refused(zone: str, holidays: str) -> None:
    with pytest.raises(BadSchedule, match="there is no"):
        rule(zone, holidays=holidays, field="days")


def test_the_older_triggers_have_their_schedules_too() -> None:
    cron = {
        "triggerTimes": {
            "item": [{"mode": "everyDay", "hour": 8, "minute": 5}, {"mode": "everyX", "value": 15, "unit": "minutes"}]
        }
    }
    daily, often = rules_of("C", "n8n-nodes-base.cron", cron, zone="UTC", anchor=ANCHOR)
    assert (daily.cron, often.cron) == ("0 5 8 * * *", "0 */15 * * * *")

    (interval,) = rules_of(
        "I", "n8n-nodes-base.interval", {"interval": 90, "unit": "minutes"}, zone="UTC", anchor=ANCHOR
    )
    assert next_after(interval, ANCHOR) == ANCHOR + timedelta(minutes=90)


def test_what_was_missed_is_made_up_for_as_the_policy_says() -> None:
    hourly = rule(field="hours")
    last, now = at("2026-01-01T12:00:00Z"), at("2026-01-01T15:30:00Z")

    assert missed_between(hourly, last, now, "skip") == []
    assert missed_between(hourly, last, now, "once") == [at("2026-01-01T15:00:00Z")]
    assert missed_between(hourly, last, now, "all") == [at(f"2026-01-01T{hour}:00:00Z") for hour in (13, 14, 15)]
    assert len(missed_between(rule(field="seconds"), last, now + timedelta(days=3), "all")) == MAX_CAUGHT_UP


def test_of_very_many_that_were_missed_the_latest_are_made_up_for() -> None:
    each_second = rule(field="cronExpression", expression="* * * * * *")
    last, now = at("2025-01-01T12:00:00Z"), at("2026-01-01T12:00:00Z")

    assert missed_between(each_second, last, now, "once") == [now]
    assert missed_between(each_second, last, now, "all")[0] == now - timedelta(seconds=MAX_CAUGHT_UP - 1)


def test_what_falls_on_holidays_alone_never_fires() -> None:
    entry = {"field": "cronExpression", "expression": "* 0 1 1 *"}

    with pytest.raises(BadSchedule, match="never fires"):
        rules_of("N", SCHEDULE, {"rule": {"interval": [entry]}}, zone="UTC", anchor=ANCHOR, holidays="PT")


def test_a_node_has_so_many_times_and_no_more() -> None:
    with pytest.raises(BadSchedule, match="100 are allowed"):
        rules_of("N", SCHEDULE, {"rule": {"interval": [{"field": "days"}] * 101}}, zone="UTC", anchor=ANCHOR)


def test_the_calendar_ends() -> None:
    assert preview([rule(field="days"), rule(field="seconds")], datetime.max.replace(tzinfo=UTC), 3) == []


def test_the_next_runs_of_several_rules_come_in_order_and_once() -> None:
    rules = [rule(field="hours"), rule(field="minutes", minutesInterval=30)]

    found = preview(rules, at("2026-01-01T12:10:00Z"), 3)

    assert [one.strftime("%H:%M") for one in found] == ["12:30", "13:00", "13:30"]


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
hours, minutes = st.integers(0, 23), st.integers(0, 59)
entries = st.one_of(
    st.fixed_dictionaries({"field": st.just("minutes"), "minutesInterval": st.integers(1, 59)}),
    st.fixed_dictionaries(
        {
            "field": st.just("days"),
            "triggerAtHour": hours,
            "triggerAtMinute": minutes,
            "daysInterval": st.integers(1, 5),
        }
    ),
    st.fixed_dictionaries(
        {
            "field": st.just("weeks"),
            "triggerAtHour": hours,
            "triggerAtDay": st.lists(st.integers(0, 6), min_size=1, unique=True),
            "weeksInterval": st.integers(1, 4),
        }
    ),
)


@given(entries, moments, st.sampled_from(["UTC", "America/New_York", "Europe/Lisbon", "Australia/Lord_Howe"]))
def test_moments_follow_each_other_and_do_not_depend_on_where_one_begins_to_look(
    entry: dict[str, Any], moment: datetime, zone: str
) -> None:
    made = rule(zone, **entry)
    found = list(islice(occurrences(made, moment), 4))

    assert found == sorted(set(found))
    assert found[0] > moment
    assert next_after(made, found[0] - timedelta(seconds=1)) == found[0]
    assert next_after(made, found[1]) == found[2]
