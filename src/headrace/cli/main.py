"""Commands and their help. Each command's work is in a module of its own, imported when it is called."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from headrace import __version__
from headrace.cli.alert_commands import alerts
from headrace.cli.credential import credentials
from headrace.cli.execution_commands import executions, queues
from headrace.cli.failing import EXIT_BAD_INPUT, EXIT_INTERRUPTED, Failure, explain
from headrace.cli.options import ApiKey, DataDir, Server
from headrace.cli.people_commands import keys, tenants, users
from headrace.cli.table_commands import tables
from headrace.cli.testing_commands import run_tests

app = App(
    name="headrace",
    version=__version__,
    help="Run n8n workflows, durably.\n\n"
    "Exit codes: 0 success, 1 the workflow failed, 2 bad input, 3 it waits, 130 stopped.",
    result_action="return_value",
)

for group in (users, keys, tenants, credentials, tables):
    app.command(group)
app.command(run_tests, name="test")


@app.command
def run(
    file: Path,
    /,
    *,
    input: Annotated[
        Path | None,
        Parameter(help="JSON file with the items for the start node ('-': standard input).", allow_leading_hyphen=True),
    ] = None,
    to: Annotated[str | None, Parameter(help="Run only what leads to this node, and stop there.")] = None,
    pin: Annotated[list[str] | None, Parameter(help="NODE=FILE: use this file's items as the node's output.")] = None,
    start: Annotated[str | None, Parameter(help="Name of the node to start at.")] = None,
    output: Annotated[
        str | None,
        Parameter(help="Write the result's items to this file ('-': standard output).", allow_leading_hyphen=True),
    ] = None,
    watch: Annotated[bool, Parameter(help="Show nodes live while they run.", negative="--no-watch")] = True,
    production: Annotated[
        bool, Parameter(help="Run as if triggered: no pin data, error workflow on failure.", negative=())
    ] = False,
    ignore_pins: Annotated[bool, Parameter(help="Run nodes that have pin data in the file.", negative=())] = False,
    crash_after: Annotated[int | None, Parameter(help="For tests: kill this process after so many events.")] = None,
    data_dir: DataDir = None,
) -> int:
    """Run a workflow file.

    Examples:
        headrace run invoice.json
        headrace run invoice.json --input items.json --output -
        headrace run invoice.json --to "Sum up" --pin "Fetch=answer.json"
    """
    from headrace.cli.running import RunOptions, run_file

    options = RunOptions(
        file=file,
        input=input,
        to=to,
        pins=tuple(pin or ()),
        start=start,
        output=output,
        watch=watch,
        production=production,
        ignore_pins=ignore_pins,
        crash_after=crash_after,
        data_dir=data_dir,
    )
    return _go(run_file(options))


@app.command
def resume(
    execution: Annotated[str | None, Parameter(help="Id of an execution; without one, all that can go on.")] = None,
    /,
    *,
    input: Annotated[
        Path | None, Parameter(help="JSON file with the request's item, for a webhook or form wait.")
    ] = None,
    output: Annotated[
        str | None,
        Parameter(help="Write the result's items to this file ('-': standard output).", allow_leading_hyphen=True),
    ] = None,
    watch: Annotated[bool, Parameter(help="Show nodes live while they run.")] = True,
    crash_after: Annotated[int | None, Parameter(help="For tests: kill this process after so many events.")] = None,
    data_dir: DataDir = None,
) -> int:
    """Go on with executions that a crash cut off, or whose wait is over.

    Examples:
        headrace resume
        headrace resume 01k3v9q8x... --input request.json
    """
    from headrace.cli.running import resume_executions

    return _go(resume_executions(execution, input, output, watch=watch, crash_after=crash_after, data_dir=data_dir))


@app.command
def history(
    execution: Annotated[str | None, Parameter(help="Id of an execution, to see its nodes.")] = None,
    /,
    *,
    node: Annotated[str | None, Parameter(help="Print the items that this node put out.")] = None,
    status: Annotated[str | None, Parameter(help="Only executions with this status.")] = None,
    limit: Annotated[int, Parameter(help="How many executions to list.")] = 20,
    json: Annotated[bool, Parameter(help="Print JSON.", negative=())] = False,
    data_dir: DataDir = None,
) -> int:
    """List executions, or show what happened in one.

    Examples:
        headrace history
        headrace history --status error
        headrace history 01k3v9q8x... --node "Sum up"
    """
    from headrace.cli.looking import show_history

    return _go(show_history(execution, node=node, status=status, limit=limit, as_json=json, data_dir=data_dir))


@app.command
def validate(*files: Path) -> int:
    """Check workflow files: every problem, with its node and parameter.

    Examples:
        headrace validate invoice.json
        headrace validate workflows/*.json
    """
    from headrace.cli.looking import validate_files

    return _go(validate_files(files))


nodes = App(name="nodes", help="The node types that this installation has.")
app.command(nodes)


@nodes.command(name="list")
def list_nodes(word: str | None = None, /, *, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """List node types, or those that match a word."""
    from headrace.cli.looking import list_node_types

    return _go(list_node_types(word, as_json=json))


@nodes.command(name="show")
def show_node(
    name: str,
    /,
    *,
    version: Annotated[float | None, Parameter(help="typeVersion; the newest without it.")] = None,
    json: Annotated[bool, Parameter(help="Print the description as JSON.", negative=())] = False,
) -> int:
    """Show a node type's documentation.

    Examples:
        headrace nodes show set
        headrace nodes show n8n-nodes-base.httpRequest --version 4.2
    """
    from headrace.cli.looking import show_node_type

    return _go(show_node_type(name, version, as_json=json))


@nodes.command(name="from-curl")
def node_from_curl(command: str, /) -> int:
    """Print an HTTP Request node that does what a curl command does ('-': read it from standard input).

    The output is a workflow of this one node, to save as a file or to paste into an editor.

    Examples:
        headrace nodes from-curl "curl https://example.com/orders -H 'Accept: application/json'"
        headrace nodes from-curl - < request.sh
    """
    from headrace.cli.moving import print_node_from_curl

    return _go(print_node_from_curl(command))


@app.command(name="import")
def import_(
    *paths: Path,
    report: Annotated[bool, Parameter(help="Only say how well each workflow is supported.", negative=())] = False,
    json: Annotated[bool, Parameter(help="Print the report as JSON.", negative=())] = False,
    data_dir: DataDir = None,
) -> int:
    """Import workflow files or whole folders, as n8n exports them.

    Examples:
        headrace import workflows/
        headrace import backup/ --report
    """
    from headrace.cli.moving import import_paths

    return _go(import_paths(paths, report=report, as_json=json, data_dir=data_dir))


@app.command
def export(
    workflow: Annotated[str | None, Parameter(help="Id or name; all workflows without it.")] = None,
    /,
    *,
    output: Annotated[Path | None, Parameter(help="File, or folder for all; standard output without it.")] = None,
    data_dir: DataDir = None,
) -> int:
    """Write workflows as n8n JSON.

    Examples:
        headrace export --output backup/
        headrace export "Monthly invoices" --output invoices.json
    """
    from headrace.cli.moving import export_workflows

    return _go(export_workflows(workflow, output, data_dir=data_dir))


workflows = App(name="workflow", help="The workflows that were imported: which there are, and which a server serves.")
app.command(workflows)


@workflows.command(name="list")
def list_workflows(
    *,
    json: Annotated[bool, Parameter(help="Print JSON.", negative=())] = False,
    server: Server = None,
    api_key: ApiKey = None,
    data_dir: DataDir = None,
) -> int:
    """List the workflows that were imported."""
    from headrace.cli import publishing, remote

    if server is not None:
        return _go(remote.list_workflows(server, api_key, as_json=json))
    return _go(publishing.list_workflows(as_json=json, data_dir=data_dir))


@workflows.command(name="publish")
def publish_workflow(*workflows: str, server: Server = None, api_key: ApiKey = None, data_dir: DataDir = None) -> int:
    """Have a server answer a workflow's webhooks and start it by its schedules; one that runs already takes notice.

    Examples:
        headrace workflow publish "Monthly invoices"
        headrace workflow publish "Monthly invoices" --server https://flows.example.com
    """
    from headrace.cli import publishing, remote

    if server is not None:
        return _go(remote.publish(server, api_key, workflows))
    return _go(publishing.publish(workflows, data_dir=data_dir))


@workflows.command(name="unpublish")
def unpublish_workflow(
    workflow: str, /, *, server: Server = None, api_key: ApiKey = None, data_dir: DataDir = None
) -> int:
    """Have a workflow started from outside no more."""
    from headrace.cli import publishing, remote

    if server is not None:
        return _go(remote.unpublish(server, api_key, workflow))
    return _go(publishing.unpublish(workflow, data_dir=data_dir))


@workflows.command(name="next")
def next_runs(workflow: str, /, *, count: int = 10, data_dir: DataDir = None) -> int:
    """Say when a workflow's schedules start it next.

    Examples:
        headrace workflow next "Monthly invoices" --count 3
    """
    from headrace.cli import publishing

    return _go(publishing.show_next(workflow, count, data_dir=data_dir))


app.command(executions)
app.command(queues)
app.command(alerts)


@app.command(name="dead-letters")
def dead_letters(
    *,
    requeue: Annotated[str | None, Parameter(help="Id of one to try again.")] = None,
    discard: Annotated[str | None, Parameter(help="Id of one to end as failed.")] = None,
    data_dir: DataDir = None,
) -> int:
    """List executions that were given up because each try ended their process; have one tried again, or end it."""
    from headrace.cli import publishing

    return _go(publishing.dead_letters(requeue, discard, data_dir=data_dir))


@app.command
def serve(
    *,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on.")] = 8000,
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"] | None, Parameter(help="Default: $HEADRACE_LOG_LEVEL or info.")
    ] = None,
    log_format: Annotated[
        Literal["console", "json"] | None, Parameter(help="Default: $HEADRACE_LOG_FORMAT or console.")
    ] = None,
    data_dir: DataDir = None,
) -> int:
    """Serve webhooks, run what is due or was left behind, and show the history of executions.

    Examples:
        headrace serve
        headrace serve --port 9000
    """
    from headrace.cli import serving

    work = serving.serve(host, port, log_level=log_level, log_format=log_format, data_dir=data_dir)
    return _go(work, quick=True)


@app.command
def tail(
    execution: Annotated[str | None, Parameter(help="Id of an execution; all of them without one.")] = None,
    /,
    *,
    server: Server = None,
    api_key: ApiKey = None,
    json: Annotated[bool, Parameter(help="Print each update as a line of JSON.", negative=())] = False,
    data_dir: DataDir = None,
) -> int:
    """Show executions live: one until it ends, or all as they come. Exit code 1 if the one failed.

    Examples:
        headrace tail
        headrace tail 01k3v9q8x...
        headrace tail --server https://flows.example.com --json
    """
    from headrace.cli import tailing

    return _go(tailing.tail(execution, server=server, api_key=api_key, as_json=json, data_dir=data_dir))


@app.command
def backup(
    file: Path,
    /,
    *,
    with_keys: Annotated[bool, Parameter(help="Include the keys that open stored credentials.", negative=())] = False,
    files: Annotated[bool, Parameter(help="Include the files that workflows read and write.")] = True,
    data_dir: DataDir = None,
) -> int:
    """Write everything that Headrace keeps to one new file (.tar.zst), while the server works.

    Examples:
        headrace backup headrace-monday.tar.zst
        headrace backup /mnt/backups/headrace.tar.zst --with-keys
    """
    from headrace.cli import backing_up

    return backing_up.backup(file, keys=with_keys, files=files, data_dir=data_dir)


@app.command
def restore(
    file: Path,
    /,
    *,
    check: Annotated[bool, Parameter(help="Only check that all of it could be restored.", negative=())] = False,
    replace: Annotated[
        bool, Parameter(help="Put aside what is in the data directory; else it has to be empty.", negative=())
    ] = False,
    data_dir: DataDir = None,
) -> int:
    """Make a data directory of a backup, for a server that is stopped. Executions go on from where the backup has them.

    Examples:
        headrace restore headrace-monday.tar.zst --check
        headrace restore headrace-monday.tar.zst --data-dir /var/lib/headrace
    """
    from headrace.cli import backing_up

    return backing_up.restore(file, check=check, replace=replace, data_dir=data_dir)


@app.command
def doctor(
    *, json: Annotated[bool, Parameter(help="Print JSON.", negative=())] = False, data_dir: DataDir = None
) -> int:
    """Say what this machine offers to sandboxes, which one each kind of code gets, and what could be added.

    Exit code 1 if the one that is set (HEADRACE_SANDBOX) does not work.

    Examples:
        headrace doctor
        headrace doctor --json
    """
    from headrace.cli.doctoring import examine

    return _go(examine(as_json=json, data_dir=data_dir))


def _go(work: Coroutine[Any, Any, int], *, quick: bool = False) -> int:
    if not quick:
        return asyncio.run(work)
    # Worth its import only where the loop has much to do.
    import uvloop

    return uvloop.run(work)


def main() -> None:
    """Run the command line; every failure is one clear line, never a traceback."""
    # Items are many and hold no cycles: at Python's own thresholds, looking for some takes a fifth of a large run.
    gc.set_threshold(50_000, 20, 100)
    try:
        code = app()
    except Failure as failure:
        explain(failure)
        code = failure.code
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough, as `headrace history | head` does.
        sys.stderr.close()
        code = 0
    sys.exit(code if isinstance(code, int) else EXIT_BAD_INPUT if code is not None else 0)
