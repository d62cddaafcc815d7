"""The plain values that expressions see by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headrace.sdk.context import ExecutionInfo, NodeInfo, WorkflowInfo
from headrace.sdk.items import SourceRef


def variables_of(
    *,
    node: NodeInfo,
    workflow: WorkflowInfo,
    execution: ExecutionInfo,
    run_index: int,
    source: SourceRef | None,
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    custom: Mapping[str, str],
) -> Mapping[str, Any]:
    """Return `$workflow`, `$execution`, `$prevNode` and their kin; none of them is secret.

    Args:
        custom: What people have set as `$vars`.
    """
    mode = "test" if execution.is_manual else "production"
    previous = (
        {
            "name": source.previous_node,
            "outputIndex": source.previous_node_output,
            "runIndex": source.previous_node_run,
        }
        if source is not None
        else {}
    )
    return {
        "$workflow": {"id": workflow.id, "name": workflow.name, "active": workflow.active},
        "$execution": {
            "id": execution.id,
            "mode": mode,
            "resumeUrl": execution.resume_url,
            "resumeFormUrl": execution.resume_form_url,
            "approvalUrl": execution.approval_url,
        },
        "$executionId": execution.id,
        "$resumeWebhookUrl": execution.resume_url,
        "$mode": execution.mode,
        "$runIndex": run_index,
        "$prevNode": previous,
        "$parameter": parameters,
        "$rawParameter": parameters,
        "$nodeVersion": node.version,
        "$nodeId": node.id,
        "$webhookId": node.webhook_id,
        "$vars": dict(custom),
        "$env": dict(environment),
        "$secrets": {},
    }
