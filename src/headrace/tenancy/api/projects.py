"""Projects of a tenant."""

from __future__ import annotations

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody

from headrace.infra.http.injected import Given
from headrace.kernel.ids import ProjectId
from headrace.tenancy.api.shapes import Listing, ProjectShape, Who, project_shape
from headrace.tenancy.public import Action
from headrace.tenancy.service import Projects, Tenancy

_Projects = Given[Projects]


class ProjectName(msgspec.Struct):
    name: str


class ProjectsApi(Controller):
    path = "/projects"
    tags = ("projects",)

    @get("/", operation_id="listProjects", summary="List the projects that the caller may see")
    async def find(self, caller: Who, tenancy: Given[Tenancy]) -> Listing[ProjectShape]:
        found = await tenancy.projects_for(caller.tenant, caller.actor, Action.PROJECT_READ)
        return Listing([project_shape(one) for one in found])

    @post("/", operation_id="createProject", summary="Make a project", status_code=201)
    async def create(self, caller: Who, projects: _Projects, data: JSONBody[ProjectName]) -> ProjectShape:
        await caller.must(Action.PROJECT_CREATE)
        return project_shape(await projects.create(caller.tenant, data.name))

    @get("/{project_id:str}", operation_id="getProject", summary="Get a project")
    async def show(self, caller: Who, projects: _Projects, project_id: FromPath[str]) -> ProjectShape:
        await caller.must(Action.PROJECT_READ, project_id)
        return project_shape(await projects.get(caller.tenant, ProjectId(project_id)))

    @put("/{project_id:str}", operation_id="updateProject", summary="Rename a project")
    async def rename(
        self, caller: Who, projects: _Projects, project_id: FromPath[str], data: JSONBody[ProjectName]
    ) -> ProjectShape:
        await caller.must(Action.PROJECT_EDIT, project_id)
        return project_shape(await projects.rename(caller.tenant, ProjectId(project_id), data.name))

    @delete("/{project_id:str}", operation_id="deleteProject", summary="Remove an empty project, and the roles in it")
    async def remove(self, caller: Who, projects: _Projects, project_id: FromPath[str]) -> None:
        await caller.must(Action.PROJECT_DELETE, project_id)
        await projects.delete(caller.tenant, ProjectId(project_id))
