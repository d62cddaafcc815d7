"""What lists over HTTP have in common, and the conditions of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

import msgspec
from litestar.params import HeaderParameter, QueryParameter

_Row = TypeVar("_Row")

PageSize = Annotated[int, QueryParameter(ge=1, le=250, description="Rows of a page.")]
Cursor = Annotated[str | None, QueryParameter(description="`nextCursor` of the page before.", max_length=2_000)]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", description="The `ETag` that was seen: 412 if it changed since.")
]


class Page(msgspec.Struct, Generic[_Row], rename="camel"):
    """A page of a list."""

    data: Sequence[_Row]
    next_cursor: str | None = None
    """Send it back as `cursor` for the next page; null on the last."""
