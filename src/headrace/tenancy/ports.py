"""What tenancy needs from outside: where tenants, projects and members are kept, and what counts starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from headrace.kernel.ids import ProjectId, TenantId, UserId
from headrace.tenancy.domain.permissions import Standing
from headrace.tenancy.public import Membership, Project, Tenant


class TenantStore(Protocol):
    """Tenants of the installation."""

    async def add(self, tenant: Tenant, project: Project, owner: Membership | None) -> None:
        """Add a tenant with its default project and its owner, all or none.

        Args:
            owner: None for a tenant that gets its first owner later.

        Raises:
            TenantExists: there is one of this id.
        """
        ...

    async def get(self, tenant: TenantId) -> Tenant:
        """Raises: TenantNotFound"""
        ...

    async def list(self, *, after: TenantId | None, limit: int) -> Sequence[Tenant]:
        """Return tenants by id, or those that follow one."""
        ...

    async def of(self, user: UserId) -> Sequence[Tenant]:
        """Return the tenants that a user is a member of, by id."""
        ...

    async def change(self, tenant: TenantId, change: Callable[[Tenant], Tenant]) -> Tenant:
        """Replace a tenant by what *change* makes of it as it is then. What *change* raises leaves it as it was.

        Raises:
            TenantNotFound
        """
        ...


class ProjectStore(Protocol):
    """Projects of a tenant."""

    async def add(self, project: Project) -> None:
        """Raises:
        TenantNotFound
        TooManyProjects: the tenant has as many as it may.
        """
        ...

    async def get(self, tenant: TenantId, project: ProjectId) -> Project:
        """Raises: ProjectNotFound: there is no such project for this tenant."""
        ...

    async def list(self, tenant: TenantId) -> Sequence[Project]:
        """Return all projects of a tenant, oldest first."""
        ...

    async def rename(self, tenant: TenantId, project: ProjectId, name: str) -> Project:
        """Raises: ProjectNotFound: there is no such project for this tenant."""
        ...

    async def remove(self, tenant: TenantId, project: ProjectId) -> None:
        """Remove a project and the roles in it.

        Raises:
            ProjectNotFound: there is no such project for this tenant.
        """
        ...


class MemberStore(Protocol):
    """Who is what in a tenant and its projects. Every write checks that an owner stays."""

    async def standing(self, tenant: TenantId, user: UserId, project: ProjectId | None = None) -> Standing:
        """Return what a user is in a tenant; without any role for somebody who is no member.

        Raises:
            TenantNotFound
            ProjectNotFound: a project is named, and there is no such project for this tenant.
        """
        ...

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Membership]:
        """Return all roles in a tenant and its projects, or in one project, by user, the tenant's own first."""
        ...

    async def put(self, membership: Membership) -> Membership:
        """Give a role in place of the one that the user has in the same place, if any. Return it: one who has had
        a role there has had it since then.

        Raises:
            TenantNotFound, ProjectNotFound
            LastOwner: the tenant would be left without an owner.
        """
        ...

    async def join(self, membership: Membership) -> Membership:
        """Give a role, unless the user has it or a higher one in the same place. Return what they have.

        Raises:
            TenantNotFound, ProjectNotFound
        """
        ...

    async def remove(self, tenant: TenantId, user: UserId, project: ProjectId | None = None) -> None:
        """Take the role in a project away, or without a project all in the tenant and its projects.

        Raises:
            MemberNotFound: there is nothing to take away.
            LastOwner: the tenant would be left without an owner.
        """
        ...


class StartCounter(Protocol):
    """Counts the starts of executions, wherever they are started."""

    async def start(self, tenant: TenantId, limit: int, now: datetime) -> timedelta | None:
        """Count a start. With *limit* of them in the last minute count none, and return how long until there is
        room."""
        ...


class PayloadUsage(Protocol):
    """What is kept of payloads."""

    async def kept_bytes(self, tenant: TenantId) -> int:
        """Return how many bytes all payloads of a tenant take; it may take long to find out."""
        ...


class ProjectContents(Protocol):
    """What others keep in projects."""

    async def held(self, tenant: TenantId, project: ProjectId) -> Sequence[str]:
        """Return what a project still holds, such as "3 workflows"; empty when it can go."""
        ...
