"""Who may make whom what."""

from __future__ import annotations

import pytest

from headrace.tenancy.errors import LastOwner, MemberNotFound, NotAllowed, RoleTooHigh, TenantNotFound
from headrace.tenancy.public import Action, Actor, Role
from tests.unit.tenancy.deciding import ANN, BEN, EVE, HOST, World, by_key


@pytest.fixture
async def staffed(world: World) -> World:
    """EVE is an admin of the whole tenant."""
    await world.members.join(world.acme, EVE, Role.ADMIN)
    return world


async def test_nobody_makes_anybody_more_than_they_are_themselves(staffed: World) -> None:
    for user in (EVE, BEN):
        with pytest.raises(RoleTooHigh):
            await staffed.members.set_role(staffed.acme, Actor(EVE), user, Role.OWNER)
    with pytest.raises(RoleTooHigh):
        await staffed.members.authorise_grant(staffed.acme, Actor(EVE), Role.OWNER)
    await staffed.members.authorise_grant(staffed.acme, Actor(EVE), Role.ADMIN)


async def test_nobody_lowers_or_removes_whoever_stands_above_them(staffed: World) -> None:
    await staffed.members.set_role(staffed.acme, Actor(ANN), BEN, Role.OWNER)

    with pytest.raises(RoleTooHigh):
        await staffed.members.set_role(staffed.acme, Actor(EVE), BEN, Role.VIEWER)
    with pytest.raises(RoleTooHigh):
        await staffed.members.remove(staffed.acme, Actor(EVE), BEN)


async def test_an_editor_of_a_project_changes_no_roles_there(staffed: World) -> None:
    for role in (Role.OWNER, Role.VIEWER):
        with pytest.raises(NotAllowed):
            await staffed.members.set_role(staffed.acme, Actor(BEN), BEN, role, staffed.sales)


async def test_the_admin_of_a_project_rules_there_and_lets_nobody_into_the_tenant(staffed: World) -> None:
    await staffed.members.set_role(staffed.acme, Actor(ANN), BEN, Role.ADMIN, staffed.sales)

    await staffed.members.set_role(staffed.acme, Actor(BEN), EVE, Role.VIEWER, staffed.sales)
    with pytest.raises(NotAllowed):
        await staffed.members.authorise_grant(staffed.acme, Actor(BEN), Role.VIEWER, staffed.sales)
    with pytest.raises(NotAllowed):
        await staffed.members.set_role(staffed.acme, Actor(BEN), BEN, Role.ADMIN)


async def test_a_role_is_given_to_members_alone(staffed: World) -> None:
    with pytest.raises(MemberNotFound):
        await staffed.members.set_role(staffed.acme, Actor(ANN), HOST, Role.VIEWER)
    with pytest.raises(MemberNotFound):
        await staffed.members.standing(staffed.acme, HOST)


async def test_everybody_may_leave_but_the_last_owner(staffed: World) -> None:
    await staffed.members.remove(staffed.acme, Actor(BEN), BEN)
    await staffed.members.remove(staffed.acme, Actor(EVE), EVE)

    with pytest.raises(LastOwner):
        await staffed.members.remove(staffed.acme, Actor(ANN), ANN)


async def test_a_key_takes_its_owner_out_of_nothing_that_its_scopes_do_not_name(staffed: World) -> None:
    with pytest.raises(NotAllowed):
        await staffed.members.remove(staffed.acme, by_key(BEN, staffed.acme, Action.WORKFLOW_READ), BEN)


async def test_an_owner_elsewhere_has_no_say(staffed: World) -> None:
    with pytest.raises(TenantNotFound):
        await staffed.members.set_role(staffed.acme, Actor(HOST), BEN, Role.OWNER)
    with pytest.raises(TenantNotFound):
        await staffed.members.remove(staffed.acme, Actor(HOST), BEN)
