"""The server: the program in one process, with everything that starts runs from outside."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec

from headrace.app.drafts import LibraryDrafts
from headrace.app.local import Headrace
from headrace.app.polling import ExecutorPoller
from headrace.app.telemetry.observing import Observing
from headrace.app.waiting import JournalWaits
from headrace.executions.following import Following
from headrace.executions.public import ExecutionRequested, ExecutionSuspended, Output, Ticket
from headrace.executions.streaming import Streams
from headrace.executor.admission import AdmissionLimits
from headrace.executor.dispatching import Dispatcher, DispatchSettings
from headrace.executor.ports import Finished
from headrace.kernel.errors import HeadraceError, NotFound
from headrace.kernel.ids import ExecutionId, ProjectId, TenantId
from headrace.schedules.adapters.sqlite import SqliteSchedules
from headrace.schedules.domain import preview
from headrace.schedules.polling import Polls, PollTrigger
from headrace.schedules.service import Schedule, Schedules
from headrace.schedules.upcoming import Clockwork, Upcoming
from headrace.sdk.context import HttpReply
from headrace.webhooks.adapters.sqlite import SqliteWebhooks
from headrace.webhooks.api import WebhookApp
from headrace.webhooks.calls import WebhookSettings
from headrace.webhooks.service import Webhooks
from headrace.workflows.errors import WorkflowNotFound, WorkflowNotPublished
from headrace.workflows.public import OutboxEntry, PublishedWorkflow, Workflow, WorkflowPublished, WorkflowUnpublished
from headrace.workflows.service.relaying import Relay

log = logging.getLogger(__name__)

_API = "/api/"
_ALIASES = {"/rest/oauth2-credential/callback": "/api/v1/oauth2/callback"}
"""Addresses of n8n that others have registered, by ours."""

_FOLLOW_SECONDS = 2.0
"""How soon a server notices what another process publishes."""

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]


class Triggers:
    """Everything that starts runs from outside: webhooks and schedules of the workflows that are published."""

    def __init__(self, headrace: Headrace, dispatcher: Dispatcher | None = None) -> None:
        self._headrace = headrace
        self._kept = SqliteSchedules(headrace.settings.data_dir / "schedules.db")
        self._kept_webhooks = SqliteWebhooks(headrace.settings.data_dir / "webhooks.db")
        runs = _Runs(dispatcher, headrace, self.project_of)
        # What comes from outside, and what was found, is of the project that it came for.
        runs_of_project = _Runs(dispatcher, headrace)
        self.webhooks = Webhooks(
            runs=runs_of_project,
            waits=JournalWaits(headrace),
            bodies=headrace.payloads,
            outputs=headrace.outputs,
            secrets=headrace.credentials,
            nodes=headrace.catalogue,
            drafts=LibraryDrafts(headrace.library),
            listenings=self._kept_webhooks.listenings,
            now=headrace.now,
            links=headrace.links,
            settings=WebhookSettings(secret=headrace.lasting_secret, timezone=headrace.settings.timezone),
        )
        self.schedules = Schedules(
            runs=runs,
            firings=self._kept.firings,
            nodes=headrace.catalogue,
            now=headrace.now,
            timezone=headrace.settings.timezone,
        )
        self.polls = Polls(
            runs=runs_of_project,
            project_of=self.project_of,
            states=self._kept.polls,
            poller=ExecutorPoller(headrace),
            nodes=headrace.catalogue,
            now=headrace.now,
            timezone=headrace.settings.timezone,
        )
        self.upcoming = Upcoming(
            served=self, nodes=headrace.catalogue, now=headrace.now, timezone=headrace.settings.timezone
        )
        self._served: dict[tuple[TenantId, str], PublishedWorkflow] = {}
        """By tenant and id; those whose triggers were refused are among them."""

        self._following = asyncio.Lock()
        headrace.library.checks.append(self)

    async def follow(self) -> None:
        """Serve what is published now, and nothing else."""
        async with self._following:
            found = await self._headrace.library.records.all_published()
            published = {(one.tenant, one.id): one for one in found}
            for tenant, workflow_id in [key for key in self._served if key not in published]:
                del self._served[tenant, workflow_id]
                self.webhooks.withdraw(tenant, workflow_id)
                await self.schedules.withdraw(tenant, workflow_id)
                await self.polls.withdraw(tenant, workflow_id)
            for key, one in published.items():
                if self._served.get(key) != one:
                    await self._follow(one)

    def project_of(self, tenant: TenantId, workflow_id: str) -> ProjectId:
        """Return where a served workflow belongs; what its runs may use follows from that.

        Raises:
            WorkflowNotPublished: it was taken back just now.
        """
        served = self._served.get((tenant, workflow_id))
        if served is None:
            raise WorkflowNotPublished(workflow_id)
        return ProjectId(served.project)

    async def _follow(self, published: PublishedWorkflow) -> None:
        try:
            workflow = await self._headrace.library.to_run.get(published.tenant, published.id)
        except (WorkflowNotFound, WorkflowNotPublished):
            return  # taken back just now, which the next look will see
        self._served[published.tenant, published.id] = published
        try:
            self.webhooks.serve(published.tenant, workflow, project=ProjectId(published.project))
            await self.schedules.serve(published.tenant, workflow)
            await self.polls.serve(published.tenant, workflow)
        except HeadraceError as refused:
            log.warning('the triggers of workflow "%s" are not served: %s', workflow.name, refused)

    async def publish(self, entry: OutboxEntry) -> None:
        """Take notice of an event of workflows."""
        if isinstance(entry.event, WorkflowPublished | WorkflowUnpublished):
            await self.follow()

    async def problems(self, tenant: TenantId, workflow: Workflow) -> Sequence[str]:
        """Return what keeps a workflow's triggers from being served, before it is published."""
        await self.follow()
        # It is only looked at: no schedule begins to count.
        looked_at = replace(workflow, raw={**workflow.raw, "active": False})
        try:
            self.webhooks.check(tenant, looked_at)
            await self.schedules.rules_of(tenant, looked_at)
            self.polls.rules_of(looked_at)
        except HeadraceError as refused:
            return [str(refused)]
        return []

    async def told(self, tenant: TenantId, workflow: Workflow) -> list[str]:
        """Return what starts a workflow, a line each.

        Raises:
            BadRoute, BadSchedule: a trigger cannot be served.
        """
        lines = [
            f"{' or '.join(sorted(route.methods))} /{route.kind}/{route.path}"
            for route in self.webhooks.routes_of(tenant, workflow)
        ]
        soon = await self.next_runs(tenant, workflow, 1)
        return [*lines, *(f"next by the clock at {moment:%Y-%m-%d %H:%M:%S} UTC" for moment in soon)]

    async def next_runs(self, tenant: TenantId, workflow: Workflow, count: int) -> list[datetime]:
        """Return when a workflow's schedules fire next; raises as `serve`."""
        rules = await self.schedules.rules_of(tenant, workflow)
        rules += [rule for of_node in self.polls.rules_of(workflow).values() for rule in of_node]
        return preview(rules, self._headrace.now(), count)

    def clockworks(self, tenant: TenantId) -> Iterator[Clockwork]:
        """Yield everything of a tenant that the clock starts."""
        every: list[Schedule | PollTrigger] = [*self.schedules.of_tenant(tenant), *self.polls.of_tenant(tenant)]
        for of_node in every:
            if (tenant, of_node.workflow_id) in self._served:
                yield Clockwork(
                    workflow_id=of_node.workflow_id,
                    workflow_name=of_node.workflow_name,
                    project=self.project_of(tenant, of_node.workflow_id),
                    node=of_node.node,
                    kind="schedule" if isinstance(of_node, Schedule) else "poll",
                    rules=tuple(of_node.rules),
                )

    async def close(self) -> None:
        self._headrace.library.checks.remove(self)
        await self.schedules.stop()
        await self.polls.stop()
        await self._kept.close()
        await self._kept_webhooks.close()


class Server:
    """Runs what is asked for over HTTP; make it, `start` it, serve it, `stop` it."""

    def __init__(self, headrace: Headrace, *, base_url: str) -> None:
        self.headrace = headrace
        # Runs tell others the addresses at which they wait.
        headrace.executor.settings = replace(headrace.executor.settings, base_url=base_url)
        self.dispatcher = Dispatcher(
            headrace.executor,
            headrace.executions,
            headrace.journal,
            now=headrace.now,
            limits=headrace.access.quotas,
            rules=headrace.rules,
            settings=DispatchSettings(limits=AdmissionLimits(server=headrace.settings.concurrency)),
        )
        self.executions = headrace.execution_service(self.dispatcher)
        self.triggers = Triggers(headrace, self.dispatcher)
        self._relay = Relay(headrace.library.outbox, self.triggers)
        self._calls = WebhookApp(self.triggers.webhooks, headrace.payloads, base_url=base_url)
        self._live = Following(headrace.journal, headrace.journal, headrace.journal, headrace.commits)
        self._streams = Streams(self._live, headrace.journal)
        self._observing = Observing(headrace, self.dispatcher, self._streams)
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take over what a process that is gone has left, and begin to serve what is published."""
        await self.headrace.access.prepare()
        await self.headrace.free_leases()
        await self.triggers.follow()
        self.dispatcher.start()
        self.triggers.schedules.start()
        self.triggers.polls.start()
        self.executions.forgetting.start()
        self.headrace.alerting.alerts.start()
        self._following = asyncio.create_task(self._follow_forever())
        self._observing.readiness.begin()

    async def stop(self, *, grace: timedelta) -> None:
        """Let runs end that can; what cannot within *grace* goes on when the server starts again."""
        self.end_streams()
        if self._following is not None:
            self._following.cancel()
        await self.executions.forgetting.stop()
        await self.headrace.alerting.alerts.stop()
        await self.triggers.schedules.stop()
        await self.triggers.polls.stop()
        await self.dispatcher.stop(grace=grace)
        await self.triggers.close()
        await self._observing.close()

    def drain(self) -> None:
        """Say that no more work should be sent here; what comes all the same is served."""
        self._observing.readiness.drain()

    def end_streams(self) -> None:
        """Send those away who follow executions, who would stay for ever; they come back to the next server."""
        self._live.close()

    async def _follow_forever(self) -> None:
        """Hand on what happens to workflows, and take notice of what other processes publish and take back."""
        while True:
            await asyncio.sleep(_FOLLOW_SECONDS)
            try:
                await self._relay.deliver()
                await self.triggers.follow()
            except (HeadraceError, OSError) as failure:
                log.warning("published workflows could not be looked for: %s", failure)

    def over(self, pages: Asgi) -> Asgi:
        """Return the application: calls and the API here, everything else to *pages*."""
        from headrace.app.api import rest_api

        triggers = self.triggers
        application = rest_api(
            self.headrace,
            self._relay,
            self._streams,
            triggers.upcoming,
            triggers.webhooks.trials,
            self.executions,
        )
        api = cast("Asgi", application)

        async def app(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            if self._calls.takes(scope):
                await self._calls(scope, receive, send)
            elif scope["type"] == "http" and scope["path"].startswith(_API):
                await api(scope, receive, send)
            elif scope["type"] == "http" and scope["path"] in _ALIASES:
                path = _ALIASES[scope["path"]]
                await api({**scope, "path": path, "raw_path": path.encode()}, receive, send)
            else:
                await pages(scope, receive, send)

        return self._observing.over(app)


class _Runs:
    """The `Runs` of webhooks, over this process's dispatcher."""

    def __init__(
        self,
        dispatcher: Dispatcher | None,
        headrace: Headrace,
        project_of: Callable[[TenantId, str], ProjectId] | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self._project_of = project_of
        self._executions = headrace.executions
        self._journal = headrace.journal
        self._replies = headrace.replies
        self._quotas = headrace.access.quotas

    async def submit(self, request: ExecutionRequested) -> asyncio.Future[Finished]:
        if self._dispatcher is None:
            raise RuntimeError("triggers that are only described start nothing")
        if self._project_of is not None:
            project = self._project_of(request.tenant, request.workflow_id)
            request = msgspec.structs.replace(request, project=project)
        return await self._dispatcher.submit(request)

    async def resume(
        self, ticket: Ticket, *, by: str, output: Output, to: int, waits: ExecutionSuspended
    ) -> asyncio.Future[Finished]:
        if self._dispatcher is None:
            raise RuntimeError("triggers that are only described start nothing")
        await self._quotas.check_going_on(ticket.tenant)
        await self._executions.resume(ticket.tenant, ticket.execution_id, by=by, output=output, to=to, waits=waits)
        return self._dispatcher.enqueue(ticket)

    async def requested_at(self, tenant: TenantId, execution_id: ExecutionId) -> datetime | None:
        try:
            return (await self._journal.get(tenant, execution_id)).requested_at
        except NotFound:
            return None

    def reply_of(self, execution_id: ExecutionId) -> asyncio.Future[HttpReply]:
        return self._replies.expect(execution_id)
