"""What the executor needs from outside, in its own words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from headrace.executions.public import (
    ErrorInfo,
    Event,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSuspended,
    Output,
    PausedQueue,
    RunEntry,
    Status,
    Step,
    Ticket,
)
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId
from headrace.sdk.context import CodeRequest, CodeResult, Files, HttpClient, HttpReply
from headrace.sdk.items import Items
from headrace.sdk.outcome import NodeModule
from headrace.sdk.tables import DataTables
from headrace.workflows.public import Workflow

WaitPath = Callable[[Literal["webhook-waiting", "form-waiting", "approve"], ExecutionId, str], str]
"""Returns where on a server an execution that waits for a call, a form or a decision is told to go on: path and query.
The text is a suffix, or empty."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The item of another node that an item descends from."""

    run: int
    output: int
    item: int


@dataclass(frozen=True, slots=True)
class LinkFailure:
    """Why there is no such item; `message` is what the person sees."""

    message: str
    description: str = ""


class Scope(Protocol):
    """All that expressions and code of one run of one node may see. Nothing here is secret."""

    @property
    def tenant(self) -> TenantId: ...

    @property
    def tiers(self) -> set[str]:
        """Where this run's expressions and code ran, to be recorded with it; evaluators add to it.

        "path" is plain look-up without JavaScript; else guest and wall, such as "javascript/jail".
        """
        ...

    @property
    def key(self) -> str:
        """Tenant and execution; one sandbox context serves one key."""
        ...

    @property
    def inputs(self) -> Sequence[Items | None]:
        """The items of each input; expressions see input 0 as `$json`."""
        ...

    @property
    def input_places(self) -> Sequence[tuple[str, int, int] | None]:
        """Node, run and output of each input, where it is a finished output."""
        ...

    @property
    def inputs_cut(self) -> bool:
        """Whether the inputs are only a part of those outputs."""
        ...

    def input_json(self, place: int) -> bytes | None:
        """Return an input as the JSON array that the journal holds, if it does."""
        ...

    @property
    def static_data(self) -> Mapping[str, Any]:
        """The workflow's static data as code sees it: {"global": {...}, "node": {...}}."""
        ...

    @property
    def binary_data(self) -> Mapping[str, str]:
        """Bytes of the input items' binary fields as base64 by id, for code that looks at them."""
        ...

    @property
    def has_parents(self) -> bool:
        """Whether anything is connected to the node's inputs."""
        ...

    @property
    def variables(self) -> Mapping[str, Any]:
        """Plain JSON values of `$workflow`, `$execution`, `$runIndex`, `$prevNode`, `$parameter`, `$rawParameter`,
        `$nodeVersion`, `$nodeId`, `$webhookId`, `$mode`, `$vars`, `$env`, ... by name with the dollar."""
        ...

    @property
    def timezone(self) -> str: ...

    @property
    def node_name(self) -> str: ...

    @property
    def node_names(self) -> Sequence[str]:
        """All nodes of the workflow."""
        ...

    def runs_of(self, node: str) -> int:
        """How many runs *node* has had; pin data counts as one in manual runs."""
        ...

    def items_of(self, node: str, output: int, run: int) -> Items:
        """The items a node put out; run -1 is its last run. Empty when that output or run does not exist."""
        ...

    def output_towards(self, node: str) -> int:
        """The output through which *node* is connected to the current node, else 0."""
        ...

    def links(self, node: str) -> Sequence[Linked | LinkFailure]:
        """For each item of input 0, the item of *node* that it descends from."""
        ...

    def parameters_of(self, node: str) -> Mapping[str, Any]:
        """The parameters of another node as drawn."""
        ...

    def context_of(self, node: str) -> Mapping[str, Any]:
        """A node's context, such as {noItemsLeft, currentRunIndex} of a loop."""
        ...


class CodeHelp(Protocol):
    """Answers what code asks of the executor while it runs."""

    def attempt(self) -> Callable[[bytes], Awaitable[bytes]]:
        """Return what answers one attempt at running the code: a JSON text for a JSON text. It never raises.

        Code may have to be run again with more data; what an earlier attempt has done is not done again.
        """
        ...


class Evaluator(Protocol):
    """Evaluates expressions and runs code, in sandboxes."""

    async def resolve(
        self,
        raw_values: Sequence[Any],
        scope: Scope,
        start: int,
        count: int,
        extra: Mapping[str, Any] | None = None,
    ) -> list[list[Any]]:
        """Return, for each raw parameter value, its value for each input item from *start* on.

        A value that could not be evaluated is an `ExpressionError` in its place.

        Raises:
            NotLoaded: the scope's; load the data and call again.
        """
        ...

    async def run_code(self, request: CodeRequest, scope: Scope, helpers: CodeHelp | None = None) -> CodeResult:
        """Run untrusted code.

        Args:
            helpers: Answers what the code asks for while it runs; without it, it is told that there is no help.

        Raises:
            NodeError: it could not be run at all, or went past a limit.
            NotLoaded: the scope's; load the data and call again.
        """
        ...

    async def forget(self, key: str) -> None:
        """The execution of that scope key is over; drop what was kept for it."""
        ...


class RunState(Protocol):
    """An execution as it stands."""

    @property
    def request(self) -> ExecutionRequested: ...
    @property
    def status(self) -> Status: ...
    @property
    def current(self) -> Step | None: ...
    @property
    def stuck(self) -> str | None: ...
    @property
    def attempts(self) -> int: ...
    @property
    def retry_at(self) -> datetime | None: ...
    @property
    def resumed(self) -> ExecutionResumed | None: ...
    @property
    def error(self) -> ErrorInfo | None: ...
    @property
    def canceled_by(self) -> str | None: ...
    @property
    def suspension(self) -> ExecutionSuspended | None: ...
    @property
    def static_data(self) -> Mapping[str, Any] | None: ...
    @property
    def last_node(self) -> str | None: ...
    @property
    def runs(self) -> Mapping[str, Sequence[RunEntry]]: ...

    def run_index(self, node: str) -> int: ...
    def ancestors(self, node: str) -> Sequence[str]:
        """All nodes from which data may reach *node*."""
        ...


class SeenRun(Protocol):
    """An execution as the expressions of its nodes see it."""

    @property
    def request(self) -> ExecutionRequested: ...
    @property
    def runs(self) -> Mapping[str, Sequence[RunEntry]]: ...

    def run_index(self, node: str) -> int: ...
    def ancestors(self, node: str) -> Sequence[str]: ...


class ClaimedRun(RunState, Protocol):
    """An execution under this process's lease."""

    claims: int
    """How often it was claimed, this time included, since it last got anywhere."""

    when_lost: Callable[[], None]
    """Called when the lease is gone: stop at once, nothing more will be written."""

    when_canceled: Callable[[str], None]
    """Called with the reason when somebody wants the execution to end."""

    def record(self, event: Event) -> None: ...
    async def flush(self) -> None: ...
    async def release(self) -> None: ...


class Executions(Protocol):
    """The Execution service, as an executor sees it."""

    async def request(self, request: ExecutionRequested, carried: Sequence[Event] = ()) -> ExecutionId: ...
    async def begin(self, request: ExecutionRequested, carried: Sequence[Event] = ()) -> ClaimedRun: ...
    async def resume(
        self, tenant: TenantId, execution_id: ExecutionId, *, by: str, output: Output | None = None
    ) -> None: ...
    async def ask_cancel(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str = "request") -> None: ...
    async def cancel(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str = "request") -> bool: ...
    async def bury(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str) -> None: ...
    async def claim(self, tenant: TenantId, execution_id: ExecutionId) -> ClaimedRun: ...
    async def inspect(self, tenant: TenantId, execution_id: ExecutionId) -> RunState: ...


class Workflows(Protocol):
    """Where sub-workflows and error workflows are looked up."""

    async def get(self, tenant: TenantId, workflow_id: str) -> Workflow:
        """Raises: NotFound: there is no such workflow for this tenant."""
        ...


class Located(Protocol):
    """Where workflows belong."""

    async def project_of(self, tenant: TenantId, workflow_id: str) -> ProjectId:
        """Raises: NotFound: there is no such workflow for this tenant."""
        ...


class Variables(Protocol):
    """What expressions read as `$vars`."""

    async def values(self, tenant: TenantId, project: str) -> Mapping[str, str]: ...


class RunTables(Protocol):
    """The data tables that runs read and write."""

    def of_project(self, tenant: TenantId, project: ProjectId) -> DataTables: ...


class Nodes(Protocol):
    """The catalogue of node types."""

    def find(self, type_: str, version: float) -> NodeModule:
        """Raises: NotFound: no such type, or not in that version; the message says which there are."""
        ...


class Payloads(Protocol):
    """Bytes by key."""

    async def put(self, tenant: TenantId, owner: str, data: bytes) -> str: ...
    async def get(self, tenant: TenantId, key: str) -> bytes: ...
    def stream(self, tenant: TenantId, key: str) -> AsyncIterator[bytes]: ...


class Credentials(Protocol):
    """Secrets, opened for one node under the run's lease."""

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId
    ) -> Mapping[str, Any]:
        """Return the secret fields of a credential.

        Args:
            reference: {"id", "name"} as the node has it.
            project: The one that the run belongs to.

        Raises:
            NotFound: there is no such credential for this tenant, or the project may not use it.
            HeadraceError: it cannot be opened; the message says why.
        """
        ...

    async def renew(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, refused: str, project: ProjectId
    ) -> Mapping[str, Any] | None:
        """Return the fields with another token than the one that a service *refused*; None if there is none.

        Raises:
            HeadraceError: as `open`.
        """
        ...

    def check_shown(self, type_: str) -> None:
        """Raises: Denied: credentials of this type come onto requests only, and are shown to no node."""
        ...


class Outside(Protocol):
    """The ways out of a node: made for each of its runs, so that a credential goes only where that node may use it."""

    def http(self, tenant: TenantId, credentials: NodeCredentials) -> HttpClient: ...
    def files(self, tenant: TenantId) -> Files: ...


class NodeCredentials(Protocol):
    """The credentials of the node that runs."""

    async def open(self, type_: str) -> Mapping[str, Any]:
        """Raises: NodeError: the node has no credential of that type, or it is gone."""
        ...

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the credential with another token than the one that was refused; None if there is none."""
        ...


class StaticData(Protocol):
    """What workflows remember between production runs."""

    async def read(self, tenant: TenantId, workflow_id: str) -> Mapping[str, Any]: ...
    async def write(self, tenant: TenantId, workflow_id: str, data: Mapping[str, Any]) -> None: ...


class OpenWork(Protocol):
    """What is to be done, of all tenants: executions that nobody runs, waits whose time has come, executions that are
    to end, and queues that stand still."""

    async def unfinished(self, *, now: datetime, limit: int = 10_000) -> Sequence[Ticket]: ...
    async def due(self, *, now: datetime, limit: int = 10_000) -> Sequence[tuple[TenantId, ExecutionId]]: ...
    async def to_cancel(self) -> Sequence[tuple[TenantId, ExecutionId]]: ...
    async def paused(self) -> Sequence[PausedQueue]: ...


class TenantLimits(Protocol):
    """What tenants may start and run."""

    async def check_start(self, tenant: TenantId) -> None:
        """Count a start.

        Raises:
            Denied, LimitExceeded, NotFound: the tenant may not start anything now, and it was not counted.
        """
        ...

    async def concurrency(self, tenant: TenantId) -> int | None:
        """Return how many executions of a tenant may run at once; None: as many as the server runs.

        Raises:
            NotFound: there is no such tenant.
        """
        ...


class RunRules(Protocol):
    """What workflows say of their own runs."""

    async def ruled(self, request: ExecutionRequested) -> ExecutionRequested:
        """Return the request with its lane, its priority, and the key that it is the only one for."""
        ...


class Replies(Protocol):
    """Where a node's answer to the request that started the run goes."""

    def deliver(self, execution_id: ExecutionId, reply: HttpReply) -> None:
        """Hand an answer on; nothing happens when nobody waits for it. Must be quick and must not fail."""
        ...


class Watcher(Protocol):
    """Follows runs as they happen: the live tree of the CLI, the editor's stream."""

    def on_event(self, execution_id: ExecutionId, event: Event) -> None:
        """One event was recorded. Must be quick and must not fail."""
        ...


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended, or that it was put aside."""

    execution_id: ExecutionId
    status: Status
    last_node: str | None
    outputs: Sequence[Output]
    """All outputs of the last node's last run."""

    error: ErrorInfo | None = None
    canceled_by: str | None = None
    """Of a canceled run: "request" or "timeout"."""

    wait_till: datetime | None = None
    """Of a run that was put aside: when its wait ends by itself, if it does."""

    @classmethod
    def of(cls, execution_id: ExecutionId, state: RunState) -> Finished:
        entries = state.runs.get(state.last_node, ()) if state.last_node is not None else ()
        outputs = entries[-1].outputs if entries else ()
        return cls(
            execution_id=execution_id,
            status=state.status,
            last_node=state.last_node,
            outputs=outputs,
            error=state.error,
            canceled_by=state.canceled_by,
            wait_till=state.suspension.until if state.suspension is not None else None,
        )
