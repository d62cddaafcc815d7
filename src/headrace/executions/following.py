"""Following executions as they run: what is committed, in order, from any point on.

Everything comes from the journal, so a follower may come late, go away and come back, or look at what another process
runs, and misses nothing. There is no queue for each follower: one that is slow reads more at once, and is told less of
it (`coalesce`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import timedelta

from headrace.executions.commits import Commits
from headrace.executions.ports import EventFeed, EventLog, ExecutionHistory
from headrace.executions.public import Event, ExecutionRequested
from headrace.executions.updates import READY, Update, coalesce, update_of
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId

_BATCH = 1_000
"""Events read at once at most."""

_MOST = 100
"""Updates told at once before those of nodes are coalesced."""


class Following:
    """Streams of updates, batch by batch, in the order of the journal.

    An empty batch says that nothing happened for a while.

    Args:
        look_every: How often the journal is read though this process committed nothing: another one may have.
    """

    def __init__(
        self,
        log: EventLog,
        history: ExecutionHistory,
        feed: EventFeed,
        commits: Commits,
        *,
        look_every: timedelta = timedelta(seconds=1),
    ) -> None:
        self._log = log
        self._history = history
        self._feed = feed
        self._commits = commits
        self._look_every = look_every
        self._closed = False

    def close(self) -> None:
        """End all streams: those who follow come back to the next server, and name what they saw last."""
        self._closed = True
        self._commits.wake_all()

    async def is_over(self, tenant: TenantId, execution_id: ExecutionId, *, after: int) -> bool:
        """Whether an execution has ended and whoever has seen its first *after* events has seen all.

        Raises:
            ExecutionNotFound: there is no such execution for this tenant.
        """
        summary = await self._history.get(tenant, execution_id)
        return summary.status.is_final and after >= summary.events

    async def execution(
        self, tenant: TenantId, execution_id: ExecutionId, *, after: int = 0
    ) -> AsyncGenerator[Sequence[Update], None]:
        """Yield the updates of one execution past its first *after*, until its end or that of this process.

        Sequence numbers are versions of its stream: 1 is the request, and none is missing.
        """
        with self._commits.watch(tenant, execution_id) as news:
            while not self._closed:
                news.clear()
                found: list[Update] = []
                async for event in self._log.walk(tenant, execution_id, after=after):
                    after += 1
                    found.append(update_of(execution_id, after, event))
                    if len(found) == _BATCH:
                        break
                yield coalesce(found, most=_MOST)
                if found and found[-1].is_end:
                    return
                if len(found) < _BATCH:
                    await self._wait(news)

    async def workspace(
        self,
        tenant: TenantId,
        *,
        after: int | None = None,
        shown: Callable[[ExecutionId, ProjectId | None], Awaitable[bool]],
    ) -> AsyncGenerator[Sequence[Update], None]:
        """Yield the updates of all executions of a tenant that are *shown*, until this process ends.

        Sequence numbers are positions in the whole journal, so they grow with gaps.

        Args:
            after: Only what was committed past this position; None: past now.
            shown: Asked of every event, with the project where the event tells it.
        """
        if after is None:
            after = await self._feed.head()
        yield [Update(type=READY, seq=after)]
        with self._commits.watch(tenant) as news:
            while not self._closed:
                news.clear()
                page = await self._feed.feed(after, tenant=tenant, limit=_BATCH)
                found = [
                    update_of(entry.execution_id, entry.position, entry.event)
                    for entry in page.entries
                    if await shown(entry.execution_id, _project_of(entry.event))
                ]
                yield coalesce(found, most=_MOST)
                if page.reached == after:
                    await self._wait(news)
                after = page.reached

    async def _wait(self, news: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), self._look_every.total_seconds())


def _project_of(event: Event) -> ProjectId | None:
    return event.project if isinstance(event, ExecutionRequested) else None
