"""What a workflow's nodes would answer. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from headrace.kernel.ids import TenantId
from headrace.sdk.parameters import has_expression
from headrace.webhooks.domain import Route, methods_of, options_of, path_of
from headrace.webhooks.errors import BadForm, BadRoute
from headrace.webhooks.forms.fields import form_of
from headrace.webhooks.public import FORM, FORM_TRIGGER, WAIT, WEBHOOK
from headrace.workflows.public import Node, Workflow

_PATH_IN_OPTIONS = 2.2
"""From this version on, a form's path is one of its options."""

_FORM_METHODS = frozenset({"GET", "POST"})


def routes_of(
    tenant: TenantId, workflow: Workflow, resolve: Callable[[Node], Mapping[str, Any]], *, timezone: str
) -> list[Route]:
    """Return the routes of a workflow's webhooks and forms.

    Args:
        resolve: Returns a node's parameters, defaults filled in.
        timezone: Of workflows that have none.

    Raises:
        BadRoute: one of its nodes cannot be served.
    """
    nodes = callable_nodes(workflow)
    if not nodes:
        return []
    raw = msgspec.Raw(workflow.to_json())
    return [route_of(tenant, workflow, node, resolve(node), raw=raw, timezone=timezone) for node in nodes]


def callable_nodes(workflow: Workflow) -> list[Node]:
    """Return the nodes of a workflow that calls from outside start."""
    return [node for node in workflow.nodes.values() if node.type in (WEBHOOK, FORM_TRIGGER) and not node.disabled]


def route_of(
    tenant: TenantId,
    workflow: Workflow,
    node: Node,
    parameters: Mapping[str, Any],
    *,
    raw: msgspec.Raw,
    timezone: str,
) -> Route:
    """Return the route of one node.

    Args:
        raw: The workflow as JSON.

    Raises:
        BadRoute: it cannot be served.
    """
    is_form = node.type == FORM_TRIGGER
    if is_form:
        _check_form(node, parameters)
    path = _form_path(node, parameters) if is_form else str(parameters.get("path") or "")
    return Route(
        tenant=tenant,
        workflow_id=workflow.id,
        workflow_name=workflow.name,
        workflow=raw,
        node=node.name,
        credentials=node.credentials,
        methods=_FORM_METHODS if is_form else methods_of(parameters, node.name),
        path=path_of(path, node.webhook_id, node.name),
        options=options_of(parameters, node.name),
        kind="form" if is_form else "webhook",
        parameters=parameters if is_form else {},
        has_pages=is_form and has_pages_of(workflow),
        timezone=form_timezone(parameters, node.type_version, workflow.settings, timezone),
    )


def has_pages_of(workflow: Workflow, *, besides: str | None = None) -> bool:
    """Whether a workflow shows more of a form than its trigger, and the node *besides*, do."""
    return any(
        not node.disabled
        and node.name != besides
        and (node.type == FORM or (node.type == WAIT and node.parameters.get("resume") == "form"))
        for node in workflow.nodes.values()
    )


def form_timezone(parameters: Mapping[str, Any], version: float, settings: Mapping[str, Any], default: str) -> str:
    """Return in which zone a form says when it was sent. Source: n8n's rule."""
    options = parameters.get("options")
    chosen = options.get("useWorkflowTimezone") if isinstance(options, Mapping) else None
    if not (chosen if chosen is not None else version > 2):
        return "UTC"
    zone = settings.get("timezone")
    return zone if isinstance(zone, str) and zone not in ("", "DEFAULT") else default


def _check_form(node: Node, parameters: Mapping[str, Any]) -> None:
    wrong = next((name for name, value in parameters.items() if has_expression(value)), None)
    if wrong is not None:
        raise BadRoute(
            f'node "{node.name}": the parameter "{wrong}" of a form that starts a workflow cannot be an expression'
        )
    try:
        form_of(parameters)
    except BadForm as senseless:
        raise BadRoute(f'node "{node.name}": {senseless}') from senseless


def _form_path(node: Node, parameters: Mapping[str, Any]) -> str:
    options = parameters.get("options")
    held = options if node.type_version >= _PATH_IN_OPTIONS and isinstance(options, Mapping) else parameters
    return str(held.get("path") or "")
