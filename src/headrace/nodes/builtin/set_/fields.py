"""The fields of an item: which of the input's are kept, and how new ones are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.sdk.errors import NodeError
from headrace.sdk.items import JsonObject
from headrace.sdk.js import to_text
from headrace.sdk.paths import get_path, set_path, unset_path

_MISSING = object()


def put(json: JsonObject, name: str, value: Any, *, dots: bool) -> None:
    """Set a field in *json*, which is changed; what it shares with other items is not.

    Raises:
        NodeError: the name holds an index past the limit.
    """
    if not dots:
        json[_unbracketed(json, name)] = value
    elif "." not in name and "[" not in name:
        json[name] = value
    else:
        try:
            set_path(json, name, value)
        except ValueError as too_far:
            raise NodeError(f"The field '{name}' cannot be set: {too_far}") from too_far


def kept_fields(json: JsonObject, include: str, names: Any, *, dots: bool) -> JsonObject:
    """Return a new object with the fields of *json* that are kept.

    Args:
        include: "all", "none", "selected" (those of *names*) or "except" (all but *names*).
        names: Field names, separated by commas.

    Raises:
        NodeError: there is no such way to include.
    """
    if include == "all":
        return dict(json)
    if include == "none":
        return {}
    listed = [name.strip() for name in to_text(names).split(",") if name.strip()]
    if include == "selected":
        kept: JsonObject = {}
        for name in listed:
            value = get_path(json, name, _MISSING) if dots else json.get(_unbracketed(json, name), _MISSING)
            if value is not _MISSING:
                put(kept, name.rsplit(".", 1)[-1] if dots else name, value, dots=dots)
        return kept
    if include == "except":
        kept = dict(json)
        for name in listed:
            if dots:
                unset_path(kept, name)
            else:
                kept.pop(_unbracketed(kept, name), None)
        return kept
    raise NodeError(f'The include option "{include}" is not known!')


def _unbracketed(json: Mapping[str, Any], name: str) -> str:
    """Return the name in ['name'], which the editor writes for names with dots, unless that is itself a field."""
    if name not in json and ((name[:2] == "['" and name[-2:] == "']") or (name[:2] == '["' and name[-2:] == '"]')):
        return name[2:-2]
    return name
