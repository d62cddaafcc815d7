"""Starting and resuming runs for callers, and waiting for what they answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from headrace.executions.public import ExecutionRequested, ExecutionSuspended, Mode, Output, Status, Ticket
from headrace.kernel.ids import ExecutionId, TenantId
from headrace.sdk.context import HttpReply
from headrace.sdk.items import Item
from headrace.webhooks.answering import CANCELED, FAILED, ended_without_answer, last_node, problem, received
from headrace.webhooks.domain import Route
from headrace.webhooks.ports import Outcome, Outputs, Runs
from headrace.webhooks.public import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A run that is durable, and goes on."""

    execution_id: ExecutionId
    finished: asyncio.Future[Any]
    reply: asyncio.Future[HttpReply] | None = None
    """What a node of it answers, where one is to."""

    async def settled(self, within: timedelta) -> bool:
        """Wait until the run has answered, ended or been put aside; return whether it did *within* this time."""
        waited = {one for one in (self.reply, self.finished) if one is not None}
        try:
            done, _ = await asyncio.wait(waited, timeout=within.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
            return bool(done)
        finally:
            if self.reply is not None and not self.reply.done():
                self.reply.cancel()  # nobody waits for it any more

    def replied(self, tenant: TenantId) -> Answer | None:
        """Return what a node has answered, if one has."""
        if self.reply is None or not self.reply.done() or self.reply.cancelled():
            return None
        reply = self.reply.result()
        headers = [
            (name.lower(), value) for name, value in reply.headers.items() if "\n" not in value and "\r" not in value
        ]
        payload = (tenant, reply.binary.id) if reply.binary is not None else None
        return Answer(status=reply.status, headers=headers, body=reply.body, payload=payload)


class Runner:
    """Has runs begin and go on, and makes answers of what comes of them."""

    def __init__(self, runs: Runs, outputs: Outputs, now: Callable[[], datetime], *, longest_wait: timedelta) -> None:
        self._runs = runs
        self._outputs = outputs
        self._now = now
        self._longest_wait = longest_wait

    async def start(self, route: Route, execution_id: ExecutionId, items: Sequence[Item]) -> Begun:
        """Have a run begin; it is durable when this returns.

        Raises:
            VersionConflict: there is a run of that id.
            Invalid, Unavailable: as `Runs.submit`.
        """
        given = await self._outputs.store(route.tenant, execution_id, items)
        reply = self._reply(route, execution_id)
        try:
            finished = await self._runs.submit(
                ExecutionRequested(
                    execution_id=execution_id,
                    tenant=route.tenant,
                    workflow_id=route.workflow_id,
                    workflow_name=route.workflow_name,
                    workflow=route.workflow,
                    project=route.project,
                    mode=Mode.MANUAL if route.listening is not None else Mode.WEBHOOK,
                    start=route.node,
                    given=given,
                    destination=route.listening.destination if route.listening is not None else None,
                    use_pins=route.listening is not None,
                    at=self._now(),
                )
            )
        except BaseException:
            if reply is not None:
                reply.cancel()
            raise
        return Begun(execution_id=execution_id, finished=finished, reply=reply)

    async def resume(
        self, route: Route, ticket: Ticket, output: Output, *, by: str, to: int, waits: ExecutionSuspended
    ) -> Begun:
        """Have a run go on that waits; raises as `Runs.resume`."""
        reply = self._reply(route, ticket.execution_id)
        try:
            finished = await self._runs.resume(ticket, by=by, output=output, to=to, waits=waits)
        except BaseException:
            if reply is not None:
                reply.cancel()
            raise
        return Begun(execution_id=ticket.execution_id, finished=finished, reply=reply)

    def _reply(self, route: Route, execution_id: ExecutionId) -> asyncio.Future[HttpReply] | None:
        awaited = route.options.response_mode in ("responseNode", "streaming")
        return self._runs.reply_of(execution_id) if awaited else None

    async def answer(self, route: Route, begun: Begun) -> Answer:
        """Return the answer to a webhook call, by its node's response mode."""
        if route.options.response_mode == "onReceived":
            return received(route.options)
        if not await begun.settled(self._longest_wait):
            seconds = self._longest_wait.total_seconds()
            return problem(504, "Gateway Timeout", f"The run goes on, and has not answered within {seconds:g} seconds")
        replied = begun.replied(route.tenant)
        if replied is not None:
            return replied
        if begun.finished.cancelled():
            return problem(
                503, "Service Unavailable", "The run is kept, and goes on elsewhere", headers=[("retry-after", "5")]
            )
        return await self._of_outcome(route, begun.finished.result())

    async def _of_outcome(self, route: Route, outcome: Outcome) -> Answer:
        if outcome.status is Status.ERROR:
            return FAILED
        if outcome.status is Status.CANCELED:
            return CANCELED
        if outcome.status is Status.WAITING or route.options.response_mode != "lastNode":
            return ended_without_answer(route.options)
        output = next((one for one in outcome.outputs if one.items), None)
        items = await self._outputs.items(route.tenant, output) if output is not None else []
        return last_node(route.tenant, route.options, items)
