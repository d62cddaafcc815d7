"""Evaluating a node's expressions for its items, and running its code: one trip to a worker for each chunk of items."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

import msgspec

from headrace.executor.expressions.paths import Template, compile_template
from headrace.executor.expressions.python_code import PythonCode
from headrace.executor.expressions.reading import Declined
from headrace.executor.guest_json import decode_guest_json
from headrace.executor.ports import CodeHelp, Linked, Scope
from headrace.executor.sandbox.limits import CodeLogsTooLarge, CodeOutOfMemory, Limits, WorkerRefused
from headrace.executor.sandbox.pool import WorkerPool
from headrace.executor.sandbox.ports import Guest
from headrace.executor.sandbox.worker import Ask, Worker
from headrace.kernel.errors import HeadraceError
from headrace.sdk.context import UNDEFINED, CodeFailure, CodeRequest, CodeResult
from headrace.sdk.errors import ExpressionError, NodeError
from headrace.sdk.items import Item
from headrace.sdk.values import DateText, encode_special

EXPRESSION_TIMEOUT = timedelta(seconds=30)
"""For all expressions of a node and one chunk of its items."""

MAX_CACHED_BYTES = 64 * 1024 * 1024
"""Data that a worker keeps for later expressions of the same execution."""

_MAX_ROUNDS = 60
"""Expressions ask for the data they lack; more rounds than this is a loop."""

_REFERENCES = re.compile(
    r"\$\(\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')\s*\)|\$(?:node|items)\s*[\[(]\s*(?:\"([^\"]*)\"|'([^']*)')|\$node\.(\w+)"
)

_TAMPERED = "The code changed built-in objects that the sandbox itself needs"

_MALFORMED = (msgspec.DecodeError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading an answer raises that does not have the shape it should have."""

_encoder = msgspec.json.Encoder(enc_hook=encode_special, decimal_format="number")


@lru_cache(maxsize=10_000)
def _plain(text: str) -> Template | None:
    return compile_template(text)


@dataclass
class _Batch:
    """One request to a worker, and what it turned out to need."""

    scope: Scope
    metas: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)
    data: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def mention(self, name: str) -> None:
        """Add what is known of a node that the text names."""
        scope = self.scope
        if name in self.metas or name not in scope.node_names:
            return
        self.metas[name] = {
            "runs": scope.runs_of(name),
            "branch": scope.output_towards(name),
            "params": scope.parameters_of(name),
            "context": scope.context_of(name),
        }

    def add(self, need: Sequence[Any]) -> None:
        kind, what = need[0], need[1]
        if kind == "meta":
            self.mention(what)
        elif kind == "links":
            self.links[what] = [
                [link.run, link.output, link.item]
                if isinstance(link, Linked)
                else {"message": link.message, "description": link.description}
                for link in self.scope.links(what)
            ]
        elif kind == "data":
            node, run, output = what.split("\0")
            self.data[what] = (node, int(run), int(output))


class ExpressionEvaluator:
    """The `Evaluator` over a pool of sandbox workers."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._python = PythonCode(pool)

    async def resolve(
        self,
        raw_values: Sequence[Any],
        scope: Scope,
        start: int,
        count: int,
        extra: Mapping[str, Any] | None = None,
    ) -> list[list[Any]]:
        texts: dict[str, list[Any] | None] = {}
        for value in raw_values:
            _collect(value, texts)
        remote: list[str] = []
        for text in texts:
            template = None if extra else _plain(text)
            texts[text] = _answer(template, scope, start, count) if template is not None else None
            if texts[text] is None:
                remote.append(text)
            else:
                scope.tiers.add("path")
        if remote:
            for text, column in zip(remote, await self._remote(remote, scope, start, count, extra), strict=True):
                texts[text] = column
        return [_column(value, texts, count) for value in raw_values]

    async def _remote(
        self, texts: Sequence[str], scope: Scope, start: int, count: int, extra: Mapping[str, Any] | None
    ) -> list[list[Any]]:
        request = {"texts": texts, "start": start, "count": count, "extra": dict(extra or {})}
        mentioned = {name for text in texts for match in _REFERENCES.findall(text) for name in match if name}
        try:
            answer = await self._run("evaluate", request, scope, mentioned, EXPRESSION_TIMEOUT)
            results: list[list[Any]] = answer["results"]
            if answer["tagged"]:
                results = [[_unpack_top(value) for value in column] for column in results]
            if [len(column) for column in results] != [count] * len(texts):
                raise ExpressionError(_TAMPERED)
        except HeadraceError as limit:
            return [[ExpressionError(str(limit))] * count for _ in texts]
        except ExpressionError as refused:
            return [[refused] * count for _ in texts]
        except _MALFORMED:
            return [[ExpressionError(_TAMPERED)] * count for _ in texts]
        return results

    async def run_code(self, request: CodeRequest, scope: Scope, helpers: CodeHelp | None = None) -> CodeResult:
        if request.language == "python":
            return await self._python.run(request, scope, helpers)
        mentioned = {name for match in _REFERENCES.findall(request.source) for name in match if name}
        body = {
            "source": request.source,
            "style": request.style,
            "start": 0,
            "count": 0,
            "static": scope.static_data,
            "binaries": scope.binary_data,
        }
        log_bytes = self._pool.limits(scope.tenant).log_bytes
        try:
            answer = await self._run("code", body, scope, mentioned, request.timeout, helpers)
            # The isolate counts, too, but is not believed.
            lines = [str(line) for line in answer.get("lines", ())]
            if "printed" in answer or sum(len(line.encode("utf-8", "replace")) + 1 for line in lines) > log_bytes:
                raise CodeLogsTooLarge(log_bytes)
        except HeadraceError as limit:
            raise NodeError(str(limit)) from limit
        except _MALFORMED as tampered:
            raise NodeError(_TAMPERED) from tampered
        try:
            return CodeResult(
                values=[_code_value(value) for value in answer["values"]],
                console=lines,
                static_data=answer["static"],
                custom_data={str(key): str(value) for key, value in answer.get("custom", {}).items()},
            )
        except _MALFORMED as tampered:
            raise NodeError(_TAMPERED) from tampered

    async def forget(self, key: str) -> None:
        await self._pool.forget(key)

    async def _run(
        self,
        operation: str,
        request: Mapping[str, Any],
        scope: Scope,
        mentioned: set[str],
        timeout: timedelta,
        helpers: CodeHelp | None = None,
    ) -> Any:
        """Run one operation in a worker, sending the data that it asks for until it asks for no more.

        Raises:
            CodeTimeout, CodeTooLarge, CodeOutOfMemory, WorkerDied, Unavailable
            NotLoaded: data that it asks for is not in memory.
        """
        batch = _Batch(scope)
        for name in mentioned:
            batch.mention(name)
        inputs = [_input_key(scope, place) for place in range(len(scope.inputs))]
        limits = self._pool.limits(scope.tenant, Limits(wall=timeout, cpu=timeout))
        scope.tiers.add(f"{Guest.JAVASCRIPT}/{self._pool.launcher.tier}")
        async with self._pool.worker(Guest.JAVASCRIPT, scope.tenant, scope.key) as worker:
            for place, key in enumerate(inputs):
                if key is not None and key not in worker.sent:
                    items = scope.inputs[place]
                    self._send(worker, key, scope.input_json(place) or _encoder.encode(list(items or ())))
            for _ in range(_MAX_ROUNDS):
                for key, place_of in batch.data.items():
                    if key not in worker.sent:
                        self._send(
                            worker, key, _encoder.encode(list(scope.items_of(place_of[0], place_of[2], place_of[1])))
                        )
                body = {
                    **request,
                    "inputs": inputs,
                    "vars": scope.variables,
                    "names": scope.node_names,
                    "node": scope.node_name,
                    "hasParents": scope.has_parents,
                    "context": scope.context_of(scope.node_name),
                    "zone": scope.timezone,
                    "metas": batch.metas,
                    "links": batch.links,
                    "logBytes": limits.log_bytes,
                }
                ask = helpers.attempt() if helpers is not None else None
                text = await self._call(worker, ["run", operation, _encoder.encode(body)], limits, ask)
                self._trim(worker, {*batch.data, *(key for key in inputs if key)})
                try:
                    answer = decode_guest_json(text)
                    if "needs" not in answer:
                        return answer
                    for need in answer["needs"]:
                        batch.add(need)
                except _MALFORMED as tampered:
                    # Code has changed what the guest itself stands on; nothing more can come of this isolate.
                    worker.kill()
                    raise ExpressionError(_TAMPERED) from tampered
        raise ExpressionError("The expression asks for data without end")

    def _send(self, worker: Worker, key: str, text: bytes) -> None:
        worker.tell("put", key, text)
        worker.sent[key] = len(text)

    def _trim(self, worker: Worker, used: set[str]) -> None:
        """Forget the oldest data over the limit; the worker reads of it before the next request."""
        total = sum(worker.sent.values())
        for key in list(worker.sent):
            if total <= MAX_CACHED_BYTES:
                return
            if key not in used:
                total -= worker.sent.pop(key)
                worker.tell("drop", key)

    async def _call(self, worker: Worker, parts: Sequence[str | bytes], limits: Limits, ask: Ask | None) -> bytes:
        try:
            return await worker.call(parts, limits=limits, ask=ask)
        except WorkerRefused as refused:
            worker.kill()
            # V8 stopped at its heap limit says no more than "null".
            if refused.kind == "JSOOMException" or str(refused).strip() == "null":
                raise CodeOutOfMemory(limits.memory_bytes) from refused
            raise ExpressionError(f"The sandbox could not evaluate this: {refused}") from refused


def _collect(value: Any, texts: dict[str, list[Any] | None]) -> None:
    """Gather the distinct expressions in a raw parameter value."""
    if isinstance(value, str):
        if value.startswith("="):
            texts[value[1:]] = None
    elif isinstance(value, Mapping):
        for part in value.values():
            _collect(part, texts)
    elif isinstance(value, list):
        for part in value:
            _collect(part, texts)


def _builder(value: Any, texts: Mapping[str, list[Any] | None]) -> Callable[[int], Any] | None:
    """Return what makes a raw parameter value's value for an item; None where it holds no expression.

    Parts without expressions are shared, not copied. A failed expression anywhere in a value is the result of the
    whole: an `ExpressionError`.
    """
    if isinstance(value, str):
        if not value.startswith("="):
            return None
        column = texts[value[1:]]
        assert column is not None
        return column.__getitem__
    if isinstance(value, Mapping):
        return _container_builder(dict, value, value.items(), texts)
    if isinstance(value, list):
        return _container_builder(list, value, enumerate(value), texts)
    return None


def _container_builder(
    copy: Callable[[Any], Any], value: Any, parts: Iterable[tuple[Any, Any]], texts: Mapping[str, list[Any] | None]
) -> Callable[[int], Any] | None:
    moving = [(key, made) for key, part in parts if (made := _builder(part, texts)) is not None]
    if not moving:
        return None

    def build(place: int) -> Any:
        built = copy(value)
        for key, make in moving:
            made = make(place)
            if isinstance(made, ExpressionError):
                return made
            built[key] = made
        return built

    return build


def _column(value: Any, texts: Mapping[str, list[Any] | None], count: int) -> list[Any]:
    build = _builder(value, texts)
    return [value] * count if build is None else [build(place) for place in range(count)]


def _answer(template: Template, scope: Scope, start: int, count: int) -> list[Any] | None:
    """Return a plain template's values; None when one of them is a case for V8."""
    items = scope.inputs[0] if scope.inputs else None
    if not template.needs_items:
        return [template.evaluate(scope, _NOTHING, start)] * count
    if items is None or len(items) < start + count:
        return None
    results: list[Any] = []
    chunk = items if start == 0 and count == len(items) else items[start : start + count]
    try:
        for place, item in enumerate(chunk):
            try:
                results.append(template.evaluate(scope, item, start + place))
            except ExpressionError as failure:
                results.append(failure)
    except Declined:
        return None
    return results


_NOTHING = Item(json={})


def _input_key(scope: Scope, place: int) -> str | None:
    items = scope.inputs[place]
    if not items:
        return None
    origin = scope.input_places[place]
    if origin is not None and not scope.inputs_cut:
        return "\0".join(map(str, origin))
    return f"\0input\0{scope.node_name}\0{scope.variables.get('$runIndex', 0)}\0{place}"


def _unpack_top(value: Any) -> Any:
    if isinstance(value, dict) and "$$" in value:
        if value["$$"] == "undefined":
            return UNDEFINED
        if value["$$"] == "error":
            return _error(value)
    return _unpack(value)


def _error(value: Mapping[str, Any]) -> ExpressionError:
    return ExpressionError(value["message"], description=value["description"], context={"kind": value["name"]})


def _unpack(value: Any) -> Any:
    """Turn tagged values back: dates, numbers that JSON lacks, big integers."""
    if isinstance(value, list):
        return [None if (made := _unpack(part)) is UNDEFINED else made for part in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("$$")
    if kind is None:
        return {key: made for key, part in value.items() if (made := _unpack(part)) is not UNDEFINED}
    match kind:
        case "number":
            return float(value["value"].replace("Infinity", "inf"))
        case "bigint":
            return int(value["value"])
        case "date":
            return DateText(value["value"]) if value["value"] is not None else None
        case "datetime":
            return DateText(value["value"], value["zone"]) if value["value"] is not None else None
        case "duration" | "interval":
            return value["value"]
        case "object":
            return {key: _unpack(part) for key, part in value["value"].items()}
        case _:
            return UNDEFINED


def _code_value(value: Mapping[str, Any]) -> Any:
    match value.get("$$"):
        case "undefined" | "notPlain":
            return UNDEFINED
        case "failure":
            return CodeFailure(
                message=value["message"],
                name=value["name"],
                description=value["description"],
                line=value["line"],
                stack=value["stack"],
            )
        case _:
            return _unpack_code(value["value"])


def _unpack_code(value: Any) -> Any:
    """As `_unpack`, for a value that most often holds nothing special and may be large."""
    return _unpack(value) if _has_tag(value) else value


def _has_tag(value: Any) -> bool:
    level = [value]
    while level:
        part = level.pop()
        if isinstance(part, dict):
            if "$$" in part:
                return True
            level.extend(inner for inner in part.values() if isinstance(inner, dict | list))
        elif isinstance(part, list):
            level.extend(inner for inner in part if isinstance(inner, dict | list))
    return False
