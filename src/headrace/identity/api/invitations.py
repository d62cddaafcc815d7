"""Invitations."""

from __future__ import annotations

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, JSONBody

from headrace.identity.api.browsers import SECRET, Requested, address_of, check_not_foreign, cookie_for
from headrace.identity.api.shapes import InvitationShape, Rows, UserShape, Who, invitation_shape, user_shape
from headrace.identity.public import InvitationId
from headrace.identity.service import Invitations, Logins
from headrace.infra.http.injected import Given
from headrace.infra.http.routes import PUBLIC
from headrace.kernel.ids import ProjectId
from headrace.tenancy.public import Role

_Invitations = Given[Invitations]


class NewInvitation(msgspec.Struct, rename="camel"):
    email: str
    role: Role = Role.EDITOR
    project_id: str | None = None
    """Left out: in the whole tenant."""


class MadeInvitation(msgspec.Struct, rename="camel"):
    invitation: InvitationShape
    token: str
    """What lets them in; it is shown this once. Send it by a way that only they read."""


class Token(msgspec.Struct):
    token: str


class NewUser(msgspec.Struct):
    token: str
    name: str
    password: str


class Offer(msgspec.Struct):
    """What somebody is invited to."""

    email: str
    role: Role


class InvitationsApi(Controller):
    path = "/invitations"
    tags = ("invitations",)

    @get("/", operation_id="listInvitations", summary="List the tenant's open invitations")
    async def find(self, caller: Who, invitations: _Invitations) -> Rows[InvitationShape]:
        return Rows([invitation_shape(one) for one in await invitations.list(caller.tenant, caller.actor)])

    @post("/", operation_id="invite", cache_control=SECRET, summary="Invite somebody into the tenant", status_code=201)
    async def invite(self, caller: Who, invitations: _Invitations, data: JSONBody[NewInvitation]) -> MadeInvitation:
        invitation, token = await invitations.invite(
            caller.tenant,
            caller.actor,
            email=data.email,
            role=data.role,
            project=None if data.project_id is None else ProjectId(data.project_id),
        )
        return MadeInvitation(invitation_shape(invitation), token)

    @delete("/{invitation_id:str}", operation_id="withdrawInvitation", summary="Withdraw an invitation")
    async def withdraw(self, caller: Who, invitations: _Invitations, invitation_id: FromPath[str]) -> None:
        await invitations.withdraw(caller.tenant, caller.actor, InvitationId(invitation_id))

    @post(
        "/look",
        operation_id="lookAtInvitation",
        summary="Say what an invitation is for",
        status_code=200,
        opt={PUBLIC: True},
    )
    async def look(self, invitations: _Invitations, data: JSONBody[Token]) -> Offer:
        found = await invitations.look(data.token)
        return Offer(found.email, found.role)

    @post(
        "/accept-as-new",
        operation_id="acceptInvitationAsNewUser",
        cache_control=SECRET,
        summary="Become a user by an invitation, and log in",
        status_code=201,
        opt={PUBLIC: True},
    )
    async def accept_as_new(
        self, request: Requested, invitations: _Invitations, logins: Given[Logins], data: JSONBody[NewUser]
    ) -> Response[UserShape]:
        check_not_foreign(request.headers)
        user = await invitations.accept_as_new(data.token, name=data.name, password=data.password)
        login = await logins.begin(user, address=address_of(request), agent=request.headers.get("user-agent", ""))
        return Response(user_shape(user), status_code=201, cookies=[cookie_for(request, login.token)])

    @post(
        "/accept", operation_id="acceptInvitation", summary="Accept an invitation as who is logged in", status_code=200
    )
    async def accept(self, caller: Who, invitations: _Invitations, data: JSONBody[Token]) -> InvitationShape:
        return invitation_shape(await invitations.accept(data.token, caller.actor))
