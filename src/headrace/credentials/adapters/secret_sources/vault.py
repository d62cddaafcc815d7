"""Secrets in HashiCorp Vault: its key-value engine, version 2, by its HTTP API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from headrace.credentials.errors import SecretUnavailable
from headrace.sdk.context import HttpClient, HttpFailed, HttpRequest

_TIMEOUT = timedelta(seconds=10)
_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultSettings:
    address: str
    """As https://vault.example:8200."""

    token: str = field(default="", repr=False)
    token_file: Path | None = None
    """Read for each request: an agent beside us keeps a fresh one there."""

    mount: str = "secret"
    namespace: str = ""


class VaultSecrets:
    """A `SecretSource`: `$secrets.vault.shop.database.password` is the key "password" of the secret `shop/database`."""

    def __init__(self, settings: VaultSettings, http: Callable[[], HttpClient]) -> None:
        self._settings = settings
        self._http = http

    async def read(self, path: Sequence[str]) -> str:
        if len(path) < 2 or any(part in ("", ".", "..") for part in path):
            raise SecretUnavailable("a secret in Vault is named by its path and a key: $secrets.vault.path.key")
        *place, key = path
        shown = "/".join(place)[:200]
        values = await self._values(place, shown)
        value = values.get(key)
        if value is None:
            raise SecretUnavailable(f'the secret "{shown}" in Vault has no key "{key[:60]}"')
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()

    async def _values(self, place: Sequence[str], shown: str) -> dict[str, Any]:
        settings = self._settings
        under = "/".join(quote(part, safe="") for part in [*settings.mount.strip("/").split("/"), "data", *place])
        headers = [("X-Vault-Token", await asyncio.to_thread(self._token)), ("X-Vault-Request", "true")]
        if settings.namespace:
            headers.append(("X-Vault-Namespace", settings.namespace))
        request = HttpRequest(
            method="GET",
            url=f"{settings.address.rstrip('/')}/v1/{under}",
            headers=headers,
            timeout=_TIMEOUT,
            max_redirects=0,  # the token goes to the address that was set, and to no other
            max_bytes=_MAX_BYTES,
        )
        try:
            answer = await self._http().request(request)
        except HttpFailed as failed:
            raise SecretUnavailable(f"Vault does not answer: {failed.code}") from failed
        match answer.status:
            case 200:
                pass
            case 403:
                raise SecretUnavailable(f'Vault does not let this server read the secret "{shown}"')
            case 404:
                raise SecretUnavailable(f'there is no secret "{shown}" in Vault')
            case 503:
                raise SecretUnavailable("Vault is sealed, or under maintenance")
            case status:
                raise SecretUnavailable(f'Vault answers status {status} for the secret "{shown}"')
        try:
            return msgspec.json.decode(answer.body, type=_Answer).data.data or {}
        except msgspec.MsgspecError:
            # The reason may quote the answer.
            raise SecretUnavailable(f'what Vault holds as "{shown}" is no secret of its key-value engine') from None

    def _token(self) -> str:
        file = self._settings.token_file
        if file is None:
            return self._settings.token
        try:
            return file.read_text().strip()
        except (OSError, UnicodeDecodeError) as failure:
            raise SecretUnavailable(f"the token file {file} of Vault cannot be read") from failure


class _Version(msgspec.Struct):
    data: dict[str, Any] | None = None
    """None: this version was deleted."""


class _Answer(msgspec.Struct):
    data: _Version
