"""Partial runs that take over what an earlier execution of the same workflow did. Pure rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from headrace.executions.domain import evolve, fold
from headrace.executions.plan import Plan
from headrace.executions.public import Event, ExecutionRequested, NodeEndedBranch, NodeSucceeded
from headrace.executions.retrying import Carried

# What of a node says nothing of what it puts out.
_WITHOUT_EFFECT = frozenset({"position", "notes", "notesInFlow", "id", "name", "color"})


def changed_nodes(before: ExecutionRequested, request: ExecutionRequested) -> frozenset[str]:
    """Return the names of nodes that are set otherwise in *request*, or stand for other pinned items, than *before*."""
    old, new = _drawn(before), _drawn(request)
    return frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def reused(plan: Plan, request: ExecutionRequested, history: Sequence[Event]) -> list[Carried]:
    """Return what *history* did that *request* would do first, and do again just so: it is taken over instead.

    Args:
        plan: Of the new run.
        history: Of the earlier execution, with its end or without.

    It ends with the first node that changed, did not finish, got what it has from elsewhere, or is the destination,
    which always runs. From there on everything runs: what is kept is the beginning of the run, so that a crash finds
    the journal as after any other.
    """
    before = history[0]
    if not isinstance(before, ExecutionRequested) or before.start != request.start:
        return []
    changed = changed_nodes(before, request)
    done = {(event.node, event.run): event for event in history if isinstance(event, NodeSucceeded | NodeEndedBranch)}
    execution = fold(plan, [request])
    kept: list[Carried] = []
    while (step := execution.current) is not None and step.node not in (request.destination, *changed):
        event = done.get((step.node, execution.run_index(step.node)))
        match event:
            case NodeSucceeded() if event.error is None and event.sources == step.sources:
                # As with a retry: what the workflow remembers has moved on, and nobody waits for an answer.
                carried: Carried = replace(event, carried=True, static_data=None, responded=False)
            case NodeEndedBranch():
                carried = replace(event, carried=True)
            case _:
                break
        kept.append(carried)
        evolve(execution, carried)
    return kept


def earlier_start(history: Sequence[Event], workflow: msgspec.Raw) -> str | None:
    """Return the node that an earlier execution started at, if the workflow still has it."""
    before = history[0] if history else None
    if not isinstance(before, ExecutionRequested):
        return None
    names = {node["name"] for node in msgspec.json.decode(workflow).get("nodes", ())}
    return before.start if before.start in names else None


def _drawn(request: ExecutionRequested) -> Mapping[str, Any]:
    workflow: dict[str, Any] = msgspec.json.decode(request.workflow)
    pins = (workflow.get("pinData") or {}) if request.pinned else {}
    return {
        node["name"]: (
            {key: value for key, value in node.items() if key not in _WITHOUT_EFFECT},
            pins.get(node["name"]),
        )
        for node in workflow.get("nodes", ())
    }
