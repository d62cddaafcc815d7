"""Events as those see them who follow many executions: what happened, without the data that it happened to."""

from __future__ import annotations

import msgspec

from headrace.executions.public import (
    Event,
    ExecutionRequested,
    ExecutionResumed,
    ExecutionSuspended,
    NodeSucceeded,
    Output,
)

_NONE = msgspec.Raw(b"[]")


def without_data(event: Event) -> Event:
    """Return the event with empty items, states and workflow; how many items there were is still known."""
    tell = msgspec.structs.replace
    match event:
        case NodeSucceeded():
            return tell(event, outputs=tuple(map(_emptied, event.outputs)), state={}, static_data=None, console=())
        case ExecutionRequested():
            return tell(event, workflow=msgspec.Raw(b"{}"), given=_emptied(event.given))
        case ExecutionSuspended() | ExecutionResumed():
            return tell(event, output=_emptied(event.output))
        case _:
            return event


def _emptied(output: Output) -> Output:
    return msgspec.structs.replace(output, inline=_NONE)
