"""Workflows and stages for these tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headrace.workflow_tests.fixtures import WorkflowTest
from headrace.workflow_tests.running import Case
from headrace.workflows.public import Workflow


def node(name: str, type_: str, version: float = 1, parameters: Mapping[str, Any] | None = None, **more: Any) -> Any:
    return {
        "id": name,
        "name": name,
        "type": f"n8n-nodes-base.{type_}",
        "typeVersion": version,
        "position": [0, 0],
        "parameters": dict(parameters or {}),
        **more,
    }


def fields(**values: Any) -> dict[str, Any]:
    """Return the parameters of an Edit Fields node that sets texts."""
    made = [{"id": name, "name": name, "type": "string", "value": value} for name, value in values.items()]
    return {"assignments": {"assignments": made}, "options": {}}


def chain(*nodes: Any, **more: Any) -> dict[str, Any]:
    """Return a workflow in which each node leads to the next."""
    return {
        "name": "W",
        "nodes": list(nodes),
        "connections": {
            one["name"]: {"main": [[{"node": other["name"], "type": "main", "index": 0}]]}
            for one, other in zip(nodes, nodes[1:], strict=False)
        },
        "settings": {"executionOrder": "v1"},
        **more,
    }


START = node("Start", "manualTrigger")
FETCH = node("Fetch", "httpRequest", 4.2, {"url": "https://api.example.com/orders", "options": {}})


def case(workflow: Mapping[str, Any], test: WorkflowTest, folder: Path = Path("/nowhere")) -> Case:
    return Case(file=folder / "w.tests.json", workflow=Workflow.from_json(workflow), test=test)
