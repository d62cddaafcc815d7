"""What earlier executions have seen, kept in the workflow's static data.

Only digests of values are kept, so that a history of 10,000 long values stays small.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from headrace.sdk.context import NodeContext
from headrace.sdk.dates import NotADate, parse_date, to_millis
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_number, to_text

_KEY = "removeDuplicates"
_MAX_SIZE = 100_000
"""The history is read and written as a whole with each run, which a larger one would make slow."""


class History:
    """The values of one node, or those that all nodes of the workflow share."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self._kept = kept

    @classmethod
    def of(cls, ctx: NodeContext, scope: str) -> History:
        return cls(ctx.workflow_static_data if scope == "workflow" else ctx.static_data)

    def read(self, mode: str) -> Any:
        """Return what was kept in that mode, None if nothing."""
        kept = self._kept.get(_KEY)
        if not isinstance(kept, dict) or "mode" not in kept:
            return None
        if kept["mode"] != mode:
            raise NodeError(
                "The deduplication history was made with another way to compare",
                description="Clear it with the operation Clear Deduplication History, or use another scope.",
            )
        return kept.get("data")

    def write(self, mode: str, data: Any) -> None:
        self._kept[_KEY] = {"mode": mode, "data": data}

    def clear(self) -> None:
        self._kept.pop(_KEY, None)


def unseen(
    ctx: NodeContext, history: History, items: Sequence[Item], values: Sequence[str], size: float
) -> list[list[Item]]:
    """Return the items whose value is new, and the others; the values become part of the history.

    Raises:
        NodeError: the history's size is no number from 1 to the limit.
    """
    if not 1 <= size <= _MAX_SIZE:
        raise NodeError(f"The history size must be a number from 1 to {_MAX_SIZE}")
    limit = int(size)
    known: list[str] = list(history.read("entries") or ())
    seen = set(known)
    kept: list[Item] = []
    discarded: list[Item] = []
    added: dict[str, None] = {}
    for item, value in zip(items, values, strict=True):
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        if digest in seen:
            discarded.append(item)
        else:
            added[digest] = None
            kept.append(item)
    known = [*known, *added][-limit:]
    if added:
        history.write("entries", known)
    if len(known) > limit / 2:
        ctx.hint(
            f"The history holds {len(known)} of at most {limit} values; once it is full, duplicates of older "
            "values come through. Raise it with the option History Size."
        )
    return [kept, discarded]


def after_latest(history: History, items: Sequence[Item], values: Sequence[float], mode: str) -> list[list[Item]]:
    """Return the items whose value is above all before this execution, and the others."""
    latest = history.read(mode)
    kept: list[Item] = []
    discarded: list[Item] = []
    highest = latest
    for item, value in zip(items, values, strict=True):
        if latest is None or value > latest:
            kept.append(item)
            highest = value if highest is None else max(highest, value)
        else:
            discarded.append(item)
    if highest != latest:
        history.write(mode, highest)
    return [kept, discarded]


def read_number(value: Any, index: int) -> float:
    """Raises: NodeError: it is no number."""
    number = to_number(value)
    if value in (None, "") or number != number:
        raise NodeError(
            f"The value '{to_text(value)}' is not a number", item_index=index, description="Compare by a number."
        )
    return number


def read_moment(value: Any, index: int) -> float:
    """Return a date as milliseconds since 1970.

    Raises:
        NodeError: it is no date.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        return to_millis(parse_date(value))
    except NotADate as wrong:
        raise NodeError(
            f"The value '{to_text(value)}' is not a valid date. Please check the value.", item_index=index
        ) from wrong
