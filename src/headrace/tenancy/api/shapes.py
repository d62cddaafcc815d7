"""What tenants, projects and members look like from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from headrace.infra.http.injected import Given
from headrace.tenancy.public import Caller, Membership, Project, Quotas, Role, Tenant

_Row = TypeVar("_Row")

Who = Given[Caller]


class Listing(msgspec.Struct, Generic[_Row], rename="camel"):
    """A list, or a page of one."""

    data: Sequence[_Row]
    next_cursor: str | None = None
    """Send it back as `cursor` for the next page; null on the last."""


class QuotasShape(msgspec.Struct, rename="camel"):
    """How much a tenant may use; null, or left out: as much as the server has."""

    executions_per_minute: int | None = None
    concurrent_executions: int | None = None
    payload_bytes: int | None = None


class TenantShape(msgspec.Struct, rename="camel"):
    id: str
    name: str
    created_at: datetime
    quotas: QuotasShape
    suspended_at: datetime | None
    """Null: it is not suspended."""

    suspended_why: str


class ProjectShape(msgspec.Struct, rename="camel"):
    id: str
    name: str
    created_at: datetime


class RoleShape(msgspec.Struct, rename="camel"):
    """A role that a user has."""

    user_id: str
    role: Role
    project_id: str | None
    """Null: in the whole tenant."""

    since: datetime


def tenant_shape(tenant: Tenant) -> TenantShape:
    quotas = tenant.quotas
    return TenantShape(
        tenant.id,
        tenant.name,
        tenant.created_at,
        QuotasShape(quotas.executions_per_minute, quotas.concurrent_executions, quotas.payload_bytes),
        tenant.suspended_at,
        tenant.suspended_why,
    )


def quotas_from(shape: QuotasShape) -> Quotas:
    return Quotas(
        executions_per_minute=shape.executions_per_minute,
        concurrent_executions=shape.concurrent_executions,
        payload_bytes=shape.payload_bytes,
    )


def project_shape(project: Project) -> ProjectShape:
    return ProjectShape(project.id, project.name, project.created_at)


def role_shape(membership: Membership) -> RoleShape:
    return RoleShape(membership.user, membership.role, membership.project, membership.since)
