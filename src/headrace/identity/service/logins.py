"""Logging in and out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from headrace.identity.domain.names import MAX_EMAIL
from headrace.identity.domain.passwords import MAX_LENGTH, normalised
from headrace.identity.domain.sessions import MAX_AGENT, SessionLife
from headrace.identity.domain.tokens import may_be_token, token_hash
from headrace.identity.errors import BadLogin, TooManyAttempts, UserDisabled
from headrace.identity.ports import Attempts, Passwords, SessionStore, UserStore
from headrace.identity.public import Session, SessionId, User
from headrace.kernel.ids import UserId, new_id


@dataclass(frozen=True, slots=True)
class Login:
    """What a log-in leads to."""

    user: User
    session: Session
    token: str
    """What the browser shows from now on; nobody else keeps it."""


class Logins:
    """Sessions: their beginnings and their ends."""

    def __init__(
        self,
        users: UserStore,
        sessions: SessionStore,
        passwords: Passwords,
        attempts: Attempts,
        life: SessionLife,
        now: Callable[[], datetime],
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._attempts = attempts
        self._life = life
        self._now = now

    async def log_in(
        self, email: str, password: str, *, address: str, agent: str = "", replaces: str | None = None
    ) -> Login:
        """Begin a session for whoever knows the password. An unknown address takes as long as a wrong password.

        Args:
            replaces: The token of a session that this browser had before; it is ended.

        Raises:
            BadLogin
            TooManyAttempts: too many have failed; this one was not looked at.
            UserDisabled: the password is right.
            LoginsBusy
        """
        user = await self.check_password(email, password, address=address)
        if user.disabled_at is not None:
            raise UserDisabled
        if replaces is not None:
            await self.log_out(replaces)
        return await self.begin(user, address=address, agent=agent)

    async def check_password(self, email: str, password: str, *, address: str) -> User:
        """Return whose password it is, disabled or not; raises as `log_in`."""
        account = email.strip().lower()[:MAX_EMAIL]
        wait = await self._attempts.begin(account, address, self._at())
        if wait is not None:
            raise TooManyAttempts(wait)
        found = await self._users.with_email(account)
        text = normalised(password[: MAX_LENGTH + 1])
        matches = await self._passwords.verify(text, None if found is None else found[1])
        if found is None or not matches:
            raise BadLogin
        await self._attempts.succeed(account, address)
        user, kept = found
        if self._passwords.is_outdated(kept):
            await self._users.rehash(user.id, kept, await self._passwords.hash(text))
        return user

    async def begin(self, user: User, *, address: str, agent: str) -> Login:
        """Begin a session for somebody who has proved who they are. Its token is new, whatever the browser showed."""
        now = self._at()
        token = secrets.token_urlsafe(32)
        session = Session(
            id=SessionId(new_id()),
            user=user.id,
            created_at=now,
            seen_at=now,
            address=address,
            agent="".join(filter(str.isprintable, agent))[:MAX_AGENT],
        )
        await self._sessions.add(
            session,
            token_hash(token),
            created_after=now - self._life.whole,
            seen_after=now - self._life.idle,
        )
        return Login(user, session, token)

    async def log_out(self, token: str) -> None:
        """End a session; one that is over is no error."""
        found = await self._sessions.find(token_hash(token)) if may_be_token(token) else None
        if found is not None:
            await self._sessions.remove(found[0].user, found[0].id)

    async def sessions(self, user: UserId) -> Sequence[Session]:
        """Return the sessions of a user that are not over, those used last first."""
        now = self._at()
        return [one for one in await self._sessions.list(user) if not self._life.is_over(one, now)]

    async def end(self, user: UserId, session: SessionId) -> None:
        """Raises: SessionNotFound: the user has no such session."""
        await self._sessions.remove(user, session)

    def _at(self) -> datetime:
        return self._now().astimezone(UTC)
