"""Events of executions, and the data they are made of."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from headrace.kernel.ids import DEFAULT_PROJECT, ExecutionId, ProjectId, TenantId
from headrace.sdk.items import SourceRef
from headrace.sdk.values import encode_special


class Status(StrEnum):
    """Where an execution stands."""

    NEW = "new"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCESS = "success"
    ERROR = "error"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self in (Status.SUCCESS, Status.ERROR, Status.CANCELED)


class Output(msgspec.Struct, frozen=True, omit_defaults=True):
    """One output of one run: its items in the event itself, or (past the inline limit) in the payload store."""

    items: int
    """How many items there are."""

    inline: msgspec.Raw = msgspec.Raw(b"[]")
    """The items as a JSON array; an empty one when they are in the payload store."""

    payload: str | None = None
    """Key in the payload store."""

    bytes: int = 0
    """Size of the encoded items, before compression."""


class ErrorInfo(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What made a node or an execution fail, for people and for error workflows. Holds no secrets."""

    message: str
    name: str = "NodeOperationError"
    description: str | None = None
    node: str | None = None
    http_code: str | None = None
    context: dict[str, Any] = {}
    stack: str = ""


class Mode(StrEnum):
    """Why an execution runs."""

    MANUAL = "manual"
    TRIGGER = "trigger"
    WEBHOOK = "webhook"
    INTEGRATED = "integrated"
    ERROR = "error"
    RETRY = "retry"


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """An execution that is to run, as those see it who decide which one is next."""

    tenant: TenantId
    execution_id: ExecutionId
    workflow_id: str
    priority: int = 0
    """Higher goes first, within its tenant."""

    lane: str = ""
    """Executions of one workflow with one lane share the workflow's limit; a key of the workflow's own choice."""

    lane_limit: int | None = None
    """How many of its lane may run at once."""


class _Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="event", kw_only=True):
    at: datetime
    """When it happened, UTC."""


class ExecutionRequested(_Event, frozen=True, tag="ExecutionRequested"):
    """Somebody or something asked for a run; from here on it is durable."""

    execution_id: ExecutionId
    tenant: TenantId
    workflow_id: str
    workflow_name: str
    workflow: msgspec.Raw
    """The whole workflow as it was then, n8n JSON: a later edit does not touch a run that has begun."""

    mode: Mode
    start: str
    """Name of the node that the run starts at."""

    given: Output
    """The items handed to the start node."""

    destination: str | None = None
    """Partial run: only what leads to this node runs, and nothing after it."""

    use_pins: bool = True
    parent: ExecutionId | None = None
    """The execution that called this one as a sub-workflow, or that failed (error workflows)."""

    retry_of: ExecutionId | None = None
    """The execution that this one goes on from; what it keeps of that follows as carried events."""

    project: ProjectId = DEFAULT_PROJECT
    awaited: bool = False
    """Its parent drives it and waits for its outcome: nobody else is to run it while the parent has not ended."""

    depth: int = 0
    """How many sub-workflow calls lie above this one."""

    priority: int = 0
    lane: str = ""
    lane_limit: int | None = None
    """When and beside what it may run: see `Ticket`."""

    dedup_key: str = ""
    dedup_until: datetime | None = None
    """Until then no other execution of the workflow is requested with that key; empty: there is no such rule."""

    @property
    def pinned(self) -> bool:
        """Whether pin data stands in for its nodes: in runs that people start, and in retries of those."""
        return self.use_pins and self.mode in (Mode.MANUAL, Mode.RETRY)

    @property
    def ticket(self) -> Ticket:
        return Ticket(
            tenant=self.tenant,
            execution_id=self.execution_id,
            workflow_id=self.workflow_id,
            priority=self.priority,
            lane=self.lane,
            lane_limit=self.lane_limit,
        )


class NodeStarted(_Event, frozen=True, tag="NodeStarted"):
    node: str
    run: int
    attempt: int = 1


class NodeSucceeded(_Event, frozen=True, tag="NodeSucceeded"):
    """A run of a node is over and its output stands; it never runs again."""

    node: str
    run: int
    outputs: tuple[Output, ...]
    sources: tuple[SourceRef | None, ...] = ()
    seconds: float = 0.0
    state: dict[str, Any] = {}
    """The node's own memory after this run."""

    error: ErrorInfo | None = None
    """The node failed as a whole, but the workflow goes on after its errors."""

    hints: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    """Where its expressions and code ran: "path" without JavaScript, else guest and wall ("python/jail")."""

    console: tuple[str, ...] = ()
    custom_data: dict[str, str] = {}
    static_data: dict[str, Any] | None = None
    """The workflow's static data after this run, when the node changed it."""

    responded: bool = False
    """The node answered the webhook call that started the execution."""

    carried: bool = False
    """It ran in the execution that this one retries, and does not run again."""


class NodeEndedBranch(_Event, frozen=True, tag="NodeEndedBranch"):
    """A node returned nothing at all: its branch ends and no run is recorded."""

    node: str
    run: int
    carried: bool = False
    """As in `NodeSucceeded`."""


class NodeAttemptFailed(_Event, frozen=True, tag="NodeAttemptFailed"):
    """An attempt failed and another will follow."""

    node: str
    run: int
    attempt: int
    error: ErrorInfo
    retry_at: datetime


class NodeFailed(_Event, frozen=True, tag="NodeFailed"):
    """The last attempt failed and the workflow stops on errors of this node."""

    node: str
    run: int
    error: ErrorInfo
    sources: tuple[SourceRef | None, ...] = ()
    seconds: float = 0.0
    tiers: tuple[str, ...] = ()
    console: tuple[str, ...] = ()


class ExecutionSuspended(_Event, frozen=True, tag="ExecutionSuspended"):
    """The execution is put aside; it holds no worker."""

    node: str
    run: int
    until: datetime | None
    resume: str
    """"time", "webhook", "form", "approval", or "execution": then *child* says which."""

    output: Output
    """What the node puts out when time resumes it."""

    webhook_suffix: str = ""
    timed_out_to: int = 0
    """On which of the node's outputs that is."""

    child: ExecutionId | None = None
    """Goes on once this sub-execution has ended: the node runs again then, and finds what came of it."""


class ExecutionResumed(_Event, frozen=True, tag="ExecutionResumed"):
    """The wait is over: the waiting node puts out *output*, or runs again."""

    by: str
    output: Output
    to: int = 0
    """On which of its outputs."""

    again: bool = False


class ExecutionSucceeded(_Event, frozen=True, tag="ExecutionSucceeded"):
    last_node: str | None = None


class ExecutionFailed(_Event, frozen=True, tag="ExecutionFailed"):
    error: ErrorInfo
    node: str | None = None


class ExecutionCanceled(_Event, frozen=True, tag="ExecutionCanceled"):
    reason: str
    """"request" or "timeout"."""


Event: TypeAlias = (
    ExecutionRequested
    | NodeStarted
    | NodeSucceeded
    | NodeEndedBranch
    | NodeAttemptFailed
    | NodeFailed
    | ExecutionSuspended
    | ExecutionResumed
    | ExecutionSucceeded
    | ExecutionFailed
    | ExecutionCanceled
)

_encoder = msgspec.json.Encoder(enc_hook=encode_special, decimal_format="number")
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode_event(event: Event) -> bytes:
    """Return the event as the JSON text that the journal keeps."""
    return _encoder.encode(event)


def decode_event(body: bytes | str) -> Event:
    """Raises: msgspec.ValidationError: not an event of this or an earlier version."""
    return _decoder.decode(body)


class Arrival(msgspec.Struct, frozen=True):
    """What lies at one input of a node that is about to run: one output of an earlier run, or items of another kind."""

    items: int
    node: str | None = None
    run: int = 0
    output: int = 0
    given: bool = False
    """The items that the execution was started with."""


NOTHING = Arrival(items=0)
"""An input that no data reached, on a node that runs all the same."""

ONE_BLANK = Arrival(items=1)
"""One empty item, for a node that v0 forces to run."""


class Step(msgspec.Struct, frozen=True):
    """A node with the data it runs on."""

    node: str
    inputs: tuple[Arrival | None, ...]
    sources: tuple[SourceRef | None, ...]


PROGRESS = (NodeSucceeded, NodeEndedBranch, NodeAttemptFailed, NodeFailed, ExecutionSuspended, ExecutionResumed)
"""Events after which an execution has got further than before; a mere start of a node is none."""


class RunEntry(msgspec.Struct, frozen=True):
    """One finished run of a node."""

    index: int
    """Place in the order of execution."""

    outputs: tuple[Output, ...]
    step: Step
    state: dict[str, Any]
    error: ErrorInfo | None = None

    @property
    def sources(self) -> tuple[SourceRef | None, ...]:
        return self.step.sources
