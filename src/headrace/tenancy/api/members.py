"""Who is what in a tenant and its projects. People are let in by invitations."""

from __future__ import annotations

import msgspec
from litestar import Controller, delete, get, put
from litestar.params import FromPath, JSONBody

from headrace.infra.http.injected import Given
from headrace.kernel.ids import ProjectId, UserId
from headrace.tenancy.api.shapes import Listing, RoleShape, Who, role_shape
from headrace.tenancy.public import Action, Role
from headrace.tenancy.service import Members

_Members = Given[Members]


class NewRole(msgspec.Struct):
    role: Role


class MembersApi(Controller):
    path = "/"
    tags = ("members",)

    @get("/members", operation_id="listMembers", summary="List all roles in the tenant and its projects")
    async def find(self, caller: Who, members: _Members) -> Listing[RoleShape]:
        await caller.must(Action.MEMBER_READ)
        return Listing([role_shape(one) for one in await members.list(caller.tenant)])

    @put("/members/{user_id:str}", operation_id="setRole", summary="Change what a member is in the tenant")
    async def set_role(
        self, caller: Who, members: _Members, user_id: FromPath[str], data: JSONBody[NewRole]
    ) -> RoleShape:
        return role_shape(await members.set_role(caller.tenant, caller.actor, UserId(user_id), data.role))

    @delete("/members/{user_id:str}", operation_id="removeMember", summary="Take all roles away, or leave")
    async def remove(self, caller: Who, members: _Members, user_id: FromPath[str]) -> None:
        await members.remove(caller.tenant, caller.actor, UserId(user_id))

    @get("/projects/{project_id:str}/members", operation_id="listProjectMembers", summary="List roles in a project")
    async def find_in(self, caller: Who, members: _Members, project_id: FromPath[str]) -> Listing[RoleShape]:
        await caller.must(Action.MEMBER_READ, project_id)
        return Listing([role_shape(one) for one in await members.list(caller.tenant, ProjectId(project_id))])

    @put(
        "/projects/{project_id:str}/members/{user_id:str}",
        operation_id="setProjectRole",
        summary="Change what a member is in a project",
    )
    async def set_role_in(
        self,
        caller: Who,
        members: _Members,
        project_id: FromPath[str],
        user_id: FromPath[str],
        data: JSONBody[NewRole],
    ) -> RoleShape:
        given = await members.set_role(caller.tenant, caller.actor, UserId(user_id), data.role, ProjectId(project_id))
        return role_shape(given)

    @delete(
        "/projects/{project_id:str}/members/{user_id:str}",
        operation_id="removeProjectMember",
        summary="Take a role in a project away",
    )
    async def remove_from(
        self, caller: Who, members: _Members, project_id: FromPath[str], user_id: FromPath[str]
    ) -> None:
        await members.remove(caller.tenant, caller.actor, UserId(user_id), ProjectId(project_id))
