"""`headrace execution` and `headrace queue`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from headrace.cli.failing import Failure
from headrace.cli.looking import show_history, took
from headrace.cli.opening import opened, pretty
from headrace.cli.publishing import find_workflow
from headrace.cli.running import drive_here, full_id, read_items
from headrace.executions.public import (
    BulkAction,
    BulkOutcome,
    ExecutionQuery,
    ExecutionSummary,
    Mode,
    Status,
    Which,
    WorkflowChoice,
)
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId

if TYPE_CHECKING:
    from headrace.app.local import Headrace

_STRETCH = 100
"""Executions of a bulk command between two words on how far it has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which executions a command is about."""

    workflow: str | None = None
    status: Sequence[str] = ()
    mode: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    error: str = ""
    data: Sequence[str] = ()
    """KEY=VALUE of `$execution.customData`."""

    async def query(self, headrace: Headrace) -> ExecutionQuery:
        """Raises: Failure: no such workflow, status or mode."""
        notes: dict[str, str] = {}
        for note in self.data:
            key, equals, value = note.partition("=")
            if not equals:
                raise Failure(f"--custom-data {note}: write KEY=VALUE")
            notes[key] = value
        workflow = await find_workflow(headrace, self.workflow) if self.workflow is not None else None
        return ExecutionQuery(
            workflow_id=workflow.id if workflow is not None else None,
            statuses=frozenset(Status(_known(one, Status, "status")) for one in self.status),
            modes=frozenset(Mode(_known(one, Mode, "mode")) for one in self.mode),
            since=_utc(self.since),
            until=_utc(self.until),
            error=self.error,
            custom_data=notes,
        )


def _known(value: str, names: type[Status] | type[Mode], what: str) -> str:
    if value not in set(names):
        raise Failure(f"there is no {what} {value!r}; there are {', '.join(names)}")
    return value


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


async def list_executions(
    wanted: Filter, *, limit: int, cursor: str | None, as_json: bool, data_dir: Path | None
) -> int:
    """Raises: Failure: the filter or the cursor makes no sense."""
    async with opened(data_dir) as headrace:
        reader = headrace.execution_service().reader
        page = await reader.find(DEFAULT_TENANT, await wanted.query(headrace), cursor=cursor, limit=limit)
    if as_json:
        print(pretty({"data": page.executions, "nextCursor": page.next_cursor}))
        return 0
    for one in page.executions:
        print(_line(one))
    if page.next_cursor is not None:
        print(f"more: --cursor {page.next_cursor}", file=sys.stderr)
    return 0


def _line(one: ExecutionSummary) -> str:
    error = f"  {one.error}" if one.error else ""
    return (
        f"{one.id}  {one.status:9}  {one.mode:10}  {one.requested_at:%Y-%m-%d %H:%M:%S}  "
        f"{took(one.requested_at, one.ended_at):>9}  {one.workflow_name}{error}"
    )


async def show_execution(execution: str, *, as_json: bool, data_dir: Path | None) -> int:
    """Raises: Failure: no such execution."""
    return await show_history(execution, node=None, status=None, limit=1, as_json=as_json, data_dir=data_dir)


async def show_data(
    execution: str, node: str, *, run: int, output: int, start: int, count: int, data_dir: Path | None
) -> int:
    """Print items of a node, one line each.

    Raises:
        Failure: no such execution, node, run or output.
    """
    async with opened(data_dir) as headrace:
        execution_id = await full_id(headrace, execution)
        page = await headrace.execution_service().reader.node_data(
            DEFAULT_TENANT, execution_id, node, run=run, output=output, start=start, count=count
        )
    for item in page.items:
        print(bytes(item).decode())
    last = page.start + len(page.items)
    if last < page.total:
        print(f"items {page.start} to {last - 1} of {page.total}; go on with --from {last}", file=sys.stderr)
    return 0


def read_version(text: str) -> WorkflowChoice:
    """Raises: Failure: it is no version."""
    if text in set(Which):
        return Which(text)
    if not text.isdecimal():
        raise Failure(f"{text!r} is no version: write a number, {' or '.join(Which)}")
    return int(text)


async def start_execution(
    workflow: str,
    *,
    version: str,
    start: str | None,
    to: str | None,
    input_: Path | None,
    detach: bool,
    watch: bool,
    data_dir: Path | None,
) -> int:
    """Raises: Failure: no such workflow, or it cannot begin."""
    from headrace.executions.service.commanding import StartRun

    items = read_items(input_)
    choice = read_version(version)

    async def begin(headrace: Headrace) -> ExecutionId:
        found = await find_workflow(headrace, workflow)
        wanted = StartRun(workflow_id=found.id, version=choice, start=start, destination=to, items=items)
        return await headrace.execution_service().commands.start(DEFAULT_TENANT, wanted)

    return await drive_here(begin, detach=detach, watch=watch, data_dir=data_dir)


async def retry_executions(
    executions: Sequence[str],
    wanted: Filter | None,
    *,
    node: str | None,
    run: int,
    version: str | None,
    limit: int,
    detach: bool,
    watch: bool,
    data_dir: Path | None,
) -> int:
    """Retry one execution here, or have many retried by a server.

    Raises:
        Failure: it cannot be retried so.
    """
    choice = read_version(version) if version is not None else None
    if wanted is not None or len(executions) != 1:
        return await _bulk(BulkAction.RETRY, executions, wanted, limit=limit, version=choice, data_dir=data_dir)

    async def begin(headrace: Headrace) -> ExecutionId:
        execution_id = await full_id(headrace, executions[0])
        commands = headrace.execution_service().commands
        return await commands.retry(DEFAULT_TENANT, execution_id, node=node, run=run, version=choice)

    return await drive_here(begin, detach=detach, watch=watch, data_dir=data_dir)


async def cancel_executions(
    executions: Sequence[str], wanted: Filter | None, *, limit: int, data_dir: Path | None
) -> int:
    """Raises: Failure: no such execution, or it has ended."""
    return await _bulk(BulkAction.CANCEL, executions, wanted, limit=limit, data_dir=data_dir)


async def delete_executions(
    executions: Sequence[str], wanted: Filter | None, *, limit: int, data_dir: Path | None
) -> int:
    """Raises: Failure: no such execution, or it has not ended."""
    return await _bulk(BulkAction.DELETE, executions, wanted, limit=limit, data_dir=data_dir)


async def _bulk(
    action: BulkAction,
    executions: Sequence[str],
    wanted: Filter | None,
    *,
    limit: int,
    version: WorkflowChoice | None = None,
    data_dir: Path | None,
) -> int:
    if not executions and wanted is None:
        raise Failure(f"name the executions to {action}, or choose them with --workflow, --status, --since or --all")
    async with opened(data_dir) as headrace:
        commands = headrace.execution_service().commands
        for execution in executions:
            execution_id = await full_id(headrace, execution)
            match action:
                case BulkAction.CANCEL:
                    ended = await commands.cancel(DEFAULT_TENANT, execution_id)
                    print(f"{execution_id} {'is canceled' if ended else 'is told to stop, which takes a moment'}")
                case BulkAction.DELETE:
                    await commands.delete(DEFAULT_TENANT, execution_id)
                    print(f"{execution_id} is deleted")
                case BulkAction.RETRY:
                    retry = await commands.retry(DEFAULT_TENANT, execution_id, version=version)
                    print(f"{execution_id} is retried by {retry}")
        if wanted is None:
            return 0
        query, cursor, total, failed = await wanted.query(headrace), None, 0, 0
        while total + failed < limit:
            outcome: BulkOutcome = await commands.bulk(
                DEFAULT_TENANT,
                action,
                query,
                limit=min(_STRETCH, limit - total - failed),
                cursor=cursor,
                version=version,
            )
            total, failed, cursor = total + len(outcome.done), failed + len(outcome.failed), outcome.next_cursor
            for failure in outcome.failed:
                print(f"{failure.execution_id}: {failure.message}", file=sys.stderr)
            if cursor is None:
                break
            print(f"{total} done so far", file=sys.stderr)
    print(f"{action}: {total} executions{f', {failed} could not be' if failed else ''}")
    return 0


async def list_queue(workflow: str | None, *, limit: int, as_json: bool, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow."""
    async with opened(data_dir) as headrace:
        commands = headrace.execution_service().commands
        found = await find_workflow(headrace, workflow) if workflow is not None else None
        waiting = await commands.queued(DEFAULT_TENANT, found.id if found is not None else None, limit=limit)
        paused = await commands.paused(DEFAULT_TENANT)
    if as_json:
        held: Mapping[str, object] = {
            "paused": [{"workflowId": one.workflow_id, "at": one.at} for one in paused],
            "waiting": msgspec.to_builtins(waiting),
        }
        print(pretty(held))
        return 0
    for queue in paused:
        print(f"paused since {queue.at:%Y-%m-%d %H:%M:%S} UTC: workflow {queue.workflow_id}")
    for ticket in waiting:
        lane = f"  {ticket.lane}" if ticket.lane else ""
        print(f"{ticket.execution_id}  priority {ticket.priority:4}  {ticket.workflow_id}{lane}")
    return 0


async def pause_queue(workflow: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow."""
    async with opened(data_dir) as headrace:
        found = await find_workflow(headrace, workflow)
        await headrace.execution_service().commands.pause(DEFAULT_TENANT, found.id)
    print(f'executions of "{found.name}" queue up from now on; those that run go on')
    return 0


async def resume_queue(workflow: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow, or it is not paused."""
    async with opened(data_dir) as headrace:
        found = await find_workflow(headrace, workflow)
        if not await headrace.execution_service().commands.resume(DEFAULT_TENANT, found.id):
            raise Failure(f'the queue of "{found.name}" is not paused')
    print(f'executions of "{found.name}" start again')
    return 0
