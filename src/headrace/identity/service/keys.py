"""Use cases of API keys."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from headrace.identity.domain.names import checked_user_name
from headrace.identity.domain.tokens import KEY_PREFIX, SHOWN, token_hash
from headrace.identity.errors import BadExpiry, SessionRequired
from headrace.identity.ports import KeyStore, Tenancy
from headrace.identity.public import ApiKey, KeyId
from headrace.kernel.ids import TenantId, UserId, new_id
from headrace.tenancy.public import Action, Actor


class ApiKeys:
    """API keys. One opens no more than its user's roles do at the moment it is shown."""

    def __init__(self, keys: KeyStore, tenancy: Tenancy, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._tenancy = tenancy
        self._now = now

    async def create(
        self,
        tenant: TenantId,
        actor: Actor,
        name: str,
        *,
        scopes: frozenset[Action] | None = None,
        expires_at: datetime | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key of the actor's own, and return it with its token, which nobody can read again.

        Raises:
            SessionRequired: the actor came in by a key, which would outlive itself so, or gain scopes.
            TenantNotFound, NotAllowed, TenantSuspended: as `Tenancy.authorise`.
            BadUserName, BadExpiry
            TooManyKeys
        """
        if actor.scopes is not None:
            raise SessionRequired("make another")
        await self._tenancy.authorise(tenant, actor, Action.APIKEY_OWN)
        now = self._now().astimezone(UTC)
        if expires_at is not None and expires_at <= now:
            raise BadExpiry(expires_at)
        token = KEY_PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(
            id=KeyId(new_id()),
            tenant=tenant,
            user=actor.user,
            name=checked_user_name(name),
            start=token[:SHOWN],
            scopes=scopes,
            created_at=now,
            expires_at=None if expires_at is None else expires_at.astimezone(UTC),
        )
        await self._keys.add(key, token_hash(token))
        return key, token

    async def list(self, tenant: TenantId, user: UserId | None = None) -> Sequence[ApiKey]:
        """Return a user's keys in a tenant, or those of all its users; the newest first."""
        return await self._keys.list(tenant, user)

    async def revoke(self, tenant: TenantId, key: KeyId, user: UserId | None = None) -> None:
        """End a key of a user, or of anybody in the tenant.

        Raises:
            KeyNotFound
        """
        await self._keys.remove(tenant, key, user)
