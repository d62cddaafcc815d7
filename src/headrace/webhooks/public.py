"""Calls and answers, as other contexts may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headrace.kernel.ids import TenantId
from headrace.sdk.items import Binary


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request, once it has been read."""

    method: str
    path: str
    """After the prefix, without a slash at its start."""

    url: str
    headers: Mapping[str, str]
    """By lower-case name; repeated ones are joined with ", "."""

    query: Mapping[str, Any]
    """Values are texts, or lists of texts where a name came more than once."""

    body: Any = None
    files: Mapping[str, Binary] = field(default_factory=dict)
    """Stored parts of the body, by the name of their binary field."""

    address: str = ""
    """Of the caller, as a trusted proxy says or as it connected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back."""

    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    payload: tuple[TenantId, str] | None = None
    """Key of a payload whose bytes are the body instead."""
