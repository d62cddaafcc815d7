"""The wall, from inside: what a guest gives up before it runs anybody's code.

`enter` comes first of all, `close_wall` when everything is loaded that the guest will ever need, and `settle_child`
in a child that the Python guest forked for one call.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence


def enter(flags: Sequence[str]) -> None:
    """Leave the machine's namespaces, when `--wall=jail` is among *flags*; otherwise do nothing."""


def close_wall(kind: str) -> None:
    """Give up files and all system calls but those that a guest of this *kind* needs: "javascript" or "python".

    Does nothing unless `enter` was told to. Only one thread may exist.
    """


def settle_child(memory_bytes: int, cpu_seconds: float, *, keep: Collection[int]) -> None:
    """Limit this forked child, in every tier, before it runs anybody's code.

    Args:
        keep: Descriptors that stay open. 0, 1 and 2 become the guest's standard error unless they are among them.
    """
