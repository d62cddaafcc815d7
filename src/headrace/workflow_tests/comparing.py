"""What differs between what is expected and what was found, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from headrace.sdk.values import encode_special

_SHOWN = 120
"""Characters of a value in a line."""


def differences(
    expected: Any,
    found: Any,
    *,
    match: Literal["exact", "subset"] = "exact",
    ignore: Sequence[str] = (),
    path: str = "",
) -> Iterator[str]:
    """Yield a line for each place at which two JSON values differ.

    Args:
        match: With "subset", objects may have more fields than expected.
        ignore: Paths that do not matter; "*" stands for any field, or any element of a list.
        path: Where the values are, for the lines.
    """
    yield from _walk(expected, found, match == "subset", [tuple(one.split(".")) for one in ignore], (), path)


def _walk(
    expected: Any,
    found: Any,
    subset: bool,
    ignore: Sequence[tuple[str, ...]],
    place: tuple[str, ...],
    path: str,
) -> Iterator[str]:
    if any(_fits(one, place) for one in ignore):
        return
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name, value in expected.items():
            inner = (*place, name)
            if name in found:
                yield from _walk(value, found[name], subset, ignore, inner, _joined(path, name))
            elif not any(_fits(one, inner) for one in ignore):
                yield f"{_joined(path, name)}: expected {shown(value)}, but there is no such field"
        for name in () if subset else sorted(found.keys() - expected.keys()):
            if not any(_fits(one, (*place, name)) for one in ignore):
                yield f"{_joined(path, name)}: not expected, but there is {shown(found[name])}"
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{path or 'the list'}: expected {len(expected)} elements, found {len(found)}"
        for index, (one, other) in enumerate(zip(expected, found, strict=False)):
            yield from _walk(one, other, subset, ignore, (*place, str(index)), _joined(path, str(index)))
    elif not _same(expected, found):
        yield f"{path or 'the value'}: expected {shown(expected)}, found {shown(found)}"


def _same(expected: Any, found: Any) -> bool:
    # JSON's true is no 1, as Python's is.
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    return bool(expected == found)


def _fits(pattern: tuple[str, ...], place: tuple[str, ...]) -> bool:
    return len(pattern) == len(place) and all(
        wanted in ("*", name) for wanted, name in zip(pattern, place, strict=True)
    )


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def shown(value: Any) -> str:
    """Return a value as JSON for a line, cut where it is long."""
    text = msgspec.json.encode(value, enc_hook=encode_special).decode()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
