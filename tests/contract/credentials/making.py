"""What the suites put into a safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from headrace.credentials.adapters.memory import MemorySafe
from headrace.credentials.adapters.sqlite import SqliteSafe
from headrace.credentials.domain.records import DataKey, Sealed, SealedCredential, WrappedKey
from headrace.kernel.ids import DEFAULT_TENANT, ProjectId, TenantId

Safe = MemorySafe | SqliteSafe
MINE = DEFAULT_TENANT
OTHER = TenantId("other")
NOON = datetime(2026, 1, 1, 12, 0, 0, 5, tzinfo=UTC)
P, Q = ProjectId("p"), ProjectId("q")


def record(id_: str, name: str = "One", *, tenant: TenantId = MINE, **changes: Any) -> SealedCredential:
    made = SealedCredential(
        id=id_,
        tenant=tenant,
        project=P,
        name=name,
        type="httpBasicAuth",
        created_at=NOON,
        created_by="ann",
        updated_at=NOON,
        updated_by="ann",
        sealed=Sealed(key=1, blob=b"\x00\xff sealed"),
    )
    return replace(made, **changes)


def data_key(number: int, *, tenant: TenantId = MINE, kek: str = "k1") -> DataKey:
    return DataKey(tenant=tenant, number=number, wrapped=WrappedKey(kek=kek, blob=b"\x01wrapped"), created_at=NOON)
