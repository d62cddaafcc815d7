"""What waits for its turn, what does not start for now, and what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, QueryParameter

from headrace.executions.api.shapes import Page, PageSize, Who
from headrace.executions.public import Which
from headrace.executions.service.commanding import ExecutionCommands
from headrace.executions.service.reading import ExecutionReader
from headrace.infra.http.injected import Given
from headrace.kernel.ids import ExecutionId
from headrace.tenancy.public import Action, Caller

_Commands = Given[ExecutionCommands]
_Reader = Given[ExecutionReader]


class QueuedShape(msgspec.Struct, rename="camel"):
    """An execution that waits for its turn."""

    execution_id: str
    workflow_id: str
    priority: int
    lane: str
    """The key that it shares a limit with."""

    lane_limit: int | None


class PausedShape(msgspec.Struct, rename="camel"):
    workflow_id: str
    paused_at: datetime


class QueueShape(msgspec.Struct):
    waiting: Sequence[QueuedShape]
    """What is of higher priority first, then what is older."""

    paused: Sequence[PausedShape]


class PauseShape(msgspec.Struct, rename="camel"):
    workflow_id: str
    paused: bool


class DeadLetterShape(msgspec.Struct, rename="camel"):
    """An execution that was given up because each try ended its process."""

    execution_id: str
    reason: str
    given_up_at: datetime


class QueueApi(Controller):
    path = "/queue"
    tags = ("queue",)

    @get("/", operation_id="getQueue", summary="What waits for its turn, and which queues are paused")
    async def show(
        self,
        caller: Who,
        commands: _Commands,
        workflow_id: Annotated[str | None, QueryParameter(name="workflowId")] = None,
        limit: PageSize = 100,
    ) -> QueueShape:
        if workflow_id is None:
            await caller.must(Action.EXECUTION_READ)
        else:
            await _check(caller, commands, workflow_id, Action.EXECUTION_READ)
        waiting = await commands.queued(caller.tenant, workflow_id, limit=limit)
        paused = await commands.paused(caller.tenant)
        return QueueShape(
            [QueuedShape(one.execution_id, one.workflow_id, one.priority, one.lane, one.lane_limit) for one in waiting],
            [PausedShape(one.workflow_id, one.at) for one in paused if workflow_id in (None, one.workflow_id)],
        )

    @post(
        "/{workflow_id:str}/pause", operation_id="pauseQueue", summary="Let a workflow's runs queue up", status_code=200
    )
    async def pause(self, caller: Who, commands: _Commands, workflow_id: FromPath[str]) -> PauseShape:
        """Those that run go on, and calls are accepted as before. It lasts until it is lifted."""
        await _check(caller, commands, workflow_id, Action.EXECUTION_STOP)
        await commands.pause(caller.tenant, workflow_id)
        return PauseShape(workflow_id, paused=True)

    @post("/{workflow_id:str}/resume", operation_id="resumeQueue", summary="Start what has queued up", status_code=200)
    async def resume(self, caller: Who, commands: _Commands, workflow_id: FromPath[str]) -> PauseShape:
        await _check(caller, commands, workflow_id, Action.EXECUTION_START)
        await commands.resume(caller.tenant, workflow_id)
        return PauseShape(workflow_id, paused=False)


class DeadLettersApi(Controller):
    path = "/dead-letters"
    tags = ("queue",)

    @get("/", operation_id="listDeadLetters", summary="Executions that were given up, the newest first")
    async def find(self, caller: Who, commands: _Commands) -> Page[DeadLetterShape]:
        await caller.must(Action.EXECUTION_READ)
        letters = await commands.dead_letters(caller.tenant)
        return Page([DeadLetterShape(one.execution_id, one.reason, one.at) for one in letters])

    @post("/{execution_id:str}/retry", operation_id="retryDeadLetter", summary="Have one tried again", status_code=204)
    async def retry(self, caller: Who, executions: _Reader, commands: _Commands, execution_id: FromPath[str]) -> None:
        summary = await executions.get(caller.tenant, ExecutionId(execution_id))
        await caller.must(Action.EXECUTION_START, summary.project)
        await commands.requeue(caller.tenant, summary.id)

    @post("/{execution_id:str}/discard", operation_id="discardDeadLetter", summary="End one as failed", status_code=204)
    async def discard(self, caller: Who, executions: _Reader, commands: _Commands, execution_id: FromPath[str]) -> None:
        summary = await executions.get(caller.tenant, ExecutionId(execution_id))
        await caller.must(Action.EXECUTION_STOP, summary.project)
        await commands.discard(caller.tenant, summary.id)


async def _check(caller: Caller, commands: ExecutionCommands, workflow_id: str, action: Action) -> None:
    workflow = await commands.workflow(caller.tenant, workflow_id, Which.DRAFT)
    await caller.must(action, workflow.project)
