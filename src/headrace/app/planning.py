"""Workflows as the engine walks them: the graph, and what node types say of their inputs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from headrace.executions.plan import Plan, PlanNode, Target
from headrace.executions.public import ExecutionRequested
from headrace.executor.ports import Nodes
from headrace.executor.versions import Versions
from headrace.kernel.errors import HeadraceError
from headrace.sdk.parameters import resolve_parameters
from headrace.workflows.public import Node, Workflow

_KEPT = 200
"""Plans kept: many executions of one version follow each other."""


class CataloguePlanner:
    """The `Planner` of executions, over the catalogue of node types."""

    def __init__(self, nodes: Nodes, versions: Versions) -> None:
        self._nodes = nodes
        self._versions = versions
        self._plans: OrderedDict[tuple[bytes, bool], Plan] = OrderedDict()

    def plan(self, request: ExecutionRequested) -> Plan:
        pins = request.pinned
        key = bytes(request.workflow), pins
        known = self._plans.get(key)
        if known is None:
            known = self._plans[key] = self.plan_workflow(self._versions.read(request.workflow).workflow, use_pins=pins)
            if len(self._plans) > _KEPT:
                self._plans.popitem(last=False)
        return known

    def plan_workflow(self, workflow: Workflow, *, use_pins: bool) -> Plan:
        return Plan(
            nodes={
                name: self._node(node, pinned=use_pins and name in workflow.pin_data and not node.disabled)
                for name, node in workflow.nodes.items()
            },
            outgoing={
                source: [
                    [Target(connection.node, connection.index) for connection in targets if connection.type == "main"]
                    for targets in by_type.get("main", ())
                ]
                for source, by_type in workflow.connections.items()
                if source in workflow.nodes
            },
            order="v1" if workflow.settings.get("executionOrder") == "v1" else "v0",
        )

    def _node(self, node: Node, *, pinned: bool) -> PlanNode:
        inputs, required = self._inputs(node)
        return PlanNode(
            name=node.name,
            position=node.position,
            disabled=node.disabled,
            pinned=pinned,
            always_output_data=node.always_output_data,
            inputs=inputs,
            required_inputs=required,
        )

    def _inputs(self, node: Node) -> tuple[int, int | tuple[int, ...] | None]:
        try:
            module = self._nodes.find(node.type, node.type_version)
        except HeadraceError:
            return 1, None  # it fails when it is reached, with words of its own
        description = module.DESCRIPTION
        decide = getattr(module, "required_inputs", None)
        if decide is None:
            required: Any = description.required_inputs
            return len(description.inputs), _as_tuple(required)
        parameters: Mapping[str, Any] = resolve_parameters(
            description.parameters, node.parameters, version=node.type_version
        )
        count = getattr(module, "input_count", None)
        inputs = count(parameters) if count is not None else len(description.inputs)
        return inputs, _as_tuple(decide(parameters))


def _as_tuple(required: Any) -> int | tuple[int, ...] | None:
    return required if required is None or isinstance(required, int) else tuple(required)
