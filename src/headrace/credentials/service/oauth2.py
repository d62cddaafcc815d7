"""Connecting credentials by OAuth2, and keeping their tokens fresh."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from headrace.credentials.domain import oauth2 as rules
from headrace.credentials.domain.fields import TOKEN
from headrace.credentials.domain.oauth2 import AUTHORIZATION_LASTS, PendingAuthorization, TokenRequest
from headrace.credentials.domain.records import Sealed, SealedCredential
from headrace.credentials.errors import (
    AuthorizationUnknown,
    CredentialChanged,
    NotConnected,
    NotOAuth2,
    TokenRefused,
    TokenUnavailable,
)
from headrace.credentials.ports import Authorizations, CredentialStore, CredentialTypes, References, Sealer
from headrace.credentials.public import Credential
from headrace.credentials.service.referring import resolved
from headrace.credentials.service.sealing import changed, opened, sealed_anew
from headrace.kernel.errors import HeadraceError, NotFound
from headrace.kernel.ids import TenantId
from headrace.sdk.context import HttpClient, HttpFailed, HttpRequest

log = logging.getLogger(__name__)

_TOKEN_TIMEOUT = timedelta(seconds=30)
_CLAIM_LASTS = timedelta(seconds=45)
"""Longer than a token request may take: one that is over belongs to a process that is gone."""

_LOOKS = 500
_LOOK_SECONDS = 0.1
"""How often, and how many times, is looked whether another process has renewed a token."""

_MAX_ANSWER_BYTES = 256 * 1024


class OAuth2:
    """Connects credentials, and is their `Renewal`: of all who find a token due at once, one renews it."""

    def __init__(
        self,
        store: CredentialStore,
        sealer: Sealer,
        authorizations: Authorizations,
        types: CredentialTypes,
        references: References,
        http: Callable[[TenantId], HttpClient],
        now: Callable[[], datetime],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._authorizations = authorizations
        self._types = types
        self._references = references
        self._http = http
        self._now = now
        self._pause = pause
        self._locks: WeakValueDictionary[tuple[TenantId, str], asyncio.Lock] = WeakValueDictionary()

    async def begin(self, tenant: TenantId, credential_id: str, *, by: str, redirect_uri: str) -> str:
        """Return the URL that the user is sent to; they come back to *redirect_uri* with a state and a code.

        Raises:
            CredentialNotFound
            NotOAuth2, BadCredential: it cannot be connected, or not as it is.
        """
        record = await self._store.get(tenant, credential_id)
        if not self._is_oauth2(record):
            raise NotOAuth2(record.type)
        fields = await resolved(self._references, tenant, await opened(self._sealer, record))
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        url = rules.authorization_url(fields, redirect_uri=redirect_uri, state=state, verifier=verifier)
        pending = PendingAuthorization(
            digest=rules.digest_of(state),
            tenant=tenant,
            credential_id=credential_id,
            user=by,
            redirect_uri=redirect_uri,
            verifier=Sealed(key=0, blob=b""),
            expires_at=self._now() + AUTHORIZATION_LASTS,
        )
        sealed = await self._sealer.seal(tenant, pending.binding, verifier.encode())
        await self._authorizations.add(pending.with_verifier(sealed), now=self._now())
        return url

    async def finish(self, tenant: TenantId, *, state: str, code: str, by: str) -> Credential:
        """Get a token for who came back, and keep it. A state counts once, whatever comes of it.

        Raises:
            AuthorizationUnknown: this user began nothing with that state, or it was used, or it is too late.
            CredentialNotFound: the credential is gone.
            TokenRefused, TokenUnavailable: the server gives no token, or does not answer.
        """
        pending = await self._authorizations.take(rules.digest_of(state), now=self._now())
        if pending is None or pending.tenant != tenant or pending.user != by:
            raise AuthorizationUnknown
        record = await self._store.get(tenant, pending.credential_id)
        fields = await resolved(self._references, tenant, await opened(self._sealer, record))
        verifier = (await self._sealer.open(tenant, pending.binding, pending.verifier)).decode()
        request = rules.code_request(fields, code=code, redirect_uri=pending.redirect_uri, verifier=verifier)
        token = await self._ask(tenant, request, {})
        return (await self._keep(record, token, by=by)).plain

    async def fresh(self, record: SealedCredential, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields with a token that is good for a while yet, renewed if need be.

        Raises:
            NotConnected: there is none, and only a person can get one.
            TokenRefused, TokenUnavailable: there is none that is still good, and no other to be had.
        """
        if not self._is_oauth2(record):
            return fields
        if rules.is_due(fields, self._now()):
            fields = await self._renewed(record, fields, refused=None)
        if rules.is_over(fields, self._now()):
            raise NotConnected(record.name)
        return fields

    async def renew(self, record: SealedCredential, refused: str) -> Mapping[str, Any] | None:
        """Return the fields with another token than the one that a service refused; None if there is none to be had."""
        if not self._is_oauth2(record):
            return None
        fields = await self._fields(record)
        try:
            fields = await self._renewed(record, fields, refused=refused)
        except HeadraceError as failure:
            log.info("the token of credential %s could not be renewed: %s", record.id, failure.code)
            return None
        return fields if rules.token_of(fields).get("access_token") != refused else None

    async def _renewed(
        self, record: SealedCredential, fields: Mapping[str, Any], *, refused: str | None
    ) -> Mapping[str, Any]:
        lock = self._locks.setdefault((record.tenant, record.id), asyncio.Lock())
        async with lock, self._right_to_renew(record):
            # Whoever had the right before may have done it.
            record = await self._store.get(record.tenant, record.id)
            fields = await self._fields(record)
            good = rules.token_of(fields).get("access_token") != refused if refused else not self._due(fields)
            request = None if good else rules.renewal_request(fields)
            if request is None:
                return fields
            try:
                token = await self._ask(record.tenant, request, rules.token_of(fields))
            except (TokenRefused, TokenUnavailable) as failure:
                if refused or rules.is_over(fields, self._now()):
                    raise
                log.warning("the token of credential %s will end soon, and: %s", record.id, failure.code)
                return fields
            await self._keep(record, token, by=record.updated_by)
            return {**fields, TOKEN: token}

    @asynccontextmanager
    async def _right_to_renew(self, record: SealedCredential) -> AsyncIterator[None]:
        """Hold the right that one process has at a time: a refresh token may be good for one use only."""
        for _ in range(_LOOKS):
            now = self._now()
            if await self._store.claim(record.tenant, record.id, now=now, until=now + _CLAIM_LASTS):
                break
            await self._pause(_LOOK_SECONDS)
        else:
            raise TokenUnavailable(f'the token of the credential "{record.name}" is being renewed for too long')
        try:
            yield
        finally:
            await self._store.release(record.tenant, record.id)

    async def _ask(self, tenant: TenantId, request: TokenRequest, before: Mapping[str, Any]) -> dict[str, Any]:
        sent = HttpRequest(
            method="POST",
            url=request.url,
            headers=request.headers,
            body=request.body,
            timeout=_TOKEN_TIMEOUT,
            max_redirects=0,  # the client's secret goes to this place and to no other
            verify_tls=request.verify_tls,
            max_bytes=_MAX_ANSWER_BYTES,
        )
        try:
            answer = await self._http(tenant).request(sent)
        except HttpFailed as failed:
            raise TokenUnavailable(f"the authorization server does not answer: {failed.code}") from failed
        if answer.status >= 500:
            raise TokenUnavailable(f"the authorization server does not work now: status {answer.status}")
        return rules.read_token(answer.status, answer.body, before, self._now())

    async def _keep(self, record: SealedCredential, token: Mapping[str, Any], *, by: str) -> SealedCredential:
        """Write a token into the credential as it is now: a new name given meanwhile must not lose the token.

        Raises:
            CredentialChanged: it is for another client or server by now.
        """
        fields = await opened(self._sealer, record)
        asked = [fields.get(name) for name in ("accessTokenUrl", "clientId")]
        while True:
            after = await sealed_anew(self._sealer, changed(record, by=by, at=self._now()), {**fields, TOKEN: token})
            try:
                await self._store.replace(after, expected=record.revision)
            except CredentialChanged:
                record = await self._store.get(record.tenant, record.id)
                fields = await opened(self._sealer, record)
                if [fields.get(name) for name in ("accessTokenUrl", "clientId")] != asked:
                    raise
            else:
                return after

    async def _fields(self, record: SealedCredential) -> Mapping[str, Any]:
        return await resolved(self._references, record.tenant, await opened(self._sealer, record))

    def _due(self, fields: Mapping[str, Any]) -> bool:
        return rules.is_due(fields, self._now())

    def _is_oauth2(self, record: Credential) -> bool:
        try:
            return self._types.find(record.type).is_oauth2
        except NotFound:
            return False
