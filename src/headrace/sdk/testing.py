"""A test kit for node authors: run a node on items, without a server.

    async def test_it_doubles() -> None:
        run = await try_node(my_node, parameters={"field": "n"}, items=[{"n": 2}])

        assert run.json == [[{"n": 4}]]

The kit runs the node exactly as the executor does (pairing, error modes), with memory in place of the
payload store and a scripted HTTP client, and it fails when a node changes its input items.
Parameters that start with "=" are evaluated by the `evaluate` function you pass, if any; the kit itself
knows no JavaScript.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from random import Random, SystemRandom
from typing import Any

from headrace.sdk.binaries import describe_binary
from headrace.sdk.context import (
    CodeRequest,
    CodeResult,
    CommandResult,
    ExecutionInfo,
    HttpReply,
    HttpRequest,
    HttpResponse,
    NodeInfo,
    RunRecord,
    WorkflowInfo,
)
from headrace.sdk.errors import NodeError
from headrace.sdk.items import NO_ITEMS, Binary, Item, ItemList, Items, SourceRef
from headrace.sdk.outcome import NodeModule, Suspend
from headrace.sdk.parameters import resolve_parameters
from headrace.sdk.paths import get_path
from headrace.sdk.running import failed_items, run_node, show_errors
from headrace.sdk.tables import DataTables

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@dataclass
class NodeRun:
    """What came of a run."""

    outputs: list[list[Item]]
    suspend: Suspend | None
    ctx: TestContext

    @property
    def json(self) -> list[list[Any]]:
        """The bare json of every item of every output."""
        return [[item.json for item in output] for output in self.outputs]


async def try_node(
    node: NodeModule,
    *,
    parameters: Mapping[str, Any] | None = None,
    items: Sequence[Any] = ({},),
    inputs: Sequence[Sequence[Any] | None] | None = None,
    version: float | None = None,
    on_error: str = "stopWorkflow",
    binaries: Mapping[str, bytes] | None = None,
    http: Callable[[HttpRequest], HttpResponse] | None = None,
    files: dict[str, bytes] | None = None,
    credentials: Mapping[str, Mapping[str, Any]] | None = None,
    evaluate: Callable[[str, int, Mapping[str, Any]], Any] | None = None,
    code: Callable[[CodeRequest], CodeResult] | None = None,
    sub_workflow: Callable[[Any, Sequence[Item]], Sequence[Sequence[Item]]] | None = None,
    command: Callable[[str], CommandResult] | None = None,
    now: datetime = NOON,
    run_index: int = 0,
    earlier: Sequence[RunRecord] = (),
    sources: Sequence[SourceRef | None] = (),
    mode: str = "manual",
    static_data: dict[str, Any] | None = None,
    tables: DataTables | None = None,
    timezone: str = "America/New_York",
) -> NodeRun:
    """Run *node* once.

    Args:
        items: Items of input 0: `Item`s or bare json objects.
        inputs: All inputs, instead of `items`; None for one where nothing arrived.
        version: typeVersion; the newest that the description serves when not given.
        binaries: Payloads by id, for items with `Binary` references.
        http: Answers requests; without it every request fails the test.
        files: The file system that `ctx.files` sees, by path; written to in place.
        sub_workflow: Stands for any sub-workflow: gets it and its items, returns its outputs.
        command: Stands for the shell; without it every command succeeds and prints nothing.
        earlier: Earlier runs of the node; its state goes on from the last one's.
        sources: Where the inputs came from; unknown when not given.
        tables: Data tables; without it, using one fails the test.
        static_data: What the node remembers from earlier executions; written to in place.

    Raises:
        NodeError: as the node raised it.
        AssertionError: the node changed an item that it did not make.
    """
    given = [ItemList(_items(part)) if part is not None else None for part in (inputs or [items])]
    before = copy.deepcopy([list(part) if part is not None else None for part in given])
    ctx = TestContext(
        module=node,
        given=given,
        parameters=dict(parameters or {}),
        version=version if version is not None else max(node.DESCRIPTION.versions),
        on_error=on_error,
        payloads=dict(binaries or {}),
        respond_http=http,
        disk=files if files is not None else {},
        secrets=credentials or {},
        evaluator=evaluate,
        coder=code,
        run_called=sub_workflow,
        shell=command,
        moment=now,
        run=run_index,
        earlier=earlier,
        mode=mode,
        static_data=static_data if static_data is not None else {},
        given_tables=tables,
        timezone=timezone,
        given_sources=sources,
        state=copy.deepcopy(dict(earlier[-1].state)) if earlier else {},
    )
    result = await run_node(node, ctx)
    after = [list(part) if part is not None else None for part in given]
    assert before == after, "the node changed its input items"
    if isinstance(result, Suspend):
        return NodeRun([], result, ctx)
    outputs = result or []
    if on_error == "continueErrorOutput":
        outputs = failed_items(outputs, given)
    show_errors(outputs)
    return NodeRun(outputs, None, ctx)


def _items(values: Sequence[Any]) -> list[Item]:
    return [value if isinstance(value, Item) else Item(json=value) for value in values]


@dataclass
class TestContext:
    """The `NodeContext` of the kit; look at it after a run for what the node did."""

    __test__ = False  # pytest: not a test class

    module: NodeModule
    given: list[Items | None] | list[ItemList | None]
    parameters: dict[str, Any]
    version: float
    on_error: str
    payloads: dict[str, bytes]
    respond_http: Callable[[HttpRequest], HttpResponse] | None
    disk: dict[str, bytes]
    secrets: Mapping[str, Mapping[str, Any]]
    evaluator: Callable[[str, int, Mapping[str, Any]], Any] | None
    coder: Callable[[CodeRequest], CodeResult] | None
    run_called: Callable[[Any, Sequence[Item]], Sequence[Sequence[Item]]] | None
    shell: Callable[[str], CommandResult] | None
    moment: datetime
    run: int
    earlier: Sequence[RunRecord]
    mode: str
    timezone: str
    given_sources: Sequence[SourceRef | None] = ()
    state: dict[str, Any] = field(default_factory=dict)
    static_data: dict[str, Any] = field(default_factory=dict)
    given_tables: DataTables | None = None
    workflow_static_data: dict[str, Any] = field(default_factory=dict)
    requests: list[HttpRequest] = field(default_factory=list)
    replies: list[HttpReply] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    custom_data: dict[str, str] = field(default_factory=dict)
    called: list[tuple[Any, list[Item]]] = field(default_factory=list)
    """Sub-workflows that were run, each with the items it was given."""

    commands: list[str] = field(default_factory=list)
    slept: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self._resolved = resolve_parameters(self.module.DESCRIPTION.parameters, self.parameters, version=self.version)

    @property
    def node(self) -> NodeInfo:
        return NodeInfo(
            id="node-1",
            name=self.module.DESCRIPTION.title,
            type=self.module.DESCRIPTION.type,
            version=self.version,
            on_error=self.on_error,  # type: ignore[arg-type]
        )

    @property
    def workflow(self) -> WorkflowInfo:
        return WorkflowInfo(id="workflow-1", name="Test", timezone=self.timezone)

    @property
    def execution(self) -> ExecutionInfo:
        return ExecutionInfo(
            id="execution-1", mode=self.mode, resume_url="http://localhost/webhook-waiting/execution-1"
        )

    @property
    def run_index(self) -> int:
        return self.run

    @property
    def inputs(self) -> Sequence[Items | None]:
        return self.given

    @property
    def items(self) -> Items:
        return (self.given[0] if self.given else None) or NO_ITEMS

    @property
    def sources(self) -> Sequence[Any]:
        return list(self.given_sources) or [None] * len(self.given)

    @property
    def http(self) -> TestContext:
        return self

    @property
    def files(self) -> TestContext:
        return self

    @property
    def tables(self) -> DataTables:
        if self.given_tables is None:
            raise AssertionError("no `tables` were given")
        return self.given_tables

    @property
    def idempotency_key(self) -> str:
        return "execution-1/node-1/0"

    def now(self) -> datetime:
        return self.moment

    @property
    def random(self) -> Random:
        return SystemRandom()

    def param(self, path: str, index: int = 0, default: Any = None) -> Any:
        value = get_path(self._resolved, path, default)
        return self._evaluated(value, index, {})

    def raw_param(self, path: str, default: Any = None) -> Any:
        return get_path(self._resolved, path, default)

    async def evaluate(self, value: Any, index: int = 0, extra: Mapping[str, Any] | None = None) -> Any:
        return self._evaluated(value, index, extra or {})

    def _evaluated(self, value: Any, index: int, extra: Mapping[str, Any]) -> Any:
        if isinstance(value, str) and value.startswith("="):
            if self.evaluator is None:
                raise AssertionError(f"no evaluator was given for the expression {value}")
            return self.evaluator(value[1:], index, extra)
        if isinstance(value, dict):
            return {key: self._evaluated(part, index, extra) for key, part in value.items()}
        if isinstance(value, list):
            return [self._evaluated(part, index, extra) for part in value]
        return value

    async def credential(self, type_: str, index: int = 0) -> Mapping[str, Any]:
        if type_ not in self.secrets:
            raise NodeError(f"The node has no credential of type {type_}")
        return self.secrets[type_]

    async def read_binary(self, binary: Binary) -> bytes:
        return self.payloads[binary.id]

    async def store_binary(self, data: bytes, *, file_name: str | None = None, mime_type: str | None = None) -> Binary:
        key = hashlib.sha256(data).hexdigest()
        self.payloads[key] = data
        return describe_binary(key, data, file_name=file_name, mime_type=mime_type)

    async def run_code(self, request: CodeRequest) -> CodeResult:
        if self.coder is None:
            raise AssertionError("no `code` function was given to run code with")
        return self.coder(request)

    def approval_url(self, key: str) -> str:
        return f"http://localhost/approve/execution-1/{key}"

    async def run_workflow(
        self, workflow: Any, items: Sequence[Item], *, wait: bool = True
    ) -> Sequence[Sequence[Item]]:
        self.called.append((workflow, list(items)))
        if self.run_called is None:
            raise AssertionError("no `sub_workflow` function was given to run sub-workflows with")
        outputs = self.run_called(workflow, items)
        return outputs if wait else []

    async def run_command(self, command: str) -> CommandResult:
        self.commands.append(command)
        return self.shell(command) if self.shell is not None else CommandResult(exit_code=0, stdout="", stderr="")

    async def respond(self, reply: HttpReply) -> None:
        self.replies.append(reply)

    async def earlier_runs(self) -> Sequence[RunRecord]:
        return self.earlier

    async def sleep(self, pause: timedelta) -> None:
        self.slept += pause

    def hint(self, message: str) -> None:
        self.hints.append(message)

    def save_custom_data(self, key: str, value: str) -> None:
        self.custom_data[key] = value

    async def prepare(self, start: int, items: Sequence[Item]) -> None:
        """Nothing to do: the kit evaluates when asked."""

    # HttpClient
    async def request(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        if self.respond_http is None:
            raise AssertionError(f"unexpected request: {request.method} {request.url}")
        return self.respond_http(request)

    # Files
    async def read(self, path: str) -> bytes:
        if path not in self.disk:
            raise NodeError(f'The file "{path}" could not be accessed.')
        return self.disk[path]

    async def write(self, path: str, data: bytes, *, append: bool = False) -> None:
        self.disk[path] = (self.disk.get(path, b"") if append else b"") + data

    async def find(self, pattern: str) -> list[str]:
        return sorted(path for path in self.disk if fnmatch(path, pattern))
