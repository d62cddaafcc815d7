"""Tenants: one's own, and all of the installation for whoever runs it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from headrace.infra.http.injected import Given
from headrace.kernel.ids import TenantId
from headrace.tenancy.api.shapes import Listing, QuotasShape, TenantShape, Who, quotas_from, tenant_shape
from headrace.tenancy.public import Action
from headrace.tenancy.service import Tenancy

_Tenancy = Given[Tenancy]


class Named(msgspec.Struct):
    name: str


class Reason(msgspec.Struct):
    reason: str = ""
    """What the tenant's members are told."""


class TenantsApi(Controller):
    path = "/"
    tags = ("tenants",)

    @get("/tenants", operation_id="listTenants", summary="List the tenants that the caller may act in")
    async def find(self, caller: Who, tenancy: _Tenancy) -> Listing[TenantShape]:
        return Listing([tenant_shape(one) for one in await tenancy.tenants_of(caller.actor)])

    @post("/tenants", operation_id="createTenant", summary="Make a tenant, owned by the caller", status_code=201)
    async def create(self, caller: Who, tenancy: _Tenancy, data: JSONBody[Named]) -> TenantShape:
        await caller.must(Action.TENANT_CREATE)
        return tenant_shape(await tenancy.create(data.name, caller.actor.user))

    @get("/tenants/{tenant_id:str}", operation_id="getTenant", summary="Get a tenant")
    async def show(self, caller: Who, tenancy: _Tenancy, tenant_id: FromPath[str]) -> TenantShape:
        await tenancy.authorise(TenantId(tenant_id), caller.actor, Action.TENANT_READ)
        return tenant_shape(await tenancy.get(TenantId(tenant_id)))

    @patch("/tenants/{tenant_id:str}", operation_id="renameTenant", summary="Rename a tenant")
    async def rename(
        self, caller: Who, tenancy: _Tenancy, tenant_id: FromPath[str], data: JSONBody[Named]
    ) -> TenantShape:
        await tenancy.authorise(TenantId(tenant_id), caller.actor, Action.TENANT_EDIT)
        return tenant_shape(await tenancy.rename(TenantId(tenant_id), data.name))

    @get("/installation/tenants", operation_id="listAllTenants", summary="List the installation's tenants")
    async def find_all(
        self,
        caller: Who,
        tenancy: _Tenancy,
        limit: Annotated[int, QueryParameter(ge=1, le=250)] = 100,
        cursor: Annotated[str | None, QueryParameter(max_length=100)] = None,
    ) -> Listing[TenantShape]:
        await caller.must(Action.TENANT_CREATE)
        found = await tenancy.list(after=None if cursor is None else TenantId(cursor), limit=limit + 1)
        more = found[limit - 1].id if len(found) > limit else None
        return Listing([tenant_shape(one) for one in found[:limit]], more)

    @put(
        "/installation/tenants/{tenant_id:str}/quotas",
        operation_id="setQuotas",
        summary="Set how much a tenant may use",
    )
    async def set_quotas(
        self, caller: Who, tenancy: _Tenancy, tenant_id: FromPath[str], data: JSONBody[QuotasShape]
    ) -> TenantShape:
        await caller.must(Action.TENANT_QUOTAS)
        return tenant_shape(await tenancy.set_quotas(TenantId(tenant_id), quotas_from(data)))

    @post(
        "/installation/tenants/{tenant_id:str}/suspend",
        operation_id="suspendTenant",
        summary="Start nothing for a tenant, and let its members only read",
        status_code=200,
    )
    async def suspend(
        self, caller: Who, tenancy: _Tenancy, tenant_id: FromPath[str], data: JSONBody[Reason]
    ) -> TenantShape:
        await caller.must(Action.TENANT_SUSPEND)
        return tenant_shape(await tenancy.suspend(TenantId(tenant_id), data.reason))

    @post(
        "/installation/tenants/{tenant_id:str}/resume",
        operation_id="resumeTenant",
        summary="End a tenant's suspension",
        status_code=200,
    )
    async def resume(self, caller: Who, tenancy: _Tenancy, tenant_id: FromPath[str]) -> TenantShape:
        await caller.must(Action.TENANT_SUSPEND)
        return tenant_shape(await tenancy.resume(TenantId(tenant_id)))
