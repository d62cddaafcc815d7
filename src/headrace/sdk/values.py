"""Values from expressions that JSON has no form for."""

from __future__ import annotations

from typing import Any


class DateText(str):
    """A date as ISO text. Nodes may treat it as text; those that care can tell that it was a date.

    `zone` is the IANA name of a luxon DateTime's zone, None for a JavaScript Date.
    """

    __slots__ = ("zone",)

    is_date = True
    zone: str | None

    def __new__(cls, text: str, zone: str | None = None) -> DateText:
        made = super().__new__(cls, text)
        made.zone = zone
        return made


def is_date(value: Any) -> bool:
    """Whether a value from an expression was a date."""
    return isinstance(value, DateText)


def encode_special(value: Any) -> Any:
    """Turn a value that JSON has no form for into one that it has; the hook of the JSON encoders.

    Raises:
        TypeError: there is no such form.
    """
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"a {type(value).__name__} has no JSON form")
