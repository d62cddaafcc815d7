"""The Credential Service in one process: sealed in SQLite, keys in a file or in the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from headrace.app.settings import Settings
from headrace.credentials.adapters.plain_file import PlainCredentials
from headrace.credentials.errors import CredentialNotFound
from headrace.credentials.ports import CredentialStore, KeyEncryption, Sealer, SecretSource
from headrace.credentials.public import Opened
from headrace.credentials.service.credentials import Credentials
from headrace.credentials.service.external_secrets import ExternalSecrets
from headrace.credentials.service.oauth2 import OAuth2
from headrace.credentials.service.opening import CredentialOpener, check_shown
from headrace.credentials.service.rotation import Rotation
from headrace.credentials.service.testing import CredentialTests
from headrace.executor.ports import NodeCredentials
from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ProjectId, TenantId
from headrace.nodes.credential_types import CredentialTypes
from headrace.sdk.context import HttpClient
from headrace.sdk.errors import NodeError

if TYPE_CHECKING:
    from headrace.credentials.adapters.sqlite import SqliteSafe
    from headrace.credentials.adapters.workflow_usages import Workflows


class Ways(Protocol):
    """The ways out of this process."""

    def http(self, tenant: TenantId, credentials: NodeCredentials) -> HttpClient: ...

    def http_of_owner(self) -> HttpClient:
        """Return a way to addresses that the server's owner has set, private ones too."""
        ...


class NoCredentials:
    """The `NodeCredentials` of requests that carry none."""

    async def open(self, type_: str) -> Mapping[str, Any]:
        raise NodeError("this request carries no credential")

    async def renew(self, type_: str, refused: Mapping[str, Any]) -> None:
        """There is nothing to renew."""


class LocalCredentials:
    """Every use case of credentials. Nothing is opened, and no key made, before it is needed.

    Beside what is sealed lies the plain file of the setting HEADRACE_CREDENTIALS_FILE: a job in CI, or a container with
    mounted secrets, needs no state that way. What is sealed counts first.
    """

    def __init__(
        self, settings: Settings, workflows: Workflows, ways: Callable[[], Ways], now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._workflows = workflows
        self._ways = ways
        self._now = now
        self._path = settings.data_dir / "credentials.db"
        file = settings.credentials_file
        self._plain = PlainCredentials.from_file(file) if file is not None else PlainCredentials()
        self._held: SqliteSafe | None = None

    async def open(
        self, tenant: TenantId, type_: str, reference: Mapping[str, Any], *, project: ProjectId = DEFAULT_PROJECT
    ) -> Opened:
        """Return the fields of a credential; raises as `CredentialOpener.open`."""
        if self._has_sealed():
            try:
                return await self.opener.open(tenant, type_, reference, project=project)
            except CredentialNotFound as missing:
                try:
                    return await self._plain.open(tenant, type_, reference)
                except CredentialNotFound:
                    raise missing from None
        return await self._plain.open(tenant, type_, reference)

    async def renew(
        self,
        tenant: TenantId,
        type_: str,
        reference: Mapping[str, Any],
        *,
        refused: str,
        project: ProjectId = DEFAULT_PROJECT,
    ) -> Opened | None:
        """Return the fields with another token than the refused one; None if there is none."""
        if not self._has_sealed():
            return None
        return await self.opener.renew(tenant, type_, reference, refused=refused, project=project)

    def check_shown(self, type_: str) -> None:
        """Raises: CredentialNotForNodes"""
        check_shown(self.types, type_)

    @cached_property
    def types(self) -> CredentialTypes:
        return CredentialTypes.installed()

    @cached_property
    def credentials(self) -> Credentials:
        from headrace.credentials.adapters.workflow_usages import WorkflowUsages

        usages = WorkflowUsages(self._workflows, self._store)
        return Credentials(self._store, self._sealer, self.types, usages, self._now)

    @cached_property
    def oauth2(self) -> OAuth2:
        return OAuth2(
            self._store,
            self._sealer,
            self._safe.authorizations,
            self.types,
            self._references,
            lambda tenant: self._ways().http(tenant, NoCredentials()),
            self._now,
        )

    @cached_property
    def opener(self) -> CredentialOpener:
        return CredentialOpener(self._store, self._sealer, self._references, self.oauth2)

    @cached_property
    def tests(self) -> CredentialTests:
        return CredentialTests(
            self._store,
            self.types,
            self.opener,
            self.oauth2,
            lambda tenant, credential: self._ways().http(tenant, credential),
        )

    @cached_property
    def rotation(self) -> Rotation:
        return Rotation(self._store, self._safe.keys, self._kek, self._sealer, self._now)

    @property
    def _store(self) -> CredentialStore:
        return self._safe.credentials

    @cached_property
    def _sealer(self) -> Sealer:
        # Late, as all of this: cryptography is slow to import, and most runs from the command line need none.
        from headrace.credentials.adapters.sealing import AesGcmSealer

        return AesGcmSealer(self._safe.keys, self._kek, self._now)

    @cached_property
    def _kek(self) -> KeyEncryption:
        from headrace.credentials.adapters.keys import FileKeys, GivenKeys

        settings = self._settings
        if settings.encryption_key:
            return GivenKeys.from_text(settings.encryption_key, settings.encryption_key_old)
        return FileKeys(settings.key_file or settings.data_dir / "keys" / "credentials.key")

    @cached_property
    def _references(self) -> ExternalSecrets:
        from headrace.credentials.adapters.secret_sources.environment import EnvironmentSecrets
        from headrace.credentials.adapters.secret_sources.files import FileSecrets
        from headrace.credentials.adapters.secret_sources.vault import VaultSecrets, VaultSettings

        settings = self._settings
        sources: dict[str, SecretSource] = {"env": EnvironmentSecrets(os.environ)}
        if settings.secrets_dir is not None:
            sources["file"] = FileSecrets(settings.secrets_dir)
        if settings.vault_address:
            vault = VaultSettings(
                address=settings.vault_address,
                token=settings.vault_token,
                token_file=settings.vault_token_file,
                mount=settings.vault_mount,
                namespace=settings.vault_namespace,
            )
            sources["vault"] = VaultSecrets(vault, lambda: self._ways().http_of_owner())
        # They are the owner's of this server, and so of its first tenant; others have none.
        return ExternalSecrets({DEFAULT_TENANT: sources}, self._now)

    def _has_sealed(self) -> bool:
        return self._held is not None or self._path.exists()

    @cached_property
    def _safe(self) -> SqliteSafe:
        from headrace.credentials.adapters.sqlite import SqliteSafe

        self._held = SqliteSafe(self._path)
        return self._held

    async def close(self) -> None:
        if self._held is not None:
            await self._held.close()
