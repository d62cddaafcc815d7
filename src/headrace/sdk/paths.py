"""Paths such as `a.b[0].c` into JSON values, as n8n workflows write them (lodash's rules).

Only dicts and lists are walked: attributes of Python objects are out of reach by construction.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_PART = re.compile(r"[^.\[\]]+|\[(?:(-?\d+)|([\"'])((?:(?!\2)[^\\]|\\.)*)\2)\]|(?=(?:\.|\[\])(?:\.|\[\]|$))")

_MISSING = object()


_MAX_KEPT = 200
"""Longer paths are split anew each time: what is kept must stay small."""


def _parts(path: str) -> tuple[str, ...]:
    """Return "a.b[0]['x.y']" as ("a", "b", "0", "x.y")."""
    return _kept_parts(path) if len(path) <= _MAX_KEPT else _split(path)


@lru_cache(maxsize=4_096)
def _kept_parts(path: str) -> tuple[str, ...]:
    return _split(path)


def _split(path: str) -> tuple[str, ...]:
    parts: list[str] = []
    if path.startswith("."):
        parts.append("")
    for match in _PART.finditer(path):
        index, quote, quoted = match.group(1, 2, 3)
        if quote is not None:
            parts.append(re.sub(r"\\(.)", r"\1", quoted))
        elif index is not None:
            parts.append(index)
        else:
            parts.append(match.group())
    return tuple(parts)


def get_path(value: Any, path: str, default: Any = None) -> Any:
    """Return what lies at *path*, or *default*. A key that is the whole path wins over walking it."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for part in _parts(path):
        value = _step(value, part)
        if value is _MISSING:
            return default
    return value


def has_path(value: Any, path: str) -> bool:
    return get_path(value, path, _MISSING) is not _MISSING


def _step(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part, _MISSING)
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return value[int(part)]
    return _MISSING


MAX_INDEX = 100_000
"""A list is not grown past this index by setting a path: "a[999999999]" must not fill the memory."""


def set_path(target: dict[str, Any], path: str, value: Any) -> None:
    """Set *path* in *target*, making objects and lists on the way; a key that is the whole path wins over walking it.

    Containers on the way that were there before are copied, not changed, so that *target* may share
    them with other items; *target* itself is changed.

    Raises:
        ValueError: an index is past MAX_INDEX.
    """
    if path in target:
        target[path] = value
        return
    parts = _parts(path)
    if not parts:
        target[path] = value
        return
    here: Any = target
    for part, following in zip(parts[:-1], parts[1:], strict=True):
        inner = _step(here, part)
        if isinstance(inner, dict):
            inner = dict(inner)
        elif isinstance(inner, list):
            inner = list(inner)
        else:
            inner = [] if following.isdecimal() else {}
        _put(here, part, inner)
        here = inner
    _put(here, parts[-1], value)


def _put(container: Any, part: str, value: Any) -> None:
    if isinstance(container, dict):
        container[part] = value
        return
    if not part.isdecimal():
        return  # a named property of a list has no place in JSON
    index = int(part)
    if index > MAX_INDEX:
        raise ValueError(f"the index {index} is past the limit of {MAX_INDEX}")
    while len(container) <= index:
        container.append(None)
    container[index] = value


def unset_path(target: dict[str, Any], path: str) -> None:
    """Remove what lies at *path*, copying containers on the way; nothing happens if there is none."""
    if path in target:
        del target[path]
        return
    parts = _parts(path)
    if not parts or not has_path(target, path):
        return
    here: Any = target
    for part in parts[:-1]:
        inner = _step(here, part)
        inner = dict(inner) if isinstance(inner, dict) else list(inner)
        _put(here, part, inner)
        here = inner
    if isinstance(here, dict):
        here.pop(parts[-1], None)
    elif parts[-1].isdecimal() and int(parts[-1]) < len(here):
        here[int(parts[-1])] = None
