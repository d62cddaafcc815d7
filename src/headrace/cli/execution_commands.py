"""The commands `headrace execution` and `headrace queue`, and their help."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

if TYPE_CHECKING:
    from headrace.cli.executing import Filter

executions = App(name="execution", help="Executions: which there are, what they did, and what is to become of them.")
queues = App(name="queue", help="What waits for its turn, and the workflows whose executions do not start for now.")

DataDir = Annotated[
    Path | None, Parameter(help="Where executions are kept. Default: $HEADRACE_DATA_DIR or ~/.headrace.")
]
Json = Annotated[bool, Parameter(help="Print JSON.", negative=())]
Workflow = Annotated[str | None, Parameter(help="Only of this workflow: its id or name.")]
Statuses = Annotated[
    list[str] | None,
    Parameter(help="Only with this status: running, waiting, success, error or canceled.", negative=()),
]
Modes = Annotated[list[str] | None, Parameter(help="Only of this kind, such as manual, webhook or retry.", negative=())]
Since = Annotated[datetime | None, Parameter(help="Only those requested then or later, UTC.")]
Until = Annotated[datetime | None, Parameter(help="Only those requested before then, UTC.")]
ErrorText = Annotated[str, Parameter(help="Only those with these words in their error.")]
CustomData = Annotated[
    list[str] | None, Parameter(help="KEY=VALUE: only those that noted this about themselves.", negative=())
]
All = Annotated[bool, Parameter(help="All that the other options leave.", negative=())]
Limit = Annotated[int, Parameter(help="How many at most.")]
Detach = Annotated[bool, Parameter(help="Leave the run to a server on the same data.", negative=())]
Watch = Annotated[bool, Parameter(help="Show nodes live while they run.", negative="--no-watch")]


@executions.command(name="list")
def list_(
    *,
    workflow: Workflow = None,
    status: Statuses = None,
    mode: Modes = None,
    since: Since = None,
    until: Until = None,
    error: ErrorText = "",
    custom_data: CustomData = None,
    limit: Limit = 20,
    cursor: Annotated[str | None, Parameter(help="Where the page before ended.")] = None,
    json: Json = False,
    data_dir: DataDir = None,
) -> int:
    """List executions, the newest first.

    Examples:
        headrace execution list --workflow "Monthly invoices" --status error
        headrace execution list --since 2026-03-01 --error "timed out"
        headrace execution list --custom-data customer=7 --json
    """
    from headrace.cli import executing

    wanted = executing.Filter(
        workflow=workflow,
        status=status or (),
        mode=mode or (),
        since=since,
        until=until,
        error=error,
        data=custom_data or (),
    )
    return asyncio.run(executing.list_executions(wanted, limit=limit, cursor=cursor, as_json=json, data_dir=data_dir))


@executions.command
def show(execution: str, /, *, json: Json = False, data_dir: DataDir = None) -> int:
    """Show an execution and the runs of its nodes in the order they took place.

    Examples:
        headrace execution show 01k3v9q8x...
    """
    from headrace.cli import executing

    return asyncio.run(executing.show_execution(execution, as_json=json, data_dir=data_dir))


@executions.command
def data(
    execution: str,
    node: str,
    /,
    *,
    run: Annotated[int, Parameter(help="Which of the node's runs, from 0; -1: the last.")] = -1,
    output: Annotated[int, Parameter(help="Which of its outputs, from 0.")] = 0,
    from_: Annotated[int, Parameter(name="--from", help="The first item, from 0.")] = 0,
    count: Annotated[int, Parameter(help="How many items, 1,000 at most.")] = 100,
    data_dir: DataDir = None,
) -> int:
    """Print items that a node put out, a line of JSON each; large outputs are read in part.

    Examples:
        headrace execution data 01k3v9q8x... "Sum up"
        headrace execution data 01k3v9q8x... "Fetch" --run 2 --from 5000 --count 1000
    """
    from headrace.cli import executing

    return asyncio.run(
        executing.show_data(execution, node, run=run, output=output, start=from_, count=count, data_dir=data_dir)
    )


@executions.command
def start(
    workflow: str,
    /,
    *,
    version: Annotated[str, Parameter(help="draft, published, or the number of a version.")] = "draft",
    at: Annotated[str | None, Parameter(help="Name of the node to start at.")] = None,
    to: Annotated[str | None, Parameter(help="Run only what leads to this node, and stop there.")] = None,
    input: Annotated[Path | None, Parameter(help="JSON file with the items for the start node.")] = None,
    detach: Detach = False,
    watch: Watch = True,
    data_dir: DataDir = None,
) -> int:
    """Run a workflow that was imported, by id or name.

    Examples:
        headrace execution start "Monthly invoices"
        headrace execution start "Monthly invoices" --version 3 --to "Sum up"
        headrace execution start "Monthly invoices" --detach
    """
    from headrace.cli import executing

    return asyncio.run(
        executing.start_execution(
            workflow, version=version, start=at, to=to, input_=input, detach=detach, watch=watch, data_dir=data_dir
        )
    )


@executions.command
def retry(
    *ids: str,
    node: Annotated[str | None, Parameter(help="Go on from this node; without it, from where it failed.")] = None,
    run: Annotated[int, Parameter(help="Which of the node's runs to go on from, from 0.")] = 0,
    version: Annotated[
        str | None, Parameter(help="draft, published or a number; without it, the version that ran.")
    ] = None,
    workflow: Workflow = None,
    since: Since = None,
    until: Until = None,
    error: ErrorText = "",
    all: All = False,
    limit: Limit = 1_000,
    detach: Detach = False,
    watch: Watch = True,
    data_dir: DataDir = None,
) -> int:
    """Go on from where an execution failed, in a new execution that keeps what was finished before.

    What ran after the node that it goes on from runs again. Many at once are left to a server.

    Examples:
        headrace execution retry 01k3v9q8x...
        headrace execution retry 01k3v9q8x... --node "Send mail" --version draft
        headrace execution retry --workflow "Monthly invoices" --since 2026-03-01
    """
    from headrace.cli import executing

    wanted = _filter(workflow, None, since, until, error, all)
    return asyncio.run(
        executing.retry_executions(
            ids,
            wanted,
            node=node,
            run=run,
            version=version,
            limit=limit,
            detach=detach,
            watch=watch,
            data_dir=data_dir,
        )
    )


@executions.command
def cancel(
    *ids: str,
    workflow: Workflow = None,
    status: Statuses = None,
    since: Since = None,
    until: Until = None,
    all: All = False,
    limit: Limit = 1_000,
    data_dir: DataDir = None,
) -> int:
    """Stop executions, wherever they run, wait or queue.

    Examples:
        headrace execution cancel 01k3v9q8x...
        headrace execution cancel --workflow "Monthly invoices" --status waiting
    """
    from headrace.cli import executing

    wanted = _filter(workflow, status, since, until, "", all)
    return asyncio.run(executing.cancel_executions(ids, wanted, limit=limit, data_dir=data_dir))


@executions.command
def delete(
    *ids: str,
    workflow: Workflow = None,
    status: Statuses = None,
    since: Since = None,
    until: Until = None,
    all: All = False,
    limit: Limit = 1_000,
    data_dir: DataDir = None,
) -> int:
    """Forget executions that have ended, with their items and files.

    Examples:
        headrace execution delete 01k3v9q8x...
        headrace execution delete --status success --until 2026-01-01
    """
    from headrace.cli import executing

    wanted = _filter(workflow, status, since, until, "", all)
    return asyncio.run(executing.delete_executions(ids, wanted, limit=limit, data_dir=data_dir))


def _filter(
    workflow: str | None,
    status: list[str] | None,
    since: datetime | None,
    until: datetime | None,
    error: str,
    everything: bool,
) -> Filter | None:
    from headrace.cli.executing import Filter

    if not (workflow or status or since or until or error or everything):
        return None
    return Filter(workflow=workflow, status=status or (), since=since, until=until, error=error)


@queues.command(name="list")
def list_queue(
    workflow: str | None = None, /, *, limit: Limit = 100, json: Json = False, data_dir: DataDir = None
) -> int:
    """List the executions that wait for their turn, and the queues that are paused.

    Examples:
        headrace queue list
        headrace queue list "Monthly invoices"
    """
    from headrace.cli import executing

    return asyncio.run(executing.list_queue(workflow, limit=limit, as_json=json, data_dir=data_dir))


@queues.command
def pause(workflow: str, /, *, data_dir: DataDir = None) -> int:
    """Start no more executions of a workflow: what comes in is kept and queues up. It lasts until it is lifted.

    Examples:
        headrace queue pause "Monthly invoices"
    """
    from headrace.cli import executing

    return asyncio.run(executing.pause_queue(workflow, data_dir=data_dir))


@queues.command
def resume(workflow: str, /, *, data_dir: DataDir = None) -> int:
    """Start what has queued up while a workflow's queue was paused.

    Examples:
        headrace queue resume "Monthly invoices"
    """
    from headrace.cli import executing

    return asyncio.run(executing.resume_queue(workflow, data_dir=data_dir))
