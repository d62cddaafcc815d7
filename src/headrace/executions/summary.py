"""How the list of executions and the timeline follow from events: pure folds, shared by every projection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from headrace.executions.public import (
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionQuery,
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
    WorkflowStatistics,
    run_settings,
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
            project=event.project,
            retention=run_settings(event.workflow).kept,
            events=1,
        )
    if summary is None:
        raise ValueError(f"a stream begins with {type(event).__name__}")
    changes: dict[str, object] = {"events": summary.events + 1}
    match event:
        case NodeSucceeded():
            changes |= {"node_runs": summary.node_runs + 1, "last_node": event.node}
            if event.custom_data:
                changes["custom_data"] = {**summary.custom_data, **event.custom_data}
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


def matches(summary: ExecutionSummary, query: ExecutionQuery) -> bool:
    """Whether an execution is among those that are wanted."""
    return (
        query.workflow_id in (None, summary.workflow_id)
        and query.retry_of in (None, summary.retry_of)
        and (not query.statuses or summary.status in query.statuses)
        and (not query.modes or summary.mode in query.modes)
        and (query.projects is None or summary.project in query.projects)
        and (query.since is None or summary.requested_at >= query.since)
        and (query.until is None or summary.requested_at < query.until)
        and query.error.casefold() in (summary.error or "").casefold()
        and query.custom_data.items() <= summary.custom_data.items()
    )


def workflow_statistics(summaries: Sequence[ExecutionSummary]) -> WorkflowStatistics:
    """Return how the executions of one workflow went; at least one, the newest first."""
    newest = summaries[0]
    took = [(one.ended_at - one.requested_at).total_seconds() for one in summaries if one.ended_at is not None]
    return WorkflowStatistics(
        workflow_id=newest.workflow_id,
        workflow_name=newest.workflow_name,
        counts=Counter(one.status for one in summaries),
        average_seconds=sum(took) / len(took) if took else None,
        longest_seconds=max(took, default=None),
        last_requested_at=newest.requested_at,
    )


def timeline(events: Iterable[Event]) -> list[NodeRunSummary]:
    """Return the runs of nodes in order of execution; an unfinished one comes last with status "running"."""
    line = Timeline()
    for event in events:
        line.add(event)
    return line.rows()


class Timeline:
    """The runs of nodes, told event by event."""

    def __init__(self) -> None:
        self._rows: list[NodeRunSummary] = []
        self._started: dict[tuple[str, int], datetime] = {}
        self._attempts: dict[tuple[str, int], int] = {}
        self._running: NodeStarted | None = None

    def add(self, event: Event) -> None:
        match event:
            case NodeStarted():
                self._started.setdefault((event.node, event.run), event.at)
                self._attempts[event.node, event.run] = event.attempt
                self._running = event
            case NodeAttemptFailed() | NodeEndedBranch() | ExecutionSuspended():
                self._running = None
            case NodeSucceeded() | NodeFailed():
                key = (event.node, event.run)
                failed = isinstance(event, NodeFailed)
                self._rows.append(
                    NodeRunSummary(
                        node=event.node,
                        run=event.run,
                        index=len(self._rows),
                        status="error" if failed else "success",
                        started_at=self._started.get(key),
                        seconds=event.seconds,
                        items=() if isinstance(event, NodeFailed) else tuple(o.items for o in event.outputs),
                        attempts=self._attempts.get(key, 1),
                        error=event.error.message if event.error else None,
                        failure=event.error,
                        sources=event.sources,
                        carried=isinstance(event, NodeSucceeded) and event.carried,
                        tiers=event.tiers,
                        console=event.console,
                    )
                )
                self._running = None
            case _:
                pass

    def rows(self) -> list[NodeRunSummary]:
        """Return what was told so far; an unfinished run comes last."""
        running = self._running
        if running is None:
            return list(self._rows)
        last = NodeRunSummary(
            node=running.node,
            run=running.run,
            index=len(self._rows),
            status="running",
            started_at=running.at,
            seconds=0.0,
            items=(),
            attempts=running.attempt,
        )
        return [*self._rows, last]
