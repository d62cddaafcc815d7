"""What people ask of executions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import msgspec
import pytest

from headrace.executions.adapters.memory import MemoryJournal
from headrace.executions.errors import ExecutionNotFound, NotEnded, NotRetryable, NotRunnable
from headrace.executions.plan import Plan
from headrace.executions.ports import RunnableWorkflow
from headrace.executions.public import (
    BulkAction,
    ErrorInfo,
    Event,
    ExecutionFailed,
    ExecutionQuery,
    ExecutionRequested,
    ExecutionSucceeded,
    Mode,
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    Output,
    Status,
    Which,
    WorkflowChoice,
)
from headrace.executions.service import Executions
from headrace.executions.service.commanding import ExecutionCommands, StartRun
from headrace.executor.outputs import OutputStore
from headrace.kernel.errors import Invalid
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, ProjectId, TenantId
from headrace.payloads.adapters.memory import MemoryPayloads
from headrace.payloads.errors import PayloadNotFound
from tests.contract.executions.beginning import asked
from tests.unit.executions.simulating import NOON, plan

OTHER = TenantId("other")
ORDERS = ProjectId("p1")
BROKE = ErrorInfo(message="it broke")


class LinePlanner:
    """Every workflow is n0, n1, n2; a changed one lacks the last two."""

    def plan(self, request: ExecutionRequested) -> Plan:
        if bytes(request.workflow) == b'{"changed": true}':
            return plan(1, [], "v1")
        return plan(3, [(0, 0, 1, 0), (1, 0, 2, 0)], "v1")


class TwoVersions:
    """A draft that runs, and a version 2 that was changed."""

    async def to_run(self, tenant: TenantId, workflow_id: str, version: WorkflowChoice) -> RunnableWorkflow:
        changed = version == 2
        return self._runnable(b'{"changed": true}' if changed else b'{"draft": true}')

    def read(self, source: msgspec.Raw | bytes, *, project: ProjectId) -> RunnableWorkflow:
        return self._runnable(bytes(source))

    def _runnable(self, source: bytes) -> RunnableWorkflow:
        return RunnableWorkflow(id="w1", name="Orders", project=ORDERS, source=msgspec.Raw(source), start="n0")

    def problems(self, workflow: RunnableWorkflow, start: str, *, pinned: bool) -> Sequence[str]:
        return [] if start.startswith("n") else [f"there is no node {start}"]


class Straight:
    """A `Dispatch` that begins nothing."""

    def __init__(self, executions: Executions) -> None:
        self._executions = executions
        self.paused: list[str] = []

    async def submit(self, request: ExecutionRequested, carried: Sequence[Event] = ()) -> object:
        return await self._executions.request(request, carried)

    async def cancel(self, tenant: TenantId, execution_id: ExecutionId) -> bool:
        await self._executions.ask_cancel(tenant, execution_id)
        return await self._executions.cancel(tenant, execution_id)

    def pause(self, tenant: TenantId, workflow_id: str) -> None:
        self.paused.append(workflow_id)

    def resume(self, tenant: TenantId, workflow_id: str) -> None:
        self.paused.remove(workflow_id)


class World:
    def __init__(self) -> None:
        self.journal = MemoryJournal()
        self.payloads = MemoryPayloads()
        self.executions = Executions(self.journal, LinePlanner(), self.now, holder="here")
        self.dispatch = Straight(self.executions)
        numbers = count(1)
        self.commands = ExecutionCommands(
            log=self.journal,
            history=self.journal,
            queues=self.journal,
            executions=self.executions,
            planner=LinePlanner(),
            workflows=TwoVersions(),
            dispatch=self.dispatch,
            items=OutputStore(self.payloads),
            payloads=self.payloads,
            now=self.now,
            new_id=lambda: f"new{next(numbers)}",
        )

    def now(self) -> datetime:
        return NOON + timedelta(hours=1)

    async def failed(self, name: str, *, minutes: float = 0, project: ProjectId = ORDERS) -> ExecutionId:
        """Leave an execution behind that did n0 and failed at n1."""
        wanted = asked(name, minutes=minutes, project=project)
        events: list[Event] = [
            wanted,
            NodeStarted(node="n0", run=0, at=NOON),
            NodeSucceeded(node="n0", run=0, outputs=(Output(items=1),), at=NOON),
            NodeStarted(node="n1", run=0, at=NOON),
            NodeFailed(node="n1", run=0, error=BROKE, at=NOON),
            ExecutionFailed(error=BROKE, node="n1", at=NOON),
        ]
        await self.journal.append(DEFAULT_TENANT, wanted.execution_id, events, expected_version=0)
        return wanted.execution_id

    async def status(self, name: str) -> Status:
        return (await self.journal.get(DEFAULT_TENANT, ExecutionId(name))).status


async def test_a_started_run_is_durable_with_its_items_and_pins() -> None:
    world = World()
    pins = {"n1": [{"json": {"a": 1}}]}

    started = await world.commands.start(DEFAULT_TENANT, StartRun(workflow_id="w1", destination="n2", pin_data=pins))

    first = (await world.journal.read(DEFAULT_TENANT, started))[0]
    assert isinstance(first, ExecutionRequested)
    assert (first.mode, first.start, first.destination, first.project) == (Mode.MANUAL, "n0", "n2", "p1")
    assert msgspec.json.decode(first.workflow) == {"draft": True, "pinData": pins}
    assert bytes(first.given.inline) == b'[{"json":{}}]'
    assert first.pinned


async def test_a_run_that_cannot_begin_leaves_nothing() -> None:
    world = World()

    with pytest.raises(NotRunnable, match="no node gone"):
        await world.commands.start(DEFAULT_TENANT, StartRun(workflow_id="w1", start="gone"))

    assert list(await world.journal.find(DEFAULT_TENANT)) == []


async def test_a_retry_keeps_what_was_done_and_goes_on_where_it_failed() -> None:
    world = World()
    old = await world.failed("e1")

    retry = await world.commands.retry(DEFAULT_TENANT, old)

    view = await world.executions.inspect(DEFAULT_TENANT, retry)
    assert view.current is not None
    assert (view.current.node, list(view.runs)) == ("n1", ["n0"])
    assert (view.request.retry_of, view.request.mode, view.request.at) == (old, Mode.RETRY, world.now())
    assert view.request.workflow == asked("e1").workflow
    assert await world.status("e1") is Status.ERROR
    assert [ticket.execution_id for ticket in await world.journal.unfinished(now=world.now())] == [retry]


async def test_a_retry_may_take_another_version_as_long_as_what_ran_leads_there() -> None:
    world = World()
    old = await world.failed("e1")

    retry = await world.commands.retry(DEFAULT_TENANT, old, node="n0", version=Which.DRAFT)
    assert bytes((await world.executions.inspect(DEFAULT_TENANT, retry)).request.workflow) == b'{"draft": true}'

    with pytest.raises(NotRetryable, match="changed before"):
        await world.commands.retry(DEFAULT_TENANT, old, version=2)


async def test_a_workflow_that_moved_to_another_project_is_retried_as_it_ran_only() -> None:
    world = World()
    old = await world.failed("e1", project=ProjectId("elsewhere"))

    with pytest.raises(NotRetryable, match="another project"):
        await world.commands.retry(DEFAULT_TENANT, old, version=Which.DRAFT)

    retry = await world.commands.retry(DEFAULT_TENANT, old)
    assert (await world.executions.inspect(DEFAULT_TENANT, retry)).request.project == "elsewhere"


async def test_what_has_not_ended_or_is_not_there_is_not_retried() -> None:
    world = World()
    await world.executions.request(asked("e1"))

    with pytest.raises(NotRetryable, match="has not ended"):
        await world.commands.retry(DEFAULT_TENANT, ExecutionId("e1"), node="n0")
    with pytest.raises(ExecutionNotFound):
        await world.commands.retry(OTHER, await world.failed("e2"))


async def test_a_deleted_execution_takes_its_payloads_along_unless_a_retry_needs_them() -> None:
    world = World()
    old = await world.failed("e1")
    key = await world.payloads.put(DEFAULT_TENANT, old, b"much")
    retry = await world.commands.retry(DEFAULT_TENANT, old)

    await world.commands.delete(DEFAULT_TENANT, old)
    assert await world.payloads.get(DEFAULT_TENANT, key) == b"much"

    with pytest.raises(NotEnded):
        await world.commands.delete(DEFAULT_TENANT, retry)
    await world.commands.cancel(DEFAULT_TENANT, retry)
    await world.commands.delete(DEFAULT_TENANT, retry)
    with pytest.raises(PayloadNotFound):
        await world.payloads.get(DEFAULT_TENANT, key)


async def test_many_are_retried_once_in_stretches() -> None:
    world = World()
    for number in range(5):
        await world.failed(f"e{number}", minutes=number)
    everything = ExecutionQuery(until=NOON + timedelta(minutes=30))

    first = await world.commands.bulk(DEFAULT_TENANT, BulkAction.RETRY, everything, limit=3)
    second = await world.commands.bulk(DEFAULT_TENANT, BulkAction.RETRY, everything, limit=3, cursor=first.next_cursor)
    again = await world.commands.bulk(DEFAULT_TENANT, BulkAction.RETRY, everything)

    assert (first.done, second.done, second.next_cursor) == (["e4", "e3", "e2"], ["e1", "e0"], None)
    assert again.done == []
    assert {failure.code for failure in again.failed} == {"execution_not_retryable"}
    assert len(await world.journal.find(DEFAULT_TENANT, ExecutionQuery(modes=frozenset({Mode.RETRY})))) == 5


async def test_what_an_action_does_not_fit_is_left_alone() -> None:
    world = World()
    await world.failed("e1")
    await world.executions.request(asked("e2"))

    canceled = await world.commands.bulk(DEFAULT_TENANT, BulkAction.CANCEL, ExecutionQuery())
    running = ExecutionQuery(statuses=frozenset({Status.RUNNING}))
    deleted = await world.commands.bulk(DEFAULT_TENANT, BulkAction.DELETE, running)
    elsewhere = await world.commands.bulk(OTHER, BulkAction.DELETE, ExecutionQuery())

    assert (canceled.done, deleted.done, elsewhere.done) == (["e2"], (), [])
    assert await world.status("e1") is Status.ERROR
    assert await world.status("e2") is Status.CANCELED


async def test_a_discarded_dead_letter_has_failed_and_can_be_retried() -> None:
    world = World()
    await world.executions.request(asked("e1"))
    await world.journal.bury(DEFAULT_TENANT, ExecutionId("e1"), reason="it takes its process with it", at=NOON)

    with pytest.raises(ExecutionNotFound):
        await world.commands.discard(OTHER, ExecutionId("e1"))
    await world.commands.discard(DEFAULT_TENANT, ExecutionId("e1"))

    summary = await world.journal.get(DEFAULT_TENANT, ExecutionId("e1"))
    assert (summary.status, summary.error) == (Status.ERROR, "it takes its process with it")
    assert list(await world.commands.dead_letters(DEFAULT_TENANT)) == []
    with pytest.raises(ExecutionNotFound):
        await world.commands.requeue(DEFAULT_TENANT, ExecutionId("e1"))


async def test_a_pause_is_kept_and_told_to_whoever_dispatches() -> None:
    world = World()

    await world.commands.pause(DEFAULT_TENANT, "w1")
    await world.executions.request(asked("e1"))

    assert world.dispatch.paused == ["w1"]
    assert [queue.workflow_id for queue in await world.commands.paused(DEFAULT_TENANT)] == ["w1"]
    assert [ticket.execution_id for ticket in await world.commands.queued(DEFAULT_TENANT)] == ["e1"]
    assert list(await world.commands.queued(DEFAULT_TENANT, "w2")) == []
    assert list(await world.commands.queued(OTHER)) == []
    assert await world.commands.resume(DEFAULT_TENANT, "w1")
    assert not await world.commands.paused(DEFAULT_TENANT)


async def test_a_cursor_of_somebody_else_is_refused() -> None:
    with pytest.raises(Invalid, match="cursor"):
        await World().commands.bulk(DEFAULT_TENANT, BulkAction.DELETE, ExecutionQuery(), cursor="nonsense")


async def test_what_succeeded_is_retried_only_from_a_node_that_is_named() -> None:
    world = World()
    wanted = asked("e1")
    done = NodeSucceeded(node="n0", run=0, outputs=(), at=NOON)
    events: list[Event] = [wanted, done, ExecutionSucceeded(at=NOON)]
    await world.journal.append(DEFAULT_TENANT, wanted.execution_id, events, expected_version=0)

    with pytest.raises(NotRetryable, match="name the node"):
        await world.commands.retry(DEFAULT_TENANT, wanted.execution_id)
    assert await world.commands.retry(DEFAULT_TENANT, wanted.execution_id, node="n0")
