"""Dates as text by patterns: luxon's tokens and moment's, in English."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from headrace.sdk.dates import NotADate, from_millis, offset_text, to_millis, zone_name, zone_of

_MONTHS = list(calendar.month_name)
_MONTHS_SHORT = list(calendar.month_abbr)
_DAYS = list(calendar.day_name)
_DAYS_SHORT = list(calendar.day_abbr)


def _hour12(moment: datetime) -> int:
    return moment.hour % 12 or 12


def _offset(moment: datetime, style: str) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    if style == "narrow":
        return f"{sign}{hours}{f':{rest}' if rest else ''}"
    if style == "short":
        return f"{sign}{hours:02d}:{rest:02d}"
    return f"{sign}{hours:02d}{rest:02d}"


def _week_year(moment: datetime) -> int:
    return moment.isocalendar().year


def _long(moment: datetime) -> str:
    return f"{_MONTHS[moment.month]} {moment.day}, {moment.year}"


def _clock(moment: datetime, seconds: bool = False) -> str:
    extra = f":{moment.second:02d}" if seconds else ""
    return f"{_hour12(moment)}:{moment.minute:02d}{extra} {_half(moment)}"


def _half(moment: datetime) -> str:
    return "AM" if moment.hour < 12 else "PM"


def _numeric(moment: datetime) -> str:
    return f"{moment.month}/{moment.day}/{moment.year}"


_LUXON: Mapping[str, Callable[[datetime], str]] = {
    "S": lambda m: str(m.microsecond // 1000),
    "SSS": lambda m: f"{m.microsecond // 1000:03d}",
    "u": lambda m: f"{m.microsecond // 1000:03d}",
    "uu": lambda m: f"{m.microsecond // 10000:02d}",
    "uuu": lambda m: str(m.microsecond // 100000),
    "s": lambda m: str(m.second),
    "ss": lambda m: f"{m.second:02d}",
    "m": lambda m: str(m.minute),
    "mm": lambda m: f"{m.minute:02d}",
    "h": lambda m: str(_hour12(m)),
    "hh": lambda m: f"{_hour12(m):02d}",
    "H": lambda m: str(m.hour),
    "HH": lambda m: f"{m.hour:02d}",
    "Z": lambda m: _offset(m, "narrow"),
    "ZZ": lambda m: _offset(m, "short"),
    "ZZZ": lambda m: _offset(m, "techie"),
    "ZZZZ": lambda m: m.tzname() or zone_name(m),
    "ZZZZZ": lambda m: m.tzname() or zone_name(m),
    "z": zone_name,
    "a": _half,
    "d": lambda m: str(m.day),
    "dd": lambda m: f"{m.day:02d}",
    "c": lambda m: str(m.isoweekday()),
    "ccc": lambda m: _DAYS_SHORT[m.weekday()],
    "cccc": lambda m: _DAYS[m.weekday()],
    "ccccc": lambda m: _DAYS[m.weekday()][0],
    "E": lambda m: str(m.isoweekday()),
    "EEE": lambda m: _DAYS_SHORT[m.weekday()],
    "EEEE": lambda m: _DAYS[m.weekday()],
    "EEEEE": lambda m: _DAYS[m.weekday()][0],
    "L": lambda m: str(m.month),
    "LL": lambda m: f"{m.month:02d}",
    "LLL": lambda m: _MONTHS_SHORT[m.month],
    "LLLL": lambda m: _MONTHS[m.month],
    "LLLLL": lambda m: _MONTHS[m.month][0],
    "M": lambda m: str(m.month),
    "MM": lambda m: f"{m.month:02d}",
    "MMM": lambda m: _MONTHS_SHORT[m.month],
    "MMMM": lambda m: _MONTHS[m.month],
    "MMMMM": lambda m: _MONTHS[m.month][0],
    "y": lambda m: str(m.year),
    "yy": lambda m: f"{m.year % 100:02d}",
    "yyyy": lambda m: f"{m.year:04d}",
    "yyyyyy": lambda m: f"{m.year:06d}",
    "G": lambda _: "AD",
    "GG": lambda _: "Anno Domini",
    "GGGGG": lambda _: "A",
    "kk": lambda m: f"{_week_year(m) % 100:02d}",
    "kkkk": lambda m: f"{_week_year(m):04d}",
    "W": lambda m: str(m.isocalendar().week),
    "WW": lambda m: f"{m.isocalendar().week:02d}",
    "n": lambda m: str(m.isocalendar().week),
    "nn": lambda m: f"{m.isocalendar().week:02d}",
    "ii": lambda m: f"{_week_year(m) % 100:02d}",
    "iiii": lambda m: f"{_week_year(m):04d}",
    "o": lambda m: str(m.timetuple().tm_yday),
    "ooo": lambda m: f"{m.timetuple().tm_yday:03d}",
    "q": lambda m: str((m.month + 2) // 3),
    "qq": lambda m: f"{(m.month + 2) // 3:02d}",
    "X": lambda m: str(to_millis(m) // 1000),
    "x": lambda m: str(to_millis(m)),
    "D": _numeric,
    "DD": lambda m: f"{_MONTHS_SHORT[m.month]} {m.day}, {m.year}",
    "DDD": _long,
    "DDDD": lambda m: f"{_DAYS[m.weekday()]}, {_long(m)}",
    "t": _clock,
    "tt": lambda m: _clock(m, seconds=True),
    "T": lambda m: f"{m.hour:02d}:{m.minute:02d}",
    "TT": lambda m: f"{m.hour:02d}:{m.minute:02d}:{m.second:02d}",
    "f": lambda m: f"{_numeric(m)}, {_clock(m)}",
    "ff": lambda m: f"{_MONTHS_SHORT[m.month]} {m.day}, {m.year}, {_clock(m)}",
    "fff": lambda m: f"{_long(m)} at {_clock(m)}",
    "F": lambda m: f"{_numeric(m)}, {_clock(m, seconds=True)}",
    "FF": lambda m: f"{_MONTHS_SHORT[m.month]} {m.day}, {m.year}, {_clock(m, seconds=True)}",
}


def _tokens(pattern: str) -> list[tuple[bool, str]]:
    """Split a luxon pattern into (is literal, text): runs of one letter, and what stands in single quotes."""
    found: list[tuple[bool, str]] = []
    place = 0
    while place < len(pattern):
        char = pattern[place]
        if char == "'":
            end = pattern.find("'", place + 1)
            end = len(pattern) if end < 0 else end
            found.append((True, pattern[place + 1 : end] or ("'" if end == place + 1 else "")))
            place = end + 1
            continue
        end = place
        while end < len(pattern) and pattern[end] == char:
            end += 1
        found.append((not char.isalpha(), pattern[place:end]))
        place = end
    return found


def to_format(moment: datetime, pattern: str) -> str:
    """Return the date by a luxon pattern; letters that mean nothing stay as they are."""
    return "".join(
        text if literal or text not in _LUXON else _LUXON[text](moment) for literal, text in _tokens(pattern)
    )


_READ: Mapping[str, tuple[str, str]] = {
    "yyyy": ("year", r"\d{4}"),
    "y": ("year", r"\d{1,6}"),
    "yy": ("year2", r"\d{2}|\d{4}"),
    "MM": ("month", r"\d{2}"),
    "M": ("month", r"\d{1,2}"),
    "LL": ("month", r"\d{2}"),
    "L": ("month", r"\d{1,2}"),
    "MMM": ("monthname", "|".join(_MONTHS_SHORT[1:])),
    "LLL": ("monthname", "|".join(_MONTHS_SHORT[1:])),
    "MMMM": ("monthname", "|".join(_MONTHS[1:])),
    "LLLL": ("monthname", "|".join(_MONTHS[1:])),
    "dd": ("day", r"\d{2}"),
    "d": ("day", r"\d{1,2}"),
    "o": ("ordinal", r"\d{1,3}"),
    "ooo": ("ordinal", r"\d{3}"),
    "HH": ("hour", r"\d{2}"),
    "H": ("hour", r"\d{1,2}"),
    "hh": ("hour12", r"\d{2}"),
    "h": ("hour12", r"\d{1,2}"),
    "mm": ("minute", r"\d{2}"),
    "m": ("minute", r"\d{1,2}"),
    "ss": ("second", r"\d{2}"),
    "s": ("second", r"\d{1,2}"),
    "SSS": ("millisecond", r"\d{3}"),
    "S": ("millisecond", r"\d{1,3}"),
    "u": ("fraction", r"\d{1,9}"),
    "a": ("half", r"[AaPp]\.?[Mm]\.?"),
    "Z": ("offset", r"[+-]\d{1,2}(?::\d{2})?"),
    "ZZ": ("offset", r"[+-]\d{2}:\d{2}|Z"),
    "ZZZ": ("offset", r"[+-]\d{4}"),
    "z": ("zone", r"[A-Za-z_/+\-0-9]{1,50}"),
    "EEE": ("ignored", "|".join(_DAYS_SHORT)),
    "EEEE": ("ignored", "|".join(_DAYS)),
    "ccc": ("ignored", "|".join(_DAYS_SHORT)),
    "cccc": ("ignored", "|".join(_DAYS)),
    "E": ("ignored", r"[1-7]"),
    "X": ("seconds", r"-?\d{1,12}(?:\.\d{1,3})?"),
    "x": ("millis", r"-?\d{1,15}"),
}


def from_format(text: str, pattern: str, zone: tzinfo = UTC) -> datetime:
    """Read a date by a luxon pattern.

    Raises:
        NotADate: the text does not match, or is no date.
    """
    names: list[str] = []
    regex: list[str] = []
    for literal, part in _tokens(pattern):
        if literal or part not in _READ:
            regex.append(re.escape(part))
            continue
        name, inner = _READ[part]
        names.append(name)
        regex.append(f"({inner})")
    match = re.fullmatch("".join(regex), text.strip(), re.IGNORECASE | re.ASCII)
    if match is None:
        raise NotADate(f'"{text[:60]}" does not match the format "{pattern[:60]}"')
    return _assemble(dict(zip(names, match.groups(), strict=True)), zone, text)


def _assemble(parts: dict[str, str], zone: tzinfo, text: str) -> datetime:
    if "millis" in parts:
        return from_millis(int(parts["millis"]), zone)
    if "seconds" in parts:
        return from_millis(float(parts["seconds"]) * 1000, zone)
    year = int(parts.get("year", datetime.now(zone).year))
    if "year2" in parts:
        short = int(parts["year2"])
        year = short if short > 99 else short + (1900 if short > 60 else 2000)
    month = int(parts.get("month", 1))
    if "monthname" in parts:
        month = [name.lower() for name in _MONTHS_SHORT].index(parts["monthname"][:3].lower())
    hour = int(parts.get("hour", 0))
    if "hour12" in parts:
        hour = int(parts["hour12"]) % 12 if "half" in parts else int(parts["hour12"])
        if parts.get("half", "").lower().startswith("p"):
            hour += 12
    micros = int(parts.get("millisecond", 0)) * 1000
    if "fraction" in parts:
        micros = int(parts["fraction"].ljust(6, "0")[:6])
    if "offset" in parts:
        zone = zone_of("UTC" if parts["offset"] == "Z" else parts["offset"])
    if "zone" in parts:
        zone = zone_of(parts["zone"])
    try:
        if "ordinal" in parts:
            return datetime(
                year, 1, 1, hour, int(parts.get("minute", 0)), int(parts.get("second", 0)), micros, zone
            ) + timedelta(days=int(parts["ordinal"]) - 1)
        return datetime(
            year,
            month,
            int(parts.get("day", 1)),
            hour,
            int(parts.get("minute", 0)),
            int(parts.get("second", 0)),
            micros,
            zone,
        )
    except (ValueError, OverflowError) as wrong:
        raise NotADate(f'"{text[:60]}" is not a date') from wrong


def _ordinal(number: int) -> str:
    suffix = "th" if 11 <= number % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


_MOMENT: Mapping[str, Callable[[datetime], str]] = {
    "YYYY": _LUXON["yyyy"],
    "YY": _LUXON["yy"],
    "Y": _LUXON["y"],
    "Q": _LUXON["q"],
    "MMMM": _LUXON["MMMM"],
    "MMM": _LUXON["MMM"],
    "MM": _LUXON["MM"],
    "Mo": lambda m: _ordinal(m.month),
    "M": _LUXON["M"],
    "DDDD": _LUXON["ooo"],
    "DDD": _LUXON["o"],
    "DD": _LUXON["dd"],
    "Do": lambda m: _ordinal(m.day),
    "D": _LUXON["d"],
    "dddd": _LUXON["EEEE"],
    "ddd": _LUXON["EEE"],
    "dd": lambda m: _DAYS[m.weekday()][:2],
    "d": lambda m: str(m.isoweekday() % 7),
    "E": _LUXON["E"],
    "e": lambda m: str(m.isoweekday() % 7),
    "WW": _LUXON["WW"],
    "W": _LUXON["W"],
    "ww": _LUXON["WW"],
    "w": _LUXON["W"],
    "GGGG": _LUXON["kkkk"],
    "A": _half,
    "a": lambda m: _half(m).lower(),
    "HH": _LUXON["HH"],
    "H": _LUXON["H"],
    "hh": _LUXON["hh"],
    "h": _LUXON["h"],
    "kk": lambda m: f"{m.hour or 24:02d}",
    "k": lambda m: str(m.hour or 24),
    "mm": _LUXON["mm"],
    "m": _LUXON["m"],
    "ss": _LUXON["ss"],
    "s": _LUXON["s"],
    "SSS": _LUXON["SSS"],
    "SS": _LUXON["uu"],
    "S": _LUXON["uuu"],
    "ZZ": _LUXON["ZZZ"],
    "Z": lambda m: offset_text(m).replace("Z", "+00:00"),
    "z": lambda m: m.tzname() or "",
    "X": _LUXON["X"],
    "x": _LUXON["x"],
    "LT": _clock,
    "LTS": lambda m: _clock(m, seconds=True),
    "L": lambda m: f"{m.month:02d}/{m.day:02d}/{m.year}",
    "LL": _long,
    "LLL": lambda m: f"{_long(m)} {_clock(m)}",
    "LLLL": lambda m: f"{_DAYS[m.weekday()]}, {_long(m)} {_clock(m)}",
}

_MOMENT_TOKEN = re.compile(
    r"\[([^\]]*)\]|(" + "|".join(sorted(map(re.escape, _MOMENT), key=len, reverse=True)) + r")|(.)", re.DOTALL
)


def to_moment_format(moment: datetime, pattern: str) -> str:
    """Return the date by a moment.js pattern; text in square brackets is literal."""
    return "".join(
        match[1] if match[1] is not None else _MOMENT[match[2]](moment) if match[2] else match[3]
        for match in _MOMENT_TOKEN.finditer(pattern)
    )


_MOMENT_TO_LUXON = {
    "YYYY": "yyyy", "YY": "yy", "Y": "y", "MMMM": "MMMM", "MMM": "MMM", "MM": "MM", "M": "M", "DD": "dd", "D": "d",
    "dddd": "EEEE", "ddd": "EEE", "A": "a", "a": "a", "HH": "HH", "H": "H", "hh": "hh", "h": "h", "mm": "mm", "m": "m",
    "ss": "ss", "s": "s", "SSS": "SSS", "S": "S", "ZZ": "ZZZ", "Z": "ZZ", "X": "X", "x": "x", "DDDD": "ooo", "DDD": "o",
}  # fmt: skip


def from_moment_format(text: str, pattern: str, zone: tzinfo = UTC) -> datetime:
    """Read a date by a moment.js pattern.

    Raises:
        NotADate: the text does not match, or is no date.
    """
    luxon = "".join(
        f"'{match[1]}'" if match[1] is not None else _MOMENT_TO_LUXON.get(match[2], "") if match[2] else match[3]
        for match in _MOMENT_TOKEN.finditer(pattern)
    )
    return from_format(text, luxon, zone)
