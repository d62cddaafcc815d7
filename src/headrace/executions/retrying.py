"""Going on from where an execution failed, or from any of its nodes: what a retry keeps. Pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from headrace.executions.domain import fold
from headrace.executions.errors import BrokenHistory, NotRetryable
from headrace.executions.plan import Plan
from headrace.executions.public import (
    Event,
    ExecutionCanceled,
    ExecutionFailed,
    ExecutionRequested,
    ExecutionSuspended,
    NodeAttemptFailed,
    NodeEndedBranch,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
)

Carried: TypeAlias = NodeSucceeded | NodeEndedBranch
Place: TypeAlias = tuple[str, int]
"""A node and which of its runs, from 0."""

_OF_A_NODE = (NodeStarted, NodeAttemptFailed, NodeFailed, NodeSucceeded, NodeEndedBranch, ExecutionSuspended)


def failed_place(history: Sequence[Event]) -> Place:
    """Return where an execution failed, or was when it was canceled.

    Raises:
        NotRetryable: it did not fail, has not ended, or failed at no node.
    """
    end = history[-1]
    if not isinstance(end, ExecutionFailed | ExecutionCanceled):
        raise NotRetryable("the execution did not fail; name the node to go on from")
    for event in reversed(history):
        match event:
            case NodeFailed() | NodeStarted() | ExecutionSuspended():
                return event.node, event.run
            case NodeSucceeded() if event.error is not None and isinstance(end, ExecutionFailed):
                return event.node, event.run
            case NodeSucceeded() | NodeEndedBranch():
                break
            case _:
                pass
    raise NotRetryable("the execution ended between two nodes; name the node to go on from")


def carried_over(history: Sequence[Event], place: Place) -> list[Carried]:
    """Return what was finished before *place* in the order of execution: a retry from there keeps it.

    What ran after the place runs again, branches beside it included: the state is exactly what it was before.

    Raises:
        NotRetryable: that run did not take place.
    """
    kept: list[Carried] = []
    for event in history:
        if isinstance(event, _OF_A_NODE) and (event.node, event.run) == place:
            return kept
        match event:
            case NodeSucceeded():
                # What the workflow remembers has moved on since; and nobody waits for an answer any more.
                kept.append(replace(event, carried=True, static_data=None, responded=False))
            case NodeEndedBranch():
                kept.append(replace(event, carried=True))
            case _:
                pass
    node, run = place
    raise NotRetryable(f'the execution has no run {run} of a node "{node}" to go on from')


def check_retry(plan: Plan, request: ExecutionRequested, carried: Sequence[Carried], place: Place) -> None:
    """Check that a run of *plan* which has done what is carried goes on at *place*.

    Raises:
        NotRetryable: the workflow was changed so that it would not.
    """
    try:
        execution = fold(plan, [request, *carried])
    except BrokenHistory:
        step = None
    else:
        step = execution.current
    if step is None or (step.node, execution.run_index(step.node)) != place:
        raise NotRetryable(
            f'the workflow was changed before the node "{place[0]}", so that what ran does not lead there any more; '
            "retry with the version that ran, or start a new execution"
        )
