"""Is a workflow sound? All that is wrong with it at once, each with its node and parameter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from headrace.executions.public import RunSettings
from headrace.kernel.errors import HeadraceError
from headrace.sdk.description import Choice, NodeDescription, Parameter
from headrace.sdk.outcome import NodeModule
from headrace.sdk.parameters import resolve_parameters
from headrace.workflows.public import Issue, Node, Workflow

STARTS_BY_ITSELF = frozenset(("event", "schedule", "webhook", "poll", "form", "subworkflow", "error"))
"""Kinds of triggers that need nobody to press a button: the clock, somebody outside or another workflow starts them."""


class NodeTypes(Protocol):
    """The catalogue of node types."""

    def find(self, type_: str, version: float) -> NodeModule: ...


def validate(workflow: Workflow, types: NodeTypes) -> list[Issue]:
    """Return every problem: errors keep the workflow from running, warnings do not."""
    return [
        *_names(workflow),
        *_connections(workflow),
        *_trigger(workflow, types),
        *(Issue(problem, severity="warning") for problem in RunSettings.of(workflow.settings).problems),
        *(issue for node in workflow.nodes.values() for issue in _node(node, types)),
    ]


def _names(workflow: Workflow) -> Iterator[Issue]:
    listed = workflow.raw.get("nodes")
    names = Counter(node.get("name") for node in listed or () if isinstance(node, Mapping))
    for name, count in names.items():
        if count > 1:
            yield Issue(
                f"{count} nodes have this name; only the last of them counts", node=str(name), severity="warning"
            )


def _connections(workflow: Workflow) -> Iterator[Issue]:
    for source, by_type in workflow.connections.items():
        if source not in workflow.nodes:
            yield Issue("connections start at it, but there is no such node", node=source, severity="warning")
        for outputs in by_type.values():
            for targets in outputs:
                for target in targets:
                    if target.node not in workflow.nodes:
                        yield Issue(
                            f'it is connected to "{target.node}", which does not exist', node=source, severity="warning"
                        )


def _trigger(workflow: Workflow, types: NodeTypes) -> Iterator[Issue]:
    enabled = [node for node in workflow.nodes.values() if not node.disabled]
    if len(enabled) == 1:
        return
    for node in enabled:
        description = _description(node, types)
        if description is None or description.trigger:
            return  # a node we do not know may be a trigger
    yield Issue("no node starts the workflow; add a trigger, such as Manual Trigger", severity="warning")


def _description(node: Node, types: NodeTypes) -> NodeDescription | None:
    try:
        return types.find(node.type, node.type_version).DESCRIPTION
    except HeadraceError:
        return None


def _node(node: Node, types: NodeTypes) -> Iterator[Issue]:
    try:
        description = types.find(node.type, node.type_version).DESCRIPTION
    except HeadraceError as unknown:
        yield Issue(f"{unknown}; it fails when it is reached", node=node.name, severity="warning")
        return
    if node.disabled:
        return
    yield from missing_parameters(node, description)
    yield from _choices(node, description)


def missing_parameters(node: Node, description: NodeDescription) -> Iterator[Issue]:
    """Yield an error for each required parameter that counts and is empty."""
    try:
        values = resolve_parameters(description.parameters, node.parameters, version=node.type_version)
    except (ValueError, TypeError, AttributeError) as malformed:
        yield Issue(f"its parameters have a form that cannot be read: {malformed}", node=node.name)
        return
    for parameter in description.parameters:
        if parameter.required and parameter.name in values and _is_empty(values[parameter.name]):
            yield Issue("it is required", node=node.name, parameter=parameter.name)


def _is_empty(value: Any) -> bool:
    if isinstance(value, Mapping) and value.get("__rl"):
        value = value.get("value")
    return value is None or value == "" or value == [] or value == {}


def _choices(node: Node, description: NodeDescription) -> Iterator[Issue]:
    by_name: dict[str, list[Parameter]] = {}
    for parameter in description.parameters:
        by_name.setdefault(parameter.name, []).append(parameter)
    for name, value in node.parameters.items():
        candidates = by_name.get(name)
        if candidates is None or not isinstance(value, str | int | float | bool):
            continue
        if isinstance(value, str) and value.startswith("="):
            continue
        choices = [choice.value for one in candidates for choice in _choices_of(one)]
        if choices and all(one.type == "options" for one in candidates) and value not in choices:
            shown = ", ".join(map(str, choices[:10]))
            yield Issue(
                f"{value!r} is none of its choices ({shown})", node=node.name, parameter=name, severity="warning"
            )


def _choices_of(parameter: Parameter) -> Sequence[Choice]:
    return [option for option in parameter.options or () if isinstance(option, Choice)]


def reachable(workflow: Workflow, *starts: str) -> set[str]:
    """Return *starts* and all nodes that data from them may reach."""
    found = set(starts)
    queue = list(starts)
    while queue:
        for targets in workflow.connections.get(queue.pop(), {}).get("main", ()):
            for target in targets:
                if target.node in workflow.nodes and target.node not in found:
                    found.add(target.node)
                    queue.append(target.node)
    return found


def run_problems(workflow: Workflow, start: str, types: NodeTypes, *, pinned: bool) -> list[Issue]:
    """Return what keeps a run from beginning: required parameters of nodes that it may reach.

    Source of the rule: n8n checks nodes reachable from the start, but not pinned and disabled ones.
    """
    return list(_required(workflow, reachable(workflow, start), types, pinned=pinned))


def _required(workflow: Workflow, reached: set[str], types: NodeTypes, *, pinned: bool) -> Iterator[Issue]:
    for name, node in workflow.nodes.items():
        if name not in reached or node.disabled or (pinned and name in workflow.pin_data):
            continue
        description = _description(node, types)
        if description is not None:
            yield from missing_parameters(node, description)


def publish_problems(workflow: Workflow, types: NodeTypes) -> list[Issue]:
    """Return what keeps a workflow from running in production.

    Something must start it by itself, whatever that reaches must have what it requires, and no node may be unknown.
    """
    problems: list[Issue] = []
    starts: list[str] = []
    for node in workflow.nodes.values():
        if node.disabled:
            continue
        try:
            description = types.find(node.type, node.type_version).DESCRIPTION
        except HeadraceError as unknown:
            problems.append(Issue(str(unknown), node=node.name))
            continue
        if description.trigger in STARTS_BY_ITSELF:
            starts.append(node.name)
    if not starts:
        problems.append(Issue("nothing starts the workflow by itself; add a trigger, such as a schedule or a webhook"))
    problems += _required(workflow, reachable(workflow, *starts), types, pinned=False)
    return problems
