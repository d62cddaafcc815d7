"""How well a workflow is supported here: node by node, with what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from headrace.kernel.errors import HeadraceError
from headrace.sdk.description import Parameter
from headrace.sdk.outcome import NodeModule
from headrace.workflows.public import Node, Workflow

Level = Literal["exact", "partial", "unsupported"]
_POINTS: dict[str, float] = {"exact": 1.0, "partial": 0.5, "unsupported": 0.0}
_REMARKS = frozenset(("n8n-nodes-base.stickyNote",))


class NodeVersions(Protocol):
    """The catalogue of node types."""

    def find(self, type_: str, version: float) -> NodeModule: ...
    def versions_of(self, type_: str) -> Sequence[float]: ...


@dataclass(frozen=True, slots=True)
class NodeScore:
    name: str
    type: str
    level: Level
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WorkflowScore:
    name: str
    nodes: Sequence[NodeScore]

    @property
    def percent(self) -> float:
        """100 when every node is supported exactly; a node in part counts half."""
        if not self.nodes:
            return 100.0
        return 100 * sum(_POINTS[node.level] for node in self.nodes) / len(self.nodes)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "percent": round(self.percent, 1),
            "nodes": [
                {"name": node.name, "type": node.type, "level": node.level, "missing": list(node.missing)}
                for node in self.nodes
            ],
        }


def score_workflow(workflow: Workflow, types: NodeVersions) -> WorkflowScore:
    """Return the score of a workflow; sticky notes and disabled nodes do not count."""
    counted = [node for node in workflow.nodes.values() if not node.disabled and node.type not in _REMARKS]
    return WorkflowScore(workflow.name, [_score(node, types) for node in counted])


def _score(node: Node, types: NodeVersions) -> NodeScore:
    versions = types.versions_of(node.type)
    if not versions:
        return NodeScore(node.name, node.type, "unsupported", ["the node type is not supported"])
    try:
        description = types.find(node.type, node.type_version).DESCRIPTION
    except HeadraceError as unknown:
        return NodeScore(node.name, node.type, "unsupported", [str(unknown)])
    missing = list(_unknown(node.parameters, description.parameters, ""))
    return NodeScore(node.name, node.type, "partial" if missing else "exact", missing)


def _unknown(values: Any, parameters: Sequence[Parameter], prefix: str) -> Iterator[str]:
    by_name: dict[str, Parameter] = {parameter.name: parameter for parameter in parameters}
    for name, value in values.items():
        parameter = by_name.get(name)
        if parameter is None:
            yield f"parameter {prefix}{name} is not known"
        elif parameter.type == "collection" and isinstance(value, dict):
            members = [option for option in parameter.options or () if isinstance(option, Parameter)]
            yield from _unknown(value, members, f"{prefix}{name}.")
