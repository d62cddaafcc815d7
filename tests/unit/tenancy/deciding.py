"""A server with the default tenant and one more, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from headrace.kernel.ids import DEFAULT_TENANT, ProjectId, TenantId, UserId
from headrace.tenancy.adapters.memory import MemoryTenancy
from headrace.tenancy.public import Action, Actor, Role
from headrace.tenancy.service import Members, Projects, QuotaChecks, Tenancy

HOST, ANN, BEN, EVE = UserId("host"), UserId("ann"), UserId("ben"), UserId("eve")


@dataclass
class Clock:
    now: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@dataclass
class Contents:
    """What projects hold, for a test to say."""

    held_by: dict[ProjectId, Sequence[str]] = field(default_factory=dict)

    async def held(self, tenant: TenantId, project: ProjectId) -> Sequence[str]:
        return self.held_by.get(project, ())


@dataclass
class Usage:
    """What payloads take, for a test to say."""

    kept: int = 0
    asked: int = 0

    async def kept_bytes(self, tenant: TenantId) -> int:
        self.asked += 1
        return self.kept


class World:
    """HOST owns the default tenant, ANN the tenant `acme`; BEN is an editor of the project `sales` there."""

    acme: TenantId
    sales: ProjectId

    def __init__(self) -> None:
        self.kept = MemoryTenancy()
        self.clock = Clock()
        self.contents = Contents()
        self.usage = Usage()
        self.tenancy = Tenancy(self.kept.tenants, self.kept.projects, self.kept.members, self.clock)
        self.members = Members(self.kept.members, self.tenancy, self.clock)
        self.projects = Projects(self.kept.projects, self.contents, self.clock)
        self.quotas = QuotaChecks(self.kept.tenants, self.kept.starts, self.usage, self.clock)

    @classmethod
    async def made(cls) -> World:
        world = cls()
        await world.tenancy.ensure_default()
        await world.members.join(DEFAULT_TENANT, HOST, Role.OWNER)
        world.acme = (await world.tenancy.create("Acme", ANN)).id
        world.clock.pass_by(timedelta(seconds=1))
        world.sales = (await world.projects.create(world.acme, "Sales")).id
        await world.members.join(world.acme, BEN, Role.EDITOR, world.sales)
        return world


def by_key(user: UserId, tenant: TenantId, *scopes: Action) -> Actor:
    return Actor(user, tenant, frozenset(scopes))
