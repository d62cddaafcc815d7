"""What executions look like from outside: as n8n's public API gives them, and what is known beyond."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter

from headrace.executions.public import (
    BulkFailure,
    Event,
    ExecutionFailed,
    ExecutionSummary,
    Mode,
    NodeFailed,
    NodeRunSummary,
    NodeStarted,
    NodeSucceeded,
    Status,
    Which,
    WorkflowStatistics,
)
from headrace.infra.http.injected import Given
from headrace.kernel.ids import ProjectId
from headrace.tenancy.public import Action, Caller

_Row = TypeVar("_Row")

Who = Given[Caller]
PageSize = Annotated[int, QueryParameter(ge=1, le=250, description="Rows of a page.")]
Cursor = Annotated[str | None, QueryParameter(description="`nextCursor` of the page before.", max_length=2_000)]
ShortText = Annotated[str, msgspec.Meta(max_length=500)]
Version = Which | Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
"""`draft`, `published`, or a version's number."""


class Page(msgspec.Struct, Generic[_Row], rename="camel"):
    """A page of a list."""

    data: Sequence[_Row]
    next_cursor: str | None = None
    """Send it back as `cursor` for the next page; null on the last."""


class ExecutionShape(msgspec.Struct, rename="camel"):
    """One execution."""

    id: str
    status: Status
    mode: str
    finished: bool
    """Whether it succeeded."""

    workflow_id: str
    workflow_name: str
    project_id: str
    started_at: datetime
    stopped_at: datetime | None
    wait_till: datetime | None
    retry_of: str | None
    parent: str | None
    """The execution that called this one, or whose failure it is about."""

    custom_data: dict[str, str]
    error: str | None
    last_node: str | None
    node_runs: int
    data: dict[str, Any] | None = None
    """With `includeData`: what its nodes put out, as n8n has it."""

    workflow_data: msgspec.Raw | None = None
    """With `includeData`: the workflow as it ran."""


def execution_shape(one: ExecutionSummary) -> ExecutionShape:
    return ExecutionShape(
        id=one.id,
        status=one.status,
        mode=one.mode,
        finished=one.status is Status.SUCCESS,
        workflow_id=one.workflow_id,
        workflow_name=one.workflow_name,
        project_id=one.project,
        started_at=one.requested_at,
        stopped_at=one.ended_at,
        wait_till=one.wait_till,
        retry_of=one.retry_of,
        parent=one.parent,
        custom_data=one.custom_data,
        error=one.error,
        last_node=one.last_node,
        node_runs=one.node_runs,
    )


async def run_data(events: AsyncIterator[tuple[Event, Sequence[Sequence[msgspec.Raw]]]]) -> dict[str, Any]:
    """Return what an execution did in the form of n8n's `data`."""
    runs: dict[str, list[dict[str, Any]]] = {}
    began: dict[tuple[str, int], datetime] = {}
    result: dict[str, Any] = {"runData": runs}
    index = 0
    async for event, outputs in events:
        match event:
            case NodeStarted():
                began.setdefault((event.node, event.run), event.at)
            case NodeSucceeded() | NodeFailed():
                failed = event.error is not None
                at = began.get((event.node, event.run), event.at)
                entry: dict[str, Any] = {
                    "startTime": round(at.timestamp() * 1000),
                    "executionTime": round(event.seconds * 1000),
                    "executionIndex": index,
                    "executionStatus": "error" if failed else "success",
                    "source": event.sources,
                }
                if isinstance(event, NodeSucceeded):
                    entry["data"] = {"main": outputs}
                    entry["hints"] = event.hints
                if event.error is not None:
                    entry["error"] = event.error
                runs.setdefault(event.node, []).append(entry)
                result["lastNodeExecuted"] = event.node
                index += 1
            case ExecutionFailed():
                result["error"] = event.error
            case _:
                pass
    return {"resultData": result}


class StartBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """A run to be started."""

    workflow_id: ShortText
    version: Version = Which.DRAFT
    start_node: ShortText | None = None
    """Null: the workflow's trigger."""

    destination_node: ShortText | None = None
    """Only what leads to this node runs, and nothing after it."""

    items: list[dict[str, Any]] | None = None
    """What the start node gets: n8n items, or bare objects. Null: one empty item."""

    pin_data: dict[str, list[dict[str, Any]]] | None = None
    """Items that stand in for nodes, by their names, beside those that the workflow has."""

    use_pins: bool = True
    priority: Annotated[int, msgspec.Meta(ge=-100, le=100)] = 0
    reuse: ShortText | None = None
    """An earlier execution of the workflow. With a destination, nodes that lead to it do not run again as long as they,
    and what they get, are as they were then; its timeline says which were `carried`."""


class RetryBody(msgspec.Struct, rename="camel"):
    """How to go on."""

    load_workflow: bool = False
    """As n8n has it: take the workflow as it is drawn now, not as it ran."""

    version: Version | None = None
    """Another version of the workflow to take."""

    node: ShortText | None = None
    """Null: from where it failed. What ran after the node runs again."""

    run: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    """Which run of that node, from 0."""


class BulkBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Which executions are meant: those to which all of this applies, and the action."""

    workflow_id: ShortText | None = None
    project_id: ShortText | None = None
    status: frozenset[Status] = frozenset()
    mode: frozenset[Mode] = frozenset()
    started_after: datetime | None = None
    started_before: datetime | None = None
    error: ShortText = ""
    custom_data: dict[str, str] = {}
    version: Version | None = None
    """Of retries: null is the version that ran."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100
    cursor: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None


class BulkShape(msgspec.Struct, rename="camel"):
    """What became of one stretch of them."""

    done: Sequence[str]
    failed: Sequence[BulkFailure]
    next_cursor: str | None
    """Send it back as `cursor` to go on; null when there are no more."""


class CancelShape(msgspec.Struct):
    id: str
    ended: bool
    """False: it runs, and ends in a moment."""


class TimelineShape(msgspec.Struct):
    execution: ExecutionShape
    nodes: Sequence[NodeRunSummary]


class ItemsShape(msgspec.Struct):
    """Some of the items of one output."""

    items: Sequence[Any]
    start: int
    total: int


class StatisticsShape(msgspec.Struct, rename="camel"):
    """How a workflow's executions went that are still kept."""

    workflow_id: str
    workflow_name: str
    counts: dict[str, int]
    average_seconds: float | None
    longest_seconds: float | None
    last_started_at: datetime


def statistics_shape(one: WorkflowStatistics) -> StatisticsShape:
    return StatisticsShape(
        one.workflow_id,
        one.workflow_name,
        {str(status): count for status, count in one.counts.items()},
        one.average_seconds,
        one.longest_seconds,
        one.last_requested_at,
    )


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment that names no zone as one in UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


async def visible_projects(caller: Caller, action: Action, wanted: str | None) -> frozenset[ProjectId] | None:
    """Return the projects in which the caller may do *action*; None: in all.

    Raises:
        NotFound, Denied: the project that is wanted is not among them.
    """
    if wanted is not None:
        await caller.must(action, wanted)
        return frozenset({ProjectId(wanted)})
    if await caller.may(action):
        return None
    return frozenset(ProjectId(project) for project in await caller.places(action))
