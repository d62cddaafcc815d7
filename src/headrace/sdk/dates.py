"""Dates as n8n workflows know them: luxon's reading, arithmetic and ISO form, on Python's aware datetimes."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from headrace.sdk.lenient_dates import parse_lenient_date
from headrace.sdk.values import DateText

Unit = Literal["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"]

_SECONDS: dict[str, float] = {
    "week": 604_800.0,
    "day": 86_400.0,
    "hour": 3_600.0,
    "minute": 60.0,
    "second": 1.0,
    "millisecond": 0.001,
}


class NotADate(ValueError):
    """The value is no date."""


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo:
    """Return a time zone by its IANA name or as "UTC+5:30".

    Raises:
        NotADate: there is no such zone.
    """
    if name in ("UTC", "utc", "Z", "GMT", "Etc/UTC"):
        return UTC
    offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return _fixed(minutes if offset[1] == "+" else -minutes)
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as unknown:
        raise NotADate(f"there is no time zone {name[:60]!r}") from unknown


def _fixed(minutes: int) -> tzinfo:
    if minutes == 0:
        return UTC
    if abs(minutes) >= 24 * 60:
        raise NotADate("a zone's offset is less than a day")
    return timezone(timedelta(minutes=minutes))


def zone_name(moment: datetime) -> str:
    """Return the zone's name as luxon says it: "Europe/Brussels", "UTC", "UTC-7"."""
    zone = moment.tzinfo
    if isinstance(zone, ZoneInfo):
        return zone.key
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02d}' if rest else ''}"


def to_iso(moment: datetime) -> str:
    """Return "2024-01-01T00:00:00.000-05:00"; "Z" stands for UTC."""
    text = (
        moment.strftime("%Y-%m-%dT%H:%M:%S.")
        if moment.year >= 1000
        else moment.replace(tzinfo=None).isoformat()[:19] + "."
    )
    return f"{text}{moment.microsecond // 1000:03d}{offset_text(moment)}"


def offset_text(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    if minutes == 0 and (moment.tzinfo is UTC or zone_name(moment) == "UTC"):
        return "Z"
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def to_js_iso(moment: datetime) -> str:
    """Return the form that a JavaScript Date has in JSON: UTC, milliseconds, "Z"."""
    return to_iso(moment.astimezone(UTC))


def from_millis(millis: float, zone: tzinfo = UTC) -> datetime:
    """Raises: NotADate: out of range."""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)).astimezone(zone)
    except (OverflowError, ValueError) as far:
        raise NotADate(f"{millis} is out of range for a date") from far


def to_millis(moment: datetime) -> int:
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


_DATE = r"(?P<year>[+-]\d{6}|\d{4})(?:-?(?P<month>\d{2})(?:-?(?P<day>\d{2}))?)?"
_WEEK = r"(?P<weekyear>\d{4})-?W(?P<week>\d{2})(?:-?(?P<weekday>\d))?"
_ORDINAL = r"(?P<ordinalyear>\d{4})-?(?P<ordinal>\d{3})"
_TIME = r"(?P<hour>\d{2})(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,30}))?)?)?"
_OFFSET = r"(?:(?P<z>[zZ])|(?P<sign>[+-])(?P<oh>\d{2})(?::?(?P<om>\d{2}))?)?(?:\[(?P<zone>[A-Za-z_+\-/0-9]{1,50})\])?"
_ISO = [re.compile(rf"{pattern}(?:T{_TIME}{_OFFSET})?", re.ASCII) for pattern in (_ORDINAL, _DATE, _WEEK)]
_ISO_TIME = re.compile(rf"T?{_TIME}{_OFFSET}", re.ASCII)
_SQL = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?: (?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})"
    rf"(?::(?P<second>\d{{2}})(?:\.(?P<fraction>\d{{1,30}}))?)?(?: ?{_OFFSET})?(?: (?P<named>[A-Za-z_+\-/0-9]+))?)?",
    re.ASCII,
)


def parse_date(value: Any, zone: str | None = None) -> datetime:
    """Read a date from text: ISO, HTTP, RFC 2822, SQL, then whatever JavaScript's Date would read.

    Args:
        zone: Where text says no zone, the one it is in; UTC when None.

    Raises:
        NotADate: it is none.
    """
    default = zone_of(zone) if zone else UTC
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=default)
    if isinstance(value, DateText) and value.zone:
        found = parse_iso(value, default)
        return found.astimezone(zone_of(value.zone)) if found else _refuse(value)
    text = _plain(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if not text or len(text) > 200:
        return _refuse(value)
    return (
        parse_iso(text, default)
        or _parse_mail(text)
        or _parse_sql(text, default)
        or parse_lenient_date(text, default)
        or _refuse(value)
    )


def _plain(value: str | int | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _refuse(value: Any) -> datetime:
    raise NotADate(f"{str(value)[:60]!r} is not a valid date")


def parse_iso(text: str, default: tzinfo) -> datetime | None:
    """Read an ISO 8601 date; None when it is none. An offset in the text becomes the date's zone."""
    for pattern in _ISO:
        match = pattern.fullmatch(text)
        if match:
            return _assemble(match.groupdict(), default)
    match = _ISO_TIME.fullmatch(text)
    if match and ":" in text:
        today = datetime.now(default).date()
        return _assemble(match.groupdict(), default, today)
    return None


def _assemble(parts: dict[str, str | None], default: tzinfo, day: date | None = None) -> datetime | None:
    try:
        if day is None:
            if parts.get("ordinal"):
                year, number = int(parts["ordinalyear"] or 0), int(parts["ordinal"] or 0)
                if not 1 <= number <= 365 + calendar.isleap(year):
                    return None
                day = date(year, 1, 1) + timedelta(days=number - 1)
            elif parts.get("week"):
                day = date.fromisocalendar(
                    int(parts["weekyear"] or 0), int(parts["week"] or 1), int(parts["weekday"] or 1)
                )
            else:
                day = date(int(parts["year"] or 0), int(parts.get("month") or 1), int(parts.get("day") or 1))
        hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
        micros = int((parts.get("fraction") or "0")[:3].ljust(3, "0")) * 1000
        extra = timedelta(days=1) if hour == 24 and not (minute or second or micros) else timedelta(0)
        naive = datetime(day.year, day.month, day.day, 0 if extra else hour, minute, second, micros) + extra
        if parts.get("z"):
            zone: tzinfo = UTC
        elif parts.get("sign"):
            minutes = int(parts["oh"] or 0) * 60 + int(parts["om"] or 0)
            zone = _fixed(-minutes if parts["sign"] == "-" else minutes)
        elif parts.get("named"):
            zone = zone_of(str(parts["named"]))
        else:
            zone = default
        moment = naive.replace(tzinfo=zone)
        return moment.astimezone(zone_of(str(parts["zone"]))) if parts.get("zone") else moment
    except (ValueError, OverflowError):
        return None


_MAIL = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?\d{1,2}\s+[A-Za-z]{3}\s+\d{2,4}\s+\d{1,2}:\d{2}(?::\d{2})?\s+(?:[A-Z]{1,4}|[+-]\d{4})"
)


def _parse_mail(text: str) -> datetime | None:
    """HTTP and RFC 2822 dates."""
    if not _MAIL.fullmatch(text):
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _parse_sql(text: str, default: tzinfo) -> datetime | None:
    match = _SQL.fullmatch(text)
    return _assemble(match.groupdict(), default) if match else None


def unit_of(name: str) -> Unit:
    """Return the unit for "days", "day", "ms"...

    Raises:
        NotADate: there is no such unit.
    """
    known = (
        name.lower().rstrip("s")
        if name.lower() not in ("ms", "s")
        else {"ms": "millisecond", "s": "second"}[name.lower()]
    )
    if known not in ("year", "quarter", "month", *_SECONDS):
        raise NotADate(f"Invalid unit {name[:40]}")
    return known  # type: ignore[return-value] # one of them, as just checked


def plus(moment: datetime, amount: float, unit: str) -> datetime:
    """Add to a date; calendar units keep the wall clock time, and the day is clamped to the month's end.

    Raises:
        NotADate: no such unit, or the result is out of range.
    """
    name = unit_of(unit)
    try:
        if name in ("year", "quarter", "month"):
            months = amount * {"year": 12, "quarter": 3, "month": 1}[name]
            whole, rest = divmod(months, 1)
            moved = _plus_months(moment, int(whole))
            return moved + timedelta(days=rest * 30) if rest else moved
        if name in ("week", "day"):
            days, rest = divmod(amount * (7 if name == "week" else 1), 1)
            moved = _wall(moment.replace(tzinfo=None) + timedelta(days=days), moment.tzinfo)
            return _exact(moved, rest * 86_400) if rest else moved
        return _exact(moment, amount * _SECONDS[name])
    except (OverflowError, ValueError) as far:
        raise NotADate("the date is out of range") from far


def _exact(moment: datetime, seconds: float) -> datetime:
    return (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(moment.tzinfo)


def _wall(naive: datetime, zone: tzinfo | None) -> datetime:
    """Return a wall clock time in a zone; one that a clock change skips moves on by the gap."""
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _plus_months(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return _wall(moment.replace(tzinfo=None, year=year, month=month + 1, day=day), moment.tzinfo)


def start_of(moment: datetime, unit: str) -> datetime:
    """Return the first moment of the year, month, week (from Monday), day, ... that the date lies in."""
    name = unit_of(unit)
    naive = moment.replace(tzinfo=None)
    if name == "millisecond":
        return moment.replace(microsecond=naive.microsecond // 1000 * 1000)
    naive = naive.replace(microsecond=0)
    order = ["second", "minute", "hour", "day", "month", "year"]
    if name in ("week", "quarter"):
        naive = naive.replace(second=0, minute=0, hour=0)
        if name == "week":
            naive -= timedelta(days=naive.weekday())
        else:
            naive = naive.replace(day=1, month=(naive.month - 1) // 3 * 3 + 1)
    else:
        for smaller in order[: order.index(name)]:
            naive = naive.replace(**{smaller: 1 if smaller in ("day", "month") else 0})  # type: ignore[arg-type]
    return _wall(naive, moment.tzinfo)


def end_of(moment: datetime, unit: str) -> datetime:
    """Return the last millisecond of it."""
    return plus(plus(start_of(moment, unit), 1, unit), -1, "millisecond")


def difference(later: datetime, earlier: datetime, units: list[str]) -> dict[str, float]:
    """Return later - earlier in the given units, larger ones first; the smallest takes the rest, with its fraction."""
    wanted = sorted(
        {unit_of(unit) for unit in units},
        key=["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"].index,
    )
    sign = 1
    if later < earlier:
        later, earlier, sign = earlier, later, -1
    earlier = earlier.astimezone(later.tzinfo)
    result: dict[str, float] = {}
    cursor = earlier
    for unit in wanted:
        last = unit == wanted[-1]
        if unit in ("year", "quarter", "month", "week", "day"):
            count = _whole_units(cursor, later, unit)
            reached = plus(cursor, count, unit)
            value: float = count
            if last:
                span = (plus(cursor, count + 1, unit) - reached).total_seconds()
                value += (later - reached).total_seconds() / span if span else 0
            cursor = reached
        else:
            seconds = (later - cursor).total_seconds()
            value = seconds / _SECONDS[unit]
            if not last:
                value = int(value)
                cursor = _exact(cursor, value * _SECONDS[unit])
        value = round(value, 10)
        result[f"{unit}s"] = sign * (int(value) if float(value).is_integer() else value)
    return result


def _whole_units(start: datetime, end: datetime, unit: str) -> int:
    if unit in ("year", "quarter", "month"):
        size = {"year": 12, "quarter": 3, "month": 1}[unit]
        count = ((end.year - start.year) * 12 + end.month - start.month) // size + 1
    else:
        count = int((end - start).total_seconds() // _SECONDS[unit]) + 2
    while count > 0 and plus(start, count, unit) > end:
        count -= 1
    return max(count, 0)
