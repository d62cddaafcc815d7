"""What the work at hand belongs to, for those who note it: the log.

Set once where a request or an execution begins, it is known to all that is called from there, and to no other task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_NOTHING: Mapping[str, str] = {}
_current: ContextVar[Mapping[str, str]] = ContextVar("correlation", default=_NOTHING)


@contextmanager
def belonging_to(*, anew: bool = False, **ids: str) -> Iterator[None]:
    """Have what is done inside belong to these as well: `request_id`, `execution`, `tenant`.

    Args:
        anew: To these only, whatever the work at hand belongs to.
    """
    token = _current.set(ids if anew else {**_current.get(), **ids})
    try:
        yield
    finally:
        _current.reset(token)


def correlation() -> Mapping[str, str]:
    """Return what the work at hand belongs to."""
    return _current.get()
