"""What the expressions of one run of one node may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from headrace.executions.public import Step
from headrace.executor.ports import Linked, LinkFailure, SeenRun
from headrace.executor.run_data import RunData
from headrace.kernel.ids import TenantId
from headrace.sdk.items import NO_ITEMS, Item, ItemList, Items, SourceRef
from headrace.workflows.public import Node, Workflow


class RunScope:
    """The `Scope` of a node that is about to run.

    Args:
        pins: Pin data that counts in this run: visible for nodes that have not run.
        variables: Plain values by name; `$json` and its kin are not among them.
    """

    def __init__(
        self,
        *,
        run: SeenRun,
        workflow: Workflow,
        node: Node,
        step: Step,
        inputs: Sequence[Items | None],
        data: RunData,
        pins: Mapping[str, Sequence[Item]],
        variables: Mapping[str, Any],
        timezone: str,
        static_data: Mapping[str, Any],
    ) -> None:
        self._run = run
        self._workflow = workflow
        self._node = node
        self._step = step
        self._data = data
        self._pins = pins
        self._links: dict[str, Sequence[Linked | LinkFailure]] = {}
        self.inputs = inputs
        self.variables = variables
        self.timezone = timezone
        self.inputs_cut = node.execute_once
        self._static_data = static_data
        self.binary_data: dict[str, str] = {}
        self.tiers: set[str] = set()

    @property
    def static_data(self) -> Mapping[str, Any]:
        return {
            "global": self._static_data.get("global", {}),
            "node": self._static_data.get(f"node:{self._node.name}", {}),
        }

    @property
    def has_parents(self) -> bool:
        return bool(self._run.ancestors(self._node.name))

    def input_json(self, place: int) -> bytes | None:
        origin = self.input_places[place]
        return self._data.inline_json(origin) if origin is not None and not self.inputs_cut else None

    @property
    def tenant(self) -> TenantId:
        return self._run.request.tenant

    @property
    def key(self) -> str:
        return f"{self._run.request.tenant}/{self._run.request.execution_id}"

    @property
    def node_name(self) -> str:
        return self._node.name

    @cached_property
    def node_names(self) -> Sequence[str]:
        return tuple(self._workflow.nodes)

    @property
    def sources(self) -> Sequence[SourceRef | None]:
        return self._step.sources

    @property
    def input_places(self) -> Sequence[tuple[str, int, int] | None]:
        """Node, run and output of each input, where it came from an earlier run."""
        return [
            (arrival.node, arrival.run, arrival.output) if arrival is not None and arrival.node is not None else None
            for arrival in self._step.inputs
        ]

    def runs_of(self, node: str) -> int:
        count = self._run.run_index(node)
        return count or (1 if node in self._pins else 0)

    def items_of(self, node: str, output: int, run: int) -> Items:
        count = self._run.run_index(node)
        if count == 0 and node in self._pins:
            return ItemList(self._pins[node]) if output == 0 and run in (-1, 0) else NO_ITEMS
        return self._data.items(node, count - 1 if run == -1 else run, output)

    def output_towards(self, node: str) -> int:
        """Return the output of *node* through which data comes to the current node, directly or further on."""
        wanted = {self._node.name, *self._run.ancestors(self._node.name)}
        for output, connections in enumerate(self._workflow.connections.get(node, {}).get("main", ())):
            if any(connection.node == self._node.name for connection in connections):
                return output
        for output, connections in enumerate(self._workflow.connections.get(node, {}).get("main", ())):
            if any(connection.node in wanted for connection in connections):
                return output
        return 0

    def links(self, node: str) -> Sequence[Linked | LinkFailure]:
        known = self._links.get(node)
        if known is None:
            count = len(self.inputs[0]) if self.inputs and self.inputs[0] is not None else 0
            if self._run.run_index(node) == 0 and node in self._pins:
                found: Sequence[Linked | LinkFailure] = [
                    Linked(0, 0, min(index, len(self._pins[node]) - 1)) for index in range(count)
                ]
            else:
                reachable = node in self._run.ancestors(self._node.name)
                found = self._data.links(node, self._step.sources, count, reachable)
            known = self._links[node] = found
        return known

    def parameters_of(self, node: str) -> Mapping[str, Any]:
        found = self._workflow.nodes.get(node)
        return found.parameters if found is not None else {}

    def context_of(self, node: str) -> Mapping[str, Any]:
        entries = self._run.runs.get(node, ())
        context = entries[-1].state.get("context", {}) if entries else {}
        return context if isinstance(context, Mapping) else {}
