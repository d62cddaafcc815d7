"""What webhooks need from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from headrace.executions.public import ErrorInfo, ExecutionRequested, ExecutionSuspended, Output, Status, Ticket
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId
from headrace.sdk.context import HttpReply
from headrace.sdk.items import Item
from headrace.sdk.outcome import NodeModule
from headrace.webhooks.public import Listening
from headrace.workflows.public import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNode:
    """A node that asks for something, or shows something, before the world."""

    name: str
    type: str
    version: float
    parameters: Mapping[str, Any]
    """Defaults filled in, and evaluated for its first item: what came of expressions is data."""

    drawn: Mapping[str, Any]
    """The same as the author drew them: where one is an expression, it is one here."""

    credentials: Mapping[str, Any] = field(default_factory=dict)
    item: Item | None = None
    """The first that came to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An execution, as those may see it who know its id."""

    request: ExecutionRequested
    status: Status
    suspension: ExecutionSuspended | None = None
    node: ShownNode | None = None
    """The node that waits; or, when none does, the ending of the form that was reached last."""

    first: ShownNode | None = None
    """The trigger, as drawn, when it is a form."""

    timezone: str = "UTC"
    is_form: bool = False
    """Whether people see this run as pages of a form."""

    has_pages: bool = False
    """Whether the workflow has pages of a form beside the trigger's."""


class Waits(Protocol):
    """Executions that wait for a request, and how forms ended."""

    async def find(self, execution_id: ExecutionId) -> Standing | None:
        """Return how an execution stands; None: there is none.

        Raises:
            BadForm: the parameters of its node cannot be evaluated.
        """
        ...

    async def suspension(
        self, tenant: TenantId, execution_id: ExecutionId
    ) -> tuple[ProjectId, ExecutionSuspended | None]:
        """Return where an execution belongs and what it waits for; None: it does not wait.

        Raises:
            NotFound: there is no such execution for this tenant.
        """
        ...


class Outcome(Protocol):
    """How a run ended, or that it was put aside."""

    @property
    def status(self) -> Status: ...
    @property
    def outputs(self) -> Sequence[Output]: ...
    @property
    def error(self) -> ErrorInfo | None: ...


class Runs(Protocol):
    """Where runs are started."""

    async def submit(self, request: ExecutionRequested) -> asyncio.Future[Any]:
        """Make a run durable and have it run; what is returned becomes done with its `Outcome`.

        Raises:
            Invalid: it cannot be run.
            Unavailable: it could not be written.
        """
        ...

    async def resume(
        self, ticket: Ticket, *, by: str, output: Output, to: int, waits: ExecutionSuspended
    ) -> asyncio.Future[Any]:
        """End a wait for a request and have the run go on; what is returned becomes done with its `Outcome`.

        Args:
            to: Which output of the waiting node *output* is.

        Raises:
            LeaseHeld: it is being run.
            NotRunnable: it does not wait, or not for this any more.
            Denied: its tenant is suspended.
            Unavailable: it could not be written.
        """
        ...

    async def requested_at(self, tenant: TenantId, execution_id: ExecutionId) -> datetime | None:
        """Return when a run was asked for; None: there is none."""
        ...

    def reply_of(self, execution_id: ExecutionId) -> asyncio.Future[HttpReply]:
        """Return what becomes done with the answer that a node of the run gives, and cancelled if none does."""
        ...


class Bodies(Protocol):
    """Where large parts of requests go as they arrive, and answers come from."""

    async def put_stream(self, tenant: TenantId, owner: str, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Store a stream; return its key and its length."""
        ...

    def stream(self, tenant: TenantId, key: str) -> AsyncIterator[bytes]: ...

    async def put(self, tenant: TenantId, owner: str, data: bytes) -> str: ...

    async def delete_owned(self, tenant: TenantId, owner: str) -> int:
        """Remove all that an owner has; return how many there were."""
        ...


class Secrets(Protocol):
    """The credentials that callers have to show."""

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId
    ) -> Mapping[str, Any]:
        """Return the fields of a credential that workflows of a project may use.

        Raises:
            NotFound: there is no such credential, or the project may not use it.
        """
        ...


class Outputs(Protocol):
    """Reads what a node put out."""

    async def items(self, tenant: TenantId, output: Output) -> Sequence[Item]: ...

    async def store(self, tenant: TenantId, owner: str, items: Sequence[Item]) -> Output:
        """Return items as an output, in the payload store if they are many bytes."""
        ...


class NodeTypes(Protocol):
    """The catalogue of node types."""

    def find(self, type_: str, version: float) -> NodeModule:
        """Raises: NotFound: no such type, or not in that version."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is drawn of a workflow, and where that belongs."""

    workflow: Workflow
    project: ProjectId


class Drafts(Protocol):
    """Workflows as they are drawn."""

    async def get(self, tenant: TenantId, workflow_id: str, drawn: Mapping[str, Any] | None = None) -> Draft:
        """Return a workflow's draft, or what somebody has drawn of it and not saved.

        Raises:
            NotFound: there is no such workflow for this tenant.
            Invalid: what is drawn is no workflow.
        """
        ...


class Listenings(Protocol):
    """Drafts that wait for a call; all servers share them."""

    async def open(self, listening: Listening, *, now: datetime) -> None:
        """Keep one, in place of the workflow's own before it. Those that ended an hour ago are forgotten."""
        ...

    async def at(self, places: Collection[str], *, now: datetime) -> Sequence[Listening]:
        """Return what waits at one of these places, of all tenants, the newest first."""
        ...

    async def of(self, tenant: TenantId, workflow_id: str) -> Listening | None:
        """Return how the last one of a workflow stands; None: there was none not long ago, or it was closed."""
        ...

    async def take(self, listening: Listening, *, execution_id: ExecutionId, node: str, now: datetime) -> bool:
        """Note the run that the call starts; False if it waits no more. Of several at once, one is told True."""
        ...

    async def give_back(self, listening: Listening, *, execution_id: ExecutionId) -> None:
        """Let it wait again: the run that was to be did not come to be."""
        ...

    async def close(self, tenant: TenantId, workflow_id: str) -> bool:
        """Forget a workflow's; False if there was none."""
        ...
