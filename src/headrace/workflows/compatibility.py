"""How well a workflow is supported here: node by node, with what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from headrace.kernel.errors import HeadraceError
from headrace.sdk.description import Choice, Parameter
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


def _unknown(values: Mapping[str, Any], parameters: Sequence[Parameter], prefix: str) -> Iterator[str]:
    """Yield what is not in the descriptions: names, and chosen values that are no expressions."""
    by_name: dict[str, list[Parameter]] = {}
    for parameter in parameters:
        # One name may be described several times, each for other operations: what any of them knows is known.
        by_name.setdefault(parameter.name, []).append(parameter)
    for name, value in values.items():
        described = by_name.get(name)
        if described is None:
            yield f"parameter {prefix}{name} is not known"
            continue
        offered = [option for parameter in described for option in parameter.options or ()]
        if isinstance(value, Mapping) and all(parameter.type == "collection" for parameter in described):
            members = [option for option in offered if isinstance(option, Parameter)]
            yield from _unknown(value, members, f"{prefix}{name}.")
        elif all(parameter.type == "options" for parameter in described) and not _is_expression(value):
            choices = [option.value for option in offered if isinstance(option, Choice)]
            if choices and value not in choices:
                yield f"parameter {prefix}{name}: the choice {value!r} is not known"


def _is_expression(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")
