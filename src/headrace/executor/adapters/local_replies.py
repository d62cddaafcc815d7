"""Answers to requests that started runs, for whoever waits in this same process."""

from __future__ import annotations

import asyncio

from headrace.kernel.ids import ExecutionId
from headrace.sdk.context import HttpReply


class LocalReplies:
    """The `Replies` of one process."""

    def __init__(self) -> None:
        self._waiting: dict[ExecutionId, asyncio.Future[HttpReply]] = {}

    def expect(self, execution_id: ExecutionId) -> asyncio.Future[HttpReply]:
        """Return what becomes done with the execution's answer; cancel it when nobody waits any more."""
        waiting: asyncio.Future[HttpReply] = asyncio.get_running_loop().create_future()
        self._waiting[execution_id] = waiting
        waiting.add_done_callback(lambda _: self._waiting.pop(execution_id, None))
        return waiting

    def deliver(self, execution_id: ExecutionId, reply: HttpReply) -> None:
        waiting = self._waiting.get(execution_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)
