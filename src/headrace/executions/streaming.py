"""What is told to those who follow executions over HTTP, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import msgspec

from headrace.executions.errors import ExecutionNotFound, TooManyStreams
from headrace.executions.following import Following
from headrace.executions.ports import ExecutionHistory
from headrace.executions.updates import GAP, Update
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId

_ALIVE = b": alive\n\n"
_ALIVE_SECONDS = 15.0
"""How often a quiet stream says something: proxies close connections that say nothing, and it shows who is gone."""

_LIFE_SECONDS = 15 * 60.0
"""How long a stream lasts. Clients come back by themselves, and those who may not look any more are refused then."""

_RETRY = b"retry: 1000\n\n"
_REMEMBERED = 4_096
"""Executions whose projects one stream remembers."""


class Streams:
    """The streams of one server.

    Args:
        most: How many may follow at once.
    """

    def __init__(self, following: Following, history: ExecutionHistory, *, most: int = 500) -> None:
        self._following = following
        self._history = history
        self._most = most
        self._open = 0

    async def execution(
        self, tenant: TenantId, execution_id: ExecutionId, projects: frozenset[str], *, after: int
    ) -> AsyncGenerator[bytes, None] | None:
        """Return the stream of one execution past its first *after* events; None: it has ended, and that was all.

        Raises:
            ExecutionNotFound: there is none in these projects.
            TooManyStreams
        """
        if not await self._viewer(tenant, projects).sees(execution_id, None):
            raise ExecutionNotFound(execution_id)
        if await self._following.is_over(tenant, execution_id, after=after):
            return None
        return self._told(self._following.execution(tenant, execution_id, after=after))

    def workspace(
        self, tenant: TenantId, projects: frozenset[str], *, after: int | None
    ) -> AsyncGenerator[bytes, None]:
        """Return the stream of all executions in some projects of a tenant, past a position or past now.

        Raises:
            TooManyStreams
        """
        viewer = self._viewer(tenant, projects)
        return self._told(self._following.workspace(tenant, after=after, shown=viewer.sees))

    @property
    def open(self) -> int:
        """How many follow now."""
        return self._open

    def _viewer(self, tenant: TenantId, projects: frozenset[str]) -> _Viewer:
        return _Viewer(tenant, projects, self._history)

    def _told(self, batches: AsyncGenerator[Sequence[Update], None]) -> AsyncGenerator[bytes, None]:
        if self._open >= self._most:
            raise TooManyStreams(self._most)
        return self._counted(batches)

    async def _counted(self, batches: AsyncGenerator[Sequence[Update], None]) -> AsyncGenerator[bytes, None]:
        self._open += 1
        try:
            async with aclosing(batches):
                # Whoever takes these waits while the client's buffers are full: what it cannot take is not read either.
                async for text in _texts(batches):
                    yield text
        finally:
            self._open -= 1


class _Viewer:
    """Sees the executions of some projects of a tenant."""

    def __init__(self, tenant: TenantId, projects: frozenset[str], history: ExecutionHistory) -> None:
        self._tenant = tenant
        self._projects = projects
        self._history = history
        self._known: dict[ExecutionId, bool] = {}

    async def sees(self, execution_id: ExecutionId, project: ProjectId | None) -> bool:
        known = self._known.get(execution_id)
        if known is not None:
            return known
        if project is None:
            try:
                project = (await self._history.get(self._tenant, execution_id)).project
            except ExecutionNotFound:
                return False
        if len(self._known) >= _REMEMBERED:
            del self._known[next(iter(self._known))]
        seen = self._known[execution_id] = project in self._projects
        return seen


async def _texts(batches: AsyncIterator[Sequence[Update]]) -> AsyncIterator[bytes]:
    now = asyncio.get_running_loop().time
    said = began = now()
    yield _RETRY
    async for batch in batches:
        if batch:
            said = now()
            yield b"".join(map(encode, batch))
        elif now() - said >= _ALIVE_SECONDS:
            said = now()
            yield _ALIVE
        if now() - began >= _LIFE_SECONDS:
            return


def encode(update: Update) -> bytes:
    """Return an update as a server-sent event. A gap has no id: a client that goes on after it has not seen it all."""
    id_ = b"" if update.type == GAP else b"id: %d\n" % update.seq
    return b"%sevent: %s\ndata: %s\n\n" % (id_, update.type.encode(), msgspec.json.encode(update))
