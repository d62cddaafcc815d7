"""The sandbox worker: V8 isolates behind a pipe.

Reads frames from standard input and answers each on standard output. The first part of a request is its operation:

* `module NAME TEXT`: a module that code may `require`; not answered.
* `open KEY`: from now on work for this execution; the isolate of the one before is thrown away.
* `put KEY TEXT`, `drop KEY`: data for expressions and code, kept in the isolate; not answered.
* `run OPERATION REQUEST`: evaluate, or run code; the answer is a JSON text. In between, what code asks of the executor
  goes out as `ask QUESTIONS`, and is followed by `reply REPLIES`.

All of a request and the data before it goes into the isolate as one text, because every argument of a call is a trip
between two threads; for the same reason everything runs on the event loop, where a call waits without another thread.
What comes out of an isolate is opaque here: an answer, questions, or a time to wait, told apart by its first character.
It holds no secret and opens no file or socket once it has started; the parent owns every deadline and kills it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import select
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, cast

from headrace.executor.guest import frames
from headrace.executor.guest.canaries import reached
from headrace.executor.guest.confinement import close_wall

_HERE = Path(__file__).parent
_BEYOND_HEAP_BYTES = 1 << 30
"""Memory for all that is not V8's heap: requests and answers, array buffers, compiled code, the spare isolate."""

_GIVEN_UP_BYTES = 48 << 20
"""Room that V8 wants to stop code at its limit in an orderly way."""

_LIBRARIES = ("luxon", "jmespath", "acorn")
_IDLE_SECONDS = 0.02
"""Without a request for so long, it is time to make the next isolate, which would keep one waiting."""


@dataclass(frozen=True, slots=True)
class _Sources:
    """Everything that isolates need, read before the first of them runs anybody's code."""

    runtime: str
    rest: str
    """What is compiled when it is first used, as one text for the entrance."""

    @classmethod
    def read(cls) -> _Sources:
        files = sorted((_HERE / "js").glob("*.js"))
        parts = "".join(f"last = {_function(path)}(host);\n" for path in files)
        lazy = {path.stem: _function(path) for path in sorted((_HERE / "js" / "parts").glob("*.js"))}
        lazy |= {name: (_HERE / "vendor" / f"{name}.js").read_text("utf-8") for name in _LIBRARIES}
        runtime = (
            f'(function () {{ "use strict"; const host = {{ __proto__: null }}; let last;\n{parts}return last; }})()'
        )
        return cls(runtime, _joined([part for name, text in lazy.items() for part in ("source", name, _ascii(text))]))


def _function(path: Path) -> str:
    return path.read_text("utf-8").strip().rstrip(";")


def _ascii(source: str) -> str:
    """Return the source with escapes: V8 needs twice the memory and more time for all of a text that has one other
    character. Those of ours have them in texts and comments alone."""
    return re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], source)


class _Isolate:
    """An isolate and its entrance."""

    def __init__(self, sources: _Sources, heap_bytes: int) -> None:
        from py_mini_racer import MiniRacer

        self._engine = MiniRacer()
        self._engine.set_hard_memory_limit(heap_bytes)
        self._entrance = cast("Any", self._engine.eval(sources.runtime))
        self._entrance(this=sources.rest)
        self.pending = ["seed", os.urandom(32).hex()]
        """What goes in before the next request."""

        self.has_modules = False

    def step(self, *parts: str) -> str:
        """Go on with a run; 20-waiting.js says what comes back."""
        text = _joined([*self.pending, *parts])
        self.pending.clear()
        # As `this`: an argument would cost a trip of its own.
        return str(self._entrance(this=text))

    def close(self) -> None:
        self._engine.close()


class _Worker:
    """Serves one parent over its pipes."""

    def __init__(self, source: FileIO, sink: FileIO, heap_bytes: int) -> None:
        self._source = source
        self._sink = sink
        self._heap_bytes = heap_bytes
        self._sources = _Sources.read()
        close_wall("javascript")
        self._modules: list[str] = []
        self._current: _Isolate | None = None
        self._spare: _Isolate | None = _Isolate(self._sources, heap_bytes)

    def serve(self) -> None:
        """Answer requests until there are no more."""
        self._write(b"hello", str(frames.VERSION).encode(), b"javascript")
        while True:
            if self._spare is None and not self._is_asked(_IDLE_SECONDS):
                self._spare = _Isolate(self._sources, self._heap_bytes)
            frame = frames.read(self._source)
            if frame is None:
                return
            try:
                answer = self._answer(frame)
            except Exception as failure:  # noqa: BLE001 - told to the parent, which decides
                answer = [b"error", type(failure).__name__.encode(), str(failure)[:2000].encode("utf-8", "replace")]
            if answer:
                self._write(*answer)

    def _answer(self, frame: Sequence[bytes]) -> Sequence[bytes]:
        match frame:
            case [b"open", _]:
                self._open()
                return [b"ok"]
            case [b"probe", canaries]:
                return [b"ok", reached(canaries)]
            case [b"module", *_]:
                self._modules += _texts(frame)
                return ()
            case [b"put" | b"drop", *_]:
                # The request that needs the data comes right behind it.
                self._isolate().pending += _texts(frame)
                return ()
            case _:
                return [b"ok", self._run(_texts(frame)).encode("utf-8", "surrogatepass")]

    def _run(self, parts: Sequence[str]) -> str:
        """Run an operation to its end, with what it asks for and waits for on the way."""
        isolate = self._isolate()
        if self._modules and not isolate.has_modules and "require" in parts[-1]:
            isolate.pending += self._modules
            isolate.has_modules = True
        unanswered = 0
        try:
            state = isolate.step(*parts)
            while not state.startswith("="):
                pause, _, questions = state[1:].partition("\n")
                if state.startswith("?"):
                    self._write(b"ask", questions.encode("utf-8", "surrogatepass"))
                    unanswered += 1
                if pause != "0" and self._is_asked(float(pause) / 1000 if pause else None):
                    reply = self._reply()
                    unanswered -= 1
                    state = isolate.step("reply", reply)
                else:
                    state = isolate.step("tick")
            return state[1:]
        finally:
            for _ in range(unanswered):
                # Nobody waits for it any more; but it must not be taken for a request.
                self._reply()

    def _reply(self) -> str:
        frame = frames.read(self._source)
        if frame is None:
            raise SystemExit(0)
        return frame[-1].decode("utf-8")

    def _is_asked(self, seconds: float | None) -> bool:
        """Wait until there is something to read, the end of the stream too, but not longer than that."""
        return bool(select.select([self._source], [], [], seconds)[0])

    def _isolate(self) -> _Isolate:
        if self._current is None:
            self._open()
        assert self._current is not None
        return self._current

    def _open(self) -> None:
        if self._current is not None:
            # Before another is used: both may grow up to the limit.
            self._current.close()
        self._current, self._spare = self._spare or _Isolate(self._sources, self._heap_bytes), None

    def _write(self, *parts: bytes) -> None:
        frames.write(self._sink, parts)


def _texts(frame: Sequence[bytes]) -> list[str]:
    return [part.decode("utf-8") for part in frame]


def _joined(parts: Sequence[str]) -> str:
    """Return *parts* as one text: their lengths as JavaScript counts them, then the parts."""
    lengths = [len(part) if part.isascii() else len(part.encode("utf-16-le", "surrogatepass")) // 2 for part in parts]
    return "".join((",".join(map(str, lengths)), "\n", *parts))


async def _serve(flags: Sequence[str]) -> None:
    from py_mini_racer import init_mini_racer

    heap_bytes = next((int(flag.split("=", 1)[1]) for flag in flags if flag.startswith("--memory-bytes=")), 512 << 20)
    # Over the hard limit, at which V8 stops the code, by so much that it gets there before it gives up itself; but not
    # by more: the limit counts what is not collected yet, and V8 has to collect before it gets there.
    old_space = heap_bytes + max(heap_bytes // 4, _GIVEN_UP_BYTES) >> 20
    engine = ["--single-threaded", "--stack-size=800", f"--max-old-space-size={old_space}"]
    init_mini_racer(flags=[*engine, *([] if "--jit" in flags else ["--jitless"])])
    # Unbuffered, so that what is not read yet can be seen from outside.
    source, sink = FileIO(0, "rb", closefd=False), FileIO(os.dup(1), "wb")
    # Whatever prints by accident must not end up between frames.
    os.dup2(2, 1)
    worker = _Worker(source, sink, heap_bytes)
    # V8's heap limit leaves out the bytes of array buffers; the system's covers all memory there is to write to.
    resource.setrlimit(resource.RLIMIT_DATA, (heap_bytes + _BEYOND_HEAP_BYTES,) * 2)
    worker.serve()


def run(flags: Sequence[str]) -> None:
    """Serve requests until standard input ends."""
    asyncio.run(_serve(flags))
