"""Limiting: the first or the last items of a list."""

from __future__ import annotations

from headrace.sdk.items import Item, Items
from headrace.sdk.js import to_number


def limit(items: Items, count: object, *, last: bool) -> list[Item]:
    """Return at most *count* items, the first or the last ones, each paired with itself."""
    number = to_number(count)
    wanted = int(number) if number == number and abs(number) != float("inf") else len(items)
    total = len(items)
    if wanted > total:
        places = range(total)
    elif last:
        places = range(total)[total - wanted :]
    else:
        places = range(total)[:wanted]
    chosen = items[places.start : places.stop]
    return [
        Item(json=item.json, binary=item.binary, paired_item=index) for index, item in zip(places, chosen, strict=True)
    ]
