"""Executions as they run, over HTTP: server-sent events.

Each event's id is its sequence number: a client that lost its connection sends the last one back as `Last-Event-ID`, as
browsers do by themselves, and is told what came after.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.params import FromPath, HeaderParameter, QueryParameter
from litestar.response import Stream

from headrace.executions.errors import BadLastEventId
from headrace.executions.streaming import Streams
from headrace.infra.http.injected import Given
from headrace.kernel.ids import ExecutionId
from headrace.tenancy.public import Action, Caller

_Last = Annotated[str | None, HeaderParameter(name="Last-Event-ID", description="Tell only what came after this one.")]
_Since = Annotated[
    str | None, QueryParameter(name="lastEventId", description="The same, for clients that cannot set headers.")
]
_HEADERS = {
    "cache-control": "no-store",
    "x-accel-buffering": "no",  # proxies would gather what is to be seen at once
}


class StreamsApi(Controller):
    tags = ("executions",)

    @get(
        "/stream",
        operation_id="streamExecutions",
        summary="Follow all executions",
        description="Server-sent events. A slow reader is told less of nodes, and all of what becomes of executions.",
        media_type="text/event-stream",
    )
    async def all(
        self, caller: Given[Caller], streams: Given[Streams], last: _Last = None, since: _Since = None
    ) -> Stream:
        projects = frozenset(await caller.places(Action.EXECUTION_READ))
        return _stream(streams.workspace(caller.tenant, projects, after=_seen(last or since)))

    @get(
        "/executions/{execution_id:str}/stream",
        operation_id="streamExecution",
        summary="Follow an execution to its end",
        description="Server-sent events. 204: it has ended, and the caller has seen all of it.",
        media_type="text/event-stream",
    )
    async def one(
        self,
        caller: Given[Caller],
        streams: Given[Streams],
        execution_id: FromPath[str],
        last: _Last = None,
        since: _Since = None,
    ) -> Response[Any]:
        projects = frozenset(await caller.places(Action.EXECUTION_READ))
        told = await streams.execution(
            caller.tenant, ExecutionId(execution_id), projects, after=_seen(last or since) or 0
        )
        # Nothing more to tell: this status has browsers come back no more.
        return Response(None, status_code=204) if told is None else _stream(told)


def _stream(told: AsyncGenerator[bytes, None]) -> Stream:
    return Stream(told, media_type="text/event-stream", headers=_HEADERS)


def _seen(text: str | None) -> int | None:
    """Return the sequence number that the client saw last; None: it has seen nothing.

    Raises:
        BadLastEventId
    """
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise BadLastEventId
    return int(text)
