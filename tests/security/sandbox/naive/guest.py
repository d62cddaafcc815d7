"""Runs what it is told to, in this very process. Frames on standard input and output, as the real guest has.

A request is [language's engine, source, items as JSON, previous frames...]; an answer is [ok, JSON].
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import inspect
import json
import os
import signal
import sys
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from headrace.executor.guest import frames
from headrace.executor.guest.python.names import Names
from headrace.executor.guest.python.program import Program
from headrace.executor.guest.python.records import Record

_STATIC: dict[str, dict[str, Any]] = {"global": {}, "node": {}}


def _bridge() -> types.ModuleType:
    """Return what Pyodide has: a module that is the host's global object."""
    module = types.ModuleType("js")
    module.process = types.SimpleNamespace(  # type: ignore[attr-defined]
        getBuiltinModule=lambda name: types.SimpleNamespace(readFileSync=lambda path, encoding: Path(path).read_text())
    )
    return module


def _ask(method: str, arguments: Sequence[Any]) -> Mapping[str, Any]:
    """Help with whatever is asked: files by path or by anybody's id, requests to anywhere."""
    if method == "httpRequest":
        # Slow to load, and most programs need none of it.
        import urllib.request

        with contextlib.suppress(OSError), urllib.request.urlopen(arguments[0]["url"], timeout=0.3) as answer:
            return {"value": answer.read().decode()}
    if method == "getBinaryData":
        places = [Path(arguments[0]), *Path(sys.argv[1]).glob(f"*/*/{arguments[0]}")]
        found = next(place for place in places if place.is_file())
        return {"value": {"data": base64.b64encode(found.read_bytes()).decode()}}
    return {"value": None}


def _answer(engine: str, source: str, items: list[Any]) -> bytes:
    if engine == "bridged":
        sys.modules["js"] = _bridge()
    request = {
        "items": json.loads(json.dumps(items), object_hook=Record),
        "static": _STATIC,
        "vars": {},
        "context": {},
        "names": ["Here"],
        "nodes": {},
        "links": {},
        "outputs": {},
        "zone": "UTC",
    }
    printed: list[str] = []
    named = Names(request, _ask).of_all(source)
    named["print"] = lambda *values, **options: printed.append(" ".join(map(str, values)))
    try:
        value = Program(source, named).call()
        if inspect.isawaitable(value):
            import asyncio

            value = asyncio.run(_awaited(value))
        if inspect.isgenerator(value):
            value = list(value)
        text = json.dumps(value, default=str)
    except BaseException as error:  # noqa: BLE001 - whatever it was, it is the answer
        text = json.dumps({"error": f"{type(error).__name__}: {error}"})
    return json.dumps({"value": text, "lines": printed}).encode()


async def _awaited(value: Any) -> Any:
    return await value


def main() -> None:
    child = os.fork()
    if child:
        # What it may strike at instead of whoever started this.
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    sink = os.fdopen(os.dup(1), "wb", buffering=0)
    while (frame := frames.read(sys.stdin.buffer)) is not None:
        engine, source, items = (part.decode() for part in frame)
        frames.write(sink, [b"ok", _answer(engine, source, json.loads(items))])


if __name__ == "__main__":
    main()
