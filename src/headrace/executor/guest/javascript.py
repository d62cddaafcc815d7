"""The sandbox worker: V8 isolates behind a pipe.

Reads frames from standard input and answers each on standard output. The first part of a request is its operation:

* `open KEY`: from now on work for this execution; the isolate of the one before is thrown away.
* `put KEY TEXT`, `drop KEY`: data for expressions and code, kept in the isolate; not answered.
* `run OPERATION REQUEST`: evaluate, or run code; the answer is a JSON text.

All of a request and the data before it goes into the isolate as one text, because every argument of a call is a trip
between two threads; for the same reason everything runs on the event loop, where a call waits without another thread.
It holds no secret and opens no file or socket once it has started; the parent owns every deadline and kills it.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headrace.executor.guest import frames
from headrace.executor.guest.canaries import reached
from headrace.executor.guest.confinement import close_wall

_HERE = Path(__file__).parent
_BEYOND_HEAP_BYTES = 1 << 30
"""Memory for all that is not V8's heap: requests and answers, array buffers, compiled code, the spare isolate."""

_LIBRARIES = ("luxon", "jmespath", "acorn")


def _sources() -> tuple[str, dict[str, str]]:
    """Read everything that isolates will need, before the first of them runs anybody's code."""
    files = sorted((_HERE / "js").glob("*.js"))
    parts = [path.read_text("utf-8").strip().rstrip(";") for path in files]
    runtime = "(function () { const host = {}; let last;\n" + "".join(f"last = {part}(host);\n" for part in parts)
    libraries = {name: (_HERE / "vendor" / f"{name}.js").read_text("utf-8") for name in _LIBRARIES}
    return runtime + "return last; })()", libraries


class _Isolates:
    """One isolate at a time, made anew for each execution, with a spare made while nobody waits."""

    def __init__(self, heap_bytes: int) -> None:
        self._heap_bytes = heap_bytes
        self._runtime, self._libraries = _sources()
        close_wall("javascript")
        self._current: tuple[Any, Any] | None = None
        self._spare: tuple[Any, Any] | None = self._make()

    def _make(self) -> tuple[Any, Any]:
        from py_mini_racer import MiniRacer

        isolate = MiniRacer()
        isolate.set_hard_memory_limit(self._heap_bytes)
        entrance: Any = isolate.eval(self._runtime)
        parts = [part for name, source in self._libraries.items() for part in ("library", name, source)]
        entrance(_joined([*parts, "random", os.urandom(4096).hex()]))
        return isolate, entrance

    def open(self) -> None:
        old, self._current, self._spare = self._current, self._spare or self._make(), None
        if old is not None:
            old[0].close()

    async def call(self, parts: Sequence[str]) -> str:
        if self._current is None:
            self.open()
        assert self._current is not None
        result = self._current[1](_joined(parts))
        if hasattr(result, "__await__"):
            result = await result
        return str(result)


def _joined(parts: Sequence[str]) -> str:
    """Return *parts* as one text: their lengths as JavaScript counts them, then the parts."""
    lengths = [len(part) if part.isascii() else len(part.encode("utf-16-le", "surrogatepass")) // 2 for part in parts]
    return "".join((",".join(map(str, lengths)), "\n", *parts))


async def _serve(flags: Sequence[str]) -> None:
    from py_mini_racer import init_mini_racer

    heap_bytes = next((int(flag.split("=", 1)[1]) for flag in flags if flag.startswith("--memory-bytes=")), 512 << 20)
    # Somewhat over the hard limit, which counts what is not collected yet: V8 has to collect before it gets there.
    old_space = heap_bytes * 5 // 4 >> 20
    engine = ["--single-threaded", "--stack-size=800", f"--max-old-space-size={old_space}"]
    init_mini_racer(flags=[*engine, *([] if "--jit" in flags else ["--jitless"])])
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=0)
    # Whatever prints by accident must not end up between frames.
    os.dup2(2, 1)
    isolates = _Isolates(heap_bytes)
    # V8's heap limit leaves out the bytes of array buffers; the system's covers all memory there is to write to.
    resource.setrlimit(resource.RLIMIT_DATA, (heap_bytes + _BEYOND_HEAP_BYTES,) * 2)
    frames.write(sink, [b"hello", str(frames.VERSION).encode(), b"javascript"])
    pending: list[str] = []
    while (frame := frames.read(source)) is not None:
        operation = frame[0]
        try:
            if operation == b"open":
                isolates.open()
                pending.clear()
                answer = [b"ok"]
            elif operation == b"probe":
                answer = [b"ok", reached(frame[1])]
            elif operation in (b"put", b"drop"):
                # The request that needs the data comes right behind it.
                pending += [part.decode("utf-8") for part in frame]
                continue
            else:
                parts, pending = [*pending, *(part.decode("utf-8") for part in frame)], []
                answer = [b"ok", (await isolates.call(parts)).encode("utf-8", "surrogatepass")]
        except Exception as failure:  # noqa: BLE001 - told to the parent, which decides
            answer = [b"error", type(failure).__name__.encode(), str(failure)[:2000].encode("utf-8", "replace")]
        frames.write(sink, answer)


def run(flags: Sequence[str]) -> None:
    """Serve requests until standard input ends."""
    asyncio.run(_serve(flags))
