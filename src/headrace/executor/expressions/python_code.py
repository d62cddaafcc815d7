"""Running Python code: one call of a worker, which is sent what the source names and may ask for more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from headrace.executor.errors import NotLoaded
from headrace.executor.expressions.failures import code_failure
from headrace.executor.item_codec import encode_items
from headrace.executor.ports import CodeHelp, Linked, Scope
from headrace.executor.sandbox.limits import (
    AnswerGarbled,
    CodeCpuTime,
    CodeLogsTooLarge,
    CodeOutOfMemory,
    CodeTooLarge,
    Limits,
    WorkerDied,
    WorkerRefused,
)
from headrace.executor.sandbox.pool import WorkerPool
from headrace.executor.sandbox.ports import Guest
from headrace.kernel.errors import HeadraceError, Unavailable
from headrace.sdk.context import UNDEFINED, CodeRequest, CodeResult
from headrace.sdk.errors import NodeError
from headrace.sdk.values import encode_special

_MENTIONED = re.compile(r"""(?<![\w.])(?:_node\s*\[|_\()\s*(["'])((?:(?!\1)[^\\\n])+)\1\s*[\])](?:\s*\.\s*(\w+))?""")
"""`_node["Name"].first`, `_('Name').item`. Untrusted text is not parsed here, where a parser's crash would be ours;
what is missed is asked for."""

_THROUGH_LINKS = ("item", "itemMatching", "pairedItem")
_WITHOUT_DATA = ("context", "isExecuted", "params", "runIndex")

_ABOUT_NODES = ("node", "links", "output")
"""Questions about other nodes' data; all others are for the run's helpers."""

_NO_HELPER = (
    "this helper is not available in the sandbox, which reaches no network and no files;"
    " use the HTTP Request node or a file node instead"
)

_encoder = msgspec.json.Encoder(enc_hook=encode_special, decimal_format="number")


FixedWorld = Callable[[Scope], Mapping[str, Any]]
"""Returns the fixed clock and seed of a run of a node: {"now": milliseconds since 1970, "seed": 64 hex digits}."""


class _Failure(msgspec.Struct):
    name: str
    message: str
    line: int | None
    stack: str


class _Value(msgspec.Struct):
    value: Any = None
    failure: _Failure | None = None


class _Answer(msgspec.Struct):
    values: list[_Value]
    static: dict[str, dict[str, Any]]
    custom: dict[str, str]
    lines: list[str]


class _Question(msgspec.Struct):
    method: str
    args: list[Any]


class PythonCode:
    """Runs Python code in a pool's workers."""

    def __init__(self, pool: WorkerPool, fixed: FixedWorld | None = None) -> None:
        self._pool = pool
        self._fixed = fixed

    async def run(self, request: CodeRequest, scope: Scope, helpers: CodeHelp | None = None) -> CodeResult:
        """Run code once for all items, or once for each.

        Raises:
            NodeError: it could not be run, or went past a limit, which is the cause.
            NotLoaded: the scope's.
        """
        try:
            return await self._run(request, scope, helpers)
        except HeadraceError as limit:
            raise NodeError(str(limit)) from limit

    async def _run(self, request: CodeRequest, scope: Scope, helpers: CodeHelp | None) -> CodeResult:
        told = _Told(scope, helpers)
        for _, name, member in _MENTIONED.findall(request.source):
            told.mention(name, member)
        items = (scope.inputs[0] if scope.inputs else None) or ()
        each = request.style == "each"
        body = {
            "source": request.source,
            "style": request.style,
            "items": msgspec.Raw(scope.input_json(0) or encode_items(items)) if items else (),
            "binaries": scope.binary_data,
            "vars": scope.variables,
            "static": scope.static_data,
            "context": scope.context_of(scope.node_name),
            "zone": scope.timezone,
            "names": scope.node_names,
            "nodes": told.nodes,
            "links": told.links,
            "outputs": told.outputs,
            **({"fixed": self._fixed(scope)} if self._fixed is not None else {}),
        }
        limits = self._pool.limits(scope.tenant, Limits(wall=request.timeout, cpu=request.timeout))
        scope.tiers.add(f"{Guest.PYTHON}/{self._pool.launcher.tier}")
        answer = await self._call(_encoder.encode(body), limits, scope, told)
        if len(answer.values) != (len(items) if each else 1) or not {"global", "node"} <= answer.static.keys():
            raise AnswerGarbled
        if sum(len(line) for line in answer.lines) > limits.log_bytes:
            raise CodeLogsTooLarge(limits.log_bytes)
        return CodeResult(
            values=[_outcome(value, each=each) for value in answer.values],
            console=answer.lines,
            static_data=answer.static,
            custom_data=answer.custom,
        )

    async def _call(self, body: bytes, limits: Limits, scope: Scope, told: _Told) -> _Answer:
        limits_json = msgspec.json.encode(
            {
                "memory_bytes": limits.memory_bytes,
                "cpu_seconds": limits.cpu.total_seconds(),
                "output_bytes": limits.output_bytes,
                "log_bytes": limits.log_bytes,
            }
        )
        async with self._pool.worker(Guest.PYTHON, scope.tenant, scope.key) as worker:
            try:
                text = await worker.call(["run", "code", limits_json, body], limits=limits, ask=told.answer)
            except WorkerRefused as refused:
                raise _breach(refused.kind, limits) from refused
        if told.missing is not None:
            # Whatever the code made of that: with the data it is run again.
            raise told.missing
        try:
            return msgspec.json.decode(text, type=_Answer)
        except (msgspec.MsgspecError, RecursionError, ValueError) as garbled:
            raise AnswerGarbled from garbled


class _Told:
    """What the guest is told of other nodes, ahead or when it asks."""

    def __init__(self, scope: Scope, helpers: CodeHelp | None = None) -> None:
        self._scope = scope
        self._help = helpers.attempt() if helpers is not None else None
        self.nodes: dict[str, Any] = {}
        self.links: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}
        self.missing: NotLoaded | None = None
        """Set when it asked for data that is not in memory."""

    def mention(self, name: str, member: str) -> None:
        """Add what the source will most likely need of a node that it names.

        Raises:
            NotLoaded: the scope's.
        """
        if name not in self._scope.node_names:
            return
        about = self.nodes[name] = self._about(name)
        if member in _WITHOUT_DATA or not about["runs"]:
            return
        if member not in _THROUGH_LINKS:
            self._add_output(name, about["runs"] - 1, about["branch"])
        elif name not in self.links:
            self.links[name] = self._links(name)
            for run, output in {(link[0], link[1]) for link in self.links[name] if isinstance(link, list)}:
                self._add_output(name, run, output)

    async def answer(self, question: bytes) -> bytes:
        """Answer what the guest asks in the middle of a call."""
        try:
            asked = msgspec.json.decode(question, type=_Question)
            if asked.method not in _ABOUT_NODES and self._help is not None:
                return await self._help(question)
            return _encoder.encode({"value": self._value(asked.method, asked.args)})
        except NotLoaded as missing:
            self.missing = missing
            return b'{"error":"this data is being loaded"}'
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError, RecursionError):
            return msgspec.json.encode({"error": _NO_HELPER})

    def _value(self, method: str, args: Sequence[Any]) -> Any:
        """Raises: ValueError: there is no such method, or no such node."""
        match method, args:
            case "node", [str(name)] if name in self._scope.node_names:
                return self._about(name)
            case "links", [str(name)] if name in self._scope.node_names:
                return self._links(name)
            case "output", [str(name), int(run), int(output)] if name in self._scope.node_names:
                return msgspec.Raw(encode_items(self._scope.items_of(name, output, run)))
        raise ValueError(method)

    def _about(self, name: str) -> Mapping[str, Any]:
        scope = self._scope
        return {
            "runs": scope.runs_of(name),
            "branch": scope.output_towards(name),
            "params": scope.parameters_of(name),
            "context": scope.context_of(name),
        }

    def _links(self, name: str) -> Sequence[Any]:
        return [
            [link.run, link.output, link.item]
            if isinstance(link, Linked)
            else {"message": link.message, "description": link.description}
            for link in self._scope.links(name)
        ]

    def _add_output(self, name: str, run: int, output: int) -> None:
        key = f"{name}\0{run}\0{output}"
        if key not in self.outputs:
            self.outputs[key] = msgspec.Raw(encode_items(self._scope.items_of(name, output, run)))


def _outcome(value: _Value, *, each: bool) -> Any:
    if value.failure is not None:
        failure = value.failure
        return code_failure(message=failure.message, name=failure.name, line=failure.line, stack=failure.stack)
    # Code for all items that returns nothing has forgotten to; code for one item leaves it out.
    return UNDEFINED if value.value is None and not each else value.value


def _breach(kind: str, limits: Limits) -> HeadraceError:
    """Return the error for a call that ended without an answer; *kind* is the guest's word for how."""
    match kind:
        case "cpu":
            return CodeCpuTime(limits.cpu)
        case "memory":
            return CodeOutOfMemory(limits.memory_bytes)
        case "output":
            return CodeTooLarge(limits.output_bytes)
        case "log":
            return CodeLogsTooLarge(limits.log_bytes)
        case "died":
            return WorkerDied()
        case "unsettled":
            return Unavailable('the sandbox could not confine the code; "headrace doctor" says what is missing')
        case _:
            return AnswerGarbled()
