"""Use cases: have polling triggers look for news at their times, and start a run for what they find."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from headrace.executions.errors import VersionConflict
from headrace.executions.public import ExecutionRequested, Mode, Output
from headrace.kernel.errors import HeadraceError, Invalid
from headrace.kernel.ids import DEFAULT_PROJECT, ExecutionId, ProjectId, TenantId, id_at
from headrace.schedules.domain import Rule, next_after, pause_after, poll_rules_of, preview, zone_of
from headrace.schedules.errors import AnotherLooked
from headrace.schedules.ports import Find, NodeTypes, Poller, PollState, PollStates, Runs
from headrace.sdk.parameters import resolve_parameters
from headrace.workflows.public import Workflow

log = logging.getLogger(__name__)

_LONGEST_NAP = 30.0
"""Seconds; a wall clock that is set while one sleeps is noticed then, and what could not be started is tried again."""

_Key = tuple[TenantId, str, str]
"""Tenant, workflow, node."""


@dataclass(slots=True)
class PollTrigger:
    """A polling trigger of a workflow that is served."""

    tenant: TenantId
    workflow_id: str
    workflow_name: str
    workflow: msgspec.Raw
    node: str
    rules: Sequence[Rule]
    state: PollState
    failures: int = 0
    """In a row."""

    not_before: datetime | None = None
    """After a failure."""

    looking: bool = False

    @property
    def key(self) -> _Key:
        return self.tenant, self.workflow_id, self.node

    @property
    def next_at(self) -> datetime | None:
        """When it looks next; at once if it never did."""
        moments = [found for rule in self.rules if (found := next_after(rule, self.state.looked_at)) is not None]
        planned = min(moments, default=None) if self.state.looks else self.state.looked_at
        return max(planned, self.not_before) if planned is not None and self.not_before is not None else planned


class Polls:
    """Looks for news, and starts runs for it.

    What a trigger remembers and what it found are written at once, before the run is started; the run's id is part of
    that. So a crash between the two loses nothing, and starts nothing twice; of several servers that look at the same
    time, one writes.

    Args:
        project_of: Says where a served workflow belongs.
        at_once: How many triggers look at the same time.
    """

    def __init__(
        self,
        *,
        runs: Runs,
        states: PollStates,
        poller: Poller,
        nodes: NodeTypes,
        now: Callable[[], datetime],
        timezone: str,
        project_of: Callable[[TenantId, str], ProjectId] = lambda tenant, workflow_id: DEFAULT_PROJECT,
        at_once: int = 8,
    ) -> None:
        self._runs = runs
        self._states = states
        self._poller = poller
        self._nodes = nodes
        self._now = now
        self._timezone = timezone
        self._project_of = project_of
        self._turns = asyncio.Semaphore(at_once)
        self._served: dict[tuple[TenantId, str], list[PollTrigger]] = {}
        self._changed = asyncio.Event()
        self._looks: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[None] | None = None

    async def serve(self, tenant: TenantId, workflow: Workflow) -> None:
        """Serve a published workflow's polling triggers in place of those that it had.

        Raises:
            BadSchedule: a poll time makes no sense; nothing has changed.
        """
        rules = self.rules_of(workflow)
        raw = msgspec.Raw(workflow.to_json()) if rules else msgspec.Raw()
        found = [
            PollTrigger(
                tenant=tenant,
                workflow_id=workflow.id,
                workflow_name=workflow.name,
                workflow=raw,
                node=node,
                rules=of_node,
                state=await self._states.begun(tenant, workflow.id, node, now=self._now()),
            )
            for node, of_node in rules.items()
        ]
        self._served.pop((tenant, workflow.id), None)
        if found:
            self._served[tenant, workflow.id] = found
        self._changed.set()

    def rules_of(self, workflow: Workflow) -> dict[str, list[Rule]]:
        """Return when each polling trigger of a workflow looks, by node; raises as `serve`."""
        found: dict[str, list[Rule]] = {}
        for node in workflow.nodes.values():
            if node.disabled:
                continue
            try:
                description = self._nodes.find(node.type, node.type_version).DESCRIPTION
            except HeadraceError:
                continue  # it is not known here, so it looks for nothing
            if description.trigger == "poll":
                parameters = resolve_parameters(description.parameters, node.parameters, version=node.type_version)
                zone = zone_of(workflow.settings, self._timezone)
                found[node.name] = poll_rules_of(node.name, parameters, zone=zone, anchor=self._now())
        return found

    async def withdraw(self, tenant: TenantId, workflow_id: str) -> None:
        """Look for nothing of a workflow any more; what was found before is still started."""
        if self._served.pop((tenant, workflow_id), None) is not None:
            await self._states.forget(tenant, workflow_id)
            self._changed.set()

    def next_runs(self, tenant: TenantId, workflow_id: str, count: int = 10) -> list[datetime]:
        """Return when a workflow's polling triggers look next, failures aside."""
        rules = [rule for trigger in self._served.get((tenant, workflow_id), ()) for rule in trigger.rules]
        return preview(rules, self._now(), count)

    def of_tenant(self, tenant: TenantId) -> list[PollTrigger]:
        """Return the polling triggers that are served."""
        return [trigger for key, served in self._served.items() if key[0] == tenant for trigger in served]

    def start(self) -> None:
        """Begin to look, after what was found before is started."""
        self._running = asyncio.create_task(self._run_forever())

    async def stop(self) -> None:
        """Look no more; a look that is cut off is made again by the next server."""
        tasks = {*self._looks, *([self._running] if self._running is not None else [])}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def look_due(self) -> None:
        """Start what was found before, then look for all news that are due, and wait for that."""
        await asyncio.gather(*[self._look(trigger) for trigger in await self._due()])

    async def _run_forever(self) -> None:
        while True:
            self._changed.clear()
            try:
                for trigger in await self._due():
                    trigger.looking = True
                    look = asyncio.create_task(self._look(trigger))
                    self._looks.add(look)
                    look.add_done_callback(self._looks.discard)
            except HeadraceError as failure:
                log.warning("polling triggers could not be seen to: %s", failure)
            try:
                async with asyncio.timeout(self._nap()):
                    await self._changed.wait()
            except TimeoutError:
                pass

    def _nap(self) -> float:
        """Return the seconds until something is due."""
        now = self._now()
        waits = [
            (moment - now).total_seconds()
            for served in self._served.values()
            for trigger in served
            if not trigger.looking and (moment := trigger.next_at) is not None and moment > now
        ]
        return max(0.001, min([_LONGEST_NAP, *waits]))

    async def _due(self) -> list[PollTrigger]:
        """Return the triggers whose time has come; one whose last find is not started yet has to wait for that."""
        held_up = await self._start_found()
        now = self._now()
        return [
            trigger
            for served in self._served.values()
            for trigger in served
            if not trigger.looking
            and trigger.key not in held_up
            and (moment := trigger.next_at) is not None
            and moment <= now
        ]

    async def _start_found(self) -> set[_Key]:
        """Start what was found; return the triggers for which that was not possible."""
        held_up: set[_Key] = set()
        for find in await self._states.unstarted():
            key = (find.tenant, find.workflow_id, find.node)
            if key not in held_up and not await self._start(find):
                held_up.add(key)
        return held_up

    async def _start(self, find: Find) -> bool:
        name = find.request.workflow_name
        try:
            await self._runs.submit(find.request)
        except VersionConflict:
            log.info('"%s" was started for what "%s" found already', name, find.node)
        except Invalid:
            log.exception('"%s" cannot be started for what "%s" found', name, find.node)
        except HeadraceError as refused:
            log.warning('"%s" could not be started yet for what "%s" found: %s', name, find.node, refused)
            return False
        await self._states.started(find)
        return True

    async def _look(self, trigger: PollTrigger) -> None:
        trigger.looking = True
        try:
            async with self._turns:
                await self._look_now(trigger)
            trigger.failures, trigger.not_before = 0, None
        except AnotherLooked:
            if trigger in self._served.get((trigger.tenant, trigger.workflow_id), ()):
                trigger.state = await self._states.begun(*trigger.key, now=self._now())
        except HeadraceError as failure:
            trigger.failures += 1
            trigger.not_before = self._now() + pause_after(trigger.failures)
            log.warning('"%s" of "%s" could not look for news: %s', trigger.node, trigger.workflow_name, failure)
        finally:
            trigger.looking = False
            self._changed.set()

    async def _look_now(self, trigger: PollTrigger) -> None:
        state, now = trigger.state, self._now()
        name = "\0".join((*trigger.key, "poll", str(state.looks)))
        request = ExecutionRequested(
            execution_id=ExecutionId(id_at(now, hashlib.sha256(name.encode()).digest())),
            tenant=trigger.tenant,
            workflow_id=trigger.workflow_id,
            workflow_name=trigger.workflow_name,
            workflow=trigger.workflow,
            mode=Mode.TRIGGER,
            start=trigger.node,
            given=Output(items=0),
            use_pins=False,
            project=self._project_of(trigger.tenant, trigger.workflow_id),
            at=now,
        )
        look = await self._poller.look(request, state.data)
        find = None
        if look.found is not None:
            find = Find(
                tenant=trigger.tenant,
                workflow_id=trigger.workflow_id,
                node=trigger.node,
                request=msgspec.structs.replace(request, given=look.found),
            )
        await self._states.looked(*trigger.key, looks=state.looks, data=look.data, find=find, now=now)
        trigger.state = PollState(looks=state.looks + 1, data=look.data, looked_at=now)
        if find is not None:
            await self._start(find)
