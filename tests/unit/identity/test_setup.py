"""The first user of an installation."""

from __future__ import annotations

import asyncio

import pytest

from headrace.identity.errors import BadSetupToken, NotLoggedIn, SetupDone, SetupNeeded, WeakPassword
from headrace.identity.public import User
from headrace.identity.service import Setup
from headrace.kernel.ids import DEFAULT_TENANT
from headrace.tenancy.public import Action, Actor
from tests.unit.identity.deciding import GOOD, World


async def create(world: World, *, local: bool = True, token: str | None = None, password: str = GOOD) -> User:
    return await world.setup.create_owner(
        email="Ann@example.com", name=" Ann ", password=password, local=local, token=token
    )


async def test_the_first_user_owns_the_installation(world: World) -> None:
    assert await world.setup.is_needed()

    ann = await create(world)

    assert (ann.email, ann.name) == ("ann@example.com", "Ann")
    await world.tenancy.authorise(DEFAULT_TENANT, Actor(ann.id), Action.USER_MANAGE)
    assert not await world.setup.is_needed()


async def test_of_many_who_set_up_at_once_one_is_the_owner(world: World) -> None:
    outcomes = await asyncio.gather(
        *(world.own(f"u{number}@example.com") for number in range(10)), return_exceptions=True
    )

    assert sum(isinstance(one, User) for one in outcomes) == 1
    assert sum(isinstance(one, SetupDone) for one in outcomes) == 9
    assert len(await world.members.list(DEFAULT_TENANT)) == 1


async def test_nobody_sets_up_twice_even_with_the_token(world: World) -> None:
    await create(world)

    with pytest.raises(SetupDone):
        await create(world, local=False, token=world.setup.token)


@pytest.mark.parametrize("token", [None, "", "wrong", "wröng", "\ud800"])
async def test_from_elsewhere_it_takes_the_token(world: World, token: str | None) -> None:
    work = world.passwords.work

    with pytest.raises(BadSetupToken):
        await create(world, local=False, token=token)

    assert world.passwords.work == work
    assert await world.setup.is_needed()
    await create(world, local=False, token=world.setup.token)


async def test_every_process_has_a_token_of_its_own(world: World) -> None:
    other = Setup(world.kept.users, world.members, world.passwords, world.clock)

    assert other.token != world.setup.token


async def test_a_weak_password_makes_nobody(world: World) -> None:
    with pytest.raises(WeakPassword):
        await create(world, password="ann@example.com")

    assert await world.setup.is_needed()


async def test_until_then_everybody_is_told_to_set_up(world: World) -> None:
    with pytest.raises(SetupNeeded):
        await world.authentication.nobody()
    with pytest.raises(SetupNeeded):
        await world.authentication.by_key("hr_something")
    with pytest.raises(SetupNeeded):
        await world.authentication.by_session("something")

    await create(world)

    with pytest.raises(NotLoggedIn):
        await world.authentication.nobody()


async def test_a_setup_that_a_crash_cut_off_is_finished_at_the_next_start(world: World) -> None:
    ann = await world.users.add(email="ann@example.com", name="Ann", password=GOOD)

    await world.setup.resume()

    await world.tenancy.authorise(DEFAULT_TENANT, Actor(ann.id), Action.USER_MANAGE)


async def test_a_later_start_makes_nobody_an_owner(world: World) -> None:
    ann = await create(world)
    await world.users.add(email="ben@example.com", name="Ben", password=GOOD)

    await world.setup.resume()

    assert [one.user for one in await world.members.list(DEFAULT_TENANT)] == [ann.id]
