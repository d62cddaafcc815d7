"""Sealing the fields of records, and opening them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from headrace.credentials.domain.fields import read_fields, write_fields
from headrace.credentials.domain.records import Sealed, SealedCredential
from headrace.credentials.ports import Sealer
from headrace.credentials.public import Credential

_NOTHING = Sealed(key=0, blob=b"")


async def sealed_anew(sealer: Sealer, record: Credential, fields: Mapping[str, Any]) -> SealedCredential:
    """Return a record with other fields, sealed for its revision."""
    described = {name: getattr(record, name) for name in Credential.__dataclass_fields__}
    unsealed = SealedCredential(**described, sealed=_NOTHING, sealed_revision=record.revision)
    blob = await sealer.seal(record.tenant, unsealed.binding, write_fields(fields))
    return replace(unsealed, sealed=blob)


async def opened(sealer: Sealer, record: SealedCredential) -> dict[str, Any]:
    """Raises: SealBroken, KeyMissing"""
    return read_fields(await sealer.open(record.tenant, record.binding, record.sealed))


def changed(record: SealedCredential, *, by: str, at: datetime, **changes: Any) -> SealedCredential:
    """Return the next revision of a record; what is sealed stays as it is."""
    return replace(record, revision=record.revision + 1, updated_by=by, updated_at=at, **changes)
