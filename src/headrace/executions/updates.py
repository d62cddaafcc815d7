"""What those see who follow executions live: small words about events, and which of them a slow reader may miss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from headrace.executions.public import (
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeEndedBranch,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
)
from headrace.kernel.ids import ExecutionId

GAP = "gap"
READY = "ready"
_NODE = "node."
_TYPES: Mapping[type[Event], str] = {
    ExecutionRequested: "execution.requested",
    ExecutionSuspended: "execution.suspended",
    ExecutionResumed: "execution.resumed",
    ExecutionSucceeded: "execution.succeeded",
    ExecutionFailed: "execution.failed",
    ExecutionCanceled: "execution.canceled",
    NodeStarted: "node.started",
    NodeAttemptFailed: "node.retrying",
    NodeSucceeded: "node.succeeded",
    NodeFailed: "node.failed",
    NodeEndedBranch: "node.ended",
}
_ENDS = ("execution.succeeded", "execution.failed", "execution.canceled")


class Update(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """One event of an execution without its items, or word that some were left out."""

    type: str
    """One of the names above; "gap"; or "ready": what comes after *seq* is told from here on."""

    seq: int
    """Place in the stream: what a reader names to go on after it. Of a gap: of the last that was left out."""

    execution_id: ExecutionId | None = None
    at: datetime | None = None
    workflow_id: str | None = None
    workflow_name: str | None = None
    mode: str | None = None
    node: str | None = None
    run: int | None = None
    attempt: int | None = None
    items: tuple[int, ...] | None = None
    """How many items are on each output."""

    seconds: float | None = None
    error: str | None = None
    until: datetime | None = None
    """Until when it waits, or when it is tried again."""

    resume: str | None = None
    """What ends the wait: "time", "webhook" or "form"."""

    carried: bool = False
    """It did not run, but was taken over from an earlier execution."""

    left_out: int | None = None
    """Of a gap: how many updates of nodes were passed over because later ones of the same nodes follow."""

    @property
    def is_end(self) -> bool:
        return self.type in _ENDS

    @property
    def is_detail(self) -> bool:
        """Whether it may be left out where a later one of the same node follows."""
        return self.type.startswith(_NODE)


def update_of(execution_id: ExecutionId, seq: int, event: Event) -> Update:
    """Return what a follower is told of an event."""
    update = Update(
        type=_TYPES[type(event)],
        seq=seq,
        execution_id=execution_id,
        at=event.at,
        node=getattr(event, "node", None),
        run=getattr(event, "run", None),
    )
    tell = msgspec.structs.replace
    match event:
        case ExecutionRequested():
            return tell(update, workflow_id=event.workflow_id, workflow_name=event.workflow_name, mode=event.mode.value)
        case NodeStarted():
            return tell(update, attempt=event.attempt)
        case NodeSucceeded():
            counts = tuple(output.items for output in event.outputs)
            error = event.error.message if event.error is not None else None
            return tell(update, items=counts, seconds=event.seconds, error=error, carried=event.carried)
        case NodeAttemptFailed():
            return tell(update, attempt=event.attempt, error=event.error.message, until=event.retry_at)
        case NodeFailed():
            return tell(update, seconds=event.seconds, error=event.error.message)
        case ExecutionSuspended():
            return tell(update, until=event.until, resume=event.resume)
        case ExecutionResumed():
            return tell(update, resume=event.by)
        case ExecutionFailed():
            return tell(update, error=event.error.message)
        case ExecutionCanceled():
            return tell(update, error=event.reason)
        case _:
            return update


def coalesce(updates: Sequence[Update], *, most: int) -> list[Update]:
    """Return *updates*, or, where they are more than *most*, what a reader who cannot keep up has to know.

    What becomes of executions is never left out, and of each node at least the last word is told. That something was
    left out is said first, in a gap.
    """
    if len(updates) <= most:
        return list(updates)
    last: dict[tuple[ExecutionId | None, str | None], int] = {
        (update.execution_id, update.node): place for place, update in enumerate(updates) if update.is_detail
    }
    kept = [
        update
        for place, update in enumerate(updates)
        if not update.is_detail or last[update.execution_id, update.node] == place
    ]
    if len(kept) == len(updates):
        return kept
    told = {update.seq for update in kept}
    missed = max(update.seq for update in updates if update.seq not in told)
    return [Update(type=GAP, seq=missed, left_out=len(updates) - len(kept)), *kept]
