"""One call, in its child: settle, run the code, answer, end."""

from __future__ import annotations

import asyncio
import base64
import gc
import inspect
import io
import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, NoReturn

from headrace.executor.guest import frames
from headrace.executor.guest.confinement import limit_child, settle_child
from headrace.executor.guest.python import plain
from headrace.executor.guest.python.asking import Ask, HelperError
from headrace.executor.guest.python.calls import CallLimits, Ending
from headrace.executor.guest.python.console import Console
from headrace.executor.guest.python.fixed import fix
from headrace.executor.guest.python.names import Names
from headrace.executor.guest.python.parcels import blocking, receive, write
from headrace.executor.guest.python.plain import NotPlain
from headrace.executor.guest.python.program import Program, failure
from headrace.executor.guest.python.records import Record

_SAMPLE = """{
    "source": "for item in _items:\\n    item['json'] = {'a': f'{item.json.a}'}\\nprint(1)\\nreturn _items",
    "style": "all", "items": [{"json": {"a": 1.5}}], "binaries": {}, "static": {"global": {}, "node": {}},
    "context": {}, "zone": "UTC", "vars": {"$runIndex": 0}, "names": [], "nodes": {}, "links": {}, "outputs": {}
}"""

_MOST_BYTES, _MOST_SECONDS = 1 << 40, 1 << 20
"""Until the request says what its code may use. gVisor counts seconds in billionths, in 64 bits."""


def live(requests: int, answers: int) -> NoReturn:
    """Settle, read a request, [run, operation, limits, body], run it, answer and end the process."""

    def end(ending: Ending) -> NoReturn:
        write(answers, [b"end", ending.encode()])
        os._exit(0)

    try:
        settle_child(_MOST_BYTES, _MOST_SECONDS, keep=(requests, answers))
        _warm()
        request = receive(blocking(requests))
        limits = CallLimits.read(request.text(2))
        limit_child(limits.memory_bytes, limits.cpu_seconds)
    except EOFError:
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever it is: unconfined, nothing is run
        end(Ending.UNSETTLED)
    try:
        # Nothing of the data is garbage yet; looking for some would take longer than reading it.
        gc.disable()
        body = json.loads(request.text(3), object_hook=Record)
        request.close()
        gc.freeze()
        gc.enable()
        console = Console(limits.log_bytes, lambda: end(Ending.LOG))
        answer = _bytes(_answer(body, _asker(answers, requests), console))
        if len(answer) > limits.output_bytes:
            end(Ending.OUTPUT)
        write(answers, [b"ok", answer])
    except MemoryError:
        end(Ending.MEMORY)
    os._exit(0)


def _warm() -> None:
    """Do what every call will: a forked child's first look at a page takes time, which nobody waits for yet."""
    body = json.loads(_SAMPLE, object_hook=Record)
    _bytes(_answer(body, lambda method, arguments: {}, Console(100, lambda: os._exit(1))))


def _answer(body: Mapping[str, Any], ask: Ask, console: Console) -> str:
    sys.stdin = io.StringIO()
    sys.stdout = sys.__stdout__ = console.stream()  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = console.stream()  # type: ignore[misc]
    if "numpy.random" in sys.modules:
        # `random` does so by itself after a fork.
        sys.modules["numpy.random"].seed()
    if "fixed" in body:
        fix(body["fixed"])
    source: str = body["source"]
    binaries: dict[str, str] = body["binaries"]
    _give_bytes(body["items"], binaries)
    kept_static = plain.encode(body["static"])
    names = Names(body, ask)
    each = body["style"] == "each"
    count = len(names.items) if each else 1
    values = _outcomes(source, names, binaries, count, each=each)
    static = _encoded({"static": names.static}, source)
    if static.startswith('{"failure"'):
        values = ",".join([static] * count)
        static = f'{{"static":{kept_static}}}'
    told = plain.encode({"custom": names.custom.getAll(), "lines": console.lines()})
    return f'{{"values":[{values}],{static[1:-1]},{told[1:]}'


def _outcomes(source: str, names: Names, binaries: Mapping[str, str], count: int, *, each: bool) -> str:
    """Return what the code returned or raised, once or for each item, as JSON with commas between."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    named = module.__dict__
    named.update(names.of_each(source) if each else names.of_all(source))
    try:
        program = Program(source, named)
    except Exception as refused:  # noqa: BLE001 - the person's own
        return ",".join([plain.encode({"failure": failure(refused, source)})] * count)
    if not each:
        return _encoded(_outcome(program, source, binaries), source)
    outcomes: list[dict[str, Any]] = []
    for index in range(count):
        named.update(names.at(index))
        outcomes.append(_outcome(program, source, binaries))
    # All at once is faster; what cannot be put out is looked for when there is some.
    text = _encoded(outcomes, source)
    return text[1:-1] if text.startswith("[") else ",".join(_encoded(outcome, source) for outcome in outcomes)


def _outcome(program: Program, source: str, binaries: Mapping[str, str]) -> dict[str, Any]:
    try:
        value = program.call()
        if inspect.isawaitable(value):
            value = asyncio.run(_awaited(value))
        if inspect.isgenerator(value):
            value = list(value)
        _take_bytes(value, binaries)
    except MemoryError:
        raise
    except BaseException as thrown:  # noqa: BLE001 - the person's own; SystemExit too
        return {"failure": failure(thrown, source)}
    return {"value": value}


async def _awaited(value: Any) -> Any:
    return await value


def _encoded(outcome: Any, source: str) -> str:
    """Return *outcome* as JSON, or the failure to make it that."""
    try:
        return plain.encode(outcome)
    except MemoryError:
        raise
    except BaseException as refused:  # noqa: BLE001 - objects of the person's own classes may raise what they like
        if isinstance(refused, NotPlain):
            for place, name in (("['value']", "the returned value"), ("['static']", "static data")):
                refused.path = refused.path.replace(place, name, 1) if refused.path.startswith(place) else refused.path
        return plain.encode({"failure": failure(refused, source)})


def _give_bytes(items: Sequence[Any], binaries: Mapping[str, str]) -> None:
    for item in items if binaries else ():
        for part in (item.get("binary") or {}).values():
            if part["id"] in binaries:
                part["data"] = binaries[part["id"]]


def _take_bytes(returned: Any, binaries: Mapping[str, str]) -> None:
    """Leave a reference where code left a binary field as it was, and only new bytes where it changed it."""
    for item in returned if isinstance(returned, list) else [returned]:
        fields = item.get("binary") if isinstance(item, dict) else None
        for part in fields.values() if isinstance(fields, dict) else ():
            if not isinstance(part, dict):
                continue
            if isinstance(part.get("data"), bytes | bytearray):
                part["data"] = base64.b64encode(part["data"]).decode()
            if part.get("id") in binaries:
                part.pop("data" if part.get("data") in (None, binaries[part["id"]]) else "id", None)


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Halves of characters, which Python's texts can hold and UTF-8 cannot: they become U+FFFD.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _asker(answers: int, replies: int) -> Ask:
    """Return what asks the executor for help; one question at a time, whatever threads there are."""
    turn = threading.Lock()

    def ask(method: str, arguments: Sequence[Any]) -> Mapping[str, Any]:
        question = plain.encode({"method": method, "args": list(arguments)})
        with turn:
            write(answers, [b"ask", _bytes(question)])
            with open(replies, "rb", buffering=0, closefd=False) as stream:
                reply = frames.read(stream)
        assert reply is not None
        told: dict[str, Any] = json.loads(reply[1], object_hook=Record)
        if "error" in told:
            raise HelperError(told.pop("error"), told)
        return told

    return ask
