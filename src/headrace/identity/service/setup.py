"""The first user of an installation."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from headrace.identity.domain.names import checked_email, checked_user_name
from headrace.identity.domain.passwords import checked_password
from headrace.identity.errors import BadSetupToken, SetupDone
from headrace.identity.ports import Members, Passwords, UserStore
from headrace.identity.public import User
from headrace.kernel.ids import DEFAULT_TENANT, UserId, new_id
from headrace.tenancy.public import Role


class Setup:
    """Makes the owner of an installation that has no user."""

    def __init__(self, users: UserStore, members: Members, passwords: Passwords, now: Callable[[], datetime]) -> None:
        self._users = users
        self._members = members
        self._passwords = passwords
        self._now = now
        self._done = False
        self.token = secrets.token_urlsafe(24)
        """What whoever sets the installation up from another machine shows; printed where its owner looks."""

    async def is_needed(self) -> bool:
        """Return whether there is no user; once there is one, there always is."""
        if not self._done:
            self._done = await self._users.first() is not None
        return not self._done

    async def resume(self) -> None:
        """Finish a set-up that a crash has cut off between making the owner and giving them their role."""
        first = await self._users.first()
        if first is not None and not await self._has_owner():
            await self._members.join(DEFAULT_TENANT, first.id, Role.OWNER)

    async def create_owner(self, *, email: str, name: str, password: str, local: bool, token: str | None) -> User:
        """Make the first user, the owner of the default tenant.

        Args:
            local: Whether the request comes from this machine, and needs no token.

        Raises:
            SetupDone: there is a user; of several who try at once, one is the first.
            BadSetupToken
            BadEmail, BadUserName, WeakPassword
        """
        if not await self.is_needed():
            raise SetupDone
        if not local and not secrets.compare_digest((token or "").encode("utf-8", "replace"), self.token.encode()):
            raise BadSetupToken
        address, shown = checked_email(email), checked_user_name(name)
        kept = await self._passwords.hash(checked_password(password, email=address, name=shown))
        user = User(id=UserId(new_id()), email=address, name=shown, created_at=self._now().astimezone(UTC))
        await self._users.add_first(user, kept)
        await self._members.join(DEFAULT_TENANT, user.id, Role.OWNER)
        self._done = True
        return user

    async def _has_owner(self) -> bool:
        members = await self._members.list(DEFAULT_TENANT)
        return any(one.project is None and one.role is Role.OWNER for one in members)
