"""How followed executions look: the latest as a tree on a terminal, or each update as a line."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from headrace.executions.updates import GAP, READY, Update
from headrace.kernel.ids import ExecutionId

_EXECUTIONS = 8
"""Executions on the screen: those that run, and the latest that have ended."""

_NODES = 20
"""Nodes of each; the latest."""

_MARKS = {
    "node.started": ("…", "cyan"),
    "node.retrying": ("↻", "yellow"),
    "node.succeeded": ("✓", "green"),
    "node.failed": ("✗", "red"),
    "node.ended": ("✓", "green"),
    "execution.requested": ("…", "cyan"),
    "execution.resumed": ("…", "cyan"),
    "execution.suspended": ("⏸", "blue"),
    "execution.succeeded": ("✓", "green"),
    "execution.failed": ("✗", "red"),
    "execution.canceled": ("■", "red"),
}


@dataclass(slots=True)
class _Shown:
    name: str
    latest: Update
    nodes: OrderedDict[str, Update] = field(default_factory=OrderedDict)


class TailTree:
    """What is on the screen: executions with their nodes, as far as they are known."""

    def __init__(self) -> None:
        self._shown: OrderedDict[ExecutionId, _Shown] = OrderedDict()
        self._left_out = 0

    def take(self, update: Update) -> None:
        if update.type == GAP:
            self._left_out += update.left_out or 0
        if update.execution_id is None:
            return
        shown = self._shown.get(update.execution_id)
        if shown is None:
            shown = self._shown[update.execution_id] = _Shown(str(update.execution_id), update)
            self._make_room()
        if update.workflow_name is not None:
            shown.name = f"{update.workflow_name} ({update.execution_id})"
        if update.is_detail and update.node is not None:
            shown.nodes[update.node] = update
            shown.nodes.move_to_end(update.node)
            while len(shown.nodes) > _NODES:
                shown.nodes.popitem(last=False)
        else:
            shown.latest = update

    def _make_room(self) -> None:
        while len(self._shown) > _EXECUTIONS:
            ended = next((id_ for id_, shown in self._shown.items() if shown.latest.is_end), None)
            del self._shown[ended if ended is not None else next(iter(self._shown))]

    def drawn(self) -> Group:
        trees: list[Tree | Text] = []
        for shown in self._shown.values():
            tree = Tree(_text(shown.latest, shown.name))
            for name, update in shown.nodes.items():
                tree.add(_text(update, name))
            trees.append(tree)
        if self._left_out:
            trees.append(Text(f"{self._left_out} updates came too fast to be shown", style="dim"))
        return Group(*trees or [Text("waiting for executions", style="dim")])


def _text(update: Update, name: str) -> Text:
    mark, style = _MARKS.get(update.type, ("·", ""))
    return Text.assemble((f"{mark} ", style), name, (f"  {note}" if (note := note_of(update)) else "", "dim"))


def note_of(update: Update) -> str:
    """Return what is to be said beside the name of a node or an execution."""
    parts: list[str] = []
    if update.items is not None:
        parts.append(f"{' / '.join(map(str, update.items)) or '0'} items")
    if update.seconds is not None:
        parts.append(f"{update.seconds * 1000:.0f} ms" if update.seconds < 1 else f"{update.seconds:.2f} s")
    if update.run:
        parts.append(f"run {update.run + 1}")
    if update.type == "execution.suspended":
        what = f"until {update.until:%Y-%m-%d %H:%M:%S} UTC" if update.until else f"for a {update.resume} call"
        parts.append(f"waits {what}")
    if (update.attempt and update.attempt > 1) or update.type == "node.retrying":
        parts.append(f"attempt {update.attempt}")
    if update.error:
        parts.append(update.error)
    return ", ".join(parts)


def line_of(update: Update) -> str | None:
    """Return an update as a line; None: it says nothing to people."""
    if update.type == READY:
        return None
    if update.type == GAP:
        return f"({update.left_out} updates left out)"
    what = update.node or update.workflow_name or ""
    at = f"{update.at:%H:%M:%S.%f}"[:-3] if update.at is not None else ""
    return "  ".join(part for part in (at, str(update.execution_id), update.type, what, note_of(update)) if part)
