"""The server: the program in one process, with everything that starts runs from outside."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from headrace.app.local import Headrace
from headrace.executions.public import ExecutionRequested
from headrace.executor.admission import AdmissionLimits
from headrace.executor.dispatching import Dispatcher, DispatchSettings
from headrace.executor.ports import Finished
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from headrace.schedules.adapters.sqlite import SqliteFirings
from headrace.schedules.service import Schedules
from headrace.sdk.context import HttpReply
from headrace.webhooks.api import PREFIX, WebhookApp
from headrace.webhooks.service import Webhooks

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]


class Server:
    """Runs what is asked for over HTTP; make it, `start` it, serve it, `stop` it."""

    def __init__(self, headrace: Headrace, *, base_url: str) -> None:
        self.headrace = headrace
        self.dispatcher = Dispatcher(
            headrace.executor,
            headrace.executions,
            headrace.journal,
            now=headrace.now,
            settings=DispatchSettings(limits=AdmissionLimits(server=headrace.settings.concurrency)),
        )
        runs = _Runs(self.dispatcher, headrace)
        self.webhooks = Webhooks(
            runs=runs,
            bodies=headrace.payloads,
            outputs=headrace.outputs,
            secrets=headrace.credentials,
            nodes=headrace.catalogue,
            now=headrace.now,
        )
        self._firings = SqliteFirings(headrace.settings.data_dir / "schedules.db")
        self.schedules = Schedules(
            runs=runs,
            firings=self._firings,
            nodes=headrace.catalogue,
            now=headrace.now,
            timezone=headrace.settings.timezone,
        )
        self._calls = WebhookApp(self.webhooks, headrace.payloads, base_url=base_url)

    async def start(self) -> None:
        """Take over what a process that is gone has left, and begin to serve what is published."""
        await self.headrace.free_leases()
        for workflow in await self.headrace.workflows.list(DEFAULT_TENANT):
            if workflow.raw.get("active") is not True:
                continue
            try:
                self.webhooks.serve(DEFAULT_TENANT, workflow)
                await self.schedules.serve(DEFAULT_TENANT, workflow)
            except HeadraceError as refused:
                log.warning('the triggers of workflow "%s" are not served: %s', workflow.name, refused)
        self.dispatcher.start()
        self.schedules.start()

    async def stop(self, *, grace: timedelta) -> None:
        """Let runs end that can; what cannot within *grace* goes on when the server starts again."""
        await self.schedules.stop()
        await self.dispatcher.stop(grace=grace)
        await self._firings.close()

    def over(self, pages: Asgi) -> Asgi:
        """Return the application: calls here, everything else to *pages*."""

        async def app(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope.get("raw_path", b"").startswith(PREFIX):
                await self._calls(scope, receive, send)
            else:
                await pages(scope, receive, send)

        return app


class _Runs:
    """The `Runs` of webhooks, over this process's dispatcher."""

    def __init__(self, dispatcher: Dispatcher, headrace: Headrace) -> None:
        self._dispatcher = dispatcher
        self._replies = headrace.replies

    async def submit(self, request: ExecutionRequested) -> asyncio.Future[Finished]:
        return await self._dispatcher.submit(request)

    def reply_of(self, execution_id: ExecutionId) -> asyncio.Future[HttpReply]:
        return self._replies.expect(execution_id)
