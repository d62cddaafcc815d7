"""A clock that stands still and random numbers that repeat: for tests of workflows, whose executor asks for them.

Only what people's code calls is replaced, in the child of one call.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import time
from collections.abc import Mapping
from typing import Any

_MOMENT = 0.0


class _Reads(type):
    """Has every moment and every day be an instance of the class that stands in for its own."""

    def __instancecheck__(cls, value: object) -> bool:
        stands_in = cls in (FixedDatetime, FixedDate)
        return isinstance(value, cls.__mro__[1]) if stands_in else super().__instancecheck__(value)


class FixedDatetime(dt.datetime, metaclass=_Reads):
    """`datetime.datetime`, by the fixed clock."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> FixedDatetime:
        return cls.fromtimestamp(_MOMENT, tz)

    @classmethod
    def utcnow(cls) -> FixedDatetime:
        return cls.fromtimestamp(_MOMENT, dt.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> FixedDatetime:
        return cls.fromtimestamp(_MOMENT)


class FixedDate(dt.date, metaclass=_Reads):
    """`datetime.date`, by the fixed clock."""

    @classmethod
    def today(cls) -> FixedDate:
        return cls.fromtimestamp(_MOMENT)


def fix(world: Mapping[str, Any]) -> None:
    """Set the clock to `now`, in milliseconds since 1970, and begin all random numbers at `seed`."""
    global _MOMENT
    _MOMENT = world["now"] / 1000
    dt.datetime = FixedDatetime  # type: ignore[misc]
    dt.date = FixedDate  # type: ignore[misc]
    time.time = lambda: _MOMENT
    time.time_ns = lambda: world["now"] * 1_000_000
    random.seed(world["seed"])
    source = random.Random(world["seed"])  # noqa: S311 - what repeats is no secret
    os.urandom = source.randbytes
    # `secrets` and SystemRandom have it by this name.
    random._urandom = source.randbytes  # type: ignore[attr-defined]
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed(source.getrandbits(32))
