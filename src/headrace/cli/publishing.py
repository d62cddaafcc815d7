"""`headrace workflow` and `headrace dead-letters`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.cli.failing import Failure
from headrace.cli.opening import opened, pretty
from headrace.cli.running import full_id
from headrace.executions.errors import ExecutionNotFound
from headrace.kernel.errors import HeadraceError
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.workflows.public import Workflow

if TYPE_CHECKING:
    from headrace.app.local import Headrace
    from headrace.app.server import Triggers


async def list_workflows(*, as_json: bool, data_dir: Path | None) -> int:
    async with opened(data_dir) as headrace:
        held = await headrace.workflows.list(DEFAULT_TENANT)
    if as_json:
        print(pretty([{"id": one.id, "name": one.name, "active": _is_active(one)} for one in held]))
        return 0
    for one in held:
        print(f"{one.id:26} {'published' if _is_active(one) else '-':10} {len(one.nodes):4} nodes  {one.name}")
    return 0


async def publish(wanted: Sequence[str], *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow, or it cannot be served; every reason is named."""
    from headrace.app.server import Triggers

    async with opened(data_dir) as headrace:
        triggers = Triggers(headrace)
        try:
            await triggers.follow()
            for name in wanted:
                workflow = await _find(headrace, name)
                await _publish(headrace, triggers, _set_active(workflow, active=True))
        finally:
            await triggers.close()
    return 0


async def _publish(headrace: Headrace, triggers: Triggers, workflow: Workflow) -> None:
    problems = headrace.check_all(workflow)
    if problems:
        raise Failure(*(f'"{workflow.name}": {problem}' for problem in problems))
    found = await triggers.serve(DEFAULT_TENANT, workflow)
    if not found:
        raise Failure(f'"{workflow.name}" has no trigger to be served: add a Webhook or a Schedule Trigger')
    await headrace.workflows.save(DEFAULT_TENANT, workflow)
    print(f'published "{workflow.name}"')
    for line in found:
        print(f"  {line}")


async def unpublish(wanted: str, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow."""
    async with opened(data_dir) as headrace:
        workflow = await _find(headrace, wanted)
        await headrace.workflows.save(DEFAULT_TENANT, _set_active(workflow, active=False))
    print(f'"{workflow.name}" is no longer published')
    return 0


async def show_next(wanted: str, count: int, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such workflow, or it has no schedule."""
    from headrace.app.server import Triggers

    async with opened(data_dir) as headrace:
        workflow = await _find(headrace, wanted)
        triggers = Triggers(headrace)
        try:
            moments = await triggers.next_runs(DEFAULT_TENANT, workflow, count)
        except HeadraceError as wrong:
            raise Failure(str(wrong)) from wrong
        finally:
            await triggers.close()
    if not moments:
        raise Failure(f'"{workflow.name}" has no schedule')
    for moment in moments:
        print(f"{moment:%Y-%m-%d %H:%M:%S} UTC")
    return 0


async def dead_letters(requeue: str | None, *, data_dir: Path | None) -> int:
    """Raises: Failure: no such dead letter."""
    async with opened(data_dir) as headrace:
        if requeue is not None:
            execution_id = await full_id(headrace, requeue)
            try:
                await headrace.journal.unbury(DEFAULT_TENANT, execution_id)
            except ExecutionNotFound as missing:
                raise Failure(f"execution {execution_id} is no dead letter") from missing
            print(f"{execution_id} is tried again by the server, or by: headrace resume {execution_id}")
            return 0
        for letter in await headrace.journal.buried(DEFAULT_TENANT):
            print(f"{letter.execution_id}  {letter.at:%Y-%m-%d %H:%M:%S}  {letter.reason}")
    return 0


async def _find(headrace: Headrace, wanted: str) -> Workflow:
    held = await headrace.workflows.list(DEFAULT_TENANT)
    found = [one for one in held if wanted in (one.id, one.name)]
    if len(found) != 1:
        several = (
            f"several are named so: {', '.join(one.id for one in found)}"
            if found
            else "`headrace workflow list` shows all"
        )
        raise Failure(f'there is no one workflow "{wanted}"; {several}')
    return found[0]


def _is_active(workflow: Workflow) -> bool:
    return workflow.raw.get("active") is True


def _set_active(workflow: Workflow, *, active: bool) -> Workflow:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return replace(workflow, raw={**workflow.raw, "active": active, "updatedAt": moment})
