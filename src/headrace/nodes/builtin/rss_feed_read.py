"""RSS Read: the entries of an RSS or Atom feed."""

from __future__ import annotations

import re
from typing import Any

from headrace.nodes.builtin.http_request.answers import error_of, failure_of
from headrace.sdk.context import HttpFailed, HttpRequest, NodeContext
from headrace.sdk.description import Boolean, Collection, Effects, NodeDescription, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.outcome import ItemResult

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.rssFeedRead",
    versions=(1, 1.1, 1.2),
    title="RSS Read",
    summary="Reads the entries of an RSS or Atom feed.",
    group="input",
    effects=Effects.READS,
    parameters=[
        String("url", "URL", required=True),
        Collection(
            "options", [Boolean("ignoreSSL", "Ignore SSL Issues"), String("customFields", "Custom Fields")], "Options"
        ),
    ],
)

_MAX_BYTES = 32 * 1024 * 1024


async def run_item(ctx: NodeContext, item: Item, index: int) -> ItemResult:
    options = ctx.param("options", index) or {}
    content = await fetch_feed(ctx, str(ctx.param("url", index)), index, verify_tls=not options.get("ignoreSSL"))
    fields = [name.strip() for name in str(options.get("customFields") or "").split(",") if name.strip()]
    return [Item(json=entry) for entry in entries_of(content, fields)]


async def fetch_feed(ctx: NodeContext, url: str, index: int, *, verify_tls: bool = True) -> bytes:
    """Raises: NodeError: there is no feed to be had at *url*."""
    if not url.startswith(("http://", "https://")):
        raise NodeError("The provided 'URL' is not valid!", item_index=index)
    request = HttpRequest(
        method="GET",
        url=url,
        headers=[
            ("User-Agent", "rss-parser"),
            (
                "Accept",
                "application/rss+xml, application/rdf+xml;q=0.8, application/atom+xml;q=0.6, "
                "application/xml;q=0.4, text/xml;q=0.4",
            ),
        ],
        verify_tls=verify_tls,
        max_bytes=_MAX_BYTES,
    )
    try:
        answer = await ctx.http.request(request)
    except HttpFailed as failed:
        if failed.code == "ECONNREFUSED":
            raise NodeError(
                f'It was not possible to connect to the URL. Please make sure the URL "{url}" it is valid!',
                item_index=index,
            ) from failed
        raise failure_of(failed, index) from failed
    if answer.status >= 400:
        raise error_of(answer, index)
    return answer.body


def entries_of(content: bytes, custom: list[str]) -> list[dict[str, Any]]:
    """Return the entries of a feed, newest rules of RSS and Atom mixed as feed readers do.

    Raises:
        NodeError: it is no feed.
    """
    import feedparser

    feed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo and not feed.entries and not feed.get("version"):
        raise NodeError("The answer is not an RSS or Atom feed")
    return [_entry(entry, custom) for entry in feed.entries]


def _entry(entry: Any, custom: list[str]) -> dict[str, Any]:

    found: dict[str, Any] = {}
    if entry.get("author"):
        found["creator"] = entry["author"]
    for name, key in (("title", "title"), ("link", "link"), ("pubDate", "published")):
        if entry.get(key):
            found[name] = entry[key]
    content = entry["content"][0]["value"] if entry.get("content") else entry.get("summary", "")
    if content:
        found["content"] = content
        found["contentSnippet"] = re.sub(r"\s+\n", "\n", re.sub(r"<[^>]*>", "", content)).strip()
    if entry.get("id"):
        found["guid" if not entry["id"].startswith("tag:") else "id"] = entry["id"]
    if entry.get("tags"):
        found["categories"] = [tag["term"] for tag in entry["tags"] if tag.get("term")]
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if moment:
        found["isoDate"] = (
            f"{moment[0]:04d}-{moment[1]:02d}-{moment[2]:02d}T{moment[3]:02d}:{moment[4]:02d}:{moment[5]:02d}.000Z"
        )
    if entry.get("enclosures"):
        first = entry["enclosures"][0]
        found["enclosure"] = {
            key: value
            for key, value in (("url", first.get("href")), ("length", first.get("length")), ("type", first.get("type")))
            if value
        }
    for name in custom:
        value = entry.get(name.replace(":", "_").lower())
        if value is not None:
            found[name] = value
    return found
