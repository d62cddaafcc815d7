"""Field names as parameters give them, and what lies in a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headrace.sdk.context import UNDEFINED
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item, JsonObject
from headrace.sdk.matching import field_of
from headrace.sdk.paths import set_path

DOTS_HINT = "If you're trying to use a nested field, make sure you turn off 'disable dot notation' in the node options"


def read_names(value: Any, label: str) -> list[str]:
    """Return the field names of a parameter: a list, or text with commas.

    Raises:
        NodeError: it is neither.
    """
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    if isinstance(value, list):
        return [str(name) for name in value]
    raise NodeError(f"The '{label}' parameter must be a string of fields separated by commas or an array of strings.")


def listed_names(entries: Any) -> list[str]:
    """Return the field names of a list of {fieldName}: how the first versions of Item Lists hold them."""
    return [str(entry.get("fieldName", "")) for entry in entries or () if isinstance(entry, Mapping)]


def require_found(items: Sequence[Item], field: str, *, dots: bool) -> None:
    """Check that a field is in at least one item.

    Raises:
        NodeError: it is in none.
    """
    if any(field_of(item.json, field, dots=dots) is not UNDEFINED for item in items):
        return
    raise NodeError(
        f"Couldn't find the field '{field}' in the input data",
        description=DOTS_HINT if not dots and "." in field else None,
    )


def put_path(target: JsonObject, path: str, value: Any) -> None:
    """Set a path in *target*, which is changed.

    Raises:
        NodeError: the path holds an index past the limit.
    """
    try:
        set_path(target, path, value)
    except ValueError as too_far:
        raise NodeError(f"The field '{path}' cannot be set: {too_far}") from too_far


_MAX_DEPTH = 100


def leaf_paths(value: Any, prefix: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the paths of everything in an object that is no object or list itself: "a.b", "tags.0"."""
    if depth > _MAX_DEPTH:
        raise NodeError(f"The data is nested deeper than the limit of {_MAX_DEPTH} levels")
    members: Any
    if isinstance(value, Mapping):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    else:
        yield prefix
        return
    for key, part in members:
        yield from leaf_paths(part, f"{prefix}.{key}" if prefix else str(key), depth + 1)
