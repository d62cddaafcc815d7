"""The process that Python calls are forked from.

It reads frames from standard input and answers each on standard output:

* `open KEY`: another execution comes; nothing is kept here that it could find, so nothing is done.
* `run code LIMITS REQUEST`: code is run in a child; both are JSON texts, and so is the answer.

It imports everything before the wall closes, runs nobody's code itself and keeps no call's data; the executor owns
every deadline and kills it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from headrace.executor.guest import frames
from headrace.executor.guest.canaries import reached
from headrace.executor.guest.confinement import close_wall
from headrace.executor.guest.python import library, runner
from headrace.executor.guest.python.calls import Calls, ParentGone
from headrace.executor.guest.python.parcels import blocking, receive, write

_PACKAGE = "--package="


def run(flags: Sequence[str]) -> None:
    """Serve requests until standard input ends."""
    source, sink = os.dup(0), os.dup(1)
    # Whatever prints or reads by accident must not end up between frames.
    os.dup2(2, 1)
    os.dup2(2, 0)
    library.load([flag.removeprefix(_PACKAGE) for flag in flags if flag.startswith(_PACKAGE)])
    sys.argv[:] = [""]
    close_wall("python")
    # What is there now stays: collections in children would only copy its pages.
    gc.collect()
    gc.freeze()
    calls = Calls(source, sink, runner.live)
    write(sink, [b"hello", str(frames.VERSION).encode(), b"python"])
    _serve(source, sink, calls)


def _serve(source: int, sink: int, calls: Calls) -> None:
    while True:
        try:
            request = receive(blocking(source))
        except EOFError:
            return
        operation = bytes(request.parts[0])
        if operation == b"run":
            try:
                calls.answer(request)
            except ParentGone:
                return
            continue
        answer = [b"ok", reached(bytes(request.parts[1]))] if operation == b"probe" else [b"ok"]
        request.close()
        write(sink, answer)
