"""Reading a list page by page: a cursor names the last row seen, so that rows that come and go move no other."""

from __future__ import annotations

import base64
import binascii

import msgspec

from headrace.workflows.domain.names import name_key
from headrace.workflows.errors import BadCursor
from headrace.workflows.public import WorkflowQuery, WorkflowSort, WorkflowSummary

MAX_PAGE = 250


class Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The last row of a page."""

    sort: WorkflowSort
    key: str
    """What the list is sorted by: the name's key, or when it was updated (ISO, UTC, microseconds)."""

    id: str


def sort_key(workflow: WorkflowSummary, sort: WorkflowSort) -> str:
    """Return what *workflow* is sorted by, ascending for names, descending for moments; ids decide between equals."""
    if sort is WorkflowSort.NAME:
        return name_key(workflow.name)
    return workflow.updated_at.isoformat(timespec="microseconds")


def cursor_after(workflow: WorkflowSummary, sort: WorkflowSort) -> str:
    """Return the opaque cursor of the page that begins after *workflow*."""
    encoded = msgspec.json.encode(Cursor(sort, sort_key(workflow, sort), workflow.id))
    return base64.urlsafe_b64encode(encoded).decode().rstrip("=")


def read_cursor(text: str, query: WorkflowQuery) -> Cursor:
    """Raises: BadCursor: it is none, or one of a list in another order."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        cursor = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=Cursor)
    except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError, UnicodeDecodeError) as forged:
        raise BadCursor from forged
    if cursor.sort is not query.sort:
        raise BadCursor
    return cursor
