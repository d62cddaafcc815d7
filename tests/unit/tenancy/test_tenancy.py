"""Who may do what where, and what happens to tenants."""

from __future__ import annotations

import pytest

from headrace.kernel.ids import DEFAULT_PROJECT, DEFAULT_TENANT, ProjectId, TenantId
from headrace.tenancy.errors import (
    BadName,
    BadQuota,
    DefaultStays,
    NotAllowed,
    ProjectNotFound,
    TenantNotFound,
    TenantSuspended,
)
from headrace.tenancy.public import Action, Actor, Quotas, Role
from tests.unit.tenancy.deciding import ANN, BEN, EVE, HOST, World, by_key


async def test_the_default_tenant_is_there_without_anybody_asking_twice(world: World) -> None:
    await world.tenancy.rename(DEFAULT_TENANT, "Ours")
    await world.tenancy.ensure_default()

    assert (await world.tenancy.get(DEFAULT_TENANT)).name == "Ours"
    assert (await world.projects.get(DEFAULT_TENANT, DEFAULT_PROJECT)).name == "Default"


async def test_a_role_allows_and_a_lower_one_is_told_which_it_takes(world: World) -> None:
    await world.tenancy.authorise(world.acme, Actor(ANN), Action.WORKFLOW_EDIT)
    await world.members.join(world.acme, EVE, Role.VIEWER)

    with pytest.raises(NotAllowed, match=r"workflow\.edit is not allowed: it takes the role editor"):
        await world.tenancy.authorise(world.acme, Actor(EVE), Action.WORKFLOW_EDIT)


async def test_a_tenant_looks_to_strangers_as_if_it_were_not_there(world: World) -> None:
    for tenant in (world.acme, TenantId("nowhere")):
        with pytest.raises(TenantNotFound):
            await world.tenancy.authorise(tenant, Actor(EVE), Action.WORKFLOW_READ)
        with pytest.raises(TenantNotFound):
            await world.tenancy.projects_for(tenant, Actor(EVE), Action.WORKFLOW_READ)


async def test_whoever_runs_the_server_sees_no_tenants_data_for_that(world: World) -> None:
    with pytest.raises(TenantNotFound):
        await world.tenancy.authorise(world.acme, Actor(HOST), Action.WORKFLOW_READ)

    await world.tenancy.authorise(world.acme, Actor(HOST), Action.TENANT_SUSPEND)


async def test_the_owner_of_a_tenant_does_not_rule_the_server(world: World) -> None:
    for action in (Action.TENANT_CREATE, Action.TENANT_SUSPEND, Action.TENANT_QUOTAS, Action.USER_MANAGE):
        with pytest.raises(NotAllowed):
            await world.tenancy.authorise(world.acme, Actor(ANN), action)


async def test_a_project_looks_to_those_outside_it_as_if_it_were_not_there(world: World) -> None:
    other = (await world.projects.create(world.acme, "Other")).id

    await world.tenancy.authorise(world.acme, Actor(BEN), Action.WORKFLOW_EDIT, world.sales)
    for project in (other, DEFAULT_PROJECT, ProjectId("nowhere")):
        with pytest.raises(ProjectNotFound):
            await world.tenancy.authorise(world.acme, Actor(BEN), Action.WORKFLOW_READ, project)
    with pytest.raises(NotAllowed):
        await world.tenancy.authorise(world.acme, Actor(BEN), Action.MEMBER_EDIT, world.sales)


async def test_a_key_opens_its_own_tenant_alone(world: World) -> None:
    await world.members.join(world.acme, HOST, Role.OWNER)
    key = by_key(HOST, DEFAULT_TENANT, *Action)

    await world.tenancy.authorise(DEFAULT_TENANT, key, Action.WORKFLOW_EDIT)
    with pytest.raises(TenantNotFound):
        await world.tenancy.authorise(world.acme, key, Action.WORKFLOW_READ)
    with pytest.raises(TenantNotFound):
        await world.tenancy.projects_for(world.acme, key, Action.WORKFLOW_READ)
    assert [tenant.id for tenant in await world.tenancy.tenants_of(key)] == [DEFAULT_TENANT]


async def test_a_key_of_another_tenant_rules_the_server_no_more_than_its_tenant(world: World) -> None:
    await world.members.join(world.acme, HOST, Role.OWNER)

    with pytest.raises(TenantNotFound):
        await world.tenancy.authorise(world.acme, by_key(HOST, world.acme, *Action), Action.TENANT_SUSPEND)


async def test_a_key_does_what_its_scopes_name_and_no_more(world: World) -> None:
    key = by_key(ANN, world.acme, Action.WORKFLOW_READ)

    await world.tenancy.authorise(world.acme, key, Action.WORKFLOW_READ)
    with pytest.raises(NotAllowed, match="scopes"):
        await world.tenancy.authorise(world.acme, key, Action.WORKFLOW_EDIT)


async def test_lists_show_the_projects_that_somebody_may_see(world: World) -> None:
    async def seen(actor: Actor, action: Action) -> list[str]:
        return [project.name for project in await world.tenancy.projects_for(world.acme, actor, action)]

    assert await seen(Actor(ANN), Action.WORKFLOW_READ) == ["Default", "Sales"]
    assert await seen(Actor(BEN), Action.WORKFLOW_READ) == ["Sales"]
    assert await seen(Actor(BEN), Action.MEMBER_EDIT) == []
    assert await seen(by_key(ANN, world.acme, Action.TAG_READ), Action.WORKFLOW_READ) == []


async def test_members_of_a_suspended_tenant_read_and_are_told_why(world: World) -> None:
    await world.tenancy.suspend(world.acme, "unpaid")

    await world.tenancy.authorise(world.acme, Actor(ANN), Action.WORKFLOW_READ)
    with pytest.raises(TenantSuspended, match="unpaid"):
        await world.tenancy.authorise(world.acme, Actor(ANN), Action.WORKFLOW_EDIT)

    await world.tenancy.resume(world.acme)
    await world.tenancy.authorise(world.acme, Actor(ANN), Action.WORKFLOW_EDIT)


async def test_the_default_tenant_cannot_be_suspended(world: World) -> None:
    with pytest.raises(DefaultStays):
        await world.tenancy.suspend(DEFAULT_TENANT, "oops")


async def test_what_makes_no_sense_is_refused_and_not_kept(world: World) -> None:
    with pytest.raises(BadName):
        await world.tenancy.rename(world.acme, "")
    with pytest.raises(BadQuota):
        await world.tenancy.set_quotas(world.acme, Quotas(payload_bytes=-1))

    found = await world.tenancy.get(world.acme)
    assert (found.name, found.quotas) == ("Acme", Quotas())


async def test_tenants_are_listed_page_by_page(world: World) -> None:
    first = await world.tenancy.list(limit=1)
    rest = await world.tenancy.list(after=first[-1].id)

    assert {tenant.id for tenant in (*first, *rest)} == {DEFAULT_TENANT, world.acme}
