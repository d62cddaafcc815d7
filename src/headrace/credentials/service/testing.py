"""Trying a credential out against the service it is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from headrace.credentials.domain.fields import shown
from headrace.credentials.domain.records import SealedCredential
from headrace.credentials.ports import CredentialStore, CredentialTypes
from headrace.credentials.public import Opened, TestOutcome
from headrace.credentials.service.oauth2 import OAuth2
from headrace.credentials.service.opening import CredentialOpener
from headrace.kernel.errors import HeadraceError, NotFound
from headrace.kernel.ids import TenantId
from headrace.sdk.context import HttpClient, HttpFailed, HttpRequest
from headrace.sdk.credentials import CredentialType
from headrace.sdk.errors import NodeError

_TIMEOUT = timedelta(seconds=20)
_MAX_BYTES = 1024 * 1024


class OneCredential:
    """The secrets of one request: a credential that was found already, and no other."""

    def __init__(self, record: SealedCredential, opener: CredentialOpener, oauth2: OAuth2) -> None:
        self._record = record
        self._opener = opener
        self._oauth2 = oauth2

    async def open(self, type_: str) -> Opened:
        return await self._opener.open_record(self._record)

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> Opened | None:
        token = str((refused.get("oauthTokenData") or {}).get("access_token", ""))
        fields = await self._oauth2.renew(self._record, token) if token else None
        return None if fields is None else Opened(fields)


class CredentialTests:
    """Tries credentials out."""

    def __init__(
        self,
        store: CredentialStore,
        types: CredentialTypes,
        opener: CredentialOpener,
        oauth2: OAuth2,
        http: Callable[[TenantId, OneCredential], HttpClient],
    ) -> None:
        self._store = store
        self._types = types
        self._opener = opener
        self._oauth2 = oauth2
        self._http = http

    async def test(self, tenant: TenantId, credential_id: str, *, url: str | None = None) -> TestOutcome:
        """Send a request with the credential, and say whether it was taken.

        Args:
            url: Where to; what the type says is meant without it. The hosts that the credential names count here too.

        Raises:
            CredentialNotFound
        """
        record = await self._store.get(tenant, credential_id)
        secrets = OneCredential(record, self._opener, self._oauth2)
        try:
            type_ = self._types.find(record.type)
            opened = await secrets.open(record.type)
        except NotFound:
            return TestOutcome(False, f"the type {record.type} is not installed, so there is no test for it")
        except HeadraceError as refused:
            return TestOutcome(False, str(refused))
        target, method = url or _url_of(type_, opened), type_.test.method if type_.test and not url else "GET"
        if not target:
            if type_.is_oauth2:
                return TestOutcome(True, "it is connected; name a URL to see whether a service takes its token")
            return TestOutcome(True, "it can be opened; name a URL to see whether a service takes it")
        if type_.computed_with:
            return TestOutcome(True, "it can be opened; nodes compute with it, and no request carries it")
        request = HttpRequest(
            method=method, url=target, credential=record.type, timeout=_TIMEOUT, max_bytes=_MAX_BYTES, max_redirects=5
        )
        try:
            answer = await self._http(tenant, secrets).request(request)
        except (HttpFailed, NodeError, HeadraceError) as failed:
            return TestOutcome(False, str(failed))
        if answer.status in (401, 403):
            return TestOutcome(False, f"the service does not take it: status {answer.status}")
        return TestOutcome(answer.status < 400, f"the service answers with status {answer.status}")


def _url_of(type_: CredentialType, fields: Mapping[str, Any]) -> str:
    """Return where a type's test goes; empty if it has none. Secret fields are never part of it."""
    if type_.test is None:
        return ""
    values = shown(fields, type_).values

    def filled(found: re.Match[str]) -> str:
        value = str(values.get(found[1], ""))
        # At the beginning stands an address, elsewhere a part of one.
        return value.rstrip("/") if found.start() == 0 else quote(value, safe="")

    return re.sub(r"\{(\w+)\}", filled, type_.test.url)
