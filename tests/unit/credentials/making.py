"""A Credential Service in memory, with a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import headrace.nodes.builtin
from headrace.credentials.adapters.keys import GivenKeys
from headrace.credentials.adapters.memory import MemorySafe
from headrace.credentials.adapters.sealing import AesGcmSealer
from headrace.credentials.domain.records import SealedCredential
from headrace.credentials.domain.references import SecretReference
from headrace.credentials.errors import SecretUnavailable
from headrace.credentials.public import Credential, Usage
from headrace.credentials.service.credentials import Credentials
from headrace.credentials.service.opening import CredentialOpener
from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.nodes.credential_types import CredentialTypes, declared_in

MINE = DEFAULT_TENANT
OTHER = TenantId("other")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TYPES = CredentialTypes(list(declared_in(headrace.nodes.builtin)))
KEK = bytes(range(32))


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Workflows:
    """`Usages` that are said beforehand."""

    names: Sequence[str] = ()

    async def of(self, tenant: TenantId, credential: Credential) -> Sequence[Usage]:
        return [Usage(workflow_id=name, workflow_name=name, project="p", nodes=["Fetch"]) for name in self.names]


@dataclass
class Elsewhere:
    """`References` to secrets of the default tenant that are said beforehand."""

    held: dict[str, str] = field(default_factory=dict)

    async def resolve(self, tenant: TenantId, reference: SecretReference) -> str:
        if tenant != MINE or str(reference) not in self.held:
            raise SecretUnavailable(f"there is no {reference}")
        return self.held[str(reference)]


class NoRenewal:
    async def fresh(self, record: SealedCredential, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        return fields

    async def renew(self, record: SealedCredential, refused: str) -> None:
        pass


class Service:
    """All use cases over one memory."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.safe = MemorySafe()
        self.kek = GivenKeys([KEK])
        self.sealer = AesGcmSealer(self.safe.keys, self.kek, self.clock)
        self.workflows = Workflows()
        self.elsewhere = Elsewhere()
        self.credentials = Credentials(self.safe.credentials, self.sealer, TYPES, self.workflows, self.clock)
        self.opener = CredentialOpener(self.safe.credentials, self.sealer, self.elsewhere, NoRenewal())

    async def basic(self, name: str = "Shop", **fields: Any) -> Credential:
        return await self.credentials.create(
            MINE,
            name=name,
            type_="httpBasicAuth",
            fields={"user": "ann", "password": "s3cret-canary", **fields},
            by="ann",
        )
