"""The graph of a workflow as the engine walks it: only what decides the order of nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Target:
    """The far end of a connection: an input of a node."""

    node: str
    input: int


@dataclass(frozen=True, slots=True)
class Origin:
    """The near end of a connection: an output of a node."""

    node: str
    output: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNode:
    """What decides when a node runs."""

    name: str
    position: tuple[float, float] = (0.0, 0.0)
    disabled: bool = False
    pinned: bool = False
    always_output_data: bool = False
    inputs: int = 1
    """How many inputs its type has."""

    required_inputs: int | tuple[int, ...] | None = None
    """v1: inputs (a number, or which) that must have data before it runs at the end of a run."""


@dataclass(frozen=True)
class Plan:
    """Nodes and their connections, both ways.

    `outgoing[node][output]` lists targets in the order they were drawn. `incoming[node][input]` lists origins; its
    length is one more than the highest connected input.
    """

    nodes: Mapping[str, PlanNode]
    outgoing: Mapping[str, Sequence[Sequence[Target]]]
    order: str = "v1"
    """"v1": depth first, top-most branch first. "v0": breadth first, in the order of connections."""

    incoming: Mapping[str, Sequence[Sequence[Origin]]] = field(init=False)

    def __post_init__(self) -> None:
        incoming: dict[str, list[list[Origin]]] = {}
        for source, outputs in self.outgoing.items():
            for output, targets in enumerate(outputs):
                for target in targets:
                    inputs = incoming.setdefault(target.node, [])
                    while len(inputs) <= target.input:
                        inputs.append([])
                    inputs[target.input].append(Origin(source, output))
        object.__setattr__(self, "incoming", incoming)

    @property
    def legacy(self) -> bool:
        return self.order != "v1"

    @cached_property
    def _ancestors(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _live(self) -> dict[tuple[str, int], bool]:
        return {}

    def ancestors(self, node: str) -> tuple[str, ...]:
        """Return all nodes from which data may reach *node*, farthest first.

        A node that several others descend from stands as far ahead as its last mention puts it: v0's search for
        nodes to force depends on that order.
        """
        known = self._ancestors.get(node)
        if known is None:
            known = self._ancestors[node] = tuple(self._walk_up(node))
        return known

    def _walk_up(self, node: str) -> list[str]:
        # Frames of its own in place of recursion: a chain of nodes may be longer than Python's stack is deep.
        done: dict[str, list[str]] = {}
        open_nodes = {node}
        found: dict[str, None] = {}
        frames: list[tuple[str, dict[str, None], list[str], int]] = []
        name, parents, place = node, self._parents(node), 0
        while True:
            if place < len(parents):
                parent = parents[place]
                place += 1
                if parent in open_nodes:
                    continue
                if parent in done:
                    found = _ahead(found, parent, done[parent])
                    continue
                frames.append((name, found, parents, place))
                open_nodes.add(parent)
                name, found, parents, place = parent, {}, self._parents(parent), 0
                continue
            done[name] = list(found)
            if not frames:
                return done[name]
            finished = name
            open_nodes.discard(finished)
            name, found, parents, place = frames.pop()
            found = _ahead(found, finished, done[finished])

    def _parents(self, node: str) -> list[str]:
        origins = (origin for inputs in self.incoming.get(node, ()) for origin in inputs)
        return [origin.node for origin in origins if origin.node in self.nodes]

    def has_live_source(self, node: str, input_: int) -> bool:
        """Whether any enabled node feeds that input, directly or from further up."""
        known = self._live.get((node, input_))
        if known is None:
            known = self._live[node, input_] = self._find_live_source(node, input_)
        return known

    def _find_live_source(self, node: str, input_: int) -> bool:
        seen = {node}
        queue = [origin.node for origin in self._origins(node, input_)]
        while queue:
            name = queue.pop()
            if name in seen or name not in self.nodes:
                continue
            seen.add(name)
            if not self.nodes[name].disabled:
                return True
            queue.extend(self._parents(name))
        return False

    def _origins(self, node: str, input_: int) -> Sequence[Origin]:
        inputs = self.incoming.get(node, ())
        return inputs[input_] if input_ < len(inputs) else ()

    def path_to(self, destination: str) -> frozenset[str]:
        """Return *destination* and everything that leads to it."""
        return frozenset((destination, *self.ancestors(destination)))


def _ahead(found: dict[str, None], parent: str, above: Sequence[str]) -> dict[str, None]:
    """Return *found* with *parent* put in front, and in front of that all that lies above it."""
    moved = dict.fromkeys([*above, parent])
    moved.update((name, None) for name in found if name not in moved)
    return moved
