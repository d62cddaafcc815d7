"""What the suites put into a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from headrace.kernel.ids import DEFAULT_PROJECT, ProjectId, TenantId, UserId
from headrace.tenancy.adapters.memory import MemoryTenancy
from headrace.tenancy.adapters.sqlite import SqliteTenancy
from headrace.tenancy.public import Membership, Project, Role, Tenant

Kept = MemoryTenancy | SqliteTenancy

MINE, OTHER, NOWHERE = TenantId("mine"), TenantId("other"), TenantId("nowhere")
ANN, BEN, EVE = UserId("ann"), UserId("ben"), UserId("eve")
SALES, GONE = ProjectId("sales"), ProjectId("gone")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes, microseconds=1)


def tenant(id_: TenantId, name: str = "T") -> Tenant:
    return Tenant(id=id_, name=name, created_at=NOON)


def project(id_: ProjectId, name: str = "P", *, of: TenantId = MINE, at: datetime = NOON) -> Project:
    return Project(tenant=of, id=id_, name=name, created_at=at)


def member(
    user: UserId, role: Role, place: ProjectId | None = None, *, of: TenantId = MINE, at: datetime = NOON
) -> Membership:
    return Membership(tenant=of, user=user, project=place, role=role, since=at)


async def fill(kept: Kept) -> None:
    """Two tenants: mine with the project "sales" and Ann as its owner, the other with Eve as its own."""
    await kept.tenants.add(tenant(MINE), project(DEFAULT_PROJECT), member(ANN, Role.OWNER))
    await kept.projects.add(project(SALES, "Sales", at=later(1)))
    other = project(DEFAULT_PROJECT, of=OTHER)
    await kept.tenants.add(tenant(OTHER), other, member(EVE, Role.OWNER, of=OTHER))
