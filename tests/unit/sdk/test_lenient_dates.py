"""Dates as people type them."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.sdk.date_formats import from_format, to_format
from headrace.sdk.dates import NotADate, difference, end_of, from_millis, parse_date, plus, start_of, to_iso
from headrace.sdk.lenient_dates import parse_lenient_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("3-Apr-2021", "2021-04-03T00:00:00.000Z"),
        ("April 3, 2021 4:05 pm", "2021-04-03T16:05:00.000Z"),
        ("Sat Apr 03 2021 16:05:09 GMT+0200 (Central European Summer Time)", "2021-04-03T16:05:09.000+02:00"),
        ("4/3/2021", "2021-04-03T00:00:00.000Z"),
        ("2021/4/3 7:08:09.25", "2021-04-03T07:08:09.250Z"),
        ("4/3/21 12:30 AM", "2021-04-03T00:30:00.000Z"),
        ("3 Apr 2021 10:00 PST", "2021-04-03T10:00:00.000-08:00"),
        ("31 Feb 2021", "2021-03-03T00:00:00.000Z"),
        ("2021/4", "2021-04-01T00:00:00.000Z"),
    ],
)
def test_typed_dates_are_read(text: str, iso: str) -> None:
    assert to_iso(parse_date(text)) == iso


@pytest.mark.parametrize("text", ["", "soon", "4/3/2021 perhaps", "13/13/2021", "1685000001", "1:2:3:4", "4/3/2021)"])
def test_other_text_is_no_date(text: str) -> None:
    with pytest.raises(NotADate):
        parse_date(text)


def test_a_zone_applies_only_to_text_without_one() -> None:
    assert to_iso(parse_date("2021-07-01T08:00", "Europe/Brussels")) == "2021-07-01T08:00:00.000+02:00"
    assert to_iso(parse_date("2021-07-01T08:00Z", "Europe/Brussels")) == "2021-07-01T08:00:00.000Z"


def test_months_clamp_to_their_last_day() -> None:
    assert to_iso(plus(parse_date("2024-01-31"), 1, "month")) == "2024-02-29T00:00:00.000Z"


def test_units_start_and_end_and_differ() -> None:
    day = parse_date("2024-05-16T11:22:33.444Z")

    assert to_iso(start_of(day, "week")) == "2024-05-13T00:00:00.000Z"
    assert to_iso(end_of(day, "quarter")) == "2024-06-30T23:59:59.999Z"
    assert difference(day, parse_date("2024-04-15T11:22:33.444Z"), ["months", "days"]) == {"months": 1, "days": 1}


@given(st.text(max_size=40))
def test_no_text_makes_reading_crash(text: str) -> None:
    parse_lenient_date(text, UTC)


@given(st.integers(-30_000_000_000_000, 200_000_000_000_000))
def test_a_date_survives_its_iso_form_and_a_pattern(millis: int) -> None:
    moment = from_millis(millis)

    assert parse_date(to_iso(moment)) == moment
    assert from_format(to_format(moment, "yyyy-MM-dd HH:mm:ss.SSS"), "yyyy-MM-dd HH:mm:ss.SSS") == moment
