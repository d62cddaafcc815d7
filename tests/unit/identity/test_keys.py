"""API keys, and what attackers do with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from headrace.identity.errors import BadApiKey, BadExpiry, KeyNotFound, SessionRequired
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.tenancy.errors import NotAllowed, TenantNotFound
from headrace.tenancy.public import Action, Actor, Role
from tests.unit.identity.deciding import World


async def test_a_key_says_whose_it_is_where_and_for_what(world: World) -> None:
    ann = await world.own()

    key, token = await world.keys.create(
        DEFAULT_TENANT, Actor(ann.id), " CI ", scopes=frozenset({Action.WORKFLOW_READ})
    )

    assert token.startswith("hr_")
    assert (key.name, token[: len(key.start)]) == ("CI", key.start)
    assert await world.authentication.by_key(token) == Actor(ann.id, DEFAULT_TENANT, frozenset({Action.WORKFLOW_READ}))


async def test_a_key_for_everything_is_still_no_person(world: World) -> None:
    ann = await world.own()
    _, token = await world.keys.create(DEFAULT_TENANT, Actor(ann.id), "CI")

    actor = await world.authentication.by_key(token)

    assert actor.scopes == frozenset(Action)
    with pytest.raises(SessionRequired):
        await world.keys.create(DEFAULT_TENANT, actor, "its child")


async def test_what_is_kept_lets_nobody_in(world: World) -> None:
    ann = await world.own()
    _, token = await world.keys.create(DEFAULT_TENANT, Actor(ann.id), "CI")

    assert token not in repr(vars(world.kept.keys)["_held"])


async def test_a_key_expires_at_its_moment(world: World) -> None:
    ann = await world.own()
    soon = world.clock.now + timedelta(hours=1)
    _, token = await world.keys.create(DEFAULT_TENANT, Actor(ann.id), "CI", expires_at=soon)

    world.clock.pass_by(timedelta(minutes=59))
    await world.authentication.by_key(token)
    world.clock.pass_by(timedelta(minutes=1))

    with pytest.raises(BadApiKey):
        await world.authentication.by_key(token)
    with pytest.raises(BadExpiry):
        await world.keys.create(DEFAULT_TENANT, Actor(ann.id), "CI", expires_at=soon)


async def test_a_revoked_key_is_worth_nothing_at_once(world: World) -> None:
    ann = await world.own()
    key, token = await world.keys.create(DEFAULT_TENANT, Actor(ann.id), "CI")

    await world.keys.revoke(DEFAULT_TENANT, key.id, ann.id)

    with pytest.raises(BadApiKey):
        await world.authentication.by_key(token)


async def test_a_key_of_one_tenant_reads_nothing_of_another(world: World) -> None:
    ann = await world.own()
    acme = (await world.tenancy.create("Acme", ann.id)).id
    _, token = await world.keys.create(acme, Actor(ann.id), "CI")

    actor = await world.authentication.by_key(token)

    await world.tenancy.authorise(acme, actor, Action.WORKFLOW_EDIT)
    with pytest.raises(TenantNotFound):
        await world.tenancy.authorise(DEFAULT_TENANT, actor, Action.WORKFLOW_READ)


async def test_a_lower_role_takes_from_keys_that_were_made_before(world: World) -> None:
    host = await world.own()
    ben = await world.add("ben", Role.ADMIN)
    _, token = await world.keys.create(DEFAULT_TENANT, Actor(ben.id), "CI")

    await world.members.set_role(DEFAULT_TENANT, Actor(host.id), ben.id, Role.VIEWER)
    actor = await world.authentication.by_key(token)
    with pytest.raises(NotAllowed):
        await world.tenancy.authorise(DEFAULT_TENANT, actor, Action.WORKFLOW_EDIT)

    await world.members.remove(DEFAULT_TENANT, Actor(host.id), ben.id)
    with pytest.raises(TenantNotFound):
        await world.tenancy.authorise(DEFAULT_TENANT, actor, Action.WORKFLOW_READ)


async def test_nobody_sees_or_revokes_a_key_of_another_user_as_their_own(world: World) -> None:
    host, ben = await world.own(), await world.add("ben", Role.EDITOR)
    key, _ = await world.keys.create(DEFAULT_TENANT, Actor(host.id), "CI")

    assert await world.keys.list(DEFAULT_TENANT, ben.id) == []
    with pytest.raises(KeyNotFound):
        await world.keys.revoke(DEFAULT_TENANT, key.id, ben.id)
    assert await world.keys.list(DEFAULT_TENANT) == [key]


async def test_a_stranger_makes_no_key(world: World) -> None:
    ann = await world.own()
    acme = (await world.tenancy.create("Acme", ann.id)).id
    ben = await world.add("ben", Role.OWNER)

    with pytest.raises(TenantNotFound):
        await world.keys.create(acme, Actor(ben.id), "CI")


@pytest.mark.parametrize("token", ["", "hr_", "hr_" + "x" * 43, "x" * 10_000, "hr_\ud800"])
async def test_what_is_no_key_opens_nothing(world: World, token: str) -> None:
    await world.own()

    with pytest.raises(BadApiKey):
        await world.authentication.by_key(token)


async def test_the_use_of_a_key_is_noted_once_a_minute(world: World) -> None:
    ann = await world.own()
    _, token = await world.keys.create(DEFAULT_TENANT, Actor(ann.id), "CI")
    first = world.clock.now

    async def used() -> list[object]:
        await world.authentication.by_key(token)
        return [key.used_at for key in await world.keys.list(DEFAULT_TENANT, ann.id)]

    assert await used() == [first]
    world.clock.pass_by(timedelta(seconds=59))
    assert await used() == [first]
    world.clock.pass_by(timedelta(seconds=1))
    assert await used() == [world.clock.now]
