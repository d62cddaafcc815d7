"""Use cases of members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from headrace.kernel.ids import ProjectId, TenantId, UserId
from headrace.tenancy.domain.permissions import Standing, at_least
from headrace.tenancy.errors import MemberNotFound, RoleTooHigh
from headrace.tenancy.ports import MemberStore
from headrace.tenancy.public import Action, Actor, Membership, Role
from headrace.tenancy.service.tenancy import Tenancy


class Members:
    """Who is what. Nobody gives, changes or takes away a role above their own."""

    def __init__(self, store: MemberStore, tenancy: Tenancy, now: Callable[[], datetime]) -> None:
        self._store = store
        self._tenancy = tenancy
        self._now = now

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Membership]:
        """Return all roles in a tenant and its projects, or in one project, by user, the tenant's own first."""
        return await self._store.list(tenant, project)

    async def standing(self, tenant: TenantId, user: UserId) -> Standing:
        """Return what a member is in a tenant and its projects.

        Raises:
            TenantNotFound
            MemberNotFound
        """
        standing = await self._store.standing(tenant, user)
        if not standing.roles:
            raise MemberNotFound(user)
        return standing

    async def set_role(
        self, tenant: TenantId, actor: Actor, user: UserId, role: Role, project: ProjectId | None = None
    ) -> Membership:
        """Change what a member is in the tenant, or in one of its projects.

        Raises:
            TenantNotFound, ProjectNotFound, NotAllowed, TenantSuspended: as `Tenancy.authorise`.
            MemberNotFound: the user is no member yet; they are let in by an invitation.
            RoleTooHigh
            LastOwner
        """
        own = await self._tenancy.authorise(tenant, actor, Action.MEMBER_EDIT, project)
        theirs = await self.standing(tenant, user)
        _check_rank(own, project, role, theirs.roles.get(project))
        membership = Membership(tenant=tenant, user=user, project=project, role=role, since=self._at())
        return await self._store.put(membership)

    async def remove(self, tenant: TenantId, actor: Actor, user: UserId, project: ProjectId | None = None) -> None:
        """Take the role in a project away, or without a project all in the tenant and its projects. Everybody may go
        of their own accord.

        Raises:
            TenantNotFound, ProjectNotFound, NotAllowed, TenantSuspended: as `Tenancy.authorise`.
            MemberNotFound: the user has no role there.
            RoleTooHigh
            LastOwner
        """
        leaving = actor == Actor(actor.user) and actor.user == user
        if not leaving:
            own = await self._tenancy.authorise(tenant, actor, Action.MEMBER_EDIT, project)
            theirs = await self.standing(tenant, user)
            _check_rank(own, project, theirs.roles.get(project))
        await self._store.remove(tenant, user, project)

    async def authorise_grant(
        self, tenant: TenantId, actor: Actor, role: Role, project: ProjectId | None = None
    ) -> None:
        """Check that the actor may let somebody in with this role.

        Raises:
            TenantNotFound, ProjectNotFound, NotAllowed, TenantSuspended: as `Tenancy.authorise`.
            RoleTooHigh
        """
        own = await self._tenancy.authorise(tenant, actor, Action.MEMBER_INVITE, project)
        _check_rank(own, project, role)

    async def join(self, tenant: TenantId, user: UserId, role: Role, project: ProjectId | None = None) -> Membership:
        """Let somebody in; whoever has this role there or a higher one keeps it. Doing it again changes nothing.

        The caller has seen to it that somebody who may has asked for it.

        Raises:
            TenantNotFound, ProjectNotFound
        """
        membership = Membership(tenant=tenant, user=user, project=project, role=role, since=self._at())
        return await self._store.join(membership)

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)


def _check_rank(own: Standing, project: ProjectId | None, *roles: Role | None) -> None:
    mine = own.role_in(project)
    for role in roles:
        if role is not None and not at_least(mine, role):
            raise RoleTooHigh(role)
