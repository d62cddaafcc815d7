"""Use cases of users."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from headrace.identity.domain.names import checked_email, checked_user_name
from headrace.identity.domain.passwords import checked_password
from headrace.identity.errors import SessionRequired, UserNotFound
from headrace.identity.ports import Members, Passwords, UserStore
from headrace.identity.public import SessionId, User
from headrace.identity.service.logins import Logins
from headrace.kernel.ids import DEFAULT_TENANT, UserId, new_id
from headrace.tenancy.public import Actor, Role


class Users:
    """Users of the installation, and what they change of themselves."""

    def __init__(
        self,
        users: UserStore,
        members: Members,
        passwords: Passwords,
        logins: Logins,
        now: Callable[[], datetime],
    ) -> None:
        self._users = users
        self._members = members
        self._passwords = passwords
        self._logins = logins
        self._now = now

    async def get(self, user: UserId) -> User:
        """Raises: UserNotFound"""
        return await self._users.get(user)

    async def with_email(self, email: str) -> User:
        """Raises: UserNotFound, BadEmail"""
        found = await self._users.with_email(checked_email(email))
        if found is None:
            raise UserNotFound(email)
        return found[0]

    async def list(self, users: Collection[UserId]) -> Sequence[User]:
        """Return those users that there are, by e-mail address."""
        return await self._users.list(users)

    async def page(self, *, after: str = "", limit: int = 100) -> Sequence[User]:
        """Return users of the installation by e-mail address, those that follow *after*."""
        return await self._users.page(after=after, limit=limit)

    async def add(self, *, email: str, name: str, password: str) -> User:
        """Make a user; they belong to no tenant yet.

        Raises:
            EmailTaken
            BadEmail, BadUserName, WeakPassword
        """
        address, shown = checked_email(email), checked_user_name(name)
        kept = await self._passwords.hash(checked_password(password, email=address, name=shown))
        user = User(id=UserId(new_id()), email=address, name=shown, created_at=self._at())
        await self._users.add(user, kept)
        return user

    async def rename(self, user: UserId, name: str) -> User:
        """Raises: UserNotFound, BadUserName"""
        shown = checked_user_name(name)
        return await self._users.change(user, lambda known: replace(known, name=shown))

    async def change_password(
        self, actor: Actor, *, old: str, new: str, address: str, session: SessionId | None
    ) -> None:
        """Change one's own password. All other sessions end; API keys stay.

        Raises:
            SessionRequired: the actor came in by an API key.
            BadLogin, TooManyAttempts, LoginsBusy: as `Logins.log_in`, of the old password.
            WeakPassword
        """
        if actor.scopes is not None:
            raise SessionRequired("change a password")
        user = await self._users.get(actor.user)
        await self._logins.check_password(user.email, old, address=address)
        await self._set_password(user, new, keep=session)

    async def reset_password(self, user: UserId, new: str) -> None:
        """Give a user another password, for whoever runs the installation. All their sessions end.

        Raises:
            UserNotFound, WeakPassword
        """
        await self._set_password(await self._users.get(user), new, keep=None)

    async def disable(self, user: UserId) -> User:
        """Let a user in no more: neither by log-in nor by what they came in by before.

        Raises:
            UserNotFound
            LastOwner: the installation would be left without an owner who can log in.
        """
        members = await self._members.list(DEFAULT_TENANT)
        owners = {one.user for one in members if one.project is None and one.role is Role.OWNER}
        return await self._users.disable(user, self._at(), owners=owners)

    async def enable(self, user: UserId) -> User:
        """Raises: UserNotFound"""
        return await self._users.change(user, lambda known: replace(known, disabled_at=None))

    async def _set_password(self, user: User, password: str, *, keep: SessionId | None) -> None:
        text = checked_password(password, email=user.email, name=user.name)
        await self._users.set_password(user.id, await self._passwords.hash(text), keep=keep)

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)
