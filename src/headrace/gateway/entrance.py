"""Who comes in: every request to the API has a caller before anything else looks at it, unless a route is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Protocol

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import Guard

from headrace.identity.api.browsers import SAFE_METHODS, check_own_page, session_shown
from headrace.infra.http.routes import PUBLIC
from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.tenancy.errors import TenantNotFound
from headrace.tenancy.public import Actor, Authority, Caller, Tenant

TENANT_HEADER = "x-headrace-tenant"


class Authenticator(Protocol):
    """Turns what a request shows into an actor; identity's use cases."""

    async def by_key(self, token: str) -> Actor: ...
    async def by_session(self, token: str) -> tuple[Actor, object]: ...
    async def nobody(self) -> NoReturn: ...


class Tenants(Protocol):
    async def tenants_of(self, actor: Actor) -> Sequence[Tenant]:
        """Return the tenants that the actor may act in, by id."""
        ...


class Entrance:
    """Admits requests."""

    def __init__(self, authenticator: Authenticator, authority: Authority, tenants: Tenants) -> None:
        self._authenticator = authenticator
        self._authority = authority
        self._tenants = tenants

    async def admit(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """Find out who calls, for `caller_of`.

        Raises:
            Unauthenticated, Denied
            TenantNotFound: the caller is no member of any tenant.
        """
        headers = {name.lower(): value for name, value in connection.headers.items()}
        caller = await self.caller(str(connection.scope.get("method", "")), headers)
        connection.scope["state"]["caller"] = caller

    async def caller(self, method: str, headers: Mapping[str, str]) -> Caller:
        """Return who calls, by headers with names in lower case; raises as `admit`."""
        actor = await self._actor(method, headers)
        return Caller(actor, await self._tenant(actor, headers.get(TENANT_HEADER)), self._authority)

    async def _actor(self, method: str, headers: Mapping[str, str]) -> Actor:
        key = headers.get("x-api-key") or headers.get("x-n8n-api-key")
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if key is None and scheme.lower() == "bearer":
            key = bearer.strip()
        if key is not None:
            return await self._authenticator.by_key(key)
        session = session_shown(headers)
        if session is None:
            await self._authenticator.nobody()
        if method not in SAFE_METHODS:
            check_own_page(headers)
        actor, _ = await self._authenticator.by_session(session)
        return actor

    async def _tenant(self, actor: Actor, named: str | None) -> TenantId:
        if named is not None:
            # Whether they belong to it is looked at with every action.
            return TenantId(named)
        if actor.tenant is not None:
            return actor.tenant
        own = [tenant.id for tenant in await self._tenants.tenants_of(actor)]
        if not own:
            raise TenantNotFound(DEFAULT_TENANT)
        return DEFAULT_TENANT if DEFAULT_TENANT in own else own[0]


def guard_of(entrance: Entrance) -> Guard:
    """Return what stands before every route."""

    # A function: Litestar copies guards, and what they hold with them, but not functions.
    async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if not handler.opt.get(PUBLIC):
            await entrance.admit(connection)

    return admit


def caller_of(request: Request[Any, Any, Any]) -> Caller:
    """Return who was admitted."""
    caller: Caller = request.scope["state"]["caller"]
    return caller
