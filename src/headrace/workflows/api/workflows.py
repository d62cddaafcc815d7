"""Workflows: draw, find, put in order, bring in and take out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from headrace.infra.http.conditions import check_match
from headrace.infra.http.injected import Given
from headrace.infra.http.lists import Cursor, IfMatch, Page, PageSize
from headrace.kernel.ids import DEFAULT_PROJECT
from headrace.tenancy.public import Action, Caller
from headrace.workflows.api.shapes import Drawing, TagShape, Who, etag_of, summary_shape, tag_shape, workflow_shape
from headrace.workflows.errors import ProjectNeeded
from headrace.workflows.public import Tag, WorkflowQuery, WorkflowRecord, WorkflowSort
from headrace.workflows.service.downloading import Downloading
from headrace.workflows.service.tags import Tags
from headrace.workflows.service.transfers import Transfers
from headrace.workflows.service.workflows import Workflows

_Workflows = Given[Workflows]
_Tags = Given[Tags]
_Transfers = Given[Transfers]
_Downloading = Given[Downloading]


class TagRef(msgspec.Struct):
    """A tag by its id."""

    id: str


class Changes(msgspec.Struct, rename="camel"):
    """What is to be another; what is left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    folder_id: str | msgspec.UnsetType | None = msgspec.UNSET
    """Null: out of its folder."""

    archived: bool | msgspec.UnsetType = msgspec.UNSET


class Destination(msgspec.Struct, rename="camel"):
    destination_project_id: str


class Copy(msgspec.Struct):
    name: str | None = None
    """None: the original's, and that it is a copy."""


class Origin(msgspec.Struct):
    """Where a file of workflows is."""

    url: Annotated[str, msgspec.Meta(max_length=2000)]


class WorkflowsApi(Controller):
    path = "/workflows"
    tags = ("workflows",)

    @get("/", operation_id="listWorkflows", summary="List workflows")
    async def find(
        self,
        caller: Who,
        workflows: _Workflows,
        tags: _Tags,
        active: FromQuery[bool | None] = None,
        name: Annotated[str, QueryParameter(max_length=200, description="A part of the name.")] = "",
        with_tags: Annotated[
            str | None, QueryParameter(name="tags", description="A tag's name; of several with commas, the first.")
        ] = None,
        project_id: Annotated[str | None, QueryParameter(name="projectId")] = None,
        folder_id: Annotated[
            str | None, QueryParameter(name="folderId", description="Empty: those that are in no folder.")
        ] = None,
        archived: FromQuery[bool] = False,
        sort: Annotated[
            WorkflowSort, QueryParameter(description="By name, or the last changed first.")
        ] = WorkflowSort.NAME,
        summary: Annotated[bool, QueryParameter(description="Leave out what is drawn.")] = False,
        limit: PageSize = 100,
        cursor: Cursor = None,
    ) -> Page[dict[str, Any]]:
        project = await _project_seen(caller, project_id)
        every = await tags.list(caller.tenant)
        wanted = with_tags.split(",")[0].strip().casefold() if with_tags else None
        tag = next((one.id for one in every if one.name.casefold() == wanted), "") if wanted else None
        query = WorkflowQuery(
            project=project, folder=folder_id, tag=tag, active=active, archived=archived, name=name, sort=sort
        )
        page = await workflows.list(caller.tenant, query, cursor=cursor, limit=limit)
        if summary:
            return Page([summary_shape(one, every) for one in page.workflows], page.next_cursor)
        records = [await workflows.get(caller.tenant, one.id) for one in page.workflows]
        return Page([workflow_shape(one, every) for one in records], page.next_cursor)

    @post("/", operation_id="createWorkflow", summary="Create a workflow", status_code=200)
    async def create(
        self,
        caller: Who,
        workflows: _Workflows,
        data: Drawing,
        project_id: Annotated[str, QueryParameter(name="projectId")] = DEFAULT_PROJECT,
        folder_id: Annotated[str | None, QueryParameter(name="folderId")] = None,
    ) -> Response[dict[str, Any]]:
        await caller.must(Action.WORKFLOW_EDIT, project_id)
        record = await workflows.create(caller.tenant, data, project=project_id, by=caller.by, folder=folder_id)
        return _told(record, [])

    @post("/import", operation_id="importWorkflows", summary="Bring in a file of workflows", status_code=200)
    async def bring_in(
        self,
        request: Request[Any, Any, Any],
        caller: Who,
        transfers: _Transfers,
        tags: _Tags,
        project_id: Annotated[str, QueryParameter(name="projectId")] = DEFAULT_PROJECT,
        folder_id: Annotated[str | None, QueryParameter(name="folderId")] = None,
        keep_ids: Annotated[
            bool, QueryParameter(name="keepIds", description="Keep the file's ids, and replace drafts of the same id.")
        ] = False,
    ) -> Page[dict[str, Any]]:
        """The body is a file as n8n exports it: one workflow, or a list. None of them is published."""
        await caller.must(Action.WORKFLOW_EDIT, project_id)
        # Ids that the file names may be those of workflows in other projects.
        await caller.must(Action.WORKFLOW_EDIT, None if keep_ids else project_id)
        records = await transfers.import_file(
            caller.tenant,
            await request.body(),
            project=project_id,
            by=caller.by,
            folder=folder_id,
            keep_ids=keep_ids,
        )
        every = await tags.list(caller.tenant)
        return Page([summary_shape(one, every) for one in records])

    @post("/import-from", operation_id="importWorkflowsFrom", summary="Bring in a file from the web", status_code=200)
    async def bring_in_from(
        self,
        caller: Who,
        downloading: _Downloading,
        tags: _Tags,
        data: JSONBody[Origin],
        project_id: Annotated[str, QueryParameter(name="projectId")] = DEFAULT_PROJECT,
        folder_id: Annotated[str | None, QueryParameter(name="folderId")] = None,
    ) -> Page[dict[str, Any]]:
        """The server reads it, from where the tenant's workflows may read. None of them is published."""
        await caller.must(Action.WORKFLOW_EDIT, project_id)
        records = await downloading.import_from(
            caller.tenant, data.url, project=project_id, by=caller.by, folder=folder_id
        )
        every = await tags.list(caller.tenant)
        return Page([summary_shape(one, every) for one in records])

    @get("/{workflow_id:str}", operation_id="getWorkflow", summary="Get a workflow")
    async def show(
        self, caller: Who, workflows: _Workflows, tags: _Tags, workflow_id: FromPath[str]
    ) -> Response[dict[str, Any]]:
        record = await _seen(caller, workflows, workflow_id, Action.WORKFLOW_READ)
        return _told(record, await tags.list(caller.tenant))

    @put("/{workflow_id:str}", operation_id="updateWorkflow", summary="Replace what is drawn")
    async def draw(
        self,
        caller: Who,
        workflows: _Workflows,
        tags: _Tags,
        workflow_id: FromPath[str],
        data: Drawing,
        if_match: IfMatch = None,
    ) -> Response[dict[str, Any]]:
        """The draft is replaced; what is published stays until it is published anew."""
        record = await _seen(caller, workflows, workflow_id, Action.WORKFLOW_EDIT)
        check_match(if_match, etag_of(record))
        saved = await workflows.save_draft(
            caller.tenant, workflow_id, data, by=caller.by, expected=record.revision if if_match else None
        )
        return _told(saved, await tags.list(caller.tenant))

    @patch("/{workflow_id:str}", operation_id="changeWorkflow", summary="Rename, file or archive a workflow")
    async def change(
        self,
        caller: Who,
        workflows: _Workflows,
        tags: _Tags,
        workflow_id: FromPath[str],
        data: JSONBody[Changes],
        if_match: IfMatch = None,
    ) -> Response[dict[str, Any]]:
        record = await _seen(caller, workflows, workflow_id, Action.WORKFLOW_EDIT)
        check_match(if_match, etag_of(record))
        tenant, by = caller.tenant, caller.by
        if data.archived is False:
            record = await workflows.unarchive(tenant, workflow_id, by=by)
        if data.name is not msgspec.UNSET:
            record = await workflows.rename(tenant, workflow_id, data.name, by=by)
        if data.folder_id is not msgspec.UNSET:
            record = await workflows.move(tenant, workflow_id, project=record.project, folder=data.folder_id, by=by)
        if data.archived is True:
            record = await workflows.archive(tenant, workflow_id, by=by)
        return _told(record, await tags.list(tenant))

    @delete("/{workflow_id:str}", operation_id="deleteWorkflow", summary="Delete a workflow", status_code=200)
    async def remove(
        self, caller: Who, workflows: _Workflows, tags: _Tags, workflow_id: FromPath[str]
    ) -> dict[str, Any]:
        record = await _seen(caller, workflows, workflow_id, Action.WORKFLOW_DELETE)
        await workflows.delete(caller.tenant, workflow_id, by=caller.by)
        return workflow_shape(record, await tags.list(caller.tenant))

    @post("/{workflow_id:str}/duplicate", operation_id="duplicateWorkflow", summary="Copy a workflow", status_code=201)
    async def duplicate(
        self,
        caller: Who,
        workflows: _Workflows,
        tags: _Tags,
        workflow_id: FromPath[str],
        data: JSONBody[Copy | None] = None,
    ) -> Response[dict[str, Any]]:
        await _seen(caller, workflows, workflow_id, Action.WORKFLOW_EDIT)
        name = data.name if data is not None else None
        record = await workflows.duplicate(caller.tenant, workflow_id, by=caller.by, name=name)
        return _told(record, await tags.list(caller.tenant))

    @put(
        "/{workflow_id:str}/transfer",
        operation_id="transferWorkflow",
        summary="Move to another project",
        status_code=204,
    )
    async def transfer(
        self, caller: Who, workflows: _Workflows, workflow_id: FromPath[str], data: JSONBody[Destination]
    ) -> None:
        await _seen(caller, workflows, workflow_id, Action.WORKFLOW_DELETE)
        await caller.must(Action.WORKFLOW_EDIT, data.destination_project_id)
        await workflows.move(caller.tenant, workflow_id, project=data.destination_project_id, folder=None, by=caller.by)

    @get("/{workflow_id:str}/tags", operation_id="getWorkflowTags", summary="Get a workflow's tags")
    async def tags_of(
        self, caller: Who, workflows: _Workflows, tags: _Tags, workflow_id: FromPath[str]
    ) -> list[TagShape]:
        record = await _seen(caller, workflows, workflow_id, Action.WORKFLOW_READ)
        return [tag_shape(tag) for tag in await tags.list(caller.tenant) if tag.id in record.tags]

    @put("/{workflow_id:str}/tags", operation_id="updateWorkflowTags", summary="Set a workflow's tags")
    async def set_tags(
        self, caller: Who, workflows: _Workflows, tags: _Tags, workflow_id: FromPath[str], data: JSONBody[list[TagRef]]
    ) -> list[TagShape]:
        await _seen(caller, workflows, workflow_id, Action.WORKFLOW_EDIT)
        record = await workflows.set_tags(caller.tenant, workflow_id, [one.id for one in data], by=caller.by)
        return [tag_shape(tag) for tag in await tags.list(caller.tenant) if tag.id in record.tags]

    @get("/{workflow_id:str}/export", operation_id="exportWorkflow", summary="Take a workflow out as n8n's JSON")
    async def export(
        self, caller: Who, workflows: _Workflows, transfers: _Transfers, workflow_id: FromPath[str]
    ) -> Response[bytes]:
        await _seen(caller, workflows, workflow_id, Action.WORKFLOW_READ)
        text = await transfers.export(caller.tenant, workflow_id)
        return Response(
            text,
            media_type="application/json",
            headers={"content-disposition": f'attachment; filename="workflow-{workflow_id}.json"'},
        )


async def _seen(caller: Caller, workflows: Workflows, workflow_id: str, action: Action) -> WorkflowRecord:
    """Return a workflow on which the caller may do *action*."""
    record = await workflows.get(caller.tenant, workflow_id)
    await caller.must(action, record.project)
    return record


async def _project_seen(caller: Caller, project: str | None) -> str | None:
    """Return the project whose workflows a list shows; None: all of the tenant.

    Raises:
        ProjectNeeded: the caller may see several projects, but not all of them.
    """
    if project is not None:
        await caller.must(Action.WORKFLOW_READ, project)
        return project
    places = await caller.places(Action.WORKFLOW_READ)
    if await caller.may(Action.WORKFLOW_READ):
        return None
    if len(places) != 1:
        raise ProjectNeeded(places)
    return places[0]


def _told(record: WorkflowRecord, tags: list[Tag] | Any) -> Response[dict[str, Any]]:
    return Response(workflow_shape(record, tags), headers={"etag": etag_of(record)})
