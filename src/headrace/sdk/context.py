"""What a node sees of the run it is part of."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal, Protocol

from headrace.sdk.items import Binary, Item, Items
from headrace.sdk.tables import DataTables


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """The node as drawn."""

    id: str
    name: str
    type: str
    version: float
    webhook_id: str | None = None
    on_error: Literal["stopWorkflow", "continueRegularOutput", "continueErrorOutput"] = "stopWorkflow"

    @property
    def continues_on_error(self) -> bool:
        return self.on_error != "stopWorkflow"


@dataclass(frozen=True, slots=True)
class WorkflowInfo:
    id: str
    name: str
    active: bool = False
    timezone: str = "America/New_York"
    """IANA name of the zone that dates are read and shown in."""

    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExecutionInfo:
    id: str
    mode: str
    """"manual", "trigger", "webhook", "integrated" (a sub-workflow), "error", "cli", "retry"."""

    resume_url: str = ""
    resume_form_url: str = ""
    approval_url: str = ""

    @property
    def is_manual(self) -> bool:
        return self.mode == "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request to the outside. It goes through the egress layer, which checks every address it would
    connect to, redirects included, and attaches the credential after that check."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]] = ()
    body: bytes | AsyncIterable[bytes] | None = None
    credential: str | None = None
    """Type of the node's credential to attach, such as "httpBasicAuth"; the node never sees its secret."""

    timeout: timedelta = timedelta(seconds=300)
    max_redirects: int = 21
    """0: a redirect is returned as it is."""

    proxy: str | None = None
    verify_tls: bool = True
    max_bytes: int = 256 * 1024 * 1024
    """A longer answer is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    status: int
    reason: str
    headers: Sequence[tuple[str, str]]
    """In the order received, names as sent."""

    body: bytes
    url: str
    """Where the answer came from, after redirects."""

    def header(self, name: str, default: str = "") -> str:
        """Return the first header of that name, any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)


class HttpFailed(Exception):
    """No answer: refused by policy, no connection, broken off, or out of time.

    `code` is a word in the manner of Node's error codes: ECONNREFUSED, ENOTFOUND, ETIMEDOUT,
    ECONNRESET, ECONNABORTED, or "BLOCKED" when the address may not be reached.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class HttpClient(Protocol):
    async def request(self, request: HttpRequest) -> HttpResponse:
        """Send *request*; an answer of any status is a result.

        Raises:
            HttpFailed: there was no answer.
        """
        ...


class Files(Protocol):
    """The part of the file system that workflows may use; paths outside it are refused."""

    async def read(self, path: str) -> bytes:
        """Raises: NodeError: no such file, or not allowed."""
        ...

    async def write(self, path: str, data: bytes, *, append: bool = False) -> None:
        """Raises: NodeError: not allowed, or not possible."""
        ...

    async def find(self, pattern: str) -> list[str]:
        """Return the allowed files that match a glob pattern, sorted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """The answer to the webhook call that started the run."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    binary: Binary | None = None
    """When set, its bytes are the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFailure:
    """A piece of user code threw."""

    message: str
    name: str = "Error"
    description: str | None = None
    line: int | None = None
    """1-based line of the user's own source."""

    stack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeResult:
    """What a piece of user code returned: one value, or one per item."""

    values: Sequence[Any]
    """JSON values; `CodeFailure` where the code threw, `UNDEFINED` where it returned undefined or a function."""

    console: Sequence[str] = ()
    static_data: Mapping[str, Any] | None = None
    """The workflow's static data after the code ran: {"global": {...}, "node": {...}}."""

    custom_data: Mapping[str, str] = field(default_factory=dict)
    """What code of this execution has saved with `$execution.customData` so far."""


class _Undefined:
    """JavaScript's undefined, which is not null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __bool__(self) -> bool:
        return False


UNDEFINED = _Undefined()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest:
    """Untrusted code to run in a sandbox.

    `style` says how it is called and what it sees:

    * "all": the body of an async function, run once; `$input.all()`, `items`, `$('Node')`, ...
    * "each": the same body once per input item, with `$json`, `item`, `$itemIndex`.
    * "function": n8n's old Function node: `items` (each {json, binary}) may be changed in place and is returned.
    * "functionItem": the old Function Item node: `item` is the json object, once per item. Each value is
      {json, binary}: what the code returned, and the item's binary data, which the code may set.
    """

    source: str
    style: Literal["all", "each", "function", "functionItem"] = "all"
    language: Literal["javascript", "python"] = "javascript"
    timeout: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What a shell command left behind."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """An earlier run of this same node in this execution."""

    run_index: int
    sources: Sequence[Any]
    """`SourceRef` or None for each input."""

    state: Mapping[str, Any]
    """What the node had put into `ctx.state` by the end of that run."""

    load: Callable[[], Awaitable[Sequence[Items | None]]]

    async def inputs(self) -> Sequence[Items | None]:
        """Return what the inputs held; it may have to be read from the payload store."""
        return await self.load()


class NodeContext(Protocol):
    """What a node gets to do its work. Everything a node does to the outside goes through it."""

    @property
    def node(self) -> NodeInfo: ...
    @property
    def workflow(self) -> WorkflowInfo: ...
    @property
    def execution(self) -> ExecutionInfo: ...

    @property
    def run_index(self) -> int:
        """0 for the node's first run in this execution, 1 for the next (loops), ..."""
        ...

    @property
    def inputs(self) -> Sequence[Items | None]:
        """The items of each connected input; None where nothing arrived."""
        ...

    @property
    def items(self) -> Items:
        """Input 0; empty if nothing arrived there."""
        ...

    @property
    def sources(self) -> Sequence[Any]:
        """Where each input came from: `SourceRef` or None."""
        ...

    @property
    def state(self) -> dict[str, Any]:
        """The node's own small memory, kept for the whole execution and journaled with each run; JSON only."""
        ...

    @property
    def static_data(self) -> dict[str, Any]:
        """The node's part of the workflow's static data, saved after production runs."""
        ...

    @property
    def workflow_static_data(self) -> dict[str, Any]:
        """The part of the workflow's static data that all its nodes share, saved after production runs."""
        ...

    @property
    def http(self) -> HttpClient: ...
    @property
    def files(self) -> Files: ...

    @property
    def tables(self) -> DataTables:
        """The data tables of the run's project."""
        ...

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt of this run of this node; for services that take one."""
        ...

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    @property
    def random(self) -> Random:
        """Random numbers from the system's source; in tests of workflows, the same ones each time."""
        ...

    def param(self, path: str, index: int = 0, default: Any = None) -> Any:
        """Return the value of a parameter for one input item: defaults filled in, expressions evaluated.

        *path* is the name, with dots into collections: "options.batchSize". *default* is returned
        where there is no such value (collections hold only what was added).

        Raises:
            ExpressionError: an expression in it failed.
        """
        ...

    def raw_param(self, path: str, default: Any = None) -> Any:
        """Return the parameter as drawn: expressions unevaluated, defaults filled in."""
        ...

    async def evaluate(self, value: Any, index: int = 0, extra: Mapping[str, Any] | None = None) -> Any:
        """Evaluate the expressions in a raw parameter value, with *extra* variables such as {"$response": ...}."""
        ...

    async def credential(self, type_: str, index: int = 0) -> Mapping[str, Any]:
        """Open one of the node's credentials. For secrets that must be computed with; requests name theirs instead.

        Raises:
            NodeError: the node has no such credential.
        """
        ...

    async def read_binary(self, binary: Binary) -> bytes: ...

    async def store_binary(self, data: bytes, *, file_name: str | None = None, mime_type: str | None = None) -> Binary:
        """Put bytes into the payload store. The type is guessed from the name, then from the bytes, when not given."""
        ...

    async def run_code(self, request: CodeRequest) -> CodeResult:
        """Run untrusted code in the sandbox, on this run's inputs."""
        ...

    async def run_workflow(
        self, workflow: Any, items: Sequence[Item], *, wait: bool = True
    ) -> Sequence[Sequence[Item]]:
        """Run a sub-workflow and return all outputs of its last node; [] without waiting.

        *workflow* is an id, or a whole workflow as a JSON object.

        Raises:
            NodeError: there is no such workflow, or it failed.
        """
        ...

    async def run_command(self, command: str) -> CommandResult:
        """Run a shell command on the server, where its owner allows that.

        Raises:
            NodeError: it is not allowed; the message names the setting.
        """
        ...

    async def respond(self, reply: HttpReply) -> None:
        """Answer the webhook call that started the run. Only the first answer counts."""
        ...

    def approval_url(self, key: str) -> str:
        """Return the address of a page on which somebody decides, if the run is then put aside for an approval with
        this key as `webhook_suffix`."""
        ...

    async def earlier_runs(self) -> Sequence[RunRecord]:
        """Earlier runs of this node, oldest first; a record is made when it is looked at."""
        ...

    async def sleep(self, pause: timedelta) -> None:
        """Pause inside the node (short pauses only; return `Suspend` for long ones)."""
        ...

    def hint(self, message: str) -> None:
        """Leave a remark for the person who looks at the run."""
        ...

    def save_custom_data(self, key: str, value: str) -> None:
        """Keep a fact with the execution, by which people find it in lists later; ten facts at most."""
        ...

    async def prepare(self, start: int, items: Sequence[Item]) -> None:
        """Evaluate the parameters' expressions for a chunk of input items; called around the node, not by it."""
        ...
