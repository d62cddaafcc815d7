"""What credentials need from outside, in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from headrace.credentials.domain.oauth2 import PendingAuthorization
from headrace.credentials.domain.records import Cursor, DataKey, Sealed, SealedCredential, WrappedKey
from headrace.credentials.domain.references import SecretReference
from headrace.credentials.public import Credential, CredentialQuery, Usage
from headrace.kernel.ids import TenantId
from headrace.sdk.credentials import CredentialType


class CredentialStore(Protocol):
    """Sealed credentials by id, per tenant."""

    async def add(self, record: SealedCredential) -> None:
        """Raises:
        CredentialExists: there is one of this id.
        CredentialLimit: the tenant has as many as it may.
        """
        ...

    async def get(self, tenant: TenantId, credential_id: str) -> SealedCredential:
        """Raises: CredentialNotFound: there is no such credential for this tenant."""
        ...

    async def replace(self, record: SealedCredential, *, expected: int) -> None:
        """Write a credential over the one of its id.

        Args:
            expected: The revision that the decision was made on.

        Raises:
            CredentialNotFound: it is gone.
            CredentialChanged: it is at another revision; nothing was written.
        """
        ...

    async def remove(self, tenant: TenantId, credential_id: str) -> None:
        """Raises: CredentialNotFound: there is no such credential for this tenant."""
        ...

    async def find(
        self, tenant: TenantId, query: CredentialQuery, *, after: Cursor | None, limit: int
    ) -> Sequence[Credential]:
        """Return credentials by name and id; the first ones, or the first after the cursor's row."""
        ...

    async def named(self, tenant: TenantId, type_: str, name: str) -> Sequence[Credential]:
        """Return the credentials of exactly this name and type, by id."""
        ...

    async def sealed_before(self, tenant: TenantId, key: int, *, limit: int) -> Sequence[SealedCredential]:
        """Return credentials that are sealed with an older data key than *key*."""
        ...

    async def claim(self, tenant: TenantId, credential_id: str, *, now: datetime, until: datetime) -> bool:
        """Take the right to renew a credential's token until a moment; False while another has it."""
        ...

    async def release(self, tenant: TenantId, credential_id: str) -> None:
        """Give the right to renew back; that nobody has it is no error."""
        ...


class DataKeys(Protocol):
    """The wrapped data keys of tenants."""

    async def add(self, key: DataKey) -> bool:
        """Store a new key; False, and nothing written, if the tenant has one of this number."""
        ...

    async def get(self, tenant: TenantId, number: int) -> DataKey | None: ...

    async def latest(self, tenant: TenantId) -> DataKey | None:
        """Return the key of the highest number."""
        ...

    async def all(self) -> Sequence[DataKey]:
        """Return every key of every tenant."""
        ...

    async def rewrap(self, key: DataKey, *, before: WrappedKey) -> bool:
        """Write a key's new wrapping; False if it is not wrapped as *before* any more."""
        ...

    async def remove_before(self, tenant: TenantId, number: int) -> int:
        """Remove the tenant's keys below *number* that nothing is sealed with; return how many."""
        ...


class KeyEncryption(Protocol):
    """Wraps data keys: key-encryption keys of this machine, or a key management service that keeps them to itself."""

    async def wrap(self, key: bytes, binding: Sequence[str]) -> WrappedKey:
        """Encrypt a data key with the newest key-encryption key.

        Raises:
            KeysUnusable
        """
        ...

    async def unwrap(self, wrapped: WrappedKey, binding: Sequence[str]) -> bytes:
        """Raises:
        KeyMissing: the key-encryption key is not at hand.
        SealBroken: it was wrapped for something else, or changed.
        """
        ...

    async def current(self) -> str:
        """Return the id of the newest key-encryption key, which `wrap` uses."""
        ...

    async def renew(self) -> bool:
        """Make a new key-encryption key the newest; False where keys are made elsewhere and only used here."""
        ...


class Sealer(Protocol):
    """Encrypts what a tenant keeps, bound to what it is kept for."""

    async def seal(self, tenant: TenantId, binding: Sequence[str], data: bytes) -> Sealed: ...

    async def open(self, tenant: TenantId, binding: Sequence[str], sealed: Sealed) -> bytes:
        """Raises:
        SealBroken: it was sealed for something else, or changed.
        KeyMissing: the key-encryption key is not at hand.
        """
        ...

    async def rewrap(self) -> int:
        """Wrap every tenant's data keys with the newest key-encryption key; return how many were not yet."""
        ...

    async def renew(self, tenant: TenantId) -> int:
        """Give a tenant a new data key; return its number."""
        ...


class CredentialTypes(Protocol):
    """The kinds of credential there are."""

    def find(self, name: str) -> CredentialType:
        """Raises: NotFound: no such type is installed."""
        ...

    def all(self) -> Sequence[CredentialType]: ...


class Usages(Protocol):
    """Which workflows name a credential."""

    async def of(self, tenant: TenantId, credential: Credential) -> Sequence[Usage]: ...


class References(Protocol):
    """Secrets that are kept elsewhere."""

    async def resolve(self, tenant: TenantId, reference: SecretReference) -> str:
        """Return the secret that a field refers to.

        Raises:
            SecretUnavailable: there is no such source for this tenant, no such secret in it, or it does not answer.
        """
        ...


class SecretSource(Protocol):
    """A place where secrets are kept, as the server's owner set it up."""

    async def read(self, path: Sequence[str]) -> str:
        """Raises: SecretUnavailable: there is none of that path, or the place does not answer."""
        ...


class Authorizations(Protocol):
    """Users who were sent to an authorization server and are expected back."""

    async def add(self, pending: PendingAuthorization, *, now: datetime) -> None:
        """Expect somebody; forget those who are late."""
        ...

    async def take(self, digest: str, *, now: datetime) -> PendingAuthorization | None:
        """Return who is expected with a state of that digest, once; None for nobody, or who is late."""
        ...


class Renewal(Protocol):
    """Keeps OAuth2 tokens fresh."""

    async def fresh(self, record: SealedCredential, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields with a token that is good for a while yet.

        Raises:
            NotConnected, TokenRefused, TokenUnavailable: there is none to be had.
        """
        ...

    async def renew(self, record: SealedCredential, refused: str) -> Mapping[str, Any] | None:
        """Return the fields with another token than the refused one; None if there is none to be had."""
        ...
