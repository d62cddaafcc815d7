"""How the list of executions and the timeline follow from events: pure folds, shared by every projection."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from headrace.executions.public import (
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSucceeded,
    ExecutionSummary,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeEndedBranch,
    NodeFailed,
    NodeRunSummary,
    NodeStarted,
    NodeSucceeded,
    Status,
)


def summarise(summary: ExecutionSummary | None, event: Event) -> ExecutionSummary:
    """Return the summary after one more event.

    Raises:
        ValueError: the first event is not the request.
    """
    if isinstance(event, ExecutionRequested):
        return ExecutionSummary(
            id=event.execution_id,
            workflow_id=event.workflow_id,
            workflow_name=event.workflow_name,
            status=Status.RUNNING,
            mode=event.mode,
            requested_at=event.at,
            parent=event.parent,
            retry_of=event.retry_of,
            events=1,
        )
    if summary is None:
        raise ValueError(f"a stream begins with {type(event).__name__}")
    changes: dict[str, object] = {"events": summary.events + 1}
    match event:
        case NodeSucceeded():
            changes |= {"node_runs": summary.node_runs + 1, "last_node": event.node}
        case NodeFailed():
            changes |= {"last_node": event.node, "error": event.error.message}
        case ExecutionSuspended():
            changes |= {"status": Status.WAITING, "wait_till": event.until}
        case ExecutionResumed():
            changes |= {"status": Status.RUNNING, "wait_till": None}
        case ExecutionSucceeded():
            changes |= {"status": Status.SUCCESS, "ended_at": event.at, "wait_till": None}
        case ExecutionFailed():
            changes |= {"status": Status.ERROR, "ended_at": event.at, "error": event.error.message, "wait_till": None}
        case ExecutionCanceled():
            why = "it ran longer than its timeout" if event.reason == "timeout" else None
            changes |= {"status": Status.CANCELED, "ended_at": event.at, "error": why, "wait_till": None}
        case _:
            pass
    return msgspec.structs.replace(summary, **changes)


def timeline(events: Iterable[Event]) -> list[NodeRunSummary]:
    """Return the runs of nodes in order of execution; an unfinished one comes last with status "running"."""
    rows: list[NodeRunSummary] = []
    started: dict[tuple[str, int], datetime] = {}
    attempts: dict[tuple[str, int], int] = {}
    running: NodeStarted | None = None
    for event in events:
        match event:
            case NodeStarted():
                started.setdefault((event.node, event.run), event.at)
                attempts[event.node, event.run] = event.attempt
                running = event
            case NodeAttemptFailed() | NodeEndedBranch():
                running = None
            case NodeSucceeded() | NodeFailed():
                key = (event.node, event.run)
                failed = isinstance(event, NodeFailed)
                rows.append(
                    NodeRunSummary(
                        node=event.node,
                        run=event.run,
                        index=len(rows),
                        status="error" if failed else "success",
                        started_at=started.get(key),
                        seconds=event.seconds,
                        items=() if isinstance(event, NodeFailed) else tuple(o.items for o in event.outputs),
                        attempts=attempts.get(key, 1),
                        error=event.error.message if event.error else None,
                        tiers=event.tiers,
                        console=event.console,
                    )
                )
                running = None
            case ExecutionSuspended():
                running = None
            case _:
                pass
    if running is not None:
        rows.append(
            NodeRunSummary(
                node=running.node,
                run=running.run,
                index=len(rows),
                status="running",
                started_at=running.at,
                seconds=0.0,
                items=(),
                attempts=running.attempt,
            )
        )
    return rows
