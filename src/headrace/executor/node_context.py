"""What a node gets to do its work: the `NodeContext` of the SDK over real ports."""

from __future__ import annotations

import asyncio
import base64
import copy
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any, Protocol

from headrace.executor.code_helpers import CodeHelpers
from headrace.executor.errors import NotLoaded
from headrace.executor.ports import Evaluator, Payloads
from headrace.executor.run_data import RunData
from headrace.executor.scope import RunScope
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import TenantId
from headrace.sdk.binaries import describe_binary
from headrace.sdk.context import (
    CodeRequest,
    CodeResult,
    CommandResult,
    ExecutionInfo,
    Files,
    HttpClient,
    HttpReply,
    NodeInfo,
    RunRecord,
    WorkflowInfo,
)
from headrace.sdk.errors import ExpressionError, NodeError
from headrace.sdk.items import NO_ITEMS, Binary, Item, Items
from headrace.sdk.parameters import has_expression
from headrace.sdk.paths import get_path
from headrace.sdk.tables import DataTables

_MAX_CUSTOM_DATA = 10
_MAX_CUSTOM_KEY = 50
_MAX_CUSTOM_VALUE = 512
"""Characters; what is longer is cut. Custom data is for finding executions, and is in the journal and in lists."""


_MAX_INLINE_BYTES = 16 * 1024 * 1024
"""Binary data that is handed to code in all."""


class SubWorkflows(Protocol):
    """How a node runs another workflow."""

    async def run(self, workflow: Any, items: Sequence[Item], *, wait: bool, call: int) -> Sequence[Sequence[Item]]: ...


_ABSENT = object()


class RunContext:
    """The context of one attempt of one run of a node.

    Parameters are evaluated ahead, a chunk of items at a time (`prepare`), so that `param` is a look-up.
    """

    def __init__(
        self,
        *,
        node: NodeInfo,
        workflow: WorkflowInfo,
        execution: ExecutionInfo,
        run_index: int,
        tenant: TenantId,
        scope: RunScope,
        parameters: Mapping[str, Any],
        dynamic: frozenset[str],
        per_item: bool,
        streams: bool,
        evaluator: Evaluator,
        data: RunData,
        payloads: Payloads,
        credentials: NodeSecrets,
        http: Callable[[], HttpClient],
        files: Files,
        tables: DataTables,
        sub_workflows: SubWorkflows,
        earlier: Sequence[RunRecord],
        state: dict[str, Any],
        all_static_data: dict[str, Any] | None,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        random_of: Callable[[str], Random],
        approval_url: Callable[[str], str],
        on_reply: Callable[[HttpReply], None] = lambda reply: None,
        allow_commands: bool = False,
        allow_insecure_tls: bool = False,
    ) -> None:
        self.node = node
        self.workflow = workflow
        self.execution = execution
        self.approval_url = approval_url
        self.run_index = run_index
        self._http = http
        self.files = files
        self.tables = tables
        self.state = state
        self.all_static_data = all_static_data
        """The workflow's static data, "global" and one part per node; None when the node is not said to remember."""

        self.static_data_before = copy.deepcopy(all_static_data)
        self.hints: list[str] = []
        self.custom_data: dict[str, str] = {}
        self.console: list[str] = []
        self.reply: HttpReply | None = None
        self.used_code = False
        self._tenant = tenant
        self._scope = scope
        self._parameters = parameters
        self._dynamic = dynamic
        self._per_item = per_item
        self._streams = streams
        self._evaluator = evaluator
        self._data = data
        self._payloads = payloads
        self._credentials = credentials
        self._sub_workflows = sub_workflows
        self._earlier = earlier
        self._now = now
        self._sleep = sleep
        self._random_of = random_of
        self._on_reply = on_reply
        self._allow_commands = allow_commands
        self._allow_insecure_tls = allow_insecure_tls
        self._start = 0
        self._resolved: dict[str, list[Any]] = {}
        self._fixed: dict[str, Any] = {}
        self._calls = 0

    @property
    def inputs(self) -> Sequence[Items | None]:
        return self._scope.inputs

    @property
    def items(self) -> Items:
        return (self._scope.inputs[0] if self._scope.inputs else None) or NO_ITEMS

    @property
    def sources(self) -> Sequence[Any]:
        return self._scope.sources

    @property
    def http(self) -> HttpClient:
        # Made when it is first asked for: most nodes reach nothing.
        return self._http()

    @property
    def idempotency_key(self) -> str:
        return f"{self.execution.id}/{self.node.id or self.node.name}/{self.run_index}"

    def now(self) -> datetime:
        return self._now()

    @cached_property
    def random(self) -> Random:
        return self._random_of(self.idempotency_key)

    @property
    def static_data(self) -> dict[str, Any]:
        return self._memory(f"node:{self.node.name}")

    @property
    def workflow_static_data(self) -> dict[str, Any]:
        return self._memory("global")

    def _memory(self, part: str) -> dict[str, Any]:
        if self.all_static_data is None:
            raise NodeError(f'The node type "{self.node.type}" uses static data without saying so (`remembers`)')
        memory: dict[str, Any] = self.all_static_data.setdefault(part, {})
        return memory

    async def prepare(self, start: int, items: Sequence[Item]) -> None:
        if not self._dynamic:
            return
        names = sorted(self._dynamic)
        count = len(items) if self._per_item else 1
        values = await self._resolve([self._parameters[name] for name in names], start, count)
        if start == 0 or self._streams:
            # An item-wise node looks at the chunk it is given and never back.
            self._start = start
            self._resolved = dict(zip(names, values, strict=True))
        else:
            for name, more in zip(names, values, strict=True):
                self._resolved[name].extend(more)

    async def _resolve(
        self, raw: Sequence[Any], start: int, count: int, extra: Mapping[str, Any] | None = None
    ) -> list[list[Any]]:
        while True:
            try:
                return await self._evaluator.resolve(raw, self._scope, start, count, extra)
            except NotLoaded as missing:
                await self._data.load(missing.place)

    def param(self, path: str, index: int = 0, default: Any = None) -> Any:
        # What holds no expression is the same for every item, and asked for with each.
        found = self._fixed.get(path, _ABSENT)
        if found is not _ABSENT:
            return found
        name, _, rest = path.partition(".")
        if name not in self._dynamic:
            found = get_path(self._parameters, path, _ABSENT)
            if found is _ABSENT:
                return default
            self._fixed[path] = found
            return found
        values = self._resolved.get(name)
        if values is None:
            raise RuntimeError(f"parameter {path!r} was asked for before its expressions were evaluated")
        place = index - self._start if self._per_item else 0
        value = values[place] if 0 <= place < len(values) else default
        if isinstance(value, ExpressionError):
            raise self._failed(value, name, index)
        return get_path(value, rest, default) if rest else value

    @staticmethod
    def _failed(error: ExpressionError, name: str, index: int) -> ExpressionError:
        return ExpressionError(
            error.message,
            description=error.description,
            item_index=error.item_index if error.item_index is not None else index,
            context={**error.context, "parameter": name},
        )

    def raw_param(self, path: str, default: Any = None) -> Any:
        return get_path(self._parameters, path, default)

    async def evaluate(self, value: Any, index: int = 0, extra: Mapping[str, Any] | None = None) -> Any:
        if not has_expression(value):
            return value
        ((result,),) = await self._resolve([value], index, 1, extra)
        if isinstance(result, ExpressionError):
            raise result
        return result

    async def credential(self, type_: str, index: int = 0) -> Mapping[str, Any]:
        return await self._credentials.open(type_)

    async def read_binary(self, binary: Binary) -> bytes:
        try:
            return await self._payloads.get(self._tenant, binary.id)
        except HeadraceError as missing:
            name = binary.file_name or binary.id[:80]
            raise NodeError(f'The binary data "{name}" could not be read: {missing}') from missing

    async def store_binary(self, data: bytes, *, file_name: str | None = None, mime_type: str | None = None) -> Binary:
        key = await self._payloads.put(self._tenant, self.execution.id, data)
        return describe_binary(key, data, file_name=file_name, mime_type=mime_type)

    @property
    def tiers(self) -> tuple[str, ...]:
        """Where this run's expressions and code ran, sorted."""
        return tuple(sorted(self._scope.tiers))

    async def run_code(self, request: CodeRequest) -> CodeResult:
        self.used_code = True
        if "binary" in request.source.lower():
            self._scope.binary_data = await self._small_binaries()
        helpers = CodeHelpers(
            http=self._http,
            files=self,
            inputs=self._scope.inputs,
            allow_insecure_tls=self._allow_insecure_tls,
        )
        while True:
            try:
                result = await self._evaluator.run_code(request, self._scope, helpers)
            except NotLoaded as missing:
                await self._data.load(missing.place)
                continue
            self.console.extend(result.console)
            for key, value in result.custom_data.items():
                self.save_custom_data(key, value)
            self._take_static_data(result.static_data or {})
            return result

    async def _small_binaries(self) -> dict[str, str]:
        """Return the input's small binary fields as base64; larger ones stay references."""
        found: dict[str, str] = {}
        total = 0
        for item in self.items:
            for part in (item.binary or {}).values():
                total += part.bytes
                if total > _MAX_INLINE_BYTES:
                    return found
                if part.id not in found:
                    found[part.id] = base64.b64encode(await self.read_binary(part)).decode()
        return found

    def _take_static_data(self, data: Mapping[str, Any]) -> None:
        for key, name in (("global", "global"), ("node", f"node:{self.node.name}")):
            if self.all_static_data is not None and (data.get(key) or name in self.all_static_data):
                self.all_static_data[name] = dict(data.get(key, {}))

    async def run_workflow(
        self, workflow: Any, items: Sequence[Item], *, wait: bool = True
    ) -> Sequence[Sequence[Item]]:
        self._calls += 1
        return await self._sub_workflows.run(workflow, items, wait=wait, call=self._calls)

    async def run_command(self, command: str) -> CommandResult:
        if not self._allow_commands:
            raise NodeError(
                "Commands are not run on this server",
                description="Its owner can allow them with the setting HEADRACE_ALLOW_COMMANDS=true.",
            )
        process = await asyncio.create_subprocess_shell(
            command,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # Our settings stay with us: keys and tokens are among them.
            env={name: value for name, value in os.environ.items() if not name.startswith("HEADRACE_")},
        )
        try:
            out, err = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            raise
        return CommandResult(
            exit_code=process.returncode or 0,
            stdout=out.decode("utf-8", "replace").rstrip("\n"),
            stderr=err.decode("utf-8", "replace").rstrip("\n"),
        )

    async def respond(self, reply: HttpReply) -> None:
        if self.reply is None:
            self.reply = reply
            self._on_reply(reply)

    async def earlier_runs(self) -> Sequence[RunRecord]:
        return self._earlier

    async def sleep(self, pause: timedelta) -> None:
        await self._sleep(pause.total_seconds())

    def hint(self, message: str) -> None:
        self.hints.append(message)

    def save_custom_data(self, key: str, value: str) -> None:
        if key in self.custom_data or len(self.custom_data) < _MAX_CUSTOM_DATA:
            self.custom_data[key[:_MAX_CUSTOM_KEY]] = value[:_MAX_CUSTOM_VALUE]


class NodeSecrets(Protocol):
    async def open(self, type_: str) -> Mapping[str, Any]: ...
