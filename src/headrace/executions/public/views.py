"""What readers of executions see: summaries, lists, timelines, statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from headrace.executions.public.events import ErrorInfo, Mode, Status
from headrace.executions.public.settings import Retention
from headrace.kernel.ids import DEFAULT_PROJECT, ExecutionId, ProjectId, TenantId
from headrace.sdk.items import SourceRef


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an execution stands in lists, which go from the newest to the oldest."""

    requested_at: datetime
    execution_id: ExecutionId


class ExecutionSummary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """One execution in a list."""

    id: ExecutionId
    workflow_id: str
    workflow_name: str
    status: Status
    mode: str
    requested_at: datetime
    ended_at: datetime | None = None
    wait_till: datetime | None = None
    node_runs: int = 0
    last_node: str | None = None
    error: str | None = None
    parent: ExecutionId | None = None
    retry_of: ExecutionId | None = None
    project: ProjectId = DEFAULT_PROJECT
    custom_data: dict[str, str] = {}
    """What its nodes noted about it, for finding it by."""

    retention: Retention = Retention()
    events: int = 0

    @property
    def place(self) -> Place:
        return Place(self.requested_at, self.id)


class NodeRunSummary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """One run of a node in the timeline of an execution."""

    node: str
    run: int
    index: int
    """Place in the order of execution, from 0."""

    status: str
    started_at: datetime | None
    seconds: float
    items: tuple[int, ...]
    attempts: int = 1
    error: str | None = None
    failure: ErrorInfo | None = None
    """All that is known of the error."""

    sources: tuple[SourceRef | None, ...] = ()
    """Which output of which run each of its inputs came from."""

    carried: bool = False
    """It ran in the execution that this one retries."""

    tiers: tuple[str, ...] = ()
    """Where its expressions and code ran, as in `NodeSucceeded`."""

    console: tuple[str, ...] = ()
    """What its code printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionQuery:
    """Which executions are wanted; None or nothing: whichever."""

    workflow_id: str | None = None
    statuses: frozenset[Status] = frozenset()
    modes: frozenset[Mode] = frozenset()
    projects: frozenset[ProjectId] | None = None
    """None: of all projects; none at all if it is empty."""

    retry_of: ExecutionId | None = None
    since: datetime | None = None
    """Requested then or later."""

    until: datetime | None = None
    """Requested before then."""

    error: str = ""
    """A part of the error's text, however capitalised."""

    custom_data: Mapping[str, str] = field(default_factory=dict)
    """Notes that it has, all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowStatistics:
    """How the executions of a workflow went that are still kept."""

    workflow_id: str
    workflow_name: str
    """As the latest of them had it."""

    counts: Mapping[Status, int]
    """Only of what there is."""

    average_seconds: float | None
    """From request to end, of those that have ended; None: none has."""

    longest_seconds: float | None
    last_requested_at: datetime


@dataclass(frozen=True, slots=True)
class NodeDataPage:
    """Some of the items that one run of a node put out on one output."""

    items: Sequence[msgspec.Raw]
    """Each an n8n item, JSON."""

    start: int
    total: int


@dataclass(frozen=True, slots=True)
class PausedQueue:
    """A workflow whose executions queue up and do not start."""

    tenant: TenantId
    workflow_id: str
    at: datetime


class Which(StrEnum):
    """Which version of a workflow is to run, where no number says so."""

    DRAFT = "draft"
    PUBLISHED = "published"


WorkflowChoice: TypeAlias = Which | int
"""A number is that of a version."""


@dataclass(frozen=True, slots=True)
class ExecutionPage:
    executions: Sequence[ExecutionSummary]
    next_cursor: str | None
    """Opaque; None on the last page."""


class BulkAction(StrEnum):
    """What can be done to many executions at once."""

    CANCEL = "cancel"
    RETRY = "retry"
    DELETE = "delete"


class BulkFailure(msgspec.Struct, frozen=True, rename="camel"):
    """One of many executions to which something could not be done."""

    execution_id: ExecutionId
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of one stretch of a list of executions."""

    done: Sequence[ExecutionId]
    failed: Sequence[BulkFailure]
    next_cursor: str | None
    """Where to go on; None: the list is done with."""
