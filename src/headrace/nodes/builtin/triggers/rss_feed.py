"""RSS Feed Trigger: starts the workflow with the entries of a feed that are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headrace.nodes.builtin.rss_feed_read import entries_of, fetch_feed
from headrace.sdk.context import NodeContext
from headrace.sdk.description import Effects, NodeDescription, String
from headrace.sdk.items import Item
from headrace.sdk.outcome import Outputs
from headrace.sdk.polling import is_asked, poll_times

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.rssFeedReadTrigger",
    versions=(1,),
    title="RSS Feed Trigger",
    summary="Starts the workflow when an RSS or Atom feed has new entries.",
    group="trigger",
    trigger="poll",
    inputs=(),
    works="list",
    effects=Effects.READS,
    remembers=True,
    aliases=("atom", "news", "blog"),
    parameters=[poll_times(), String("feedUrl", "Feed URL", required=True)],
)

_MOST_KNOWN = 2_000
"""Entries that are remembered; feeds hold far fewer."""


async def run(ctx: NodeContext) -> Outputs:
    if not is_asked(ctx):
        return [[Item(json=item.json, binary=item.binary) for item in ctx.items]]
    entries = entries_of(await fetch_feed(ctx, str(ctx.param("feedUrl")), 0), [])
    if ctx.execution.is_manual:
        return [[Item(json=entry) for entry in entries[:1]]]
    return [[Item(json=entry) for entry in _news(entries, ctx.static_data)]]


def _news(entries: Sequence[dict[str, Any]], memory: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries that were not there before, and remember all; there is no news the first time.

    An entry that is older than what was there counts as known: feeds show old entries again when newer ones are taken
    back. One without a date is new when its name is.
    """
    latest: str | None = memory.get("lastItemDate")
    known: list[str] = memory.get("known", [])
    begun = "known" in memory
    names = [_name(entry) for entry in entries]
    seen = set(known)
    news = []
    for entry, name in zip(entries, names, strict=True):
        date = entry.get("isoDate")
        if begun and name not in seen and (date is None or latest is None or date >= latest):
            news.append(entry)
        seen.add(name)
    dates = [date for date in (*(entry.get("isoDate") for entry in entries), latest) if date is not None]
    if dates:
        memory["lastItemDate"] = max(dates)
    shown = dict.fromkeys(names)
    memory["known"] = [*(name for name in known if name not in shown), *shown][-_MOST_KNOWN:]
    return news


def _name(entry: Mapping[str, Any]) -> str:
    """Return what an entry is told apart by: its own id, else its address, else its title."""
    return str(next((entry[key] for key in ("guid", "id", "link", "title") if entry.get(key)), ""))
