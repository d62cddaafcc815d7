"""Evaluating a node's expressions for its items, and running its code: one trip to a worker for each chunk of items."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

import msgspec

from headrace.executor.expressions.javascript_answers import MALFORMED, code_result, evaluated, needs_of
from headrace.executor.expressions.paths import Template, compile_template
from headrace.executor.expressions.python_code import FixedWorld, PythonCode
from headrace.executor.expressions.reading import Declined
from headrace.executor.guest_json import decode_guest_json
from headrace.executor.ports import CodeHelp, Linked, Scope
from headrace.executor.sandbox.limits import CodeLogsTooLarge, CodeOutOfMemory, Limits, WorkerRefused
from headrace.executor.sandbox.pool import WorkerPool
from headrace.executor.sandbox.ports import Guest
from headrace.executor.sandbox.worker import Ask, Worker
from headrace.kernel.errors import HeadraceError
from headrace.sdk.context import CodeRequest, CodeResult
from headrace.sdk.errors import ExpressionError, NodeError
from headrace.sdk.items import Item
from headrace.sdk.values import encode_special

EXPRESSION_TIMEOUT = timedelta(seconds=30)
"""For all expressions of a node and one chunk of its items."""

MAX_CACHED_BYTES = 64 * 1024 * 1024
"""Data that a worker keeps for later expressions of the same execution."""

_MAX_COST = 5_000
"""Work on a column of plain expressions, counted in operators; V8 does more than that in less time."""

_TURN = 10_000
"""Items after which others get their turn."""

_MAX_MADE = 16 * 1024 * 1024
"""Characters of texts that plain templates may make here for a column; beyond, V8's sandbox has limits of its own."""

_MAX_ROUNDS = 60
"""Expressions ask for the data they lack; more rounds than this is a loop."""

_REFERENCES = re.compile(
    r"\$\(\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)')\s*\)|\$(?:node|items)\s*[\[(]\s*(?:\"([^\"]*)\"|'([^']*)')|\$node\.(\w+)"
)

_TAMPERED = "The code changed built-in objects that the sandbox itself needs"

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
    """The `Evaluator` over a pool of sandbox workers.

    Args:
        fixed: For tests: the clock and the seed of random numbers that a node's expressions and code get.
    """

    def __init__(self, pool: WorkerPool, *, fixed: FixedWorld | None = None) -> None:
        self._pool = pool
        self._python = PythonCode(pool, fixed)
        self._fixed = fixed

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
            texts[text] = await _answer(template, scope, start, count) if template is not None else None
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
            return evaluated(answer, texts=len(texts), items=count)
        except HeadraceError as limit:
            return [[ExpressionError(str(limit))] * count for _ in texts]
        except ExpressionError as refused:
            return [[refused] * count for _ in texts]
        except MALFORMED:
            return [[ExpressionError(_TAMPERED)] * count for _ in texts]

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
            if "printed" in answer:
                raise CodeLogsTooLarge(log_bytes)
            result = code_result(answer, values=_calls_of(request, scope))
            # The isolate counts, too, but is not believed.
            if sum(len(line.encode("utf-8", "replace")) + 1 for line in result.console) > log_bytes:
                raise CodeLogsTooLarge(log_bytes)
        except HeadraceError as limit:
            raise NodeError(str(limit)) from limit
        except MALFORMED as tampered:
            raise NodeError(_TAMPERED) from tampered
        return result

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
                    **({"fixed": self._fixed(scope)} if self._fixed is not None else {}),
                }
                ask = helpers.attempt() if helpers is not None else None
                text = await self._call(worker, ["run", operation, _encoder.encode(body)], limits, ask)
                self._trim(worker, {*batch.data, *(key for key in inputs if key)})
                try:
                    answer = decode_guest_json(text)
                    needs = needs_of(answer)
                    if needs is None:
                        return answer
                    for need in needs:
                        batch.add(need)
                except MALFORMED as tampered:
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


def _calls_of(request: CodeRequest, scope: Scope) -> int:
    """Return how often the code is called."""
    return len(scope.inputs[0] or ()) if request.style in ("each", "functionItem") else 1


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


async def _answer(template: Template, scope: Scope, start: int, count: int) -> list[Any] | None:
    """Return a plain template's values; None when one of them is a case for V8."""
    items = scope.inputs[0] if scope.inputs else None
    if not template.needs_items:
        return [template.evaluate(scope, _NOTHING, start)] * count
    if items is None or len(items) < start + count or template.cost * count > _MAX_COST:
        return None
    results: list[Any] = []
    made = 0
    chunk = items if start == 0 and count == len(items) else items[start : start + count]
    try:
        for place, item in enumerate(chunk):
            try:
                value = template.evaluate(scope, item, start + place)
            except ExpressionError as failure:
                value = failure
            results.append(value)
            if not template.single:
                made += len(value) if isinstance(value, str) else 0
                if made > _MAX_MADE:
                    return None
            if place % _TURN == _TURN - 1:
                # Others are served by the same process.
                await asyncio.sleep(0)
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
