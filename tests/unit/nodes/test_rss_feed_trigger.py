"""RSS Feed Trigger: what is new in a feed, each entry once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.nodes.builtin.triggers import rss_feed
from headrace.sdk.context import HttpRequest, HttpResponse
from headrace.sdk.errors import NodeError
from headrace.sdk.testing import NodeRun, try_node

URL = "https://example.com/feed"


def feed(*entries: str) -> bytes:
    return f'<rss version="2.0"><channel><title>News</title>{"".join(entries)}</channel></rss>'.encode()


def entry(name: str, date: str | None = None) -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>{name}</title><guid>{name}</guid>{dated}</item>"


def day(number: int) -> str:
    return f"{number:02d} Jan 2026 12:00:00 GMT"


async def look(content: bytes, memory: Mapping[str, Any] | None = None, *, mode: str = "trigger") -> NodeRun:
    def answer(request: HttpRequest) -> HttpResponse:
        assert request.url == URL
        return HttpResponse(status=200, reason="OK", headers=[], body=content, url=URL)

    return await try_node(rss_feed, parameters={"feedUrl": URL}, http=answer, mode=mode, static_data=dict(memory or {}))


async def titles(contents: Sequence[bytes]) -> list[list[str]]:
    """Return the titles of what each look found, one look after the other."""
    memory: Mapping[str, Any] = {}
    found = []
    for content in contents:
        run = await look(content, memory)
        memory = run.ctx.static_data
        found.append([item["title"] for item in run.json[0]])
    return found


async def test_the_first_look_finds_nothing_and_the_next_what_came_since() -> None:
    before = feed(entry("b", day(2)), entry("a", day(1)))
    after = feed(entry("d", day(4)), entry("c", day(3)), entry("b", day(2)))

    assert await titles([before, before, after, after]) == [[], [], ["d", "c"], []]


async def test_an_empty_feed_is_a_beginning_too() -> None:
    assert await titles([feed(), feed(entry("a", day(1)))]) == [[], ["a"]]


async def test_old_entries_that_are_shown_again_are_no_news() -> None:
    known = feed(entry("c", day(3)), entry("b", day(2)))
    taken_back = feed(entry("b", day(2)), entry("a", day(1)))

    assert await titles([known, taken_back, known]) == [[], [], []]


async def test_entries_of_one_moment_are_told_apart() -> None:
    first = feed(entry("a", day(1)))
    second = feed(entry("a", day(1)), entry("b", day(1)))

    assert await titles([first, second, second]) == [[], ["b"], []]


async def test_entries_without_a_date_are_news_by_their_names() -> None:
    assert await titles([feed(entry("a")), feed(entry("b"), entry("a")), feed(entry("b"))]) == [[], ["b"], []]


@given(counts=st.lists(st.integers(0, 6), min_size=1, max_size=6))
async def test_every_entry_that_comes_after_the_first_look_is_found_once(counts: list[int]) -> None:
    shown: list[bytes] = []
    names: list[str] = []
    for count in counts:
        names += [f"{len(names) + number}" for number in range(count)]
        # A feed shows the newest first, and not many.
        shown.append(
            feed(*(entry(name, day(int(name) + 1 if int(name) < 30 else 31)) for name in reversed(names[-12:])))
        )

    found = await titles(shown)

    assert found[0] == []
    assert sorted((name for look_ in found for name in look_), key=int) == names[counts[0] :]


async def test_a_person_who_tries_it_gets_the_newest_entry_and_nothing_is_remembered() -> None:
    run = await look(feed(entry("b", day(2)), entry("a", day(1))), mode="manual")

    assert [item["title"] for item in run.json[0]] == ["b"]
    assert run.ctx.static_data == {}


async def test_in_the_run_it_starts_it_hands_on_what_it_found() -> None:
    run = await try_node(rss_feed, parameters={"feedUrl": URL}, items=[{"title": "a"}, {"title": "b"}], mode="trigger")

    assert run.json == [[{"title": "a"}, {"title": "b"}]]


async def test_an_answer_that_tells_of_an_error_is_one_and_nothing_is_remembered() -> None:
    memory: dict[str, Any] = {}

    with pytest.raises(NodeError):
        await try_node(
            rss_feed,
            parameters={"feedUrl": URL},
            http=lambda request: HttpResponse(status=503, reason="", headers=[], body=feed(), url=URL),
            mode="trigger",
            static_data=memory,
        )

    assert memory == {}
