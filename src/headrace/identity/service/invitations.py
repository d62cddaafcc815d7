"""Use cases of invitations."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from headrace.identity.domain.limits import INVITATION_LIFE
from headrace.identity.domain.names import checked_email
from headrace.identity.domain.tokens import may_be_token, token_hash
from headrace.identity.errors import InvitationNotFound, NotYourInvitation, SessionRequired
from headrace.identity.ports import InvitationStore, Members, Tenancy
from headrace.identity.public import Invitation, InvitationId, User
from headrace.identity.service.users import Users
from headrace.kernel.errors import Denied, NotFound
from headrace.kernel.ids import ProjectId, TenantId, UserId, new_id
from headrace.tenancy.public import Action, Actor, Role


class Invitations:
    """How people get into a tenant: whoever has the link is taken for the owner of the e-mail address, once."""

    def __init__(
        self,
        invitations: InvitationStore,
        users: Users,
        members: Members,
        tenancy: Tenancy,
        now: Callable[[], datetime],
    ) -> None:
        self._invitations = invitations
        self._users = users
        self._members = members
        self._tenancy = tenancy
        self._now = now

    async def invite(
        self, tenant: TenantId, actor: Actor, *, email: str, role: Role, project: ProjectId | None = None
    ) -> tuple[Invitation, str]:
        """Invite somebody, and return the invitation with the token of its link, which nobody can read again. An
        earlier one to the same address and place ends.

        Raises:
            TenantNotFound, ProjectNotFound, NotAllowed, TenantSuspended: as `Tenancy.authorise`.
            RoleTooHigh: nobody gives a role above their own.
            BadEmail
            TooManyInvitations
        """
        await self._members.authorise_grant(tenant, actor, role, project)
        now = self._at()
        token = secrets.token_urlsafe(32)
        invitation = Invitation(
            id=InvitationId(new_id()),
            tenant=tenant,
            email=checked_email(email),
            role=role,
            project=project,
            invited_by=actor.user,
            created_at=now,
            expires_at=now + INVITATION_LIFE,
        )
        await self._invitations.add(invitation, token_hash(token))
        return invitation, token

    async def list(self, tenant: TenantId, actor: Actor) -> Sequence[Invitation]:
        """Return the tenant's open invitations, the newest first; raises as `Tenancy.authorise`."""
        await self._tenancy.authorise(tenant, actor, Action.MEMBER_INVITE)
        now = self._at()
        return [one for one in await self._invitations.list(tenant) if now < one.expires_at]

    async def withdraw(self, tenant: TenantId, actor: Actor, invitation: InvitationId) -> None:
        """Raises: InvitationNotFound; and as `Tenancy.authorise`."""
        await self._tenancy.authorise(tenant, actor, Action.MEMBER_INVITE)
        await self._invitations.remove(tenant, invitation)

    async def look(self, token: str) -> Invitation:
        """Return what a link invites to.

        Raises:
            InvitationNotFound: it was used, withdrawn or has expired, or whoever sent it may not let anybody in any
                more.
        """
        if not may_be_token(token):
            raise InvitationNotFound
        invitation = await self._invitations.find(token_hash(token))
        if self._at() >= invitation.expires_at:
            raise InvitationNotFound
        try:
            if (await self._users.get(invitation.invited_by)).disabled_at is not None:
                raise InvitationNotFound
            await self._members.authorise_grant(
                invitation.tenant, Actor(invitation.invited_by), invitation.role, invitation.project
            )
        except (NotFound, Denied) as refused:
            raise InvitationNotFound from refused
        return invitation

    async def accept_as_new(self, token: str, *, name: str, password: str) -> User:
        """Make the user who was invited, and let them in.

        Raises:
            InvitationNotFound: as `look`.
            EmailTaken: they are a user already, and accept after they have logged in.
            BadUserName, WeakPassword
        """
        invitation = await self.look(token)
        user = await self._users.add(email=invitation.email, name=name, password=password)
        await self._let_in(invitation, user.id)
        return user

    async def accept(self, token: str, actor: Actor) -> Invitation:
        """Let in somebody who has logged in.

        Raises:
            SessionRequired: the actor came in by an API key.
            InvitationNotFound: as `look`.
            NotYourInvitation
        """
        if actor.scopes is not None:
            raise SessionRequired("accept an invitation")
        invitation = await self.look(token)
        if (await self._users.get(actor.user)).email != invitation.email:
            raise NotYourInvitation
        await self._let_in(invitation, actor.user)
        return invitation

    async def _let_in(self, invitation: Invitation, user: UserId) -> None:
        # In this order: what a crash cuts off can be done again by the same link.
        await self._members.join(invitation.tenant, user, invitation.role, invitation.project)
        await self._invitations.remove(invitation.tenant, invitation.id)

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)
