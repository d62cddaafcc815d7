"""Whether a tenant may use more: asked before each start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from headrace.kernel.ids import TenantId
from headrace.tenancy.errors import QuotaExceeded, TenantSuspended
from headrace.tenancy.ports import PayloadUsage, StartCounter, TenantStore
from headrace.tenancy.public import Action, Tenant

_FRESH_FOR = timedelta(seconds=1)
"""How long a change by another process may go unseen: every start asks, and most find nothing new."""

_MEASURED_FOR = timedelta(seconds=30)
"""How long payloads count as they were measured: there may be a million files of them."""


class QuotaChecks:
    """What a tenant may start, by what it is, has and has used."""

    def __init__(
        self, tenants: TenantStore, starts: StartCounter, payloads: PayloadUsage, now: Callable[[], datetime]
    ) -> None:
        self._tenants = tenants
        self._starts = starts
        self._payloads = payloads
        self._now = now
        self._known: dict[TenantId, tuple[datetime, Tenant]] = {}
        self._measured: dict[TenantId, tuple[datetime, int]] = {}

    async def check_start(self, tenant: TenantId) -> None:
        """Count the start of an execution.

        Raises:
            TenantNotFound
            TenantSuspended
            QuotaExceeded: there were as many in the last minute as there may be, or as much is kept; this one was not
                counted.
        """
        known = await self._active(tenant)
        most_bytes = known.quotas.payload_bytes
        if most_bytes is not None and await self._kept_bytes(tenant) >= most_bytes:
            raise QuotaExceeded("bytes of payloads", most_bytes)
        limit = known.quotas.executions_per_minute
        if limit is None:
            return
        wait = await self._starts.start(tenant, limit, self._at())
        if wait is not None:
            raise QuotaExceeded("executions per minute", limit, retry_after=wait)

    async def check_going_on(self, tenant: TenantId) -> None:
        """Look whether what a tenant has started may go on.

        Raises:
            TenantNotFound, TenantSuspended
        """
        await self._active(tenant)

    async def concurrency(self, tenant: TenantId) -> int | None:
        """Return how many executions may run at once; None: as many as the server runs; 0: none, it is suspended.

        Raises:
            TenantNotFound
        """
        known = await self._tenant(tenant)
        return 0 if known.suspended_at is not None else known.quotas.concurrent_executions

    async def _active(self, tenant: TenantId) -> Tenant:
        known = await self._tenant(tenant)
        if known.suspended_at is not None:
            raise TenantSuspended(Action.EXECUTION_START, known.suspended_why)
        return known

    async def _tenant(self, tenant: TenantId) -> Tenant:
        now = self._at()
        known = self._known.get(tenant)
        if known is not None and abs(now - known[0]) < _FRESH_FOR:
            return known[1]
        found = await self._tenants.get(tenant)
        self._known[tenant] = (now, found)
        return found

    async def _kept_bytes(self, tenant: TenantId) -> int:
        now = self._at()
        measured = self._measured.get(tenant)
        if measured is not None and abs(now - measured[0]) < _MEASURED_FOR:
            return measured[1]
        # Until it is measured anew, those who ask meanwhile are told the old figure, and do not all measure.
        self._measured[tenant] = (now, 0 if measured is None else measured[1])
        kept = await self._payloads.kept_bytes(tenant)
        self._measured[tenant] = (now, kept)
        return kept

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)
