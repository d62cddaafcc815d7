"""What is different between two drawings, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from headrace.workflows.public import Node, Workflow

_DRAWN_APART = frozenset(("id", "name", "position", "parameters"))
"""Keys of a node that have words of their own in a difference, or none."""

_TOP_APART = frozenset(("id", "nodes", "connections", "settings"))

_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value that differs."""

    path: tuple[str | int, ...]
    """Keys and list places that lead to it."""

    kind: Literal["added", "removed", "changed"]
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeChange:
    """A node that is in both, and not the same."""

    name: str
    """As it is called afterwards."""

    renamed_from: str | None
    moved: tuple[tuple[float, float], tuple[float, float]] | None
    """From where to where on the canvas."""

    parameters: Sequence[ValueChange]
    other: Sequence[ValueChange]
    """Its type, credentials, settings, and whatever else was drawn."""


@dataclass(frozen=True, slots=True)
class Wire:
    """One connection."""

    source: str
    type: str
    output: int
    target: str
    target_type: str
    input: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What makes the one drawing the other. The order of nodes, of connections and of keys makes none."""

    added: Sequence[str]
    removed: Sequence[str]
    changed: Sequence[NodeChange]
    wires_added: Sequence[Wire]
    wires_removed: Sequence[Wire]
    """With the names that their nodes have afterwards, if they are still there."""

    settings: Sequence[ValueChange]
    other: Sequence[ValueChange]
    """The name, pinned data, and whatever else was drawn."""

    @property
    def is_empty(self) -> bool:
        return not (
            self.added
            or self.removed
            or self.changed
            or self.wires_added
            or self.wires_removed
            or self.settings
            or self.other
        )


def difference(before: Workflow, after: Workflow) -> Difference:
    """Return what changed from *before* to *after*.

    Nodes are the same when they have the same id; those without one, or whose id is gone, when they have the same name.
    """
    pairs = _pairs(before, after)
    renamed = {old.name: new.name for old, new in pairs}
    matched = set(renamed.values())
    wires_before, wires_after = set(_wires(before, renamed)), set(_wires(after, {}))
    return Difference(
        added=[name for name in after.nodes if name not in matched],
        removed=[name for name in before.nodes if name not in renamed],
        changed=[change for old, new in pairs if (change := _node(old, new)) is not None],
        wires_added=[wire for wire in _wires(after, {}) if wire not in wires_before],
        wires_removed=[wire for wire in _wires(before, renamed) if wire not in wires_after],
        settings=list(value_changes(before.settings, after.settings)),
        other=list(value_changes(_without(before.raw, _TOP_APART), _without(after.raw, _TOP_APART))),
    )


def value_changes(before: Any, after: Any, path: tuple[str | int, ...] = ()) -> Iterator[ValueChange]:
    """Yield where two JSON values differ, as deep inside as it can be said."""
    if before is _ABSENT:
        yield ValueChange(path, "added", None, after)
    elif after is _ABSENT:
        yield ValueChange(path, "removed", before, None)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from value_changes(before.get(key, _ABSENT), after.get(key, _ABSENT), (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        for place in range(max(len(before), len(after))):
            old = before[place] if place < len(before) else _ABSENT
            new = after[place] if place < len(after) else _ABSENT
            yield from value_changes(old, new, (*path, place))
    elif isinstance(before, bool) is not isinstance(after, bool) or before != after:  # to Python True is 1
        yield ValueChange(path, "changed", before, after)


def _pairs(before: Workflow, after: Workflow) -> list[tuple[Node, Node]]:
    old_by_id, new_by_id = _by_id(before), _by_id(after)
    partner = {old.name: new_by_id[id_] for id_, old in old_by_id.items() if id_ in new_by_id}
    taken = {new.name for new in partner.values()}
    for name in before.nodes:
        if name not in partner and name in after.nodes and name not in taken:
            partner[name] = after.nodes[name]
    return [(before.nodes[name], new) for name, new in partner.items()]


def _by_id(workflow: Workflow) -> dict[str, Node]:
    """Return nodes by id, but for those whose id another has as well."""
    found: dict[str, Node] = {}
    twice: set[str] = set()
    for node in workflow.nodes.values():
        if node.id in found:
            twice.add(node.id)
        found[node.id] = node
    return {id_: node for id_, node in found.items() if id_ and id_ not in twice}


def _node(old: Node, new: Node) -> NodeChange | None:
    change = NodeChange(
        name=new.name,
        renamed_from=None if old.name == new.name else old.name,
        moved=None if old.position == new.position else (old.position, new.position),
        parameters=list(value_changes(old.parameters, new.parameters)),
        other=list(value_changes(_without(old.raw, _DRAWN_APART), _without(new.raw, _DRAWN_APART))),
    )
    return change if change.renamed_from or change.moved or change.parameters or change.other else None


def _wires(workflow: Workflow, renamed: Mapping[str, str]) -> list[Wire]:
    wires = (
        Wire(renamed.get(source, source), type_, output, renamed.get(end.node, end.node), end.type, end.index)
        for source, by_type in workflow.connections.items()
        for type_, outputs in by_type.items()
        for output, ends in enumerate(outputs)
        for end in ends
    )
    return list(dict.fromkeys(wires))  # one that was drawn twice counts once


def _without(raw: Mapping[str, Any], keys: frozenset[str]) -> Mapping[str, Any]:
    return {key: value for key, value in raw.items() if key not in keys}
