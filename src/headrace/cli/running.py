"""`headrace run` and `headrace resume`."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from headrace.cli.failing import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_WAITING, Failure
from headrace.cli.opening import opened, pretty, read_json, read_workflow
from headrace.cli.watching import LiveTree
from headrace.executions.errors import ExecutionNotFound
from headrace.executions.public import ExecutionRequested, Mode, Output, Status
from headrace.kernel.errors import Conflict
from headrace.kernel.ids import DEFAULT_TENANT, ExecutionId, new_id
from headrace.sdk.items import Item
from headrace.webhooks.public import output_of
from headrace.workflows.public import Workflow

if TYPE_CHECKING:
    from headrace.app.local import Headrace
    from headrace.executions.ports import EventLog
    from headrace.executor.ports import Finished


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    file: Path
    input: Path | None
    to: str | None
    pins: Sequence[str]
    start: str | None
    output: str | None
    watch: bool
    production: bool
    ignore_pins: bool
    crash_after: int | None
    data_dir: Path | None


async def run_file(options: RunOptions) -> int:
    """Raises: Failure: the file is no workflow, or cannot be started."""
    workflow = _with_pins(read_workflow(options.file), options)
    given = read_items(options.input)
    for name in (options.to, options.start):
        if name is not None and name not in workflow.nodes:
            raise Failure(f'{options.file}: there is no node "{name}"; there are {_listed(workflow)}')
    with _watching(watch=options.watch) as tree:
        async with opened(options.data_dir, watcher=tree, wrap_log=_crashing(options.crash_after)) as headrace:
            from headrace.executor.sub_workflows import start_node

            start = options.start or start_node(workflow, headrace.catalogue)
            if start is None:
                raise Failure(
                    f"{options.file}: the workflow has no trigger to start at; name a node with --start",
                )
            problems = headrace.check(workflow, start, pinned=not options.production)
            if problems:
                raise Failure(*(f"{options.file}: {problem}" for problem in problems))
            execution_id = await headrace.executions.request(
                ExecutionRequested(
                    execution_id=ExecutionId(new_id()),
                    tenant=DEFAULT_TENANT,
                    workflow_id=workflow.id or options.file.stem,
                    workflow_name=workflow.name or options.file.stem,
                    workflow=msgspec.Raw(workflow.to_json()),
                    mode=Mode.TRIGGER if options.production else Mode.MANUAL,
                    start=start,
                    given=Output(items=len(given), inline=msgspec.Raw(msgspec.json.encode(given))),
                    destination=options.to,
                    use_pins=not options.production and not options.ignore_pins,
                    at=datetime.now(UTC),
                )
            )
            finished = await _drive(headrace, execution_id)
            items = await headrace.output_of(finished) if options.output or finished.status is Status.SUCCESS else []
    return _report(finished, items, options.output)


async def resume_executions(
    execution: str | None,
    input_: Path | None,
    output: str | None,
    *,
    watch: bool,
    crash_after: int | None,
    data_dir: Path | None,
) -> int:
    """Raises: Failure: there is no such execution, or it has ended."""
    with _watching(watch=watch) as tree:
        async with opened(data_dir, watcher=tree, wrap_log=_crashing(crash_after)) as headrace:
            await headrace.free_leases()
            if execution is None:
                return await _resume_all(headrace)
            execution_id = await full_id(headrace, execution)
            summary = await headrace.journal.get(DEFAULT_TENANT, execution_id)
            if summary.status.is_final:
                raise Failure(f"execution {execution_id} has ended: {summary.status}")
            if summary.status is Status.WAITING:
                await _end_wait(headrace, execution_id, input_)
            finished = await _drive(headrace, execution_id)
            items = await headrace.output_of(finished)
    return _report(finished, items, output)


async def _end_wait(headrace: Headrace, execution_id: ExecutionId, input_: Path | None) -> None:
    if input_ is not None:
        items = read_items(input_)
        output = Output(items=len(items), inline=msgspec.Raw(msgspec.json.encode(items)))
        waits = (await headrace.executions.inspect(DEFAULT_TENANT, execution_id)).suspension
        to = output_of(waits.resume, items[0].json) if waits is not None and items else 0
        await headrace.executions.resume(DEFAULT_TENANT, execution_id, by="webhook", output=output, to=to)
        return
    summary = await headrace.journal.get(DEFAULT_TENANT, execution_id)
    if summary.wait_till is None:
        raise Failure(f"execution {execution_id} waits for a request; give its item with --input FILE")
    if summary.wait_till > datetime.now(UTC):
        raise Failure(
            f"execution {execution_id} waits until {summary.wait_till:%Y-%m-%d %H:%M:%S} UTC", code=EXIT_WAITING
        )
    await headrace.executions.resume(DEFAULT_TENANT, execution_id, by="time")


async def _resume_all(headrace: Headrace) -> int:
    now = datetime.now(UTC)
    for tenant, execution_id in await headrace.journal.due(now=now):
        await headrace.executions.resume(tenant, execution_id, by="time")
    found = await headrace.journal.unfinished(now=now)
    code = 0
    for execution_id in (ticket.execution_id for ticket in found):
        finished = await _drive(headrace, execution_id)
        print(f"{execution_id}  {finished.status}", file=sys.stderr)
        code = code or (EXIT_FAILED if finished.status is Status.ERROR else 0)
    if not found:
        print("nothing to resume", file=sys.stderr)
    return code


async def drive_here(
    begin: Callable[[Headrace], Awaitable[ExecutionId]], *, detach: bool, watch: bool, data_dir: Path | None
) -> int:
    """Begin an execution and run it to its end; or, detached, leave it to a server.

    Raises:
        Failure: it could not begin, or a server has taken it up first.
    """
    with _watching(watch=watch and not detach) as tree:
        async with opened(data_dir, watcher=tree) as headrace:
            execution_id = await begin(headrace)
            if detach:
                print(execution_id)
                return 0
            try:
                finished = await _drive(headrace, execution_id)
            except Conflict as taken:
                raise Failure(f"execution {execution_id} goes on elsewhere: {taken}", code=EXIT_WAITING) from taken
            items = await headrace.output_of(finished) if finished.status is Status.SUCCESS else []
    return _report(finished, items, None)


async def full_id(headrace: Headrace, prefix: str) -> ExecutionId:
    """Return the execution that *prefix* means: an id, or the beginning of exactly one."""
    with contextlib.suppress(ExecutionNotFound):
        return (await headrace.journal.get(DEFAULT_TENANT, ExecutionId(prefix))).id
    found = [one.id for one in await headrace.journal.find(DEFAULT_TENANT, limit=1000) if one.id.startswith(prefix)]
    if len(found) != 1:
        raise Failure(f"there is no execution {prefix}" if not found else f"{prefix} may be {', '.join(found[:5])}")
    return found[0]


async def _drive(headrace: Headrace, execution_id: ExecutionId) -> Finished:
    """Run to the end; the first Ctrl-C cancels the execution, so that its history says so."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, headrace.executor.cancel, execution_id)
    try:
        return await headrace.executor.drive(DEFAULT_TENANT, execution_id)
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _report(finished: Finished, items: Sequence[Mapping[str, Any]], output: str | None) -> int:
    if output == "-":
        print(pretty(items))
    elif output is not None:
        try:
            Path(output).write_text(pretty(items) + "\n")
        except OSError as failure:
            raise Failure(f"{output}: {failure.strerror}") from failure
    match finished.status:
        case Status.SUCCESS:
            print(
                f'headrace: success, {len(items)} items from "{finished.last_node}"  ({finished.execution_id})',
                file=sys.stderr,
            )
            return 0
        case Status.WAITING:
            until = f" until {finished.wait_till:%Y-%m-%d %H:%M:%S} UTC" if finished.wait_till else " for a request"
            print(
                f"headrace: it waits{until}; then go on with: headrace resume {finished.execution_id}", file=sys.stderr
            )
            return EXIT_WAITING
        case Status.CANCELED:
            if finished.canceled_by == "timeout":
                print(f"headrace: stopped: it ran longer than its timeout  ({finished.execution_id})", file=sys.stderr)
                return EXIT_FAILED
            print(f"headrace: canceled  ({finished.execution_id})", file=sys.stderr)
            return EXIT_INTERRUPTED
    error = finished.error
    where = f' at node "{error.node}"' if error and error.node else ""
    print(
        f"headrace: failed{where}: {error.message if error else 'unknown error'}  ({finished.execution_id})",
        file=sys.stderr,
    )
    if error and error.description:
        print(f"headrace: {error.description}", file=sys.stderr)
    return EXIT_FAILED


def read_items(path: Path | None) -> list[Item]:
    """Read items from a file: a list of items or bare objects, or one of them.

    Raises:
        Failure: it holds something else.
    """
    if path is None:
        return [Item(json={})]
    value = read_json(path)
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in values):
        raise Failure(f"{path}: items are JSON objects")
    return [
        Item(
            json=one["json"]
            if isinstance(one.get("json"), dict) and not one.keys() - {"json", "binary", "pairedItem"}
            else one
        )
        for one in values
    ]


def _with_pins(workflow: Workflow, options: RunOptions) -> Workflow:
    pins = dict(workflow.pin_data)
    for pin in options.pins:
        name, equals, file = pin.rpartition("=")
        if not equals or name not in workflow.nodes:
            known = _listed(workflow)
            raise Failure(f"--pin {pin}: write NODE=FILE, with one of the nodes {known}")
        pins[name] = [{"json": item.json} for item in read_items(Path(file))]
    return replace(workflow, pin_data=pins, raw={**workflow.raw, "pinData": pins}) if options.pins else workflow


def _listed(workflow: Workflow) -> str:
    names = [f'"{name}"' for name in workflow.nodes]
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


@contextlib.contextmanager
def _watching(*, watch: bool) -> Iterator[LiveTree | None]:
    if not watch:
        yield None
        return
    with LiveTree() as tree:
        yield tree


def _crashing(after: int | None) -> Callable[[EventLog], EventLog] | None:
    if after is None:
        return None
    from headrace.app.faults import CrashingLog

    return lambda log: CrashingLog(log, after)
