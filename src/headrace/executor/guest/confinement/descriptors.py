"""Open files that are nobody's business."""

from __future__ import annotations

import os
from collections.abc import Collection

from headrace.executor.guest.confinement.calls import call

_LAST = 0xFFFFFFFF


def close_all_but(kept: Collection[int]) -> None:
    """Close every descriptor that is not among *kept*, those past the limit of open files too."""
    edges = [-1, *sorted(kept), _LAST + 1]
    for before, after in zip(edges, edges[1:], strict=False):
        if after - before > 1:
            try:
                call("close_range", before + 1, after - 1, 0)
            except OSError:
                # Kernels of before 5.9, and some containers.
                os.closerange(before + 1, min(after, os.sysconf("SC_OPEN_MAX")))
