"""Use cases: serve a workflow's schedules, and start what is due."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import msgspec

from headrace.executions.errors import VersionConflict
from headrace.executions.public import ExecutionRequested, Mode, Output
from headrace.kernel.errors import Denied, HeadraceError, LimitExceeded
from headrace.kernel.ids import ExecutionId, TenantId, id_at
from headrace.schedules.domain import MissedRuns, Rule, missed_between, next_after, preview, rules_of, zone_of
from headrace.schedules.ports import Firings, NodeTypes, Runs
from headrace.sdk.items import Item
from headrace.sdk.parameters import resolve_parameters
from headrace.workflows.public import Workflow

log = logging.getLogger(__name__)

_LONGEST_NAP = 30.0
"""Seconds; a wall clock that is set while one sleeps is noticed then."""


@dataclass(slots=True)
class Schedule:
    """The schedules of one node of a workflow that is served."""

    tenant: TenantId
    workflow_id: str
    workflow_name: str
    workflow: msgspec.Raw
    node: str
    rules: Sequence[Rule]
    missed: MissedRuns
    seen_until: datetime
    next_at: datetime | None = field(default=None)


class Schedules:
    """Starts runs by the clock.

    The id of a run follows from its schedule and its moment, so that of several servers, or of one before and after a
    crash, only the first starts it.
    """

    def __init__(
        self,
        *,
        runs: Runs,
        firings: Firings,
        nodes: NodeTypes,
        now: Callable[[], datetime],
        timezone: str,
    ) -> None:
        self._runs = runs
        self._firings = firings
        self._nodes = nodes
        self._now = now
        self._timezone = timezone
        self._served: dict[tuple[TenantId, str], list[Schedule]] = {}
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def serve(self, tenant: TenantId, workflow: Workflow) -> list[Schedule]:
        """Serve a published workflow's schedules in place of those that it had.

        Raises:
            BadSchedule: one of them makes no sense; nothing has changed.
        """
        found = await self._schedules_of(tenant, workflow, begin=True)
        if found:
            self._served[tenant, workflow.id] = found
        else:
            self._served.pop((tenant, workflow.id), None)
        self._changed.set()
        return found

    async def rules_of(self, tenant: TenantId, workflow: Workflow) -> list[Rule]:
        """Return the rules by which a workflow is started, or would be if it were published; raises as `serve`."""
        served = workflow.raw.get("active") is True
        found = await self._schedules_of(tenant, workflow, begin=served)
        return [rule for schedule in found for rule in schedule.rules]

    async def withdraw(self, tenant: TenantId, workflow_id: str) -> None:
        """Fire nothing of a workflow any more."""
        self._served.pop((tenant, workflow_id), None)
        await self._firings.forget(tenant, workflow_id)
        self._changed.set()

    def next_runs(self, tenant: TenantId, workflow_id: str, count: int = 10) -> list[datetime]:
        """Return when a workflow fires next."""
        rules = [rule for schedule in self._served.get((tenant, workflow_id), ()) for rule in schedule.rules]
        return preview(rules, self._now(), count)

    def of_tenant(self, tenant: TenantId) -> list[Schedule]:
        """Return the schedules that are served."""
        return [schedule for key, served in self._served.items() if key[0] == tenant for schedule in served]

    def start(self) -> None:
        """Begin to start what is due, after what was missed."""
        self._running = asyncio.create_task(self._run_forever())

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def fire_due(self) -> None:
        """Start everything whose moment has come, and what was missed as each workflow wants it."""
        now = self._now()
        for schedule in [one for served in self._served.values() for one in served]:
            if schedule.next_at is not None and schedule.next_at > now:
                continue
            try:
                await self._fire(schedule, now)
            except HeadraceError as failure:
                # Not seen to: it is tried again at the next look.
                log.warning('the schedule of "%s" could not be started: %s', schedule.workflow_name, failure)

    async def _schedules_of(self, tenant: TenantId, workflow: Workflow, *, begin: bool) -> list[Schedule]:
        now = self._now()
        found: list[Schedule] = []
        raw: msgspec.Raw | None = None
        settings = workflow.settings
        missed = settings.get("missedRuns")
        for node in workflow.nodes.values():
            if node.disabled:
                continue
            try:
                description = self._nodes.find(node.type, node.type_version).DESCRIPTION
            except HeadraceError:
                continue  # it is not known here, so it is no schedule
            if description.trigger != "schedule":
                continue
            anchor, seen = now, now
            if begin:
                anchor, seen = await self._firings.begun(tenant, workflow.id, node.name, now=now)
            rules = rules_of(
                node.name,
                node.type,
                resolve_parameters(description.parameters, node.parameters, version=node.type_version),
                zone=zone_of(settings, self._timezone),
                anchor=anchor,
                holidays=str(settings.get("holidays") or ""),
            )
            raw = raw or msgspec.Raw(workflow.to_json())
            found.append(
                Schedule(
                    tenant=tenant,
                    workflow_id=workflow.id,
                    workflow_name=workflow.name,
                    workflow=raw,
                    node=node.name,
                    rules=rules,
                    missed=cast("MissedRuns", missed) if missed in ("skip", "once", "all") else "once",
                    seen_until=seen,
                )
            )
        return found

    async def _fire(self, schedule: Schedule, now: datetime) -> None:
        for number, rule in enumerate(schedule.rules):
            on_time = schedule.next_at is not None
            for moment in missed_between(rule, schedule.seen_until, now, "all" if on_time else schedule.missed):
                await self._start(schedule, number, moment)
        schedule.seen_until = now
        await self._firings.seen(schedule.tenant, schedule.workflow_id, schedule.node, until=now)
        upcoming = [found for rule in schedule.rules if (found := next_after(rule, now)) is not None]
        schedule.next_at = min(upcoming) if upcoming else None

    async def _start(self, schedule: Schedule, number: int, moment: datetime) -> None:
        name = "\0".join((schedule.tenant, schedule.workflow_id, schedule.node, str(number), moment.isoformat()))
        item = Item(json={})
        try:
            await self._runs.submit(
                ExecutionRequested(
                    execution_id=ExecutionId(id_at(moment, hashlib.sha256(name.encode()).digest())),
                    tenant=schedule.tenant,
                    workflow_id=schedule.workflow_id,
                    workflow_name=schedule.workflow_name,
                    workflow=schedule.workflow,
                    mode=Mode.TRIGGER,
                    start=schedule.node,
                    given=Output(items=1, inline=msgspec.Raw(msgspec.json.encode([item]))),
                    use_pins=False,
                    at=self._now(),
                )
            )
        except VersionConflict:
            log.info('"%s" was started for %s already', schedule.workflow_name, moment)
        except (Denied, LimitExceeded) as refused:
            # It is not made up for: a tenant that may start again would start with all that it was refused.
            log.info('"%s" was not started for %s: %s', schedule.workflow_name, moment, refused)

    async def _run_forever(self) -> None:
        while True:
            self._changed.clear()
            await self.fire_due()
            upcoming = [one.next_at for served in self._served.values() for one in served if one.next_at is not None]
            nap = min(_LONGEST_NAP, (min(upcoming) - self._now()).total_seconds()) if upcoming else _LONGEST_NAP
            try:
                async with asyncio.timeout(max(0.001, nap)):
                    await self._changed.wait()
            except TimeoutError:
                pass
