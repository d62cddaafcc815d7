"""A cancel from another process: code is stopped, children end with their parents, and a crash forgets nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from headrace.executions.adapters.sqlite import SqliteJournal
from headrace.executions.public import ExecutionQuery, ExecutionSummary, Status
from headrace.kernel.ids import DEFAULT_TENANT
from tests.e2e.server.running import RunningServer, chain, node, webhook

ENDLESS = node("Endless", "code", 2, 200, jsCode="while (true) {}")
CALLED = chain(
    "Called", node("Start", "executeWorkflowTrigger", 1.1, 0, inputSource="passthrough"), ENDLESS, active=False
)
CALL = node("Call", "executeWorkflow", 1.2, 200, workflowId={"__rl": True, "mode": "id", "value": "Called"})
CALLING = chain("calling", webhook("calling"), CALL)
UNFINISHED = ExecutionQuery(statuses=frozenset({Status.RUNNING}))


async def _executions(server: RunningServer, query: ExecutionQuery | None = None) -> Sequence[ExecutionSummary]:
    journal = SqliteJournal(server.data_dir / "headrace.db")
    try:
        return await journal.find(DEFAULT_TENANT, query)
    finally:
        await journal.close()


async def _two_run(server: RunningServer) -> tuple[ExecutionSummary, ExecutionSummary]:
    """Call the webhook, and return the parent and its child once code runs in the child."""
    async with aiohttp.ClientSession() as session, session.post(f"{server.url}/webhook/calling", json={}) as answer:
        assert answer.status == 200
    async with asyncio.timeout(30):
        while True:
            found = sorted(await _executions(server, UNFINISHED), key=lambda one: one.parent is not None)
            # Requested, Start begun and done, Endless begun: its code is under way, or about to be.
            if len(found) == 2 and found[1].events >= 3:
                return found[0], found[1]
            await asyncio.sleep(0.1)


async def _until_all_ended(server: RunningServer) -> Sequence[ExecutionSummary]:
    async with asyncio.timeout(30):
        while await _executions(server, UNFINISHED):
            await asyncio.sleep(0.1)
    return await _executions(server)


async def test_a_cancel_stops_code_and_sub_workflows_in_another_process(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data", HEADRACE_WORKERS="1")
    server.load([CALLING, CALLED])
    await server.start()
    try:
        parent, _ = await _two_run(server)

        assert "told to stop" in server.run("execution", "cancel", parent.id)

        ended = await _until_all_ended(server)
        assert [one.status for one in ended] == [Status.CANCELED] * 2
        # The one worker is free again: the next call gets as far as this one did.
        await _two_run(server)
    finally:
        server.close()


async def test_what_was_to_end_when_the_server_died_does_not_go_on(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / "data")
    server.load([CALLING, CALLED])
    await server.start()
    try:
        parent, child = await _two_run(server)
        server.kill()
        server.run("execution", "cancel", child.id, parent.id)
        before = {one.id: one.events for one in await _executions(server)}

        await server.start()

        ended = await _until_all_ended(server)
        assert {one.id: one.status for one in ended} == dict.fromkeys(before, Status.CANCELED)
        assert all(one.events <= before[one.id] + 1 for one in ended)
    finally:
        server.close()
