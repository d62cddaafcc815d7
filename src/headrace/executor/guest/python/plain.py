"""Values of Python as JSON."""

from __future__ import annotations

import dataclasses
import decimal
import enum
import fractions
import ipaddress
import json
import math
import pathlib
import uuid
from collections import deque
from collections.abc import Iterator, KeysView, Mapping, Set, ValuesView
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any


class NotPlain(TypeError):
    """A value that JSON has no form for; `path` is where it is."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.path = ""

    def __str__(self) -> str:
        return f"{self.args[0]} (at {self.path})" if self.path else str(self.args[0])


def encode(value: Any) -> str:
    """Return *value* as JSON text.

    Numbers that JSON lacks (NaN, infinities) become null, dates ISO texts, sets and tuples arrays; integers keep all
    their digits.

    Raises:
        NotPlain: a part of it has no JSON form; the message says what and where.
    """
    try:
        return _encoder.encode(value)
    except (TypeError, ValueError, RecursionError):
        # Rare: walked through in Python, which knows what to do with NaN, and where it is.
        pass
    try:
        return _encoder.encode(_walk(value))
    except RecursionError:
        raise NotPlain("a value that contains itself, or is nested too deeply, cannot be put out") from None
    except ValueError as refused:
        raise NotPlain(f"a number cannot be put out: {refused}") from None


def _walk(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {_key(key): _part(key, part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_part(place, part) for place, part in enumerate(value)]
    return _walk(_plainer(value))


def _part(key: Any, value: Any) -> Any:
    try:
        return _walk(value)
    except NotPlain as refused:
        refused.path = f"[{key!r}]{refused.path}"
        raise


def _key(key: Any) -> Any:
    if key is None or isinstance(key, str | int | float):
        return key
    plain = _plainer(key) if not isinstance(key, tuple) else key
    if isinstance(plain, str | int | float):
        return plain
    raise NotPlain(f"a key of type {type(key).__name__} has no form in JSON")


def _plainer(value: Any) -> Any:
    """Return *value* one step nearer to JSON."""
    match value:
        # pandas' NaT is equal to nothing.
        case datetime() if value != value:
            return None
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case decimal.Decimal():
            return _number(value)
        case fractions.Fraction():
            return float(value)
        case enum.Enum():
            return value.value
        case uuid.UUID() | pathlib.PurePath() | BaseException() | tzinfo():
            return str(value)
        case ipaddress.IPv4Address() | ipaddress.IPv6Address():
            return str(value)
        case Mapping():
            return dict(value)
        case set() | frozenset() | KeysView():
            return _sorted(value)
        case deque() | range() | ValuesView() | Set():
            return list(value)
        case bytes() | bytearray() | memoryview():
            raise NotPlain(
                "bytes cannot be put into JSON: decode them to text, or put them out as binary data,"
                " such as {'json': {}, 'binary': {'data': {'data': base64 text, 'mimeType': 'image/png'}}}"
            )
        case Iterator():
            raise NotPlain("an iterator or generator cannot be put out: make a list of it with list(...)")
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        case _ if callable(getattr(value, "tolist", None)) and not isinstance(value, type):
            # Arrays and numbers of numpy, series of pandas.
            return value.tolist()
    raise NotPlain(f"a value of type {type(value).__name__} has no form in JSON: make dictionaries and lists of it")


def _number(value: decimal.Decimal) -> int | float | str | None:
    """Return a number where no digit is lost by it, else a text."""
    if not value.is_finite():
        return None
    if value == value.to_integral_value() and abs(value.adjusted()) < 1000:
        return int(value)
    near = float(value)
    return near if decimal.Decimal(repr(near)) == value else str(value)


def _sorted(values: Any) -> list[Any]:
    # The order of a set differs from process to process.
    try:
        return sorted(values)
    except TypeError:
        return list(values)


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plainer)
