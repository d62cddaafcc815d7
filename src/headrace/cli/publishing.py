"""`headrace workflow` and `headrace dead-letters`."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.app.library import LOCAL
from headrace.cli.failing import Failure
from headrace.cli.opening import opened, pretty
from headrace.cli.running import full_id
from headrace.executions.errors import ExecutionNotFound
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.workflows.errors import WorkflowNotFound, WorkflowNotPublishable
from headrace.workflows.public import WorkflowQuery, WorkflowSummary

if TYPE_CHECKING:
    from headrace.app.local import Headrace
    from headrace.app.server import Triggers


async def list_workflows(*, as_json: bool, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        held = await every_workflow(headrace)
    if as_json:
        print(pretty([{"id": one.id, "name": one.name, "active": one.published is not None} for one in held]))
        return 0
    for one in held:
        print(f"{one.id:26} {f'version {one.published}' if one.published is not None else '-':12} {one.name}")
    return 0


async def publish(wanted: Sequence[str], *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow, or it cannot be served; every reason is named."""
    from headrace.app.server import Triggers

    async with opened(data_dir) as headrace:
        triggers = Triggers(headrace)
        try:
            await triggers.follow()
            for name in wanted:
                await _publish(headrace, triggers, await find_workflow(headrace, name))
        finally:
            await triggers.close()
    return 0


async def _publish(headrace: Headrace, triggers: Triggers, found: WorkflowSummary) -> None:
    try:
        record = await headrace.library.workflows.publish(DEFAULT_TENANT, found.id, by=LOCAL)
    except WorkflowNotPublishable as refused:
        raise Failure(*(f'"{found.name}": {problem}' for problem in refused.problems)) from refused
    await triggers.follow()
    print(f'published "{record.name}", version {record.published}')
    for line in await triggers.told(DEFAULT_TENANT, await headrace.library.to_run.get(DEFAULT_TENANT, found.id)):
        print(f"  {line}")


async def unpublish(wanted: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow."""
    async with opened(data_dir) as headrace:
        found = await find_workflow(headrace, wanted)
        await headrace.library.workflows.unpublish(DEFAULT_TENANT, found.id, by=LOCAL)
    print(f'"{found.name}" is no longer published')
    return 0


async def show_next(wanted: str, count: int, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow, or it has no schedule."""
    from headrace.app.server import Triggers

    async with opened(data_dir) as headrace:
        found = await find_workflow(headrace, wanted)
        triggers = Triggers(headrace)
        try:
            workflow = await headrace.library.called.get(DEFAULT_TENANT, found.id)
            moments = await triggers.next_runs(DEFAULT_TENANT, workflow, count)
        except HeadraceError as wrong:
            raise Failure(str(wrong)) from wrong
        finally:
            await triggers.close()
    if not moments:
        raise Failure(f'"{found.name}" has no schedule')
    for moment in moments:
        print(f"{moment:%Y-%m-%d %H:%M:%S} UTC")
    return 0


async def dead_letters(requeue: str | None, discard: str | None, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such dead letter."""
    async with opened(data_dir) as headrace:
        commands = headrace.execution_service().commands
        named = requeue or discard
        if named is not None:
            execution_id = await full_id(headrace, named)
            try:
                await (commands.requeue if requeue else commands.discard)(DEFAULT_TENANT, execution_id)
            except ExecutionNotFound as missing:
                raise Failure(f"execution {execution_id} is no dead letter") from missing
            if requeue:
                print(f"{execution_id} is tried again by the server, or by: headrace resume {execution_id}")
            else:
                print(f"{execution_id} has ended as failed")
            return 0
        for letter in await commands.dead_letters(DEFAULT_TENANT):
            print(f"{letter.execution_id}  {letter.at:%Y-%m-%d %H:%M:%S}  {letter.reason}")
    return 0


async def every_workflow(headrace: Headrace, query: WorkflowQuery | None = None) -> list[WorkflowSummary]:
    """Return all workflows that are not archived, by name."""
    found: list[WorkflowSummary] = []
    cursor: str | None = None
    while True:
        page = await headrace.library.workflows.list(DEFAULT_TENANT, query, cursor=cursor, limit=250)
        found += page.workflows
        cursor = page.next_cursor
        if cursor is None:
            return found


async def find_workflow(headrace: Headrace, wanted: str) -> WorkflowSummary:
    """Return the workflow of an id or a name.

    Raises:
        Failure: there is none, or several have the name.
    """
    with contextlib.suppress(WorkflowNotFound):
        return await headrace.library.workflows.get(DEFAULT_TENANT, wanted)
    found = [one for one in await every_workflow(headrace, WorkflowQuery(name=wanted)) if one.name == wanted]
    if len(found) != 1:
        several = (
            f"several are named so: {', '.join(one.id for one in found)}"
            if found
            else "`headrace workflow list` shows all"
        )
        raise Failure(f'there is no one workflow "{wanted}"; {several}')
    return found[0]
