"""Use cases of projects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from headrace.kernel.ids import ProjectId, TenantId, new_id
from headrace.tenancy.domain.rules import check_deletable, checked_name
from headrace.tenancy.errors import ProjectInUse
from headrace.tenancy.ports import ProjectContents, ProjectStore
from headrace.tenancy.public import Project


class Projects:
    """Projects of all tenants. `Tenancy.projects_for` lists those that somebody may see."""

    def __init__(self, store: ProjectStore, contents: ProjectContents, now: Callable[[], datetime]) -> None:
        self._store = store
        self._contents = contents
        self._now = now

    async def create(self, tenant: TenantId, name: str) -> Project:
        """Raises: TenantNotFound, BadName, TooManyProjects"""
        at = self._now().astimezone(UTC)
        project = Project(tenant=tenant, id=ProjectId(new_id()), name=checked_name("project", name), created_at=at)
        await self._store.add(project)
        return project

    async def get(self, tenant: TenantId, project: ProjectId) -> Project:
        """Raises: ProjectNotFound"""
        return await self._store.get(tenant, project)

    async def list(self, tenant: TenantId) -> Sequence[Project]:
        """Return all projects of the tenant, oldest first."""
        return await self._store.list(tenant)

    async def rename(self, tenant: TenantId, project: ProjectId, name: str) -> Project:
        """Raises: ProjectNotFound, BadName"""
        return await self._store.rename(tenant, project, checked_name("project", name))

    async def delete(self, tenant: TenantId, project: ProjectId) -> None:
        """Remove a project, and the roles in it.

        Raises:
            ProjectNotFound
            DefaultStays: it is the tenant's default project.
            ProjectInUse: it is not empty.
        """
        found = await self._store.get(tenant, project)
        check_deletable(project)
        if held := await self._contents.held(tenant, project):
            raise ProjectInUse(found.name, held)
        await self._store.remove(tenant, project)
