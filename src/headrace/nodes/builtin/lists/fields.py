"""Names of fields as nodes take them: a comma list, a list, or the older {fields: [{fieldName}]}."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headrace.sdk.context import UNDEFINED
from headrace.sdk.items import Item, JsonObject
from headrace.sdk.paths import get_path

MISSING = UNDEFINED


def names_of(value: Any) -> list[str]:
    """Return field names in whichever form they were given."""
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    if isinstance(value, Mapping):
        return [str(one.get("fieldName", "")).strip() for one in value.get("fields") or () if one.get("fieldName")]
    if isinstance(value, list):
        return [str(name).strip() for name in value if str(name).strip()]
    return []


def value_of(item: Item, name: str, *, dotted: bool) -> Any:
    """Return a field, `MISSING` when the item has none of that name."""
    return get_path(item.json, name, MISSING) if dotted else item.json.get(name, MISSING)


def exists_anywhere(items: Sequence[Item], name: str, *, dotted: bool) -> bool:
    return any(value_of(item, name, dotted=dotted) is not MISSING for item in items)
