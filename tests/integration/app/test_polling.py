"""A polling trigger with everything that nodes have: expressions, the way out, the payload store, the journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headrace.app.local import Headrace
from headrace.app.polling import ExecutorPoller
from headrace.app.settings import Settings
from headrace.executions.public import ExecutionRequested, Mode, Output, Status
from headrace.executor.dispatching import Dispatcher
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId
from headrace.schedules.adapters.sqlite import SqliteSchedules
from headrace.schedules.errors import PollFailed
from headrace.schedules.polling import Polls
from headrace.workflows.public import Workflow

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class FeedServer:
    """A feed at an address of this machine."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.status = "200 OK"
        self.asked: list[str] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode())
        items = "".join(f"<item><title>{name}</title><guid>{name}</guid></item>" for name in self.entries)
        body = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
        head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()


@pytest.fixture
async def feed() -> AsyncIterator[FeedServer]:
    server = FeedServer()
    yield server
    await server.stop()


@pytest.fixture
async def headrace(tmp_path: Path) -> AsyncIterator[Headrace]:
    settings = replace(Settings.from_environment({}, data_dir=tmp_path), allow_private_network=True)
    opened = Headrace(settings)
    yield opened
    await opened.close()


def workflow(url: str, **of_node: Any) -> Workflow:
    node = {
        "id": "1",
        "name": "Feed",
        "type": "n8n-nodes-base.rssFeedReadTrigger",
        "typeVersion": 1,
        "position": [0, 0],
        "parameters": {"feedUrl": url},
        **of_node,
    }
    note = {"id": "2", "name": "Note", "type": "n8n-nodes-base.noOp", "typeVersion": 1, "position": [1, 0]}
    connections = {"Feed": {"main": [[{"node": "Note", "type": "main", "index": 0}]]}}
    return Workflow.from_json(
        {"id": "w", "name": "News", "nodes": [node, {**note, "parameters": {}}], "connections": connections}
    )


def request_of(drawn: Workflow) -> ExecutionRequested:
    return ExecutionRequested(
        execution_id=ExecutionId("e1"),
        tenant=DEFAULT_TENANT,
        workflow_id="w",
        workflow_name="News",
        workflow=msgspec.Raw(drawn.to_json()),
        mode=Mode.TRIGGER,
        start="Feed",
        given=Output(items=0),
        use_pins=False,
        at=NOON,
    )


async def test_what_is_new_is_found_and_what_was_seen_is_remembered(headrace: Headrace, feed: FeedServer) -> None:
    url = await feed.start()
    poller, request = ExecutorPoller(headrace), request_of(workflow(f"={url}/{{{{ $workflow.name }}}}"))
    feed.entries = ["a"]

    first = await poller.look(request, {})
    feed.entries = ["b", "a"]
    second = await poller.look(request, first.data)
    third = await poller.look(request, second.data)

    assert (first.found, third.found) == (None, None)
    assert second.found is not None
    assert [item.json["title"] for item in await headrace.outputs.items(DEFAULT_TENANT, second.found)] == ["b"]
    assert third.data == second.data
    assert feed.asked == ["/News"] * 3


@pytest.mark.parametrize("on_error", ["stopWorkflow", "continueRegularOutput"])
async def test_a_look_that_fails_finds_nothing(headrace: Headrace, feed: FeedServer, on_error: str) -> None:
    url = await feed.start()
    feed.status = "503 Service Unavailable"

    with pytest.raises(PollFailed):
        await ExecutorPoller(headrace).look(request_of(workflow(url, onError=on_error)), {})


async def test_news_run_the_workflow_and_looks_leave_nothing_in_the_history(
    headrace: Headrace, feed: FeedServer, tmp_path: Path
) -> None:
    url = await feed.start()
    kept = SqliteSchedules(tmp_path / "schedules.db")
    dispatcher = Dispatcher(headrace.executor, headrace.executions, headrace.journal, now=headrace.now)
    moment = NOON
    polls = Polls(
        runs=dispatcher,
        states=kept.polls,
        poller=ExecutorPoller(headrace),
        nodes=headrace.catalogue,
        now=lambda: moment,
        timezone="UTC",
    )
    await polls.serve(DEFAULT_TENANT, workflow(url))
    for minute, entries in enumerate((["a"], ["b", "a"], ["b", "a"], ["d", "c", "b"])):
        feed.entries = entries
        moment = NOON + timedelta(minutes=minute)
        await polls.look_due()

    await dispatcher.stop(grace=timedelta(seconds=30))
    runs = await headrace.journal.find(DEFAULT_TENANT)
    await kept.close()

    assert [run.status for run in runs] == [Status.SUCCESS] * 2
    titles = [await headrace.node_output(run.id, "Note") for run in sorted(runs, key=lambda run: run.id)]
    assert [[item["title"] for item in found[0]] for found in titles if found] == [["b"], ["d", "c"]]
