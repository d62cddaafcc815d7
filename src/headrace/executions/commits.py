"""Word of what this process has committed to the journal, for those in it who count or follow.

It is told after the commit, once, and only here: what other processes commit has to be read from the journal. So
whoever must miss nothing reads the journal, and takes this as a hint that there is something to read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from headrace.executions.public import Event
from headrace.kernel.ids import ExecutionId, TenantId

log = logging.getLogger(__name__)

Listener: TypeAlias = Callable[[TenantId, ExecutionId, Sequence[Event]], None]
_Watched: TypeAlias = tuple[TenantId, ExecutionId | None]


class Commits:
    """Tells listeners of commits, and wakes those who wait for one; to be used on the loop's own thread."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._watches: dict[_Watched, set[asyncio.Event]] = {}

    def tell(self, tenant: TenantId, execution_id: ExecutionId, events: Sequence[Event]) -> None:
        """Pass on what was committed; what a listener makes of it is no concern of the writer."""
        for listener in self._listeners:
            try:
                listener(tenant, execution_id, events)
            except Exception:
                log.exception("a listener failed on the events of execution %s", execution_id)
        for watched in ((tenant, execution_id), (tenant, None)):
            for watch in self._watches.get(watched, ()):
                watch.set()

    def listen(self, listener: Listener) -> None:
        """Have *listener* called with every commit; it must be quick, for the writer waits for it."""
        self._listeners.append(listener)

    def wake_all(self) -> None:
        """Wake all who wait, though nothing was committed."""
        for watches in self._watches.values():
            for watch in watches:
                watch.set()

    @contextmanager
    def watch(self, tenant: TenantId, execution_id: ExecutionId | None = None) -> Iterator[asyncio.Event]:
        """Yield what is set when something is committed to an execution, or to any of the tenant."""
        watched = (tenant, execution_id)
        event = asyncio.Event()
        self._watches.setdefault(watched, set()).add(event)
        try:
            yield event
        finally:
            self._watches[watched].discard(event)
            if not self._watches[watched]:
                del self._watches[watched]
