"""Reading the dates that the Date & Time node is given: moments, timestamps and text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from headrace.sdk.date_formats import from_format
from headrace.sdk.dates import NotADate, from_millis, parse_date, zone_of
from headrace.sdk.errors import NodeError
from headrace.sdk.js import number_to_text, to_number, to_text, whole
from headrace.sdk.values import DateText, is_date

_DIGITS_OF_MILLIS = 12
"""A timestamp with fewer characters counts seconds: milliseconds have had 12 digits since the seventies."""


def timestamp(value: Any) -> float | None:
    """Return a number, or the text of one, as milliseconds; None if it is neither. Fractions make it seconds."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | str)
        or (isinstance(value, str) and not value.strip())
    ):
        return None
    number = whole(to_number(value))
    if number != number:
        return None
    if isinstance(number, float):
        number = whole(number * 1000)
    return number * 1000 if len(number_to_text(number)) < _DIGITS_OF_MILLIS else number


def read_moment(value: Any, *, zone: str | None = None, pattern: str = "", local: str = "UTC") -> datetime:
    """Read a date as Date & Time 2 does.

    Args:
        zone: The zone that the result is in. None: the one that a date from an expression is in, else UTC.
        pattern: luxon's tokens, for text; empty: any usual form.
        local: The zone of text that says none, when it is read by a pattern; other text is in UTC.

    Raises:
        NodeError: it is no date.
    """
    try:
        moment = _read(value, pattern, local)
        if isinstance(value, DateText) and value.zone and zone is None:
            return moment
        return moment.astimezone(zone_of(zone) if zone else UTC)
    except (NotADate, OverflowError) as wrong:
        raise NodeError("Invalid date format") from wrong


def _read(value: Any, pattern: str, local: str) -> datetime:
    if is_date(value):
        return parse_date(value)
    if pattern and isinstance(value, str):
        return from_format(value, pattern, zone_of(local))
    millis = timestamp(value)
    return from_millis(millis) if millis is not None else parse_date(to_text(value))


_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:" + "|".join(_SHORT) + r")[a-z]*"
_TWO, _ANY_SIGNED = r"\d\d?", r"[+-]?\d+"
_TOKENS: Mapping[str, tuple[str, str]] = {
    "YYYY": ("year", r"[+-]?\d{1,4}"),
    "YY": ("short_year", _TWO),
    "Y": ("year", _ANY_SIGNED),
    "Q": ("quarter", r"\d"),
    "MMMM": ("month_name", _MONTH),
    "MMM": ("month_name", _MONTH),
    "MM": ("month", _TWO),
    "Mo": ("month", r"\d\d?(?:st|nd|rd|th)"),
    "M": ("month", _TWO),
    "DDDD": ("day_of_year", r"\d{1,3}"),
    "DDD": ("day_of_year", r"\d{1,3}"),
    "Do": ("day", r"\d\d?(?:st|nd|rd|th)"),
    "DD": ("day", _TWO),
    "D": ("day", _TWO),
    "dddd": ("weekday", r"[a-z]+"),
    "ddd": ("weekday", r"[a-z]+"),
    "dd": ("weekday", r"[a-z]+"),
    "HH": ("hour", _TWO),
    "H": ("hour", _TWO),
    "kk": ("hour", _TWO),
    "k": ("hour", _TWO),
    "hh": ("hour12", _TWO),
    "h": ("hour12", _TWO),
    "mm": ("minute", _TWO),
    "m": ("minute", _TWO),
    "ss": ("second", _TWO),
    "s": ("second", _TWO),
    "SSS": ("fraction", r"\d{1,3}"),
    "SS": ("fraction", r"\d\d?"),
    "S": ("fraction", r"\d"),
    "A": ("half", r"[ap]\.?m?\.?"),
    "a": ("half", r"[ap]\.?m?\.?"),
    "ZZ": ("offset", r"z|[+-]\d\d:?\d\d"),
    "Z": ("offset", r"z|[+-]\d\d:?\d\d"),
    "X": ("seconds", r"[+-]?\d+(?:\.\d{1,3})?"),
    "x": ("millis", _ANY_SIGNED),
}
_SPLIT = re.compile(r"\[[^\]]*\]|" + "|".join(sorted(map(re.escape, _TOKENS), key=len, reverse=True)))
_MAX_CHARS = 500


def read_by_pattern(value: Any, pattern: str, zone: tzinfo, now: Callable[[], datetime]) -> datetime | None:
    """Read a date by moment's tokens as moment does when it is not strict; None if nothing in it fits.

    Each token takes the next place in the text that looks like it; what stands between is passed over.

    Args:
        now: The moment, for parts of the date that the pattern has no token for.
    """
    rest = to_text(value)[:_MAX_CHARS]
    found: dict[str, str] = {}
    for token in _SPLIT.findall(pattern[:_MAX_CHARS]):
        known = _TOKENS.get(token)
        match = re.search(known[1], rest, re.IGNORECASE | re.ASCII) if known else None
        if known and match:
            found[known[0]] = match.group().lower()
            rest = rest[match.end() :]
    if not found:
        return None
    try:
        return _assembled(found, zone, now)
    except (ValueError, OverflowError, NotADate):
        return None


def _assembled(found: Mapping[str, str], zone: tzinfo, now: Callable[[], datetime]) -> datetime:
    if "seconds" in found:
        return from_millis(float(found["seconds"]) * 1000, zone)
    if "millis" in found:
        return from_millis(int(found["millis"]), zone)
    day = _day(found, now().astimezone(zone))
    hour = _whole(found.get("hour", "0"))
    if "hour12" in found:
        hour = _whole(found["hour12"])
        half = found.get("half", "")
        if half.startswith("p") and hour < 12:
            hour += 12
        elif half.startswith("a") and hour == 12:
            hour = 0
    clock = timedelta(hours=hour, minutes=_whole(found.get("minute", "0")), seconds=_whole(found.get("second", "0")))
    if hour > 24 or _whole(found.get("minute", "0")) > 59 or _whole(found.get("second", "0")) > 59:
        raise ValueError("out of range")
    moment = day + clock + timedelta(milliseconds=int(found.get("fraction", "0").ljust(3, "0")))
    offset = found.get("offset")
    if offset is None:
        return moment.replace(tzinfo=zone)
    written = zone_of("UTC" if offset == "z" else f"{offset[:3]}:{offset[-2:]}")
    return moment.replace(tzinfo=written).astimezone(zone)


def _day(found: Mapping[str, str], today: datetime) -> datetime:
    """Return the day; parts before the first one that is known are today's, those after it the first."""
    year: int | None = None
    if "year" in found:
        year = int(found["year"])
    elif "short_year" in found:
        short = int(found["short_year"])
        year = short + (1900 if short > 68 else 2000)
    month: int | None = None
    if "month_name" in found:
        month = _SHORT.index(found["month_name"][:3]) + 1
    elif "month" in found:
        month = _whole(found["month"])
    elif "quarter" in found:
        month = int(found["quarter"]) * 3 - 2
    if "day_of_year" in found:
        return datetime(today.year if year is None else year, 1, 1) + timedelta(days=int(found["day_of_year"]) - 1)  # noqa: DTZ001
    day = _whole(found["day"]) if "day" in found else None
    if year is None:
        year = today.year
        if month is None:
            month = today.month
            day = today.day if day is None else day
    return datetime(year, month or 1, day or 1)  # noqa: DTZ001 - the caller gives it its zone


def _whole(text: str) -> int:
    digits = re.match(r"\d+", text)
    return int(digits.group()) if digits else 0
