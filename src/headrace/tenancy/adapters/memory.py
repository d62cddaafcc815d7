"""Tenants, projects and members in memory. No method waits in between, so each is a transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from headrace.kernel.ids import ProjectId, TenantId, UserId
from headrace.tenancy.domain.permissions import Standing
from headrace.tenancy.domain.rates import RecentStarts
from headrace.tenancy.domain.rules import check_owner_stays, check_project_count, given, joined
from headrace.tenancy.errors import MemberNotFound, ProjectNotFound, TenantExists, TenantNotFound
from headrace.tenancy.public import Membership, Project, Role, Tenant


@dataclass(slots=True)
class _Held:
    tenants: dict[TenantId, Tenant] = field(default_factory=dict)
    projects: dict[tuple[TenantId, ProjectId], Project] = field(default_factory=dict)
    members: dict[tuple[TenantId, UserId, ProjectId | None], Membership] = field(default_factory=dict)

    def tenant(self, tenant: TenantId) -> Tenant:
        try:
            return self.tenants[tenant]
        except KeyError as missing:
            raise TenantNotFound(tenant) from missing

    def project(self, tenant: TenantId, project: ProjectId) -> Project:
        try:
            return self.projects[tenant, project]
        except KeyError as missing:
            raise ProjectNotFound(project) from missing

    def check_place(self, tenant: TenantId, project: ProjectId | None) -> None:
        self.tenant(tenant)
        if project is not None:
            self.project(tenant, project)


class MemoryTenancy:
    """Every port of tenancy that keeps something, over one memory."""

    def __init__(self) -> None:
        held = _Held()
        self.tenants = MemoryTenants(held)
        self.projects = MemoryProjects(held)
        self.members = MemoryMembers(held)
        self.starts = MemoryStarts()

    async def close(self) -> None:
        """Nothing is open."""


class MemoryTenants:
    """A `TenantStore` that forgets."""

    def __init__(self, held: _Held) -> None:
        self._held = held

    async def add(self, tenant: Tenant, project: Project, owner: Membership | None) -> None:
        if tenant.id in self._held.tenants:
            raise TenantExists(tenant.id)
        self._held.tenants[tenant.id] = tenant
        self._held.projects[tenant.id, project.id] = project
        if owner is not None:
            self._held.members[tenant.id, owner.user, None] = owner

    async def get(self, tenant: TenantId) -> Tenant:
        return self._held.tenant(tenant)

    async def list(self, *, after: TenantId | None, limit: int) -> Sequence[Tenant]:
        ids = sorted(one for one in self._held.tenants if after is None or one > after)
        return [self._held.tenants[one] for one in ids[:limit]]

    async def of(self, user: UserId) -> Sequence[Tenant]:
        ids = {tenant for tenant, member, _ in self._held.members if member == user}
        return [self._held.tenants[one] for one in sorted(ids)]

    async def change(self, tenant: TenantId, change: Callable[[Tenant], Tenant]) -> Tenant:
        changed = change(self._held.tenant(tenant))
        self._held.tenants[tenant] = changed
        return changed


class MemoryProjects:
    """A `ProjectStore` that forgets."""

    def __init__(self, held: _Held) -> None:
        self._held = held

    async def add(self, project: Project) -> None:
        self._held.tenant(project.tenant)
        check_project_count(len(self._of(project.tenant)))
        self._held.projects[project.tenant, project.id] = project

    async def get(self, tenant: TenantId, project: ProjectId) -> Project:
        return self._held.project(tenant, project)

    async def list(self, tenant: TenantId) -> Sequence[Project]:
        return sorted(self._of(tenant), key=lambda project: (project.created_at, project.id))

    async def rename(self, tenant: TenantId, project: ProjectId, name: str) -> Project:
        renamed = replace(self._held.project(tenant, project), name=name)
        self._held.projects[tenant, project] = renamed
        return renamed

    async def remove(self, tenant: TenantId, project: ProjectId) -> None:
        self._held.project(tenant, project)
        del self._held.projects[tenant, project]
        for key in [key for key in self._held.members if (key[0], key[2]) == (tenant, project)]:
            del self._held.members[key]

    def _of(self, tenant: TenantId) -> Sequence[Project]:
        return [project for (owner, _), project in self._held.projects.items() if owner == tenant]


class MemoryMembers:
    """A `MemberStore` that forgets."""

    def __init__(self, held: _Held) -> None:
        self._held = held

    async def standing(self, tenant: TenantId, user: UserId, project: ProjectId | None = None) -> Standing:
        self._held.check_place(tenant, project)
        known = self._held.tenant(tenant)
        return Standing(
            roles={one.project: one.role for one in self._of(tenant) if one.user == user},
            suspended=known.suspended_at is not None,
            suspended_why=known.suspended_why,
        )

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Membership]:
        found = [one for one in self._of(tenant) if project is None or one.project == project]
        return sorted(found, key=lambda one: (one.user, one.project or ""))

    async def put(self, membership: Membership) -> Membership:
        self._held.check_place(membership.tenant, membership.project)
        if membership.project is None:
            check_owner_stays(self._owners(membership.tenant), membership.user, membership.role)
        return self._keep(given(self._held.members.get(_key(membership)), membership))

    async def join(self, membership: Membership) -> Membership:
        self._held.check_place(membership.tenant, membership.project)
        return self._keep(joined(self._held.members.get(_key(membership)), membership))

    async def remove(self, tenant: TenantId, user: UserId, project: ProjectId | None = None) -> None:
        gone = [_key(one) for one in self._of(tenant) if one.user == user and project in (None, one.project)]
        if not gone:
            raise MemberNotFound(user)
        if project is None:
            check_owner_stays(self._owners(tenant), user, None)
        for key in gone:
            del self._held.members[key]

    def _keep(self, membership: Membership) -> Membership:
        self._held.members[_key(membership)] = membership
        return membership

    def _of(self, tenant: TenantId) -> Sequence[Membership]:
        return [one for one in self._held.members.values() if one.tenant == tenant]

    def _owners(self, tenant: TenantId) -> Sequence[UserId]:
        return [one.user for one in self._of(tenant) if one.project is None and one.role is Role.OWNER]


class MemoryStarts:
    """A `StartCounter` of this process."""

    def __init__(self) -> None:
        self._recent: dict[TenantId, RecentStarts] = {}

    async def start(self, tenant: TenantId, limit: int, now: datetime) -> timedelta | None:
        after = self._recent.get(tenant, RecentStarts()).start(limit, now)
        if isinstance(after, timedelta):
            return after
        self._recent[tenant] = after
        return None


def _key(membership: Membership) -> tuple[TenantId, UserId, ProjectId | None]:
    return membership.tenant, membership.user, membership.project
