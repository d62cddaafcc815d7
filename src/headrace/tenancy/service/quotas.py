"""Whether a tenant may use more: asked before each start and each payload."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from headrace.kernel.ids import TenantId
from headrace.tenancy.errors import QuotaExceeded, TenantSuspended
from headrace.tenancy.ports import StartCounter, TenantStore
from headrace.tenancy.public import Action, Quotas, Tenant

_FRESH_FOR = timedelta(seconds=1)
"""How long a change by another process may go unseen: every start asks, and most find nothing new."""


class QuotaChecks:
    """Checks of what the tenant is and has; what it uses is told by those who know."""

    def __init__(self, tenants: TenantStore, starts: StartCounter, now: Callable[[], datetime]) -> None:
        self._tenants = tenants
        self._starts = starts
        self._now = now
        self._known: dict[TenantId, tuple[datetime, Tenant]] = {}

    async def quotas(self, tenant: TenantId) -> Quotas:
        """Raises: TenantNotFound"""
        return (await self._tenant(tenant)).quotas

    async def check_start(self, tenant: TenantId) -> None:
        """Count the start of an execution.

        Raises:
            TenantNotFound
            TenantSuspended
            QuotaExceeded: there were as many in the last minute as there may be; this one was not counted.
        """
        known = await self._tenant(tenant)
        if known.suspended_at is not None:
            raise TenantSuspended(Action.EXECUTION_START, known.suspended_why)
        limit = known.quotas.executions_per_minute
        if limit is None:
            return
        wait = await self._starts.start(tenant, limit, self._at())
        if wait is not None:
            raise QuotaExceeded("executions per minute", limit, retry_after=wait)

    async def check_concurrency(self, tenant: TenantId, running: int) -> None:
        """Check that one more execution may run beside *running* others.

        Raises:
            TenantNotFound
            QuotaExceeded
        """
        limit = (await self._tenant(tenant)).quotas.concurrent_executions
        if limit is not None and running >= limit:
            raise QuotaExceeded("concurrent executions", limit)

    async def check_payload(self, tenant: TenantId, kept_bytes: int, more_bytes: int) -> None:
        """Check that a payload of *more_bytes* may be kept beside *kept_bytes* of others.

        Raises:
            TenantNotFound
            QuotaExceeded
        """
        limit = (await self._tenant(tenant)).quotas.payload_bytes
        if limit is not None and kept_bytes + more_bytes > limit:
            raise QuotaExceeded("bytes of payloads", limit)

    async def _tenant(self, tenant: TenantId) -> Tenant:
        now = self._at()
        known = self._known.get(tenant)
        if known is not None and abs(now - known[0]) < _FRESH_FOR:
            return known[1]
        found = await self._tenants.get(tenant)
        self._known[tenant] = (now, found)
        return found

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)
