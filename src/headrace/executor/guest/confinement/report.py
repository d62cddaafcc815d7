"""How the launcher learns whether the wall stands: one line on standard error, which is its pipe until then."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from headrace.executor.guest.confinement.missing import PartMissing

CLOSED = b"the wall is closed around process "
"""Begins the first line, which ends with the guest's number as the machine counts. Whatever else comes first is the
reason why there is no wall."""

FAILED = 3
"""Exit status of a guest that has given such a reason."""


@contextlib.contextmanager
def or_else_die() -> Iterator[None]:
    """End the process, with the reason as a line, when a part of the wall is missing."""
    try:
        yield
    except (PartMissing, OSError) as missing:
        os.write(2, f"{missing}\n".encode("utf-8", "replace"))
        os._exit(FAILED)


def closed(process: str, null: int) -> None:
    """Say so, and let go of the launcher's pipe: *null* takes its place, wherever it is."""
    os.write(2, CLOSED + process.encode() + b"\n")
    pipe = os.fstat(2)
    for descriptor in (0, 1, 2):
        if os.path.samestat(os.fstat(descriptor), pipe):
            os.dup2(null, descriptor)
    os.close(null)
