"""Coming in and going out: set-up, log-in, log-out. Anybody may ask, so each answer says as little as it can."""

from __future__ import annotations

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import JSONBody

from headrace.identity.api.browsers import (
    SECRET,
    Requested,
    address_of,
    check_not_foreign,
    check_own_page,
    cookie_for,
    is_local,
    session_shown,
)
from headrace.identity.api.shapes import UserShape, user_shape
from headrace.identity.service import Logins, Setup
from headrace.infra.http.injected import Given
from headrace.infra.http.routes import PUBLIC

_Setup = Given[Setup]
_Logins = Given[Logins]


class SetupState(msgspec.Struct, rename="camel"):
    needed: bool
    """Whether there is no user yet."""

    token_needed: bool
    """Whether the set-up token is to be shown, because the request comes from elsewhere."""


class NewOwner(msgspec.Struct):
    email: str
    name: str
    password: str
    token: str | None = None
    """What the server has printed when it was started; not needed on its own machine."""


class Credentials(msgspec.Struct):
    email: str
    password: str


class EnteringApi(Controller):
    path = "/"
    tags = ("session",)
    opt = {PUBLIC: True}  # noqa: RUF012 - Litestar's own form

    @get("/setup", operation_id="getSetup", summary="Say whether the server needs to be set up")
    async def state(self, request: Requested, setup: _Setup) -> SetupState:
        return SetupState(await setup.is_needed(), not is_local(request))

    @post(
        "/setup",
        operation_id="setUp",
        cache_control=SECRET,
        summary="Make the first user, the owner, and log them in",
        status_code=201,
    )
    async def set_up(
        self, request: Requested, setup: _Setup, logins: _Logins, data: JSONBody[NewOwner]
    ) -> Response[UserShape]:
        check_not_foreign(request.headers)
        owner = await setup.create_owner(
            email=data.email, name=data.name, password=data.password, local=is_local(request), token=data.token
        )
        login = await logins.begin(owner, address=address_of(request), agent=request.headers.get("user-agent", ""))
        return Response(user_shape(owner), status_code=201, cookies=[cookie_for(request, login.token)])

    @post("/login", operation_id="logIn", cache_control=SECRET, summary="Begin a session, by a cookie", status_code=200)
    async def log_in(self, request: Requested, logins: _Logins, data: JSONBody[Credentials]) -> Response[UserShape]:
        check_not_foreign(request.headers)
        login = await logins.log_in(
            data.email,
            data.password,
            address=address_of(request),
            agent=request.headers.get("user-agent", ""),
            replaces=session_shown(request.headers),
        )
        return Response(user_shape(login.user), status_code=200, cookies=[cookie_for(request, login.token)])

    @post("/logout", operation_id="logOut", cache_control=SECRET, summary="End the session", status_code=204)
    async def log_out(self, request: Requested, logins: _Logins) -> Response[None]:
        token = session_shown(request.headers)
        if token is not None:
            check_own_page(request.headers)
            await logins.log_out(token)
        return Response(None, status_code=204, cookies=[cookie_for(request, "")])
