"""Looking up what fields refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.credentials.domain.references import read_reference
from headrace.credentials.ports import References
from headrace.kernel.ids import TenantId


async def resolved(references: References, tenant: TenantId, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields with every reference replaced by the secret; what comes of one is text, and looked up no further.

    Raises:
        SecretUnavailable: one of them cannot be had.
    """
    found = {}
    for name, value in fields.items():
        reference = read_reference(value)
        found[name] = value if reference is None else await references.resolve(tenant, reference)
    return found
