"""Faults on purpose, for tests that show what a crash leaves behind."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta

from headrace.executions.ports import DeadLetter, EventLog, Lease
from headrace.executions.public import Event, NodeSucceeded, Ticket
from headrace.kernel.ids import ExecutionId, TenantId


class CrashingLog:
    """An `EventLog` that kills its process, as a power cut would, once so many events are durable.

    Events that come together are parted where the count is reached, so every boundary between two events can be hit.
    """

    def __init__(self, log: EventLog, after: int) -> None:
        self._log = log
        self._left = after

    async def append(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        events: Sequence[Event],
        *,
        expected_version: int,
        epoch: int | None = None,
    ) -> int:
        if len(events) < self._left:
            self._left -= len(events)
            return await self._log.append(tenant, execution_id, events, expected_version=expected_version, epoch=epoch)
        await self._log.append(
            tenant, execution_id, events[: self._left], expected_version=expected_version, epoch=epoch
        )
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable: the process is gone")

    async def begin(
        self,
        tenant: TenantId,
        execution_id: ExecutionId,
        events: Sequence[Event],
        *,
        holder: str,
        now: datetime,
        ttl: timedelta,
    ) -> Lease:
        await self.append(tenant, execution_id, events, expected_version=0)
        return await self._log.acquire(tenant, execution_id, holder=holder, now=now, ttl=ttl)

    async def read(self, tenant: TenantId, execution_id: ExecutionId) -> tuple[Event, ...]:
        return await self._log.read(tenant, execution_id)

    async def acquire(
        self, tenant: TenantId, execution_id: ExecutionId, *, holder: str, now: datetime, ttl: timedelta
    ) -> Lease:
        return await self._log.acquire(tenant, execution_id, holder=holder, now=now, ttl=ttl)

    async def renew(self, tenant: TenantId, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        return await self._log.renew(tenant, lease, now=now, ttl=ttl)

    async def release(self, tenant: TenantId, lease: Lease) -> None:
        await self._log.release(tenant, lease)

    async def holders(self) -> Sequence[tuple[TenantId, ExecutionId, str]]:
        return await self._log.holders()

    async def expire(self, tenant: TenantId, execution_id: ExecutionId, *, holder: str) -> None:
        await self._log.expire(tenant, execution_id, holder=holder)

    async def unfinished(self, *, now: datetime, limit: int = 10_000) -> Sequence[Ticket]:
        return await self._log.unfinished(now=now, limit=limit)

    async def queued(
        self, tenant: TenantId, *, now: datetime, workflow_id: str | None = None, limit: int = 100
    ) -> Sequence[Ticket]:
        return await self._log.queued(tenant, now=now, workflow_id=workflow_id, limit=limit)

    async def due(self, *, now: datetime, limit: int = 10_000) -> Sequence[tuple[TenantId, ExecutionId]]:
        return await self._log.due(now=now, limit=limit)

    async def bury(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str, at: datetime) -> None:
        await self._log.bury(tenant, execution_id, reason=reason, at=at)

    async def buried(self, tenant: TenantId) -> Sequence[DeadLetter]:
        return await self._log.buried(tenant)

    async def unbury(self, tenant: TenantId, execution_id: ExecutionId) -> None:
        await self._log.unbury(tenant, execution_id)

    def walk(self, tenant: TenantId, execution_id: ExecutionId, *, after: int = 0) -> AsyncIterator[Event]:
        return self._log.walk(tenant, execution_id, after=after)

    async def node_run(self, tenant: TenantId, execution_id: ExecutionId, node: str, run: int) -> NodeSucceeded | None:
        return await self._log.node_run(tenant, execution_id, node, run)

    async def ask_cancel(self, tenant: TenantId, execution_id: ExecutionId, *, reason: str) -> None:
        await self._log.ask_cancel(tenant, execution_id, reason=reason)

    async def to_cancel(self) -> Sequence[tuple[TenantId, ExecutionId]]:
        return await self._log.to_cancel()

    async def remove(self, tenant: TenantId, execution_id: ExecutionId) -> Sequence[str]:
        return await self._log.remove(tenant, execution_id)

    async def owners_in_use(self, tenant: TenantId, owners: Collection[str]) -> frozenset[str]:
        return await self._log.owners_in_use(tenant, owners)
