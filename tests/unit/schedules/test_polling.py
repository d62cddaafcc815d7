"""News start one run each, whatever is cut off, and a source that fails is left alone for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.executions.errors import VersionConflict
from headrace.executions.public import ExecutionRequested, Output
from headrace.kernel.errors import Unavailable
from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.nodes.catalogue import Catalogue
from headrace.schedules.adapters.memory import MemoryPollStates
from headrace.schedules.domain import pause_after
from headrace.schedules.errors import BadSchedule, PollFailed
from headrace.schedules.polling import Polls
from headrace.schedules.ports import Find, Look
from headrace.workflows.public import Workflow

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CATALOGUE = Catalogue.installed()


def workflow(*times: Mapping[str, Any]) -> Workflow:
    parameters = {"feedUrl": "https://example.com/feed", **({"pollTimes": {"item": list(times)}} if times else {})}
    node = {
        "id": "1",
        "name": "Feed",
        "type": "n8n-nodes-base.rssFeedReadTrigger",
        "typeVersion": 1,
        "position": [0, 0],
        "parameters": parameters,
    }
    return Workflow.from_json({"id": "w", "name": "W", "nodes": [node], "connections": {}, "settings": {}})


class Crash(Exception):
    """The process is gone."""


class Journal:
    """Runs that were started, shared by servers as a journal is."""

    def __init__(self) -> None:
        self.started: dict[str, ExecutionRequested] = {}
        self.broken = False
        self.crash_after = False

    async def submit(self, request: ExecutionRequested) -> None:
        if self.broken:
            raise Unavailable("the journal cannot be written")
        if request.execution_id in self.started:
            raise VersionConflict(request.execution_id, expected=0, actual=1)
        self.started[request.execution_id] = request
        if self.crash_after:
            raise Crash

    def items(self) -> list[Any]:
        return [
            item["json"]["n"]
            for request in self.started.values()
            for item in msgspec.json.decode(bytes(request.given.inline))
        ]


class Source:
    """Numbers that come one after the other; each look takes those it has not seen."""

    def __init__(self) -> None:
        self.there = 0
        self.looks = 0
        self.broken = False

    async def look(self, request: ExecutionRequested, data: Mapping[str, Any]) -> Look:
        self.looks += 1
        if self.broken:
            raise PollFailed("the source does not answer")
        seen = data.get("seen", 0)
        items = [{"json": {"n": number}} for number in range(seen, self.there)]
        found = Output(items=len(items), inline=msgspec.Raw(msgspec.json.encode(items))) if items else None
        return Look(found=found, data={"seen": self.there})


class CrashingStates(MemoryPollStates):
    """Ends the process after it has written what was found."""

    crash = False

    async def looked(self, *key: Any, find: Find | None, **more: Any) -> None:
        await super().looked(*key, find=find, **more)
        if self.crash and find is not None:
            raise Crash


class Server:
    def __init__(self, journal: Journal, states: MemoryPollStates, source: Source) -> None:
        self.now = NOON
        self.polls = Polls(
            runs=journal, states=states, poller=source, nodes=CATALOGUE, now=lambda: self.now, timezone="UTC"
        )

    async def at(self, moment: datetime) -> None:
        self.now = moment
        await self.polls.look_due()


async def test_it_looks_at_once_and_then_at_its_poll_times() -> None:
    source = Source()
    server = Server(Journal(), MemoryPollStates(), source)
    await server.polls.serve(DEFAULT_TENANT, workflow({"mode": "everyX", "value": 10, "unit": "minutes"}))

    looks = []
    for minutes in (0, 5, 10, 15, 19, 20, 20):
        await server.at(NOON + minutes * MINUTE)
        looks.append(source.looks)

    assert looks == [1, 1, 2, 2, 2, 3, 3]


async def test_news_start_one_run_and_nothing_starts_none() -> None:
    journal, source = Journal(), Source()
    server = Server(journal, MemoryPollStates(), source)
    await server.polls.serve(DEFAULT_TENANT, workflow())

    for minute, there in enumerate((0, 2, 2, 3)):
        source.there = there
        await server.at(NOON + minute * MINUTE)

    assert [run.given.items for run in journal.started.values()] == [2, 1]
    assert journal.items() == [0, 1, 2]
    first = next(iter(journal.started.values()))
    assert (first.tenant, first.workflow_id, first.start, first.mode) == (DEFAULT_TENANT, "w", "Feed", "trigger")


async def test_moments_without_a_server_are_made_up_for_by_one_look() -> None:
    source, states = Source(), MemoryPollStates()
    before = Server(Journal(), states, source)
    await before.polls.serve(DEFAULT_TENANT, workflow())
    await before.at(NOON)

    after = Server(Journal(), states, source)
    after.now = NOON + 60 * MINUTE
    await after.polls.serve(DEFAULT_TENANT, workflow())
    await after.at(after.now)
    await after.at(after.now)

    assert source.looks == 2


async def test_a_crash_between_the_find_and_its_run_loses_nothing() -> None:
    journal, states, source = Journal(), CrashingStates(), Source()
    before = Server(journal, states, source)
    await before.polls.serve(DEFAULT_TENANT, workflow())
    source.there, states.crash = 2, True
    with pytest.raises(Crash):
        await before.at(NOON)

    states.crash = False
    after = Server(journal, states, source)
    await after.at(NOON)

    assert journal.items() == [0, 1]


async def test_a_crash_after_the_run_is_durable_starts_it_only_once() -> None:
    journal, states, source = Journal(), MemoryPollStates(), Source()
    before = Server(journal, states, source)
    await before.polls.serve(DEFAULT_TENANT, workflow())
    source.there, journal.crash_after = 2, True
    with pytest.raises(Crash):
        await before.at(NOON)

    journal.crash_after = False
    after = Server(journal, states, source)
    await after.polls.serve(DEFAULT_TENANT, workflow())
    await after.at(NOON + MINUTE)

    assert journal.items() == [0, 1]
    assert await states.unstarted() == []


async def test_what_cannot_be_started_yet_is_started_later_and_before_the_next_look() -> None:
    journal, source = Journal(), Source()
    server = Server(journal, MemoryPollStates(), source)
    await server.polls.serve(DEFAULT_TENANT, workflow())
    source.there, journal.broken = 1, True
    await server.at(NOON)
    source.there = 2
    await server.at(NOON + MINUTE)
    assert source.looks == 1

    journal.broken = False
    await server.at(NOON + 2 * MINUTE)

    assert journal.items() == [0, 1]


async def test_of_two_servers_that_look_one_starts_a_run() -> None:
    journal, states, source = Journal(), MemoryPollStates(), Source()
    servers = [Server(journal, states, source), Server(journal, states, source)]
    for server in servers:
        await server.polls.serve(DEFAULT_TENANT, workflow())
    for minute in range(4):
        source.there = minute
        for server in servers:
            await server.at(NOON + minute * MINUTE)

    assert sorted(journal.items()) == [0, 1, 2]


async def test_a_source_that_fails_is_left_alone_longer_each_time() -> None:
    source = Source()
    source.broken = True
    server = Server(Journal(), MemoryPollStates(), source)
    await server.polls.serve(DEFAULT_TENANT, workflow())

    tried = []
    for minute in range(16):
        before = source.looks
        await server.at(NOON + minute * MINUTE)
        if source.looks > before:
            tried.append(minute)
    assert tried == [0, 1, 3, 7, 15]

    source.broken = False
    for minute in (31, 32, 33):
        await server.at(NOON + minute * MINUTE)
    assert source.looks == len(tried) + 3


@given(failures=st.integers(1, 10**9))
def test_the_pause_after_failures_grows_to_an_hour_and_no_more(failures: int) -> None:
    assert MINUTE <= pause_after(failures) <= pause_after(failures + 1) <= 60 * MINUTE


async def test_a_workflow_that_is_withdrawn_is_looked_for_no_more_and_begins_anew() -> None:
    journal, source = Journal(), Source()
    server = Server(journal, MemoryPollStates(), source)
    await server.polls.serve(DEFAULT_TENANT, workflow())
    await server.at(NOON)
    await server.polls.withdraw(TenantId("other"), "w")
    await server.at(NOON + MINUTE)
    assert source.looks == 2

    await server.polls.withdraw(DEFAULT_TENANT, "w")
    await server.at(NOON + 5 * MINUTE)

    assert source.looks == 2
    assert server.polls.next_runs(DEFAULT_TENANT, "w") == []


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ({"mode": "custom", "cronExpression": "*/30 * * * * *"}, "more often than once a minute"),
        ({"mode": "custom", "cronExpression": "soon"}, "is wrong"),
        ({"mode": "everyDay", "hour": "=24"}, "cannot be an expression"),
    ],
)
async def test_poll_times_that_make_no_sense_are_refused(times: Mapping[str, Any], message: str) -> None:
    server = Server(Journal(), MemoryPollStates(), Source())
    await server.polls.serve(DEFAULT_TENANT, workflow())

    with pytest.raises(BadSchedule, match=message):
        await server.polls.serve(DEFAULT_TENANT, workflow(times))

    assert server.polls.next_runs(DEFAULT_TENANT, "w", 1) == [NOON + MINUTE]
