"""Forgetting what is kept no longer: executions by the rules of retention, and payloads that nobody knows of."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from headrace.executions.errors import ExecutionNotFound, NotEnded
from headrace.executions.ports import EventLog, ExecutionHistory, Payloads
from headrace.executions.retention import RetentionPolicy
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import TenantId
from headrace.payloads.public import StoredOwner

log = logging.getLogger(__name__)

_BATCH = 200
_EVERY = timedelta(minutes=1)
_SWEEP_EVERY = timedelta(hours=6)
SWEEP_AGE = timedelta(hours=24)
"""Payloads of an unknown owner that are younger may be those of a call that is still being received."""


class Forgetting:
    """A background task that removes executions and payloads, a few at a time."""

    def __init__(
        self,
        *,
        log: EventLog,
        history: ExecutionHistory,
        payloads: Payloads,
        policy: RetentionPolicy,
        now: Callable[[], datetime],
    ) -> None:
        self._log = log
        self._history = history
        self._payloads = payloads
        self._policy = policy
        self._now = now
        self._task: asyncio.Task[None] | None = None

    async def prune(self) -> int:
        """Remove the executions that are to be kept no longer, and return how many there were.

        Each is removed in a transaction of its own, so that what is being written does not wait. What runs or waits is
        never removed: the journal refuses it. A crash leaves payloads behind at worst, which `sweep` finds.
        """
        total = 0
        while found := await self._history.expired(self._policy, now=self._now(), limit=_BATCH):
            removed = 0
            for tenant, execution_id in found:
                try:
                    owners = await self._log.remove(tenant, execution_id)
                except (ExecutionNotFound, NotEnded):
                    continue  # another process was quicker
                removed += 1
                for owner in owners:
                    await self._payloads.delete_owned(tenant, owner)
            total += removed
            if not removed:
                break
        return total

    async def sweep(self) -> int:
        """Remove payloads of owners that the journal knows nothing of, and return how many owners there were."""
        total = 0
        batch: defaultdict[TenantId, list[StoredOwner]] = defaultdict(list)
        async for one in self._payloads.owners():
            if self._now() - one.changed_at < SWEEP_AGE:
                continue
            batch[one.tenant].append(one)
            if len(batch[one.tenant]) >= _BATCH:
                total += await self._sweep(one.tenant, batch.pop(one.tenant))
        for tenant, owners in batch.items():
            total += await self._sweep(tenant, owners)
        return total

    async def _sweep(self, tenant: TenantId, found: list[StoredOwner]) -> int:
        owners = [one.owner for one in found]
        lost = set(owners) - await self._log.owners_in_use(tenant, owners)
        for owner in lost:
            await self._payloads.delete_owned(tenant, owner)
        return len(lost)

    def start(self) -> None:
        self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _forever(self) -> None:
        swept_at: datetime | None = None
        while True:
            try:
                removed = await self.prune()
                if removed:
                    log.info("%d executions were kept long enough and are removed", removed)
                if swept_at is None or self._now() - swept_at >= _SWEEP_EVERY:
                    swept_at = self._now()
                    lost = await self.sweep()
                    if lost:
                        log.info("payloads of %d executions that are gone were removed", lost)
            except (HeadraceError, OSError) as failure:
                log.warning("what is kept no longer could not be removed: %s", failure)
            await asyncio.sleep(_EVERY.total_seconds())
