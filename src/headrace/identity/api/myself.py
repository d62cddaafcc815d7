"""What somebody sees and changes of themselves."""

from __future__ import annotations

import msgspec
from litestar import Controller, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from headrace.identity.api.browsers import Requested, address_of, session_shown
from headrace.identity.api.shapes import Rows, SessionShape, UserShape, Who, session_shape, user_shape
from headrace.identity.errors import SessionOver, SessionRequired
from headrace.identity.ports import Tenancy
from headrace.identity.public import Session, SessionId
from headrace.identity.service import Authentication, Logins, Users
from headrace.infra.http.injected import Given
from headrace.tenancy.public import Action, Caller

_Users = Given[Users]
_Logins = Given[Logins]
_Authentication = Given[Authentication]


class TenantRef(msgspec.Struct):
    id: str
    name: str


class Myself(msgspec.Struct, rename="camel"):
    user: UserShape
    tenant_id: str
    """The tenant that requests are about which name none in `X-Headrace-Tenant`."""

    tenants: list[TenantRef]
    scopes: list[Action] | None
    """Of the API key; null in a session."""


class NewName(msgspec.Struct):
    name: str


class NewPassword(msgspec.Struct):
    old: str
    new: str


class MyselfApi(Controller):
    path = "/me"
    tags = ("session",)

    @get("/", operation_id="getMyself", summary="Say who calls, and where they may act")
    async def show(self, caller: Who, users: _Users, tenancy: Given[Tenancy]) -> Myself:
        scopes = caller.actor.scopes
        return Myself(
            user_shape(await users.get(caller.actor.user)),
            caller.tenant,
            [TenantRef(one.id, one.name) for one in await tenancy.tenants_of(caller.actor)],
            None if scopes is None else sorted(scopes),
        )

    @patch("/", operation_id="renameMyself", summary="Change one's name")
    async def rename(self, caller: Who, users: _Users, data: JSONBody[NewName]) -> UserShape:
        _must_be_person(caller, "change a user's name")
        return user_shape(await users.rename(caller.actor.user, data.name))

    @post(
        "/password",
        operation_id="changePassword",
        summary="Change one's password; other sessions end",
        status_code=204,
    )
    async def change_password(
        self,
        request: Requested,
        caller: Who,
        users: _Users,
        authentication: _Authentication,
        data: JSONBody[NewPassword],
    ) -> None:
        _must_be_person(caller, "change a password")
        session = await _current(request, authentication)
        await users.change_password(
            caller.actor, old=data.old, new=data.new, address=address_of(request), session=session.id
        )

    @get("/sessions", operation_id="listSessions", summary="List one's sessions")
    async def sessions(
        self, request: Requested, caller: Who, logins: _Logins, authentication: _Authentication
    ) -> Rows[SessionShape]:
        _must_be_person(caller, "see sessions")
        current = await _current(request, authentication)
        found = await logins.sessions(caller.actor.user)
        return Rows([session_shape(one, current=one.id == current.id) for one in found])

    @delete("/sessions/{session_id:str}", operation_id="endSession", summary="End one of one's sessions")
    async def end(self, caller: Who, logins: _Logins, session_id: FromPath[str]) -> None:
        _must_be_person(caller, "end sessions")
        await logins.end(caller.actor.user, SessionId(session_id))


def _must_be_person(caller: Caller, what: str) -> None:
    if caller.actor.scopes is not None:
        raise SessionRequired(what)


async def _current(request: Requested, authentication: Authentication) -> Session:
    """Return the session that the request was let in by."""
    token = session_shown(request.headers)
    if token is None:
        raise SessionOver
    _, session = await authentication.by_session(token)
    return session
