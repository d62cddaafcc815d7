"""What a workflow's nodes would answer. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from headrace.kernel.ids import TenantId
from headrace.sdk.parameters import has_expression
from headrace.webhooks.domain import Route, methods_of, options_of, path_of
from headrace.webhooks.errors import BadForm, BadRoute
from headrace.webhooks.forms.fields import form_of
from headrace.webhooks.public import CHAT_TRIGGER, FORM, FORM_TRIGGER, WAIT, WEBHOOK
from headrace.workflows.public import Node, Workflow

_PATH_IN_OPTIONS = 2.2
"""From this version on, a form's path is one of its options."""

_CALLABLE = (WEBHOOK, FORM_TRIGGER, CHAT_TRIGGER)
_FORM_METHODS = frozenset({"GET", "POST"})


def routes_of(
    tenant: TenantId, workflow: Workflow, resolve: Callable[[Node], Mapping[str, Any]], *, timezone: str
) -> list[Route]:
    """Return the routes of a workflow's webhooks, forms and public chats.

    Args:
        resolve: Returns a node's parameters, defaults filled in.
        timezone: Of workflows that have none.

    Raises:
        BadRoute: one of its nodes cannot be served.
    """
    nodes = [node for node in callable_nodes(workflow) if is_public(node)]
    if not nodes:
        return []
    raw = msgspec.Raw(workflow.to_json())
    return [route_of(tenant, workflow, node, resolve(node), raw=raw, timezone=timezone) for node in nodes]


def callable_nodes(workflow: Workflow) -> list[Node]:
    """Return the nodes of a workflow that calls from outside start."""
    return [node for node in workflow.nodes.values() if node.type in _CALLABLE and not node.disabled]


def is_public(node: Node) -> bool:
    """Whether a node answers at its production URL once it is published: chats may be for trying out alone."""
    return node.type != CHAT_TRIGGER or node.parameters.get("public") is True


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
    if node.type == CHAT_TRIGGER:
        return _chat_route(tenant, workflow, node, parameters, raw)
    is_form = node.type == FORM_TRIGGER
    if is_form:
        _check_fixed(node, parameters, "form")
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


def _chat_route(
    tenant: TenantId, workflow: Workflow, node: Node, parameters: Mapping[str, Any], raw: msgspec.Raw
) -> Route:
    _check_fixed(node, parameters, "chat")
    if parameters.get("authentication") not in (None, "none", "basicAuth"):
        raise BadRoute(f'node "{node.name}": a chat asks for basic authentication, or for none')
    options = options_of(parameters, node.name)
    has_page = parameters.get("mode") != "webhook"
    # A page has no origin: what browsers call it is "null".
    origins = (*options.allowed_origins, "null") if has_page else options.allowed_origins
    given = parameters.get("options")
    mode = given.get("responseMode") if isinstance(given, Mapping) else None
    return Route(
        tenant=tenant,
        workflow_id=workflow.id,
        workflow_name=workflow.name,
        workflow=raw,
        node=node.name,
        credentials=node.credentials,
        methods=frozenset({"GET", "POST"}) if has_page else frozenset({"POST"}),
        path=f"{path_of('', node.webhook_id, node.name)}/chat",
        options=replace(
            options, response_mode="lastNode" if mode in (None, "lastNode") else "responseNode", allowed_origins=origins
        ),
        parameters=parameters if has_page else {},
        is_chat=True,
        takes_files=isinstance(given, Mapping) and given.get("allowFileUploads") is True,
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


def _check_fixed(node: Node, parameters: Mapping[str, Any], what: str) -> None:
    wrong = next((name for name, value in parameters.items() if has_expression(value)), None)
    if wrong is not None:
        raise BadRoute(
            f'node "{node.name}": the parameter "{wrong}" of a {what} that starts a workflow cannot be an expression'
        )


def _check_form(node: Node, parameters: Mapping[str, Any]) -> None:
    try:
        form_of(parameters)
    except BadForm as senseless:
        raise BadRoute(f'node "{node.name}": {senseless}') from senseless


def _form_path(node: Node, parameters: Mapping[str, Any]) -> str:
    options = parameters.get("options")
    held = options if node.type_version >= _PATH_IN_OPTIONS and isinstance(options, Mapping) else parameters
    return str(held.get("path") or "")
