"""Use cases of tenants, and the one place that says whether somebody may do something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from headrace.kernel.ids import DEFAULT_TENANT, ProjectId, TenantId, UserId, new_id
from headrace.tenancy.domain.permissions import INSTALLATION, LOWEST, Standing, Verdict, decide
from headrace.tenancy.domain.rules import (
    check_quotas,
    checked_name,
    default_project,
    default_tenant,
    resumed,
    suspended,
)
from headrace.tenancy.errors import NotAllowed, ProjectNotFound, TenantExists, TenantNotFound, TenantSuspended
from headrace.tenancy.ports import MemberStore, ProjectStore, TenantStore
from headrace.tenancy.public import Action, Actor, Membership, Project, Quotas, Role, Tenant


class Tenancy:
    """Tenants, and what may be done in them."""

    def __init__(
        self, tenants: TenantStore, projects: ProjectStore, members: MemberStore, now: Callable[[], datetime]
    ) -> None:
        self._tenants = tenants
        self._projects = projects
        self._members = members
        self._now = now

    async def authorise(
        self, tenant: TenantId, actor: Actor, action: Action, project: ProjectId | None = None
    ) -> Standing:
        """Return what the actor is in the tenant, if they may do *action* in the project, or without one in the whole
        tenant. What concerns the installation is decided by their role in the default tenant, whatever *tenant* is.

        Raises:
            TenantNotFound: there is no such tenant, the actor is no member, or came in for another tenant only.
            ProjectNotFound: the tenant has no such project, or none that the actor may see.
            NotAllowed: the actor's roles or scopes do not allow it.
            TenantSuspended
        """
        if action in INSTALLATION:
            tenant, project = DEFAULT_TENANT, None
        if actor.tenant not in (None, tenant):
            raise TenantNotFound(tenant)
        standing = await self._members.standing(tenant, actor.user, project)
        if not standing.roles and action not in INSTALLATION:
            raise TenantNotFound(tenant)
        verdict = decide(standing, action, project, actor.scopes)
        if verdict is Verdict.ALLOWED:
            return standing
        if verdict is Verdict.SUSPENDED:
            raise TenantSuspended(action, standing.suspended_why)
        if verdict is Verdict.OUT_OF_SCOPE:
            raise NotAllowed(action, "it is not among the scopes of this API key")
        if project is not None and decide(standing, Action.PROJECT_READ, project) is Verdict.ROLE_TOO_LOW:
            raise ProjectNotFound(project)
        raise NotAllowed(action, f"it takes the role {LOWEST[action]} or a higher one")

    async def projects_for(self, tenant: TenantId, actor: Actor, action: Action) -> Sequence[Project]:
        """Return the projects in which the actor may do *action*, oldest first: what a list may show of.

        Raises:
            TenantNotFound: as `authorise`.
        """
        if actor.tenant not in (None, tenant):
            raise TenantNotFound(tenant)
        standing = await self._members.standing(tenant, actor.user)
        if not standing.roles:
            raise TenantNotFound(tenant)
        return [
            project
            for project in await self._projects.list(tenant)
            if decide(standing, action, project.id, actor.scopes) is Verdict.ALLOWED
        ]

    async def tenants_of(self, actor: Actor) -> Sequence[Tenant]:
        """Return the tenants that the actor may act in, by id."""
        return [tenant for tenant in await self._tenants.of(actor.user) if actor.tenant in (None, tenant.id)]

    async def ensure_default(self) -> None:
        """Make the default tenant, unless it is there."""
        try:
            await self._tenants.get(DEFAULT_TENANT)
        except TenantNotFound:
            at = self._at()
            try:
                await self._tenants.add(default_tenant(at), default_project(DEFAULT_TENANT, at), None)
            except TenantExists:
                return  # another server was faster

    async def create(self, name: str, owner: UserId) -> Tenant:
        """Raises: BadName"""
        at = self._at()
        tenant = Tenant(id=TenantId(new_id()), name=checked_name("tenant", name), created_at=at)
        first = Membership(tenant=tenant.id, user=owner, project=None, role=Role.OWNER, since=at)
        await self._tenants.add(tenant, default_project(tenant.id, at), first)
        return tenant

    async def get(self, tenant: TenantId) -> Tenant:
        """Raises: TenantNotFound"""
        return await self._tenants.get(tenant)

    async def list(self, *, after: TenantId | None = None, limit: int = 100) -> Sequence[Tenant]:
        """Return tenants of the installation by id, or those that follow one."""
        return await self._tenants.list(after=after, limit=limit)

    async def rename(self, tenant: TenantId, name: str) -> Tenant:
        """Raises: TenantNotFound, BadName"""
        checked = checked_name("tenant", name)
        return await self._tenants.change(tenant, lambda known: replace(known, name=checked))

    async def set_quotas(self, tenant: TenantId, quotas: Quotas) -> Tenant:
        """Raises: TenantNotFound, BadQuota"""
        check_quotas(quotas)
        return await self._tenants.change(tenant, lambda known: replace(known, quotas=quotas))

    async def suspend(self, tenant: TenantId, why: str) -> Tenant:
        """Leave the tenant's members nothing but reading, and start nothing for it.

        Args:
            why: What its members are told.

        Raises:
            TenantNotFound
            DefaultStays: it is the default tenant.
        """
        at = self._at()
        return await self._tenants.change(tenant, lambda known: suspended(known, why, at))

    async def resume(self, tenant: TenantId) -> Tenant:
        """Raises: TenantNotFound"""
        return await self._tenants.change(tenant, resumed)

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)
