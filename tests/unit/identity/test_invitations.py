"""How people get into a tenant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from headrace.identity.errors import (
    EmailTaken,
    InvitationNotFound,
    NotYourInvitation,
    SessionRequired,
    WeakPassword,
)
from headrace.identity.public import User
from headrace.kernel.ids import DEFAULT_TENANT, TenantId
from headrace.tenancy.errors import NotAllowed, RoleTooHigh, TenantNotFound
from headrace.tenancy.public import Action, Actor, Role
from tests.unit.identity.deciding import GOOD, World

ZOE = "zoe@example.com"


async def invite(
    world: World, by: User, role: Role = Role.EDITOR, *, email: str = ZOE, tenant: TenantId = DEFAULT_TENANT
) -> str:
    _, token = await world.invitations.invite(tenant, Actor(by.id), email=email, role=role)
    return token


async def role_of(world: World, user: User) -> Role | None:
    return (await world.tenants.members.standing(DEFAULT_TENANT, user.id)).roles.get(None)


async def test_whoever_is_invited_becomes_a_user_with_the_role(world: World) -> None:
    token = await invite(world, await world.own(), email=" ZOE@example.com")

    zoe = await world.invitations.accept_as_new(token, name="Zoe", password=GOOD)

    assert zoe.email == ZOE
    assert await role_of(world, zoe) is Role.EDITOR
    await world.enter(zoe)


async def test_a_link_works_once(world: World) -> None:
    token = await invite(world, await world.own())
    await world.invitations.accept_as_new(token, name="Zoe", password=GOOD)

    with pytest.raises(InvitationNotFound):
        await world.invitations.accept_as_new(token, name="Eve", password=GOOD)
    with pytest.raises(InvitationNotFound):
        await world.invitations.look(token)


async def test_a_link_works_for_a_week(world: World) -> None:
    host = await world.own()
    token = await invite(world, host)

    world.clock.pass_by(timedelta(days=7))

    with pytest.raises(InvitationNotFound):
        await world.invitations.look(token)
    assert await world.invitations.list(DEFAULT_TENANT, Actor(host.id)) == []


async def test_a_user_accepts_after_they_have_logged_in(world: World) -> None:
    host, zoe = await world.own(), await world.users.add(email=ZOE, name="Zoe", password=GOOD)
    token = await invite(world, host)

    with pytest.raises(EmailTaken):
        await world.invitations.accept_as_new(token, name="Zoe", password=GOOD)
    await world.invitations.accept(token, Actor(zoe.id))

    assert await role_of(world, zoe) is Role.EDITOR


async def test_a_link_is_for_one_address(world: World) -> None:
    host, eve = await world.own(), await world.users.add(email="eve@example.com", name="Eve", password=GOOD)
    token = await invite(world, host)

    with pytest.raises(NotYourInvitation):
        await world.invitations.accept(token, Actor(eve.id))

    assert await role_of(world, eve) is None


async def test_a_key_accepts_nothing(world: World) -> None:
    host = await world.own()
    token = await invite(world, host, email="host@example.com")

    with pytest.raises(SessionRequired):
        await world.invitations.accept(token, Actor(host.id, DEFAULT_TENANT, frozenset(Action)))


async def test_nobody_invites_anybody_to_a_role_above_their_own(world: World) -> None:
    await world.own()
    admin, editor = await world.add("adam", Role.ADMIN), await world.add("edith", Role.EDITOR)

    with pytest.raises(RoleTooHigh):
        await invite(world, admin, Role.OWNER)
    with pytest.raises(NotAllowed):
        await invite(world, editor, Role.VIEWER)


async def test_nobody_invites_to_a_tenant_of_others(world: World) -> None:
    acme = (await world.tenancy.create("Acme", (await world.own()).id)).id
    ben = await world.add("ben", Role.OWNER)

    with pytest.raises(TenantNotFound):
        await invite(world, ben, tenant=acme)


async def test_what_somebody_sent_counts_no_more_once_they_may_not(world: World) -> None:
    host, adam = await world.own(), await world.add("adam", Role.ADMIN)
    token = await invite(world, adam)
    await world.invitations.look(token)

    await world.members.set_role(DEFAULT_TENANT, Actor(host.id), adam.id, Role.EDITOR)
    with pytest.raises(InvitationNotFound):
        await world.invitations.accept_as_new(token, name="Zoe", password=GOOD)

    await world.members.set_role(DEFAULT_TENANT, Actor(host.id), adam.id, Role.ADMIN)
    await world.users.disable(adam.id)
    with pytest.raises(InvitationNotFound):
        await world.invitations.accept_as_new(token, name="Zoe", password=GOOD)


async def test_a_withdrawn_invitation_lets_nobody_in(world: World) -> None:
    host, editor = await world.own(), await world.add("edith", Role.EDITOR)
    token = await invite(world, host)
    (open_,) = await world.invitations.list(DEFAULT_TENANT, Actor(host.id))

    with pytest.raises(NotAllowed):
        await world.invitations.withdraw(DEFAULT_TENANT, Actor(editor.id), open_.id)
    await world.invitations.withdraw(DEFAULT_TENANT, Actor(host.id), open_.id)

    with pytest.raises(InvitationNotFound):
        await world.invitations.look(token)


async def test_a_weak_password_leaves_the_invitation_as_it_was(world: World) -> None:
    token = await invite(world, await world.own())

    with pytest.raises(WeakPassword):
        await world.invitations.accept_as_new(token, name="Zoe", password="short")

    await world.invitations.accept_as_new(token, name="Zoe", password=GOOD)


async def test_an_invitation_never_lowers_a_role(world: World) -> None:
    host, adam = await world.own(), await world.add("adam", Role.ADMIN)
    token = await invite(world, host, Role.VIEWER, email=adam.email)

    await world.invitations.accept(token, Actor(adam.id))

    assert await role_of(world, adam) is Role.ADMIN


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000])
async def test_what_is_no_link_opens_nothing(world: World, token: str) -> None:
    await world.own()

    with pytest.raises(InvitationNotFound):
        await world.invitations.accept_as_new(token, name="Eve", password=GOOD)
