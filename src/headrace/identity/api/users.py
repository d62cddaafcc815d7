"""The members of a tenant as users, and the users of the installation."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get, post
from litestar.params import FromPath, QueryParameter

from headrace.identity.api.shapes import MemberShape, Rows, UserShape, Who, member_shape, user_shape
from headrace.identity.errors import UserNotFound
from headrace.identity.ports import Members
from headrace.identity.service import Users
from headrace.infra.http.injected import Given
from headrace.kernel.ids import UserId
from headrace.tenancy.public import Action

_Users = Given[Users]
_Members = Given[Members]


class UsersApi(Controller):
    path = "/"
    tags = ("users",)

    @get("/users", operation_id="listUsers", summary="List the tenant's users")
    async def find(self, caller: Who, users: _Users, members: _Members) -> Rows[MemberShape]:
        await caller.must(Action.MEMBER_READ)
        roles = {one.user: one.role for one in await members.list(caller.tenant) if one.project is None}
        everybody = {one.user for one in await members.list(caller.tenant)}
        return Rows([member_shape(user, roles.get(user.id)) for user in await users.list(everybody)])

    @get("/users/{user_id:str}", operation_id="getUser", summary="Get a user of the tenant, by id or e-mail address")
    async def show(self, caller: Who, users: _Users, members: _Members, user_id: FromPath[str]) -> MemberShape:
        await caller.must(Action.MEMBER_READ)
        found = await members.list(caller.tenant)
        for user in await users.list({one.user for one in found}):
            if user_id in (user.id, user.email):
                role = next((one.role for one in found if one.user == user.id and one.project is None), None)
                return member_shape(user, role)
        raise UserNotFound(user_id)

    @get("/installation/users", operation_id="listAllUsers", summary="List the installation's users")
    async def find_all(
        self,
        caller: Who,
        users: _Users,
        limit: Annotated[int, QueryParameter(ge=1, le=250)] = 100,
        cursor: Annotated[str, QueryParameter(max_length=300)] = "",
    ) -> Rows[UserShape]:
        await caller.must(Action.USER_MANAGE)
        found = await users.page(after=cursor, limit=limit + 1)
        more = found[limit - 1].email if len(found) > limit else None
        return Rows([user_shape(user) for user in found[:limit]], more)

    @post(
        "/installation/users/{user_id:str}/disable",
        operation_id="disableUser",
        summary="Let a user in no more",
        status_code=200,
    )
    async def disable(self, caller: Who, users: _Users, user_id: FromPath[str]) -> UserShape:
        await caller.must(Action.USER_MANAGE)
        return user_shape(await users.disable(UserId(user_id)))

    @post(
        "/installation/users/{user_id:str}/enable",
        operation_id="enableUser",
        summary="Let a user in again",
        status_code=200,
    )
    async def enable(self, caller: Who, users: _Users, user_id: FromPath[str]) -> UserShape:
        await caller.must(Action.USER_MANAGE)
        return user_shape(await users.enable(UserId(user_id)))
