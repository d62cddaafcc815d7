"""`headrace history`, `validate` and `nodes`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from headrace.cli.failing import EXIT_BAD_INPUT, Failure
from headrace.cli.opening import opened, pretty, read_workflows
from headrace.cli.running import full_id
from headrace.executions.public import ExecutionQuery, Status
from headrace.executions.summary import timeline
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.nodes.catalogue import Catalogue
from headrace.nodes.documentation import describe_text
from headrace.nodes.errors import UnknownNodeVersion

if TYPE_CHECKING:
    from headrace.app.local import Headrace


async def show_history(
    execution: str | None, *, node: str | None, status: str | None, limit: int, as_json: bool, data_dir: Path | None
) -> int:
    """Raises: Failure: no such execution, status or node."""
    if status is not None and status not in set(Status):
        raise Failure(f"there is no status {status!r}; there are {', '.join(Status)}")
    async with opened(data_dir) as headrace:
        if execution is not None:
            return await _show_execution(headrace, execution, node, as_json=as_json)
        found = await headrace.journal.find(
            DEFAULT_TENANT,
            ExecutionQuery(statuses=frozenset({Status(status)} if status else ())),
            limit=max(1, min(limit, 1000)),
        )
    if as_json:
        print(pretty(found))
        return 0
    for one in found:
        duration = took(one.requested_at, one.ended_at)
        error = f"  {one.error}" if one.error and one.status in (Status.ERROR, Status.CANCELED) else ""
        print(
            f"{one.id}  {one.status:9}  {one.requested_at:%Y-%m-%d %H:%M:%S}  "
            f"{duration:>9}  {one.node_runs:4} runs  {one.workflow_name}{error}"
        )
    if not found:
        print("no executions yet; run one with: headrace run FILE", file=sys.stderr)
    return 0


def _plain(line: str) -> str:
    # Printed by anybody's code: it must not move this terminal's cursor or change its title.
    return "".join(character if character.isprintable() or character == "\t" else "\ufffd" for character in line)


def took(begin: datetime, end: datetime | None) -> str:
    return f"{(end - begin).total_seconds():.2f} s" if end is not None else "-"


async def _show_execution(headrace: Headrace, execution: str, node: str | None, *, as_json: bool) -> int:
    execution_id = await full_id(headrace, execution)
    events = await headrace.executions.history(DEFAULT_TENANT, execution_id)
    if node is not None:
        items = await headrace.node_output(execution_id, node)
        if items is None:
            raise Failure(f'execution {execution_id} has no run of a node "{node}"')
        print(pretty(items))
        return 0
    rows = timeline(events)
    summary = await headrace.journal.get(DEFAULT_TENANT, execution_id)
    if as_json:
        print(pretty({"execution": summary, "nodes": rows}))
        return 0
    print(f"{summary.id}  {summary.status}  {summary.workflow_name}  ({summary.mode})")
    for row in rows:
        counts = " / ".join(map(str, row.items)) if row.items else "-"
        attempts = f"  {row.attempts} attempts" if row.attempts > 1 else ""
        error = f"  {row.error}" if row.error else ""
        tiers = f"  [{', '.join(row.tiers)}]" if row.tiers else ""
        print(
            f"{row.index:4}  {row.status:8} {row.seconds * 1000:9.1f} ms  {counts:>12} items  "
            f"{row.node} #{row.run}{tiers}{attempts}{error}"
        )
        for text in row.console:
            for line in text.splitlines():
                print(f"{'':15}| {_plain(line)}")
    if summary.wait_till is not None:
        print(f"waits until {summary.wait_till:%Y-%m-%d %H:%M:%S} UTC")
    return 0


async def validate_files(files: Sequence[Path]) -> int:
    """Raises: Failure: a file is no workflow at all."""
    from headrace.workflows.validation import validate

    if not files:
        raise Failure("name at least one workflow file")
    catalogue = Catalogue.installed()
    worst = 0
    for path in files:
        try:
            workflows = read_workflows(path)
        except Failure as failure:
            for line in failure.lines:
                print(line)
            worst = EXIT_BAD_INPUT
            continue
        for workflow in workflows:
            issues = validate(workflow, catalogue)
            for issue in issues:
                print(f"{path}: {issue.severity}: {issue}")
            if any(issue.severity == "error" for issue in issues):
                worst = EXIT_BAD_INPUT
            elif not issues:
                print(f"{path}: fine, {len(workflow.nodes)} nodes")
    return worst


async def list_node_types(word: str | None, *, as_json: bool) -> int:
    catalogue = Catalogue.installed()
    wanted = (word or "").lower()
    found = [
        one
        for one in catalogue.types()
        if wanted in f"{one.type} {one.title} {one.summary} {' '.join(one.aliases)}".lower()
    ]
    if as_json:
        print(pretty([msgspec.to_builtins(one) for one in found]))
        return 0
    for one in found:
        versions = ", ".join(f"{version:g}" for version in catalogue.versions_of(one.type))
        print(f"{one.type:52} {versions:24} {one.summary or one.title}")
    return 0


async def show_node_type(name: str, version: float | None, *, as_json: bool) -> int:
    """Raises: Failure: no such node, or several."""
    catalogue = Catalogue.installed()
    found = catalogue.named(name)
    if len(found) != 1:
        near = f"; did you mean {', '.join(found[:8])}?" if found else "; `headrace nodes list` shows all"
        raise Failure(f"there is no node {name}{near}")
    try:
        module = catalogue.find(found[0], version if version is not None else catalogue.versions_of(found[0])[-1])
    except UnknownNodeVersion as unknown:
        raise Failure(str(unknown)) from unknown
    print(pretty(msgspec.to_builtins(module.DESCRIPTION)) if as_json else describe_text(module.DESCRIPTION))
    return 0
