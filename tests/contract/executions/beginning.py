"""Executions to begin with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from headrace.executions.public import Event, ExecutionRequested
from headrace.kernel.ids import ExecutionId, TenantId
from tests.contract.executions.conftest import Journal
from tests.unit.executions.simulating import NOON, request


def asked(name: str, *, minutes: float = 0, **changes: Any) -> ExecutionRequested:
    """Return a request of that id, so long after noon."""
    at = NOON + timedelta(minutes=minutes)
    return msgspec.structs.replace(request(), execution_id=ExecutionId(name), at=at, **changes)


async def begin(journal: Journal, wanted: ExecutionRequested, *more: Event) -> TenantId:
    await journal.append(wanted.tenant, wanted.execution_id, [wanted, *more], expected_version=0)
    return wanted.tenant
