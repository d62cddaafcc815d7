"""What happens to users."""

from __future__ import annotations

import pytest

from headrace.identity.errors import (
    BadApiKey,
    BadLogin,
    EmailTaken,
    SessionOver,
    SessionRequired,
    TooManyAttempts,
    UserNotFound,
    WeakPassword,
)
from headrace.kernel.ids import DEFAULT_TENANT, UserId
from headrace.tenancy.errors import LastOwner
from headrace.tenancy.public import Actor, Role
from tests.unit.identity.deciding import GOOD, HERE, World

NEW = "five other words for it"


async def test_an_address_is_one_user(world: World) -> None:
    await world.own()

    with pytest.raises(EmailTaken):
        await world.users.add(email="HOST@EXAMPLE.COM", name="Impostor", password=GOOD)


async def test_whoever_changes_their_password_stays_in_here_alone(world: World) -> None:
    ann = await world.own()
    here, stolen = await world.enter(ann), await world.enter(ann, address="203.0.113.5")

    await world.users.change_password(Actor(ann.id), old=GOOD, new=NEW, address=HERE, session=here.session.id)

    await world.authentication.by_session(here.token)
    with pytest.raises(SessionOver):
        await world.authentication.by_session(stolen.token)
    with pytest.raises(BadLogin):
        await world.enter(ann)


async def test_a_stolen_session_changes_no_password_and_guesses_slowly(world: World) -> None:
    ann = await world.own()
    stolen = await world.enter(ann)

    async def guess(old: str) -> None:
        await world.users.change_password(Actor(ann.id), old=old, new=NEW, address=HERE, session=stolen.session.id)

    for _ in range(10):
        with pytest.raises(BadLogin):
            await guess("wrong")
    with pytest.raises(TooManyAttempts):
        await guess(GOOD)


async def test_a_key_changes_no_password(world: World) -> None:
    ann = await world.own()
    _, token = await world.keys.create(DEFAULT_TENANT, Actor(ann.id), "CI")
    actor = await world.authentication.by_key(token)

    with pytest.raises(SessionRequired):
        await world.users.change_password(actor, old=GOOD, new=NEW, address=HERE, session=None)


async def test_a_weak_password_changes_nothing(world: World) -> None:
    ann = await world.own()

    with pytest.raises(WeakPassword):
        await world.users.change_password(Actor(ann.id), old=GOOD, new="short", address=HERE, session=None)
    with pytest.raises(WeakPassword):
        await world.users.reset_password(ann.id, "short")

    await world.enter(ann)


async def test_a_reset_password_ends_every_session(world: World) -> None:
    ann = await world.own()
    before = await world.enter(ann)

    await world.users.reset_password(ann.id, NEW)

    with pytest.raises(SessionOver):
        await world.authentication.by_session(before.token)
    await world.logins.log_in(ann.email, NEW, address=HERE)
    with pytest.raises(UserNotFound):
        await world.users.reset_password(UserId("nobody"), NEW)


async def test_nothing_lets_a_disabled_user_in_until_they_are_enabled(world: World) -> None:
    await world.own()
    ben = await world.add("ben", Role.EDITOR)
    login = await world.enter(ben)
    _, token = await world.keys.create(DEFAULT_TENANT, Actor(ben.id), "CI")

    await world.users.disable(ben.id)

    with pytest.raises(SessionOver):
        await world.authentication.by_session(login.token)
    with pytest.raises(BadApiKey):
        await world.authentication.by_key(token)

    await world.users.enable(ben.id)
    await world.authentication.by_key(token)
    with pytest.raises(SessionOver):
        await world.authentication.by_session(login.token)


async def test_the_last_owner_who_can_log_in_is_not_disabled(world: World) -> None:
    ann = await world.own()
    ben = await world.add("ben", Role.OWNER)
    await world.users.disable(ben.id)

    with pytest.raises(LastOwner):
        await world.users.disable(ann.id)

    await world.users.enable(ben.id)
    await world.users.disable(ann.id)


async def test_users_are_found_and_listed_by_address(world: World) -> None:
    host, zoe = await world.own(), await world.add("zoe", Role.VIEWER)

    assert await world.users.with_email("ZOE@example.com") == zoe == await world.users.get(zoe.id)
    assert await world.users.page() == [host, zoe] == await world.users.list([zoe.id, host.id])
    assert await world.users.page(after=host.email, limit=1) == [zoe]
    assert (await world.users.rename(zoe.id, " Zoë ")).name == "Zoë"
    with pytest.raises(UserNotFound):
        await world.users.with_email("nobody@example.com")
