"""Server-sent events are read as they are written."""

from __future__ import annotations

from headrace.infra.event_stream import EventParser, SentEvent


def parsed(text: str) -> list[SentEvent]:
    parser = EventParser()
    return [event for line in text.encode().splitlines(keepends=True) if (event := parser.feed(line)) is not None]


def test_an_event_ends_with_an_empty_line() -> None:
    assert parsed("id: 7\nevent: node.started\ndata: {}\n\nevent: gap\ndata: a\ndata: b\n\n") == [
        SentEvent("node.started", "{}", "7"),
        SentEvent("gap", "a\nb", None),
    ]


def test_comments_and_what_has_no_data_are_passed_over() -> None:
    assert parsed(": alive\n\nretry: 1000\n\nevent: x\n\ndata:y\n\n") == [SentEvent("message", "y", None)]


def test_an_event_that_is_not_finished_is_none() -> None:
    assert parsed("data: half") == []
