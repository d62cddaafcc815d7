"""Calls and answers, as other contexts may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headrace.kernel.ids import ExecutionId, TenantId
from headrace.sdk.items import Binary

WEBHOOK = "n8n-nodes-base.webhook"
FORM_TRIGGER = "n8n-nodes-base.formTrigger"
FORM = "n8n-nodes-base.form"
WAIT = "n8n-nodes-base.wait"


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

    policy: str | None = None
    """Content-Security-Policy of a page that is made here; None: that of answers which authors make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A call that came to a test URL, and the run that it started."""

    execution_id: ExecutionId
    node: str
    call: Call
