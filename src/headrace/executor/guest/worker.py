"""The sandbox worker: V8 isolates behind a pipe.

Reads frames from standard input and answers each on standard output. The first part of a request is its operation:

* `open KEY`: from now on work for this execution; the isolate of the one before is thrown away.
* `put KEY TEXT`, `drop KEY`: data for expressions and code, kept in the isolate; not answered.
* `run OPERATION REQUEST`: evaluate, or run code; the answer is a JSON text.

It holds no secret and opens no file or socket once it has started; the parent owns every deadline and kills it.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import Any

from headrace.executor.guest import frames

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
        self._current: tuple[Any, Any] | None = None
        self._spare: tuple[Any, Any] | None = self._make()

    def _make(self) -> tuple[Any, Any]:
        from py_mini_racer import MiniRacer

        isolate = MiniRacer()
        isolate.set_hard_memory_limit(self._heap_bytes)
        entrance: Any = isolate.eval(self._runtime)
        for name, source in self._libraries.items():
            entrance("library", name, source)
        entrance("random", os.urandom(4096).hex())
        return isolate, entrance

    def open(self) -> None:
        old, self._current, self._spare = self._current, self._spare or self._make(), None
        if old is not None:
            old[0].close()

    def prepare_spare(self) -> None:
        if self._spare is None:
            self._spare = self._make()

    def call(self, *args: str) -> str:
        if self._current is None:
            self.open()
        assert self._current is not None
        result = self._current[1](*args)
        if hasattr(result, "get"):
            result = result.get()
        return str(result)


def main() -> None:
    from py_mini_racer import init_mini_racer

    jit = "--jit" in sys.argv
    heap_bytes = next((int(arg.split("=", 1)[1]) for arg in sys.argv if arg.startswith("--heap-bytes=")), 512 << 20)
    # Somewhat over the hard limit, which counts what is not collected yet: V8 has to collect before it gets there.
    old_space = heap_bytes * 5 // 4 >> 20
    flags = ["--single-threaded", "--stack-size=800", f"--max-old-space-size={old_space}"]
    init_mini_racer(flags=[*flags, *([] if jit else ["--jitless"])])
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=0)
    # Whatever prints by accident must not end up between frames.
    os.dup2(2, 1)
    isolates = _Isolates(heap_bytes)
    # V8's heap limit leaves out the bytes of array buffers; the system's covers all memory there is to write to.
    resource.setrlimit(resource.RLIMIT_DATA, (heap_bytes + _BEYOND_HEAP_BYTES,) * 2)
    sink.write(frames.pack([b"hello", str(frames.VERSION).encode()]))
    while (parts := frames.read(source)) is not None:
        operation, *args = [part.decode("utf-8") for part in parts]
        try:
            if operation == "open":
                isolates.open()
                answer = [b"ok"]
            elif operation == "idle":
                isolates.prepare_spare()
                continue
            elif operation in ("put", "drop"):
                # No answer: the request that needs the data comes right behind it, and fails if this did.
                isolates.call(operation, *args)
                continue
            else:
                answer = [b"ok", isolates.call(operation, *args).encode("utf-8", "surrogatepass")]
        except Exception as failure:  # noqa: BLE001 - told to the parent, which decides
            answer = [b"error", type(failure).__name__.encode(), str(failure)[:2000].encode("utf-8", "replace")]
        packed = frames.pack(answer)
        while packed:
            packed = packed[sink.write(packed) :]


if __name__ == "__main__":
    main()
