"""What is due is started once, whoever looks and however often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headrace.executions.errors import VersionConflict
from headrace.executions.public import ExecutionRequested
from headrace.kernel.errors import Unavailable
from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.nodes.catalogue import Catalogue
from headrace.schedules.adapters.memory import MemoryFirings
from headrace.schedules.errors import BadSchedule
from headrace.schedules.service import Schedules
from headrace.tenancy.errors import TenantSuspended
from headrace.workflows.public import Workflow

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CATALOGUE = Catalogue.installed()


def workflow(expression: str = "0 * * * *", **settings: Any) -> Workflow:
    node = {
        "id": "1",
        "name": "Clock",
        "type": "n8n-nodes-base.scheduleTrigger",
        "typeVersion": 1.2,
        "position": [0, 0],
        "parameters": {"rule": {"interval": [{"field": "cronExpression", "expression": expression}]}},
    }
    return Workflow.from_json(
        {"id": "w", "name": "W", "nodes": [node], "connections": {}, "settings": {"timezone": "UTC", **settings}}
    )


class Journal:
    """Runs that were started, shared by servers as a journal is."""

    def __init__(self) -> None:
        self.started: dict[str, ExecutionRequested] = {}
        self.broken = False
        self.suspended = False

    async def submit(self, request: ExecutionRequested) -> None:
        if self.broken:
            raise Unavailable("the journal cannot be written")
        if self.suspended:
            raise TenantSuspended("execution.start", "unpaid")
        if request.execution_id in self.started:
            raise VersionConflict(request.execution_id, expected=0, actual=1)
        self.started[request.execution_id] = request


class Server:
    def __init__(self, journal: Journal, firings: MemoryFirings, now: datetime = NOON) -> None:
        self.now = now
        self.schedules = Schedules(runs=journal, firings=firings, nodes=CATALOGUE, now=lambda: self.now, timezone="UTC")

    async def at(self, moment: datetime) -> None:
        self.now = moment
        await self.schedules.fire_due()


async def test_each_moment_starts_one_run() -> None:
    journal, firings = Journal(), MemoryFirings()
    server = Server(journal, firings)
    await server.schedules.serve(DEFAULT_TENANT, workflow())

    for minutes in (0, 30, 60, 61, 90, 120, 121):
        await server.at(NOON + timedelta(minutes=minutes))

    assert len(journal.started) == 2
    first = next(iter(journal.started.values()))
    assert (first.tenant, first.workflow_id, first.start, first.mode) == (DEFAULT_TENANT, "w", "Clock", "trigger")


async def test_two_servers_start_one_run() -> None:
    journal, firings = Journal(), MemoryFirings()
    servers = [Server(journal, firings), Server(journal, firings)]
    for server in servers:
        await server.schedules.serve(DEFAULT_TENANT, workflow())
        await server.at(NOON)
    for server in servers:
        await server.at(NOON + HOUR)

    assert len(journal.started) == 1


@pytest.mark.parametrize(("policy", "runs"), [("skip", 0), ("once", 1), ("all", 3), (None, 1)])
async def test_what_was_missed_is_started_as_the_workflow_wants_it(policy: str | None, runs: int) -> None:
    journal, firings = Journal(), MemoryFirings()
    before = Server(journal, firings)
    await before.schedules.serve(DEFAULT_TENANT, workflow())
    await before.at(NOON)

    after = Server(journal, firings, NOON + 3 * HOUR + timedelta(minutes=10))
    await after.schedules.serve(DEFAULT_TENANT, workflow(**({"missedRuns": policy} if policy else {})))
    await after.at(after.now)

    assert len(journal.started) == runs


async def test_a_run_that_could_not_be_written_is_started_later() -> None:
    journal, firings = Journal(), MemoryFirings()
    server = Server(journal, firings)
    await server.schedules.serve(DEFAULT_TENANT, workflow())
    await server.at(NOON)

    journal.broken = True
    await server.at(NOON + HOUR)
    journal.broken = False
    await server.at(NOON + HOUR + timedelta(seconds=1))

    assert len(journal.started) == 1


async def test_what_a_tenant_may_not_start_is_not_made_up_for_when_it_may_again() -> None:
    journal, firings = Journal(), MemoryFirings()
    server = Server(journal, firings)
    await server.schedules.serve(DEFAULT_TENANT, workflow(missedRuns="all"))
    await server.at(NOON)

    journal.suspended = True
    for hours in (1, 2, 3):
        await server.at(NOON + hours * HOUR)
    journal.suspended = False
    await server.at(NOON + 3 * HOUR + timedelta(minutes=1))
    assert journal.started == {}

    await server.at(NOON + 4 * HOUR)
    assert len(journal.started) == 1


async def test_a_workflow_that_is_withdrawn_fires_no_more_and_begins_anew() -> None:
    journal, firings = Journal(), MemoryFirings()
    server = Server(journal, firings)
    await server.schedules.serve(DEFAULT_TENANT, workflow())
    await server.at(NOON)

    await server.schedules.withdraw(DEFAULT_TENANT, "w")
    await server.at(NOON + 5 * HOUR)
    await server.schedules.serve(DEFAULT_TENANT, workflow())
    await server.at(NOON + 5 * HOUR + timedelta(minutes=1))

    assert journal.started == {}


async def test_the_next_runs_are_known() -> None:
    server = Server(Journal(), MemoryFirings())
    await server.schedules.serve(DEFAULT_TENANT, workflow())

    assert server.schedules.next_runs(DEFAULT_TENANT, "w", 2) == [NOON + HOUR, NOON + 2 * HOUR]
    assert server.schedules.next_runs(TenantId("other"), "w", 2) == []


async def test_a_schedule_that_makes_no_sense_changes_nothing() -> None:
    server = Server(Journal(), MemoryFirings())
    await server.schedules.serve(DEFAULT_TENANT, workflow())

    with pytest.raises(BadSchedule, match='node "Clock"'):
        await server.schedules.serve(DEFAULT_TENANT, workflow("not a line"))

    assert server.schedules.next_runs(DEFAULT_TENANT, "w", 1) == [NOON + HOUR]
