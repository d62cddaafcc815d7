"""Who calls, by what they show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

from headrace.identity.domain.sessions import SessionLife, worth_noting
from headrace.identity.domain.tokens import may_be_token, token_hash
from headrace.identity.errors import BadApiKey, NotLoggedIn, SessionOver, SetupNeeded
from headrace.identity.ports import KeyStore, SessionStore
from headrace.identity.public import Session
from headrace.identity.service.setup import Setup
from headrace.tenancy.public import Action, Actor

_ALL = frozenset(Action)
"""Not None, which is a person's: a key is never taken for one who has logged in."""


class Authentication:
    """Turns what a request shows into an actor. There is no actor for who shows nothing."""

    def __init__(
        self, keys: KeyStore, sessions: SessionStore, setup: Setup, life: SessionLife, now: Callable[[], datetime]
    ) -> None:
        self._keys = keys
        self._sessions = sessions
        self._setup = setup
        self._life = life
        self._now = now

    async def by_key(self, token: str) -> Actor:
        """Return the user of an API key, with the key's tenant and scopes.

        Raises:
            BadApiKey: it is none, expired or revoked, or its user is disabled.
            SetupNeeded
        """
        now = self._now().astimezone(UTC)
        found = await self._keys.find(token_hash(token)) if may_be_token(token) else None
        if found is None:
            await self._check_set_up()
            raise BadApiKey
        key, user = found
        if user.disabled_at is not None or (key.expires_at is not None and now >= key.expires_at):
            raise BadApiKey
        if worth_noting(key.used_at, now):
            await self._keys.note(key.tenant, key.id, now)
        return Actor(key.user, key.tenant, _ALL if key.scopes is None else key.scopes)

    async def by_session(self, token: str) -> tuple[Actor, Session]:
        """Return who has logged in.

        Raises:
            SessionOver: it is none, or over, or its user is disabled.
            SetupNeeded
        """
        now = self._now().astimezone(UTC)
        found = await self._sessions.find(token_hash(token)) if may_be_token(token) else None
        if found is None:
            await self._check_set_up()
            raise SessionOver
        session, user = found
        if user.disabled_at is not None or self._life.is_over(session, now):
            raise SessionOver
        if worth_noting(session.seen_at, now):
            await self._sessions.note(session.id, now)
        return Actor(user.id), session

    async def nobody(self) -> NoReturn:
        """Refuse who shows nothing.

        Raises:
            NotLoggedIn
            SetupNeeded: there is no user yet.
        """
        await self._check_set_up()
        raise NotLoggedIn

    async def _check_set_up(self) -> None:
        if await self._setup.is_needed():
            raise SetupNeeded
