"""What identity needs from outside. Tokens arrive as hashes: nothing that is kept lets anybody in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from headrace.identity.public import ApiKey, Invitation, InvitationId, KeyId, Session, SessionId, User
from headrace.kernel.ids import ProjectId, TenantId, UserId
from headrace.tenancy.public import Action, Actor, Membership, Role, Tenant


class UserStore(Protocol):
    """Users of the installation."""

    async def add(self, user: User, password: str) -> None:
        """Args:
            password: Its hash.

        Raises:
            EmailTaken
        """
        ...

    async def add_first(self, user: User, password: str) -> None:
        """Raises: SetupDone: there is a user; of several who try at once, one is the first."""
        ...

    async def first(self) -> User | None:
        """Return the user that was there first; None: there is none."""
        ...

    async def get(self, user: UserId) -> User:
        """Raises: UserNotFound"""
        ...

    async def with_email(self, email: str) -> tuple[User, str] | None:
        """Return a user and the hash of their password; None: there is no such user."""
        ...

    async def list(self, users: Collection[UserId]) -> Sequence[User]:
        """Return those users that there are, by e-mail address."""
        ...

    async def page(self, *, after: str, limit: int) -> Sequence[User]:
        """Return users by e-mail address, those that follow *after*."""
        ...

    async def change(self, user: UserId, change: Callable[[User], User]) -> User:
        """Replace a user by what *change* makes of them as they are then.

        Raises:
            UserNotFound
        """
        ...

    async def disable(self, user: UserId, at: datetime, *, owners: Collection[UserId]) -> User:
        """Disable a user and end their sessions. One who is disabled already stays so from when they were.

        Args:
            owners: Users of whom one must not be disabled.

        Raises:
            UserNotFound
            LastOwner: the user is the last of *owners* who is not disabled.
        """
        ...

    async def set_password(self, user: UserId, password: str, *, keep: SessionId | None) -> None:
        """Replace the hash of a password, and end the user's sessions.

        Args:
            keep: The session that goes on.

        Raises:
            UserNotFound
        """
        ...

    async def rehash(self, user: UserId, old: str, new: str) -> None:
        """Replace the hash of the same password by a better one, unless it has been replaced meanwhile."""
        ...


class SessionStore(Protocol):
    """Sessions of all users."""

    async def add(self, session: Session, token_hash: str, *, created_after: datetime, seen_after: datetime) -> None:
        """Add a session. Those of any user that are older go, and of one user's too many the one not used for longest.

        Args:
            created_after, seen_after: What is older is over.
        """
        ...

    async def find(self, token_hash: str) -> tuple[Session, User] | None: ...

    async def note(self, session: SessionId, seen_at: datetime) -> None:
        """Write down that a session is used; one that is gone is no error."""
        ...

    async def list(self, user: UserId) -> Sequence[Session]:
        """Return a user's sessions, those used last first."""
        ...

    async def remove(self, user: UserId, session: SessionId) -> None:
        """Raises: SessionNotFound: the user has no such session."""
        ...


class KeyStore(Protocol):
    """API keys of all tenants."""

    async def add(self, key: ApiKey, token_hash: str) -> None:
        """Raises: TooManyKeys: the user has as many in this tenant as they may."""
        ...

    async def find(self, token_hash: str) -> tuple[ApiKey, User] | None: ...

    async def note(self, tenant: TenantId, key: KeyId, used_at: datetime) -> None:
        """Write down that a key is used; one that is gone is no error."""
        ...

    async def list(self, tenant: TenantId, user: UserId | None) -> Sequence[ApiKey]:
        """Return the keys of a user in a tenant, or of all its users, the newest first."""
        ...

    async def remove(self, tenant: TenantId, key: KeyId, user: UserId | None) -> None:
        """Remove a key of a user, or of anybody in the tenant.

        Raises:
            KeyNotFound: there is no such key.
        """
        ...


class InvitationStore(Protocol):
    """Invitations of all tenants."""

    async def add(self, invitation: Invitation, token_hash: str) -> None:
        """Add an invitation in place of one to the same e-mail address and place, if any. Those that expired before
        it was made go.

        Raises:
            TooManyInvitations: the tenant has as many as it may.
        """
        ...

    async def find(self, token_hash: str) -> Invitation:
        """Raises: InvitationNotFound"""
        ...

    async def list(self, tenant: TenantId) -> Sequence[Invitation]:
        """Return a tenant's invitations, the newest first."""
        ...

    async def remove(self, tenant: TenantId, invitation: InvitationId) -> None:
        """Raises: InvitationNotFound: there is no such invitation of this tenant."""
        ...


class Passwords(Protocol):
    """Hashes passwords: slowly, and not on the event loop."""

    async def hash(self, password: str) -> str:
        """Raises: LoginsBusy"""
        ...

    async def verify(self, password: str, kept: str | None) -> bool:
        """Return whether a password is that of a hash.

        Args:
            kept: None: there is no hash. The answer is no, and takes as long.

        Raises:
            LoginsBusy
        """
        ...

    def is_outdated(self, kept: str) -> bool:
        """Return whether the password would be hashed in another way today."""
        ...


class Attempts(Protocol):
    """Log-ins that were tried of late."""

    async def begin(self, account: str, address: str, now: datetime) -> timedelta | None:
        """Count an attempt as failed, until it succeeds. Return how long to wait if there were too many; it is not
        counted then."""
        ...

    async def succeed(self, account: str, address: str) -> None:
        """Forget the account's failures, and of the address's the one that was none."""
        ...


class Tenancy(Protocol):
    """On whose behalf: what is asked of tenancy."""

    async def authorise(
        self, tenant: TenantId, actor: Actor, action: Action, project: ProjectId | None = None
    ) -> object:
        """Raises: TenantNotFound, ProjectNotFound, NotAllowed, TenantSuspended: the actor may not."""
        ...

    async def tenants_of(self, actor: Actor) -> Sequence[Tenant]:
        """Return the tenants that the actor may act in."""
        ...


class Members(Protocol):
    """Who belongs to tenants: what is asked of tenancy."""

    async def list(self, tenant: TenantId, project: ProjectId | None = None) -> Sequence[Membership]: ...

    async def authorise_grant(
        self, tenant: TenantId, actor: Actor, role: Role, project: ProjectId | None = None
    ) -> None:
        """Raises: TenantNotFound, ProjectNotFound, NotAllowed, TenantSuspended, RoleTooHigh: the actor may not."""
        ...

    async def join(self, tenant: TenantId, user: UserId, role: Role, project: ProjectId | None = None) -> Membership:
        """Let somebody in; doing it again changes nothing.

        Raises:
            TenantNotFound, ProjectNotFound
        """
        ...
