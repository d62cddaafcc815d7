"""A guest that walls itself in and then does what a test says: `python -I prisoner.py KIND LAYERS [flags]`.

Evaluates each line of standard input as Python and prints a line of JSON for it: the value, or the name of the error.
KIND is "javascript", "python", or "child" for a child that the Python guest forked. LAYERS are those of the wall that
are left out, with commas between them.
"""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import resource
import signal
import socket
import sys
import threading

from headrace.executor.guest import confinement
from headrace.executor.guest.confinement import calls, landlock, namespaces, seccomp
from headrace.executor.guest.confinement.numbers import number_of

FOR_LINES = (mmap, resource, signal, socket, calls)
"""What only the tests' lines name."""

LAYERS = {
    "seccomp": (seccomp, "install"),
    "landlock": (landlock, "give_up_all"),
    "root": (namespaces, "trade_files_for_nothing"),
}


def started_thread() -> bool:
    ran = threading.Event()
    threading.Thread(target=ran.set).start()
    return ran.wait(5)


def end_of_child(name: str) -> int:
    """Return the signal that ended a child which made the system call *name*; 0 if it lived."""
    child = os.fork()
    if not child:
        ctypes.CDLL(None).syscall(number_of(name), 0, 0, 0, 0, 0, 0)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def open_descriptors() -> list[int]:
    found = []
    for number in range(300):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found


def answer(line: str) -> object:
    try:
        value = eval(line, globals())
        json.dumps(value)
    except OSError as refused:
        return errno.errorcode.get(refused.errno or 0, str(refused))
    except Exception as failure:  # noqa: BLE001 - told to the test
        return type(failure).__name__
    return value


def main() -> None:
    kind, left_out, *flags = sys.argv[1:]
    confinement.enter(["--wall=jail", *flags])
    for layer in filter(None, left_out.split(",")):
        setattr(*LAYERS[layer], lambda *anything: None)
    confinement.close_wall("javascript" if kind == "javascript" else "python")
    if kind == "child":
        child = os.fork()
        if child:
            ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os._exit(ended if ended >= 0 else 128 - ended)
        confinement.settle_child(64 << 20, 5, keep={0, 1})
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)


if __name__ == "__main__":
    main()
