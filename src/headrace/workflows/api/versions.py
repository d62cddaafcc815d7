"""Versions and publishing: what runs in production, what ran before, and what is different."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from headrace.infra.http.conditions import check_match
from headrace.infra.http.injected import Given
from headrace.infra.http.lists import IfMatch, Page, PageSize
from headrace.tenancy.public import Action
from headrace.workflows.api.shapes import VersionShape, Who, etag_of, version_shape, workflow_shape
from headrace.workflows.domain.differences import Difference
from headrace.workflows.public import WorkflowRecord
from headrace.workflows.service.relaying import Relay
from headrace.workflows.service.tags import Tags
from headrace.workflows.service.workflows import Workflows

_Workflows = Given[Workflows]
_Tags = Given[Tags]
_Relay = Given[Relay]


class Note(msgspec.Struct):
    """What the version is about."""

    note: str = ""


class Publication(msgspec.Struct):
    """What is to run in production."""

    version: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    """Null: the draft, which becomes a version."""

    note: str = ""


class VersionsApi(Controller):
    path = "/workflows/{workflow_id:str}"
    tags = ("versions",)

    @get("/versions", operation_id="listWorkflowVersions", summary="List versions, the newest first")
    async def find(
        self,
        caller: Who,
        workflows: _Workflows,
        workflow_id: FromPath[str],
        limit: PageSize = 50,
        cursor: Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="`nextCursor`")] = None,
    ) -> Page[VersionShape]:
        await self._record(caller, workflows, workflow_id, Action.WORKFLOW_READ)
        found = await workflows.versions(caller.tenant, workflow_id, before=cursor, limit=limit)
        last = found[-1].number if len(found) == limit else 1
        return Page([version_shape(one) for one in found], str(last) if last > 1 else None)

    @post("/versions", operation_id="saveWorkflowVersion", summary="Keep the draft as a version", status_code=201)
    async def save(
        self, caller: Who, workflows: _Workflows, workflow_id: FromPath[str], data: JSONBody[Note | None] = None
    ) -> VersionShape:
        await self._record(caller, workflows, workflow_id, Action.WORKFLOW_EDIT)
        note = data.note if data is not None else ""
        return version_shape(await workflows.save_version(caller.tenant, workflow_id, by=caller.by, note=note))

    @get("/versions/{number:int}", operation_id="getWorkflowVersion", summary="Get what a version draws")
    async def show(
        self, caller: Who, workflows: _Workflows, workflow_id: FromPath[str], number: FromPath[int]
    ) -> dict[str, Any]:
        await self._record(caller, workflows, workflow_id, Action.WORKFLOW_READ)
        version = await workflows.version(caller.tenant, workflow_id, number)
        return {**version.workflow.raw, "version": version_shape(version)}

    @post(
        "/versions/{number:int}/restore",
        operation_id="restoreWorkflowVersion",
        summary="Make a version the draft again",
        status_code=200,
    )
    async def restore(
        self,
        caller: Who,
        workflows: _Workflows,
        tags: _Tags,
        workflow_id: FromPath[str],
        number: FromPath[int],
        if_match: IfMatch = None,
    ) -> Response[dict[str, Any]]:
        record = await self._record(caller, workflows, workflow_id, Action.WORKFLOW_EDIT)
        check_match(if_match, etag_of(record))
        record = await workflows.restore(caller.tenant, workflow_id, number, by=caller.by)
        return Response(workflow_shape(record, await tags.list(caller.tenant)), headers={"etag": etag_of(record)})

    @get("/diff", operation_id="compareWorkflowVersions", summary="Compare two versions")
    async def compare(
        self,
        caller: Who,
        workflows: _Workflows,
        workflow_id: FromPath[str],
        before: Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="Left out: the draft.")] = None,
        after: Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="Left out: the draft.")] = None,
    ) -> Difference:
        await self._record(caller, workflows, workflow_id, Action.WORKFLOW_READ)
        return await workflows.compare(caller.tenant, workflow_id, before, after)

    @post("/publish", operation_id="publishWorkflow", summary="Run a version in production", status_code=200)
    async def publish(
        self,
        caller: Who,
        workflows: _Workflows,
        tags: _Tags,
        relay: _Relay,
        workflow_id: FromPath[str],
        data: JSONBody[Publication | None] = None,
        if_match: IfMatch = None,
    ) -> Response[dict[str, Any]]:
        """Its triggers are served from now on, in place of those of the version before."""
        return await self._publish(caller, workflows, tags, relay, workflow_id, data or Publication(), if_match)

    @post("/activate", operation_id="activateWorkflow", summary="Publish the draft, as n8n calls it", status_code=200)
    async def activate(
        self, caller: Who, workflows: _Workflows, tags: _Tags, relay: _Relay, workflow_id: FromPath[str]
    ) -> Response[dict[str, Any]]:
        return await self._publish(caller, workflows, tags, relay, workflow_id, Publication(), None)

    @post("/unpublish", operation_id="unpublishWorkflow", summary="Run no version in production", status_code=200)
    async def unpublish(
        self, caller: Who, workflows: _Workflows, tags: _Tags, relay: _Relay, workflow_id: FromPath[str]
    ) -> Response[dict[str, Any]]:
        return await self._unpublish(caller, workflows, tags, relay, workflow_id)

    @post("/deactivate", operation_id="deactivateWorkflow", summary="Unpublish, as n8n calls it", status_code=200)
    async def deactivate(
        self, caller: Who, workflows: _Workflows, tags: _Tags, relay: _Relay, workflow_id: FromPath[str]
    ) -> Response[dict[str, Any]]:
        return await self._unpublish(caller, workflows, tags, relay, workflow_id)

    async def _publish(
        self,
        caller: Who,
        workflows: Workflows,
        tags: Tags,
        relay: Relay,
        workflow_id: str,
        wanted: Publication,
        if_match: str | None,
    ) -> Response[dict[str, Any]]:
        record = await self._record(caller, workflows, workflow_id, Action.WORKFLOW_PUBLISH)
        check_match(if_match, etag_of(record))
        record = await workflows.publish(
            caller.tenant,
            workflow_id,
            by=caller.by,
            number=wanted.version,
            note=wanted.note,
            expected=record.revision if if_match else None,
        )
        # Served before anybody is told so.
        await relay.deliver()
        return Response(workflow_shape(record, await tags.list(caller.tenant)), headers={"etag": etag_of(record)})

    async def _unpublish(
        self, caller: Who, workflows: Workflows, tags: Tags, relay: Relay, workflow_id: str
    ) -> Response[dict[str, Any]]:
        await self._record(caller, workflows, workflow_id, Action.WORKFLOW_PUBLISH)
        record = await workflows.unpublish(caller.tenant, workflow_id, by=caller.by)
        await relay.deliver()
        return Response(workflow_shape(record, await tags.list(caller.tenant)), headers={"etag": etag_of(record)})

    async def _record(self, caller: Who, workflows: Workflows, workflow_id: str, action: Action) -> WorkflowRecord:
        record = await workflows.get(caller.tenant, workflow_id)
        await caller.must(action, record.project)
        return record
