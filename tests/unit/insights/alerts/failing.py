"""Rules and failures to begin with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from headrace.insights.alerts.domain import Failure, Rule, WebhookChannel
from headrace.kernel.ids import ExecutionId, TenantId

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
TENANT, OTHER = TenantId("default"), TenantId("other")


def rule(**changes: Any) -> Rule:
    fields: dict[str, Any] = {
        "id": "r1",
        "tenant": TENANT,
        "name": "Anything",
        "channel": WebhookChannel("https://chat.example.com/hook"),
        "created_at": NOON,
    }
    return Rule(**(fields | changes))


def failure(seconds: float = 0, **changes: Any) -> Failure:
    fields: dict[str, Any] = {
        "execution_id": ExecutionId(f"e{seconds:g}"),
        "workflow_id": "w1",
        "workflow_name": "Orders",
        "at": NOON + timedelta(seconds=seconds),
        "kind": "failed",
        "error": "no such host",
    }
    return Failure(**(fields | changes))
