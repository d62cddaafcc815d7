"""Copies of workflows: the same drawing, and nothing by which it could be taken for the original."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headrace.workflows.domain.names import MAX_NAME
from headrace.workflows.public import Workflow

_LISTENERS = frozenset(("n8n-nodes-base.webhook", "n8n-nodes-base.formTrigger"))
"""Triggers that answer at a path, even if they were drawn without an id for it."""

_SUFFIX = 8
"""Characters of the new id that tell the copy's path from the original's."""


def copy_of(workflow: Workflow, *, fresh: Callable[[], str]) -> Mapping[str, Any]:
    """Return the JSON of a copy: every node has a new id, and every URL that one answers at is another.

    Data that the original remembers from run to run is not copied: a copy has seen nothing yet.

    Args:
        fresh: Gives an id that was never given before.
    """
    kept = {key: value for key, value in workflow.raw.items() if key != "staticData"}
    return {**kept, "nodes": [_copied(node, fresh) for node in workflow.raw["nodes"]]}


def copy_name(name: str) -> str:
    """Return what a copy is called unless somebody says otherwise."""
    ending = " copy"
    return name[: MAX_NAME - len(ending)] + ending


def _copied(node: Mapping[str, Any], fresh: Callable[[], str]) -> Mapping[str, Any]:
    copied = {**node, "id": fresh()}
    old = node.get("webhookId")
    if not isinstance(old, str) and node.get("type") not in _LISTENERS:
        return copied
    new = fresh()
    copied["webhookId"] = new
    parameters = node.get("parameters")
    if isinstance(parameters, Mapping):
        parameters = _with_path(parameters, old, new)
        options = parameters.get("options")
        if isinstance(options, Mapping):
            parameters = {**parameters, "options": _with_path(options, old, new)}
        copied["parameters"] = parameters
    return copied


def _with_path(holder: Mapping[str, Any], old: Any, new: str) -> Mapping[str, Any]:
    path = holder.get("path")
    if not isinstance(path, str) or not path:
        return holder
    if path == old:
        return {**holder, "path": new}
    if any(part.startswith(":") for part in path.split("/")):
        return holder  # such a path is served behind the webhook id, which is new
    return {**holder, "path": f"{path.rstrip('/')}-{new[:_SUFFIX]}"}
