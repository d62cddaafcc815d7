"""API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from headrace.identity.api.browsers import SECRET
from headrace.identity.api.shapes import KeyShape, Rows, Who, key_shape
from headrace.identity.public import KeyId
from headrace.identity.service import ApiKeys
from headrace.infra.http.injected import Given
from headrace.kernel.ids import UserId
from headrace.tenancy.public import Action, Caller

_Keys = Given[ApiKeys]
_Everybodys = Annotated[bool, QueryParameter(name="all", description="Everybody's, not only one's own.")]


class NewKey(msgspec.Struct, rename="camel"):
    name: str
    scopes: set[Action] | None = None
    """Left out: all that the user may do."""

    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """Left out: never."""


class MadeKey(msgspec.Struct, rename="camel"):
    key: KeyShape
    token: str
    """What a program sends in `X-API-Key`; it is shown this once."""


class ApiKeysApi(Controller):
    path = "/api-keys"
    tags = ("API keys",)

    @get("/", operation_id="listApiKeys", summary="List API keys, never the keys themselves")
    async def find(self, caller: Who, keys: _Keys, everybodys: _Everybodys = False) -> Rows[KeyShape]:
        found = await keys.list(caller.tenant, await _whose(caller, everybodys=everybodys))
        return Rows([key_shape(one) for one in found])

    @post(
        "/",
        operation_id="createApiKey",
        cache_control=SECRET,
        summary="Make an API key; it takes a session",
        status_code=201,
    )
    async def create(self, caller: Who, keys: _Keys, data: JSONBody[NewKey]) -> MadeKey:
        scopes = None if data.scopes is None else frozenset(data.scopes)
        key, token = await keys.create(
            caller.tenant, caller.actor, data.name, scopes=scopes, expires_at=data.expires_at
        )
        return MadeKey(key_shape(key), token)

    @delete("/{key_id:str}", operation_id="revokeApiKey", summary="End an API key")
    async def revoke(self, caller: Who, keys: _Keys, key_id: FromPath[str], everybodys: _Everybodys = False) -> None:
        await keys.revoke(caller.tenant, KeyId(key_id), await _whose(caller, everybodys=everybodys))


async def _whose(caller: Caller, *, everybodys: bool) -> UserId | None:
    await caller.must(Action.APIKEY_MANAGE if everybodys else Action.APIKEY_OWN)
    return None if everybodys else caller.actor.user
