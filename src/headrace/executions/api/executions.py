"""Executions: start, find, look into, stop, go on, forget."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Controller, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from headrace.executions.api.shapes import (
    BulkBody,
    BulkShape,
    CancelShape,
    Cursor,
    ExecutionShape,
    ItemsShape,
    Page,
    PageSize,
    RetryBody,
    StartBody,
    StatisticsShape,
    TimelineShape,
    Who,
    execution_shape,
    in_utc,
    run_data,
    statistics_shape,
    visible_projects,
)
from headrace.executions.public import BulkAction, ExecutionQuery, ExecutionSummary, Mode, Status, Which
from headrace.executions.service.commanding import ExecutionCommands, StartRun
from headrace.executions.service.reading import ExecutionReader
from headrace.infra.http.injected import Given
from headrace.kernel.ids import ExecutionId
from headrace.sdk.items import Item
from headrace.tenancy.public import Action, Caller

MAX_DATA_BYTES = 16 * 1024 * 1024
"""Of all items in one answer with `includeData`; more is read node by node."""

_Reader = Given[ExecutionReader]
_Commands = Given[ExecutionCommands]
_Place = Annotated[int, QueryParameter(ge=0, le=2**31 - 1)]

_NEEDED = {
    BulkAction.CANCEL: Action.EXECUTION_STOP,
    BulkAction.RETRY: Action.EXECUTION_START,
    BulkAction.DELETE: Action.EXECUTION_DELETE,
}


class ExecutionsApi(Controller):
    path = "/executions"
    tags = ("executions",)

    @get("/", operation_id="listExecutions", summary="List executions, the newest first")
    async def find(
        self,
        caller: Who,
        executions: _Reader,
        status: FromQuery[list[Status] | None] = None,
        mode: FromQuery[list[Mode] | None] = None,
        workflow_id: Annotated[str | None, QueryParameter(name="workflowId")] = None,
        project_id: Annotated[str | None, QueryParameter(name="projectId")] = None,
        retry_of: Annotated[str | None, QueryParameter(name="retryOf")] = None,
        started_after: Annotated[datetime | None, QueryParameter(name="startedAfter")] = None,
        started_before: Annotated[datetime | None, QueryParameter(name="startedBefore")] = None,
        error: Annotated[str, QueryParameter(max_length=500, description="A part of the error's text.")] = "",
        custom_data: Annotated[
            list[str] | None,
            QueryParameter(name="customData", description="`key=value` of what it noted about itself."),
        ] = None,
        include_data: Annotated[bool, QueryParameter(name="includeData")] = False,
        limit: PageSize = 100,
        cursor: Cursor = None,
    ) -> Page[ExecutionShape]:
        notes = dict(note.partition("=")[::2] for note in custom_data or ())
        query = ExecutionQuery(
            workflow_id=workflow_id,
            statuses=frozenset(status or ()),
            modes=frozenset(mode or ()),
            projects=await visible_projects(caller, Action.EXECUTION_READ, project_id),
            retry_of=ExecutionId(retry_of) if retry_of is not None else None,
            since=in_utc(started_after),
            until=in_utc(started_before),
            error=error,
            custom_data=notes,
        )
        page = await executions.find(caller.tenant, query, cursor=cursor, limit=limit)
        shapes = [execution_shape(one) for one in page.executions]
        if include_data:
            for shape in shapes:
                await _fill(caller, executions, shape, MAX_DATA_BYTES // len(shapes))
        return Page(shapes, page.next_cursor)

    @post("/", operation_id="startExecution", summary="Start a workflow by hand", status_code=201)
    async def start(
        self, caller: Who, executions: _Reader, commands: _Commands, data: JSONBody[StartBody]
    ) -> ExecutionShape:
        """It is durable when this answers, and runs in its turn."""
        workflow = await commands.workflow(caller.tenant, data.workflow_id, data.version)
        await caller.must(Action.EXECUTION_START, workflow.project)
        wanted = StartRun(
            workflow_id=data.workflow_id,
            version=data.version,
            start=data.start_node,
            destination=data.destination_node,
            items=[_item(one) for one in data.items] if data.items is not None else (Item(json={}),),
            pin_data=data.pin_data,
            use_pins=data.use_pins,
            priority=data.priority,
            reuse=ExecutionId(data.reuse) if data.reuse is not None else None,
        )
        started = await commands.start(caller.tenant, wanted)
        return execution_shape(await executions.get(caller.tenant, started))

    @get("/statistics", operation_id="getExecutionStatistics", summary="How the executions of each workflow went")
    async def statistics(
        self,
        caller: Who,
        executions: _Reader,
        workflow_id: Annotated[str | None, QueryParameter(name="workflowId")] = None,
        project_id: Annotated[str | None, QueryParameter(name="projectId")] = None,
        started_after: Annotated[datetime | None, QueryParameter(name="startedAfter")] = None,
        started_before: Annotated[datetime | None, QueryParameter(name="startedBefore")] = None,
    ) -> Page[StatisticsShape]:
        query = ExecutionQuery(
            workflow_id=workflow_id,
            projects=await visible_projects(caller, Action.EXECUTION_READ, project_id),
            since=in_utc(started_after),
            until=in_utc(started_before),
        )
        return Page([statistics_shape(one) for one in await executions.statistics(caller.tenant, query)])

    @post(
        "/bulk/{action:str}",
        operation_id="changeExecutions",
        summary="Cancel, retry or delete many executions",
        status_code=200,
    )
    async def bulk(
        self, caller: Who, commands: _Commands, action: FromPath[BulkAction], data: JSONBody[BulkBody]
    ) -> BulkShape:
        """One stretch of the list, the newest first; of those that are meant, only those that the action fits."""
        query = ExecutionQuery(
            workflow_id=data.workflow_id,
            statuses=data.status,
            modes=data.mode,
            projects=await visible_projects(caller, _NEEDED[action], data.project_id),
            since=in_utc(data.started_after),
            until=in_utc(data.started_before),
            error=data.error,
            custom_data=data.custom_data,
        )
        outcome = await commands.bulk(
            caller.tenant, action, query, limit=data.limit, cursor=data.cursor, version=data.version
        )
        return BulkShape(outcome.done, outcome.failed, outcome.next_cursor)

    @get("/{execution_id:str}", operation_id="getExecution", summary="Get an execution")
    async def show(
        self,
        caller: Who,
        executions: _Reader,
        execution_id: FromPath[str],
        include_data: Annotated[bool, QueryParameter(name="includeData")] = False,
        include_workflow: Annotated[
            bool, QueryParameter(name="includeWorkflow", description="What was drawn when it ran; with the data, too.")
        ] = False,
    ) -> ExecutionShape:
        shape = execution_shape(await _seen(caller, executions, execution_id, Action.EXECUTION_READ))
        if include_data:
            await _fill(caller, executions, shape, MAX_DATA_BYTES)
        elif include_workflow:
            shape.workflow_data = (await executions.request_of(caller.tenant, ExecutionId(shape.id))).workflow
        return shape

    @get("/{execution_id:str}/timeline", operation_id="getExecutionTimeline", summary="What its nodes did, in order")
    async def timeline(self, caller: Who, executions: _Reader, execution_id: FromPath[str]) -> TimelineShape:
        summary = await _seen(caller, executions, execution_id, Action.EXECUTION_READ)
        return TimelineShape(execution_shape(summary), await executions.timeline(caller.tenant, summary.id))

    @get("/{execution_id:str}/data", operation_id="getNodeData", summary="Items that a node put out, page by page")
    async def node_data(
        self,
        caller: Who,
        executions: _Reader,
        execution_id: FromPath[str],
        node: Annotated[str, QueryParameter(max_length=500, description="The node's name.")],
        run: Annotated[int, QueryParameter(ge=-1, le=2**31 - 1, description="From 0; -1 is the last.")] = -1,
        output: _Place = 0,
        start: _Place = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 100,
    ) -> ItemsShape:
        summary = await _seen(caller, executions, execution_id, Action.EXECUTION_READ)
        page = await executions.node_data(
            caller.tenant, summary.id, node, run=run, output=output, start=start, count=limit
        )
        return ItemsShape(page.items, page.start, page.total)

    @get("/{execution_id:str}/file", operation_id="getItemFile", summary="The bytes of a file that an item carries")
    async def item_file(
        self,
        caller: Who,
        executions: _Reader,
        execution_id: FromPath[str],
        node: Annotated[str, QueryParameter(max_length=500, description="The node's name.")],
        field: Annotated[str, QueryParameter(max_length=500, description="The name of the file in the item.")],
        item: _Place = 0,
        run: Annotated[int, QueryParameter(ge=-1, le=2**31 - 1, description="From 0; -1 is the last.")] = -1,
        output: _Place = 0,
    ) -> Stream:
        """Always bytes to be saved, whatever the file says it is: authors of workflows are strangers to this origin."""
        summary = await _seen(caller, executions, execution_id, Action.EXECUTION_READ)
        told, parts = await executions.file(caller.tenant, summary.id, node, field, item=item, run=run, output=output)
        return Stream(parts, media_type="application/octet-stream", headers=_saved_as(told.file_name or field))

    @post("/{execution_id:str}/cancel", operation_id="cancelExecution", summary="End an execution", status_code=200)
    async def cancel(
        self, caller: Who, executions: _Reader, commands: _Commands, execution_id: FromPath[str]
    ) -> CancelShape:
        """It ends wherever it runs, waits or queues, even if the server dies right after answering."""
        summary = await _seen(caller, executions, execution_id, Action.EXECUTION_STOP)
        return CancelShape(summary.id, await commands.cancel(caller.tenant, summary.id))

    @post(
        "/{execution_id:str}/stop",
        operation_id="stopExecution",
        summary="End an execution, as n8n calls it",
        status_code=200,
    )
    async def stop(
        self, caller: Who, executions: _Reader, commands: _Commands, execution_id: FromPath[str]
    ) -> ExecutionShape:
        summary = await _seen(caller, executions, execution_id, Action.EXECUTION_STOP)
        await commands.cancel(caller.tenant, summary.id)
        return execution_shape(await executions.get(caller.tenant, summary.id))

    @post("/{execution_id:str}/retry", operation_id="retryExecution", summary="Go on from a node", status_code=200)
    async def retry(
        self,
        caller: Who,
        executions: _Reader,
        commands: _Commands,
        execution_id: FromPath[str],
        data: JSONBody[RetryBody | None] = None,
    ) -> ExecutionShape:
        """Return a new execution that keeps what was finished before the node."""
        summary = await _seen(caller, executions, execution_id, Action.EXECUTION_START)
        how = data or RetryBody()
        version = how.version if how.version is not None else Which.DRAFT if how.load_workflow else None
        retry = await commands.retry(caller.tenant, summary.id, node=how.node, run=how.run, version=version)
        return execution_shape(await executions.get(caller.tenant, retry))

    @delete("/{execution_id:str}", operation_id="deleteExecution", summary="Forget an execution", status_code=200)
    async def remove(
        self, caller: Who, executions: _Reader, commands: _Commands, execution_id: FromPath[str]
    ) -> ExecutionShape:
        """It must have ended. Items and files go with it, unless a retry or a sub-workflow refers to them."""
        summary = await _seen(caller, executions, execution_id, Action.EXECUTION_DELETE)
        await commands.delete(caller.tenant, summary.id)
        return execution_shape(summary)


def _saved_as(name: str) -> dict[str, str]:
    """Return headers with which no browser shows or runs what it gets."""
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }


def _item(given: dict[str, Any]) -> Item:
    json = given.get("json")
    return Item(json=json if isinstance(json, dict) and not given.keys() - {"json", "pairedItem"} else given)


async def _seen(caller: Caller, executions: ExecutionReader, execution_id: str, action: Action) -> ExecutionSummary:
    """Return an execution on which the caller may do *action*."""
    summary = await executions.get(caller.tenant, ExecutionId(execution_id))
    await caller.must(action, summary.project)
    return summary


async def _fill(caller: Caller, executions: ExecutionReader, shape: ExecutionShape, limit_bytes: int) -> None:
    """Add what an execution did."""
    id_ = ExecutionId(shape.id)
    shape.workflow_data = (await executions.request_of(caller.tenant, id_)).workflow
    shape.data = await run_data(executions.all_data(caller.tenant, id_, limit_bytes=limit_bytes))
