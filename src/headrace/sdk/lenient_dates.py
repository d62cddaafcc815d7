"""Dates as people type them, read by the lenient rules of JavaScript's `Date.parse` as V8 has them.

Words before the first number mean nothing unless they are months, "/" and "," separate, brackets are remarks, and
without a month's name three numbers are month, day and year, or year, month and day when the first can be no day.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo

_TOKEN = re.compile(r"(\d+)|([A-Za-z]+)|(\s+)|(.)", re.ASCII | re.DOTALL)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {"ut": 0, "utc": 0, "z": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
          "pst": -8, "pdt": -7}  # fmt: skip
_TIME_LIMITS = (24, 60, 60, 1000)


def parse_lenient_date(text: str, default: tzinfo) -> datetime | None:
    """Read a date; None when it is none. Where it names no zone, it is in the *default* one."""
    try:
        return _Reading(text).finish(default)
    except ValueError:
        return None


class _Reading:
    """One pass over the tokens. Raises ValueError where the text can be no date."""

    def __init__(self, text: str) -> None:
        self._tokens = [match.group() for match in _TOKEN.finditer(text)]
        self._place = 0
        self._day: list[int] = []
        self._month: int | None = None
        self._time: list[int] = []
        self._time_done = False
        self._half: int | None = None
        self._sign = 1
        self._zone_hour: int | None = None
        self._zone_minute: int | None = None
        self._number_seen = False
        while self._place < len(self._tokens):
            self._step()

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._place += 1
        return token

    def _skip(self, symbol: str) -> bool:
        found = self._peek() == symbol
        self._place += found
        return found

    def _step(self) -> None:
        token = self._next()
        if token.isdigit():
            self._number_seen = True
            self._number(int(token[:10]))
        elif token.isalpha():
            self._word(token.lower())
        elif token in ("+", "-") and (self._time or (self._zone_hour == 0 and self._zone_minute == 0)):
            self._offset(-1 if token == "-" else 1)
        elif token in ("+", "-", ")") and self._number_seen:
            raise ValueError("a stray sign")
        elif token == "(":
            depth = 1
            while depth and self._place < len(self._tokens):
                depth += {"(": 1, ")": -1}.get(self._next(), 0)

    def _expects(self, number: int) -> bool:
        """Whether the number goes on with the time of day."""
        count = len(self._time)
        return not self._time_done and 1 <= count <= 3 and number < _TIME_LIMITS[count]

    def _number(self, number: int) -> None:
        if self._skip(":"):
            if self._time_done or len(self._time) >= 3:
                raise ValueError("too many parts in the time")
            self._time.append(number)
            if self._skip(":"):
                self._time.append(0)
            return
        if self._peek() == "." and self._expects(number):
            self._next()
            self._time.append(number)
            fraction = self._next()
            if not fraction.isdigit():
                raise ValueError("a fraction was expected")
            self._time += [0] * (3 - len(self._time))
            self._time.append(int(fraction[:3].ljust(3, "0")))
            self._time_done = True
            return
        self._skip(".")
        if self._zone_hour is not None and self._zone_minute is None:
            self._zone_minute = number
        elif self._expects(number):
            self._time.append(number)
            self._time_done = True
            after = self._peek()
            if after and not after.isspace() and after not in ("+", "-", "Z", "z"):
                raise ValueError("text sticks to the time")
        elif len(self._day) < 3:
            self._day.append(number)
            self._skip("-")
        else:
            raise ValueError("too many numbers")

    def _word(self, word: str) -> None:
        if word in ("am", "pm") and self._time:
            self._half = 12 if word == "pm" else 0
        elif word[:3] in _MONTHS:
            self._month = _MONTHS.index(word[:3]) + 1
            self._skip("-")
        elif word in _ZONES and self._number_seen:
            hours = _ZONES[word]
            self._sign, self._zone_hour, self._zone_minute = (-1 if hours < 0 else 1), abs(hours), 0
        elif self._number_seen or self._peek().isdigit():
            raise ValueError("a word that means nothing")

    def _offset(self, sign: int) -> None:
        self._sign = sign
        digits = self._next() if self._peek().isdigit() else ""
        self._number_seen = True
        if self._peek() == ":":
            self._next()
            self._zone_hour, self._zone_minute = int(digits[:4] or 0), None
        elif len(digits) in (1, 2):
            self._zone_hour, self._zone_minute = int(digits), 0
        elif len(digits) in (3, 4):
            self._zone_hour, self._zone_minute = divmod(int(digits), 100)
        else:
            raise ValueError("not an offset")

    def finish(self, default: tzinfo) -> datetime:
        if not self._day:
            raise ValueError("no day")
        first, second, third = (*self._day, 1, 1)[:3]
        year = 0
        if self._month is None:
            if len(self._day) == 3 or not 1 <= first <= 31:
                year_first = not 1 <= first <= 31
                year, month, day = (first, second, third) if year_first else (third, first, second)
            else:
                year, month, day = 1, first, second
        elif len(self._day) == 1:
            year, day = (1, first) if 1 <= first <= 31 else (first, 1)
            month = self._month
        else:
            day, year = (first, second) if 1 <= first <= 31 else (second, first)
            month = self._month
        if year < 100:
            year += 2000 if year < 50 else 1900
        hour, minute, second, millis = (*self._time, 0, 0, 0, 0)[:4]
        if self._half is not None:
            if not 0 <= hour <= 12:
                raise ValueError("not an hour of half a day")
            hour = hour % 12 + self._half
        extra = timedelta(days=1) if hour == 24 and not (minute or second or millis) else timedelta(0)
        # A day past the month's end goes on into the next month, as in JavaScript.
        if not 1 <= day <= 31:
            raise ValueError("no day of a month")
        naive = datetime(year, month, 1, 0 if extra else hour, minute, second, millis * 1000)
        zone = default
        if self._zone_hour is not None:
            minutes = self._zone_hour * 60 + (self._zone_minute or 0)
            zone = timezone(self._sign * timedelta(minutes=minutes))
        try:
            return (naive + timedelta(days=day - 1) + extra).replace(tzinfo=zone)
        except OverflowError as far:
            raise ValueError("out of range") from far
