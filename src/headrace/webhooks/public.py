"""Calls and answers, as other contexts may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from headrace.kernel.ids import ExecutionId, ProjectId, TenantId

WEBHOOK = "n8n-nodes-base.webhook"
FORM_TRIGGER = "n8n-nodes-base.formTrigger"
CHAT_TRIGGER = "@n8n/n8n-nodes-langchain.chatTrigger"
FORM = "n8n-nodes-base.form"
WAIT = "n8n-nodes-base.wait"

DECISIONS = {"approved": 0, "declined": 1}
"""What somebody can decide, and the output of the waiting node on which the run goes on then."""


def output_of(resume: str, json: Mapping[str, Any]) -> int:
    """Return on which output of a waiting node an item goes on that somebody gives in place of a request's.

    Args:
        resume: What the node waits for.
        json: The item's: of an approval, what was decided is where the node itself puts it.
    """
    decided = json.get("approval") if resume == "approval" else None
    return DECISIONS.get(str(decided.get("decision")), 0) if isinstance(decided, Mapping) else 0


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


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that waits at its test URLs, for one call."""

    id: str
    tenant: TenantId
    workflow_id: str
    project: ProjectId
    workflow: msgspec.Raw
    """What is drawn, n8n JSON."""

    nodes: tuple[str, ...]
    """Names of those whose test URLs answer."""

    places: tuple[str, ...]
    """Where calls look for it: see `domain.place_of`."""

    destination: str | None = None
    """Only what leads to this node runs then; None: everything does."""

    expires_at: datetime
    execution_id: ExecutionId | None = None
    """The run that the call has started; None: it waits, or none came in time."""

    node: str | None = None
    """Which was called."""

    def waits(self, now: datetime) -> bool:
        return self.execution_id is None and now < self.expires_at
