"""Reading JSON that comes from a guest."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

_Kind = TypeVar("_Kind")

_LONE_SURROGATE = re.compile(rb"(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}")


def decode_guest_json(text: bytes, type_: type[_Kind] | Any = Any) -> Any:
    """Decode JSON. Halves of characters, which JavaScript can hold and UTF-8 cannot, become U+FFFD.

    Raises:
        msgspec.DecodeError, RecursionError: it is not JSON of that type.
    """
    try:
        return msgspec.json.decode(text, type=type_)
    except msgspec.DecodeError:
        return msgspec.json.decode(_LONE_SURROGATE.sub(rb"\1\\ufffd", text), type=type_)
