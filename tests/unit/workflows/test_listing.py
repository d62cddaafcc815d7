"""Cursors that come back from outside."""

from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.workflows.domain.listing import Cursor, read_cursor
from headrace.workflows.errors import BadCursor
from headrace.workflows.public import WorkflowQuery, WorkflowSort


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "ü",
        "AAAA",
        encoded("null"),
        encoded('["size","a","b"]'),
        encoded('["name",1,"b"]'),
        encoded('["name"]'),
    ],
)
def test_a_cursor_of_nowhere_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(text, WorkflowQuery())


def test_a_cursor_of_another_order_is_refused() -> None:
    with pytest.raises(BadCursor):
        read_cursor(encoded('["name","a","b"]'), WorkflowQuery(sort=WorkflowSort.UPDATED))


@given(st.text(max_size=40))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    with suppress(BadCursor):
        assert isinstance(read_cursor(text, WorkflowQuery()), Cursor)
