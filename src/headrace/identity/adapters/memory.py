"""Users, sessions, keys and invitations in memory. No method waits in between, so each is a transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from headrace.identity.domain.limits import check_invitation_count, check_key_count
from headrace.identity.domain.sessions import MAX_SESSIONS
from headrace.identity.errors import (
    EmailTaken,
    InvitationNotFound,
    KeyNotFound,
    SessionNotFound,
    SetupDone,
    UserNotFound,
)
from headrace.identity.public import ApiKey, Invitation, InvitationId, KeyId, Session, SessionId, User
from headrace.kernel.ids import TenantId, UserId
from headrace.tenancy.errors import LastOwner


@dataclass(slots=True)
class _Held:
    users: dict[UserId, User] = field(default_factory=dict)
    passwords: dict[UserId, str] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    """By the hash of their tokens, as all below."""

    keys: dict[str, ApiKey] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)

    def user(self, user: UserId) -> User:
        try:
            return self.users[user]
        except KeyError as missing:
            raise UserNotFound(user) from missing

    def end_sessions(self, user: UserId, *, keep: SessionId | None = None) -> None:
        gone = [token for token, one in self.sessions.items() if one.user == user and one.id != keep]
        for token in gone:
            del self.sessions[token]


class MemoryIdentity:
    """Every port of identity that keeps something for long, over one memory."""

    def __init__(self) -> None:
        held = _Held()
        self.users = MemoryUsers(held)
        self.sessions = MemorySessions(held)
        self.keys = MemoryKeys(held)
        self.invitations = MemoryInvitations(held)

    async def close(self) -> None:
        """Nothing is open."""


class MemoryUsers:
    """A `UserStore` that forgets."""

    def __init__(self, held: _Held) -> None:
        self._held = held

    async def add(self, user: User, password: str) -> None:
        if any(one.email == user.email for one in self._held.users.values()):
            raise EmailTaken(user.email)
        self._held.users[user.id] = user
        self._held.passwords[user.id] = password

    async def add_first(self, user: User, password: str) -> None:
        if self._held.users:
            raise SetupDone
        await self.add(user, password)

    async def first(self) -> User | None:
        return min(self._held.users.values(), key=lambda one: (one.created_at, one.id), default=None)

    async def get(self, user: UserId) -> User:
        return self._held.user(user)

    async def with_email(self, email: str) -> tuple[User, str] | None:
        for user in self._held.users.values():
            if user.email == email:
                return user, self._held.passwords[user.id]
        return None

    async def list(self, users: Collection[UserId]) -> Sequence[User]:
        found = [user for id_, user in self._held.users.items() if id_ in users]
        return sorted(found, key=lambda user: user.email)

    async def page(self, *, after: str, limit: int) -> Sequence[User]:
        found = [user for user in self._held.users.values() if user.email > after]
        return sorted(found, key=lambda user: user.email)[:limit]

    async def change(self, user: UserId, change: Callable[[User], User]) -> User:
        changed = change(self._held.user(user))
        self._held.users[user] = changed
        return changed

    async def disable(self, user: UserId, at: datetime, *, owners: Collection[UserId]) -> User:
        known = self._held.user(user)
        able = [one for one in owners if one in self._held.users and self._held.users[one].disabled_at is None]
        if able == [user]:
            raise LastOwner
        self._held.users[user] = replace(known, disabled_at=known.disabled_at or at)
        self._held.end_sessions(user)
        return self._held.users[user]

    async def set_password(self, user: UserId, password: str, *, keep: SessionId | None) -> None:
        self._held.user(user)
        self._held.passwords[user] = password
        self._held.end_sessions(user, keep=keep)

    async def rehash(self, user: UserId, old: str, new: str) -> None:
        if self._held.passwords.get(user) == old:
            self._held.passwords[user] = new


class MemorySessions:
    """A `SessionStore` that forgets."""

    def __init__(self, held: _Held) -> None:
        self._held = held

    async def add(self, session: Session, token_hash: str, *, created_after: datetime, seen_after: datetime) -> None:
        fresh = {
            token: one
            for token, one in self._held.sessions.items()
            if one.created_at > created_after and one.seen_at > seen_after
        }
        fresh[token_hash] = session
        mine = [(one.seen_at, one.created_at, token) for token, one in fresh.items() if one.user == session.user]
        for _, _, token in sorted(mine)[:-MAX_SESSIONS]:
            del fresh[token]
        self._held.sessions = fresh

    async def find(self, token_hash: str) -> tuple[Session, User] | None:
        session = self._held.sessions.get(token_hash)
        return None if session is None else (session, self._held.users[session.user])

    async def note(self, session: SessionId, seen_at: datetime) -> None:
        for token, one in self._held.sessions.items():
            if one.id == session:
                self._held.sessions[token] = replace(one, seen_at=seen_at)

    async def list(self, user: UserId) -> Sequence[Session]:
        mine = [one for one in self._held.sessions.values() if one.user == user]
        return sorted(mine, key=lambda one: (one.seen_at, one.id), reverse=True)

    async def remove(self, user: UserId, session: SessionId) -> None:
        for token, one in self._held.sessions.items():
            if (one.user, one.id) == (user, session):
                del self._held.sessions[token]
                return
        raise SessionNotFound(session)


class MemoryKeys:
    """A `KeyStore` that forgets."""

    def __init__(self, held: _Held) -> None:
        self._held = held

    async def add(self, key: ApiKey, token_hash: str) -> None:
        check_key_count(len(await self.list(key.tenant, key.user)))
        self._held.keys[token_hash] = key

    async def find(self, token_hash: str) -> tuple[ApiKey, User] | None:
        key = self._held.keys.get(token_hash)
        return None if key is None else (key, self._held.users[key.user])

    async def note(self, tenant: TenantId, key: KeyId, used_at: datetime) -> None:
        for token, one in self._held.keys.items():
            if (one.tenant, one.id) == (tenant, key):
                self._held.keys[token] = replace(one, used_at=used_at)

    async def list(self, tenant: TenantId, user: UserId | None) -> Sequence[ApiKey]:
        found = [one for one in self._held.keys.values() if one.tenant == tenant and user in (None, one.user)]
        return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)

    async def remove(self, tenant: TenantId, key: KeyId, user: UserId | None) -> None:
        for token, one in self._held.keys.items():
            if (one.tenant, one.id) == (tenant, key) and user in (None, one.user):
                del self._held.keys[token]
                return
        raise KeyNotFound(key)


class MemoryInvitations:
    """An `InvitationStore` that forgets."""

    def __init__(self, held: _Held) -> None:
        self._held = held

    async def add(self, invitation: Invitation, token_hash: str) -> None:
        open_ = {
            token: one
            for token, one in self._held.invitations.items()
            if one.expires_at > invitation.created_at and _place(one) != _place(invitation)
        }
        check_invitation_count(sum(one.tenant == invitation.tenant for one in open_.values()))
        self._held.invitations = {**open_, token_hash: invitation}

    async def find(self, token_hash: str) -> Invitation:
        try:
            return self._held.invitations[token_hash]
        except KeyError as missing:
            raise InvitationNotFound from missing

    async def list(self, tenant: TenantId) -> Sequence[Invitation]:
        found = [one for one in self._held.invitations.values() if one.tenant == tenant]
        return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)

    async def remove(self, tenant: TenantId, invitation: InvitationId) -> None:
        for token, one in self._held.invitations.items():
            if (one.tenant, one.id) == (tenant, invitation):
                del self._held.invitations[token]
                return
        raise InvitationNotFound


def _place(invitation: Invitation) -> tuple[object, ...]:
    return invitation.tenant, invitation.email, invitation.project
