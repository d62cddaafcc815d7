"""Logging in and out, and what attackers try."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from headrace.identity.adapters.argon2 import Argon2Passwords
from headrace.identity.errors import BadLogin, LoginsBusy, SessionNotFound, SessionOver, TooManyAttempts, UserDisabled
from headrace.tenancy.public import Actor
from tests.unit.identity.deciding import GOOD, HERE, QUICK, World

DAY = timedelta(days=1)


async def test_whoever_knows_the_password_is_in(world: World) -> None:
    ann = await world.own()

    login = await world.logins.log_in(" HOST@example.com ", GOOD, address=HERE, agent="Firefox\n\x1b[2J")

    assert await world.authentication.by_session(login.token) == (Actor(ann.id), login.session)
    assert (login.session.address, login.session.agent) == (HERE, "Firefox[2J")


async def test_what_is_kept_lets_nobody_in(world: World) -> None:
    login = await world.enter(await world.own())

    kept = repr(vars(world.kept.sessions)["_held"])

    assert login.token not in kept
    assert GOOD not in kept


@pytest.mark.parametrize(
    ("email", "password"),
    [("host@example.com", "wrong"), ("nobody@example.com", GOOD), ("", ""), ("host@example.com", "x" * 10_000_000)],
)
async def test_every_refusal_looks_alike_and_takes_the_same_work(world: World, email: str, password: str) -> None:
    await world.own()
    with pytest.raises(BadLogin):  # the first for nobody makes a hash to compare with
        await world.logins.log_in("first@example.com", GOOD, address=HERE)
    before = world.passwords.work

    with pytest.raises(BadLogin) as refused:
        await world.logins.log_in(email, password, address=HERE)

    assert (str(refused.value), world.passwords.work - before) == ("the e-mail address or the password is wrong", 1)


async def test_a_session_token_that_was_planted_is_never_taken_over(world: World) -> None:
    ann = await world.own()
    planted = "attackers-choice"

    login = await world.enter(ann, replaces=planted)

    assert login.token != planted
    with pytest.raises(SessionOver):
        await world.authentication.by_session(planted)


async def test_logging_in_again_ends_the_session_that_the_browser_had(world: World) -> None:
    mallory, ann = await world.own(), await world.users.add(email="ann@example.com", name="Ann", password=GOOD)
    planted = await world.enter(mallory)

    login = await world.enter(ann, replaces=planted.token)

    assert (await world.authentication.by_session(login.token))[0] == Actor(ann.id)
    with pytest.raises(SessionOver):
        await world.authentication.by_session(planted.token)


async def test_a_session_that_is_not_used_is_over_after_a_week(world: World) -> None:
    login = await world.enter(await world.own())

    world.clock.pass_by(7 * DAY)

    with pytest.raises(SessionOver):
        await world.authentication.by_session(login.token)
    assert await world.logins.sessions(login.user.id) == []


async def test_a_session_that_is_used_is_over_after_a_month(world: World) -> None:
    login = await world.enter(await world.own())
    for _ in range(29):
        world.clock.pass_by(DAY)
        await world.authentication.by_session(login.token)

    world.clock.pass_by(DAY)

    with pytest.raises(SessionOver):
        await world.authentication.by_session(login.token)


async def test_a_session_that_was_ended_is_over_at_once(world: World) -> None:
    ann = await world.own()
    here, there = await world.enter(ann), await world.enter(ann, address="192.0.2.9")

    await world.logins.log_out(here.token)
    await world.logins.log_out(here.token)
    await world.logins.end(ann.id, there.session.id)

    for login in (here, there):
        with pytest.raises(SessionOver):
            await world.authentication.by_session(login.token)
    with pytest.raises(SessionNotFound):
        await world.logins.end(ann.id, there.session.id)


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\ud800", "hr_1' OR 1=1 --"])
async def test_what_is_no_token_opens_nothing(world: World, token: str) -> None:
    await world.own()

    with pytest.raises(SessionOver):
        await world.authentication.by_session(token)
    await world.logins.log_out(token)


async def test_guessing_at_one_account_from_many_addresses_is_slowed_down(world: World) -> None:
    ann = await world.own()
    for number in range(10):
        with pytest.raises(BadLogin):
            await world.logins.log_in(ann.email, "wrong", address=f"192.0.2.{number}")

    with pytest.raises(TooManyAttempts) as refused:
        await world.enter(ann, address="198.51.100.1")

    assert refused.value.retry_after == timedelta(seconds=1)
    world.clock.pass_by(refused.value.retry_after)
    await world.enter(ann, address="198.51.100.1")


async def test_guessing_at_many_accounts_from_one_address_is_slowed_down(world: World) -> None:
    ann = await world.own()
    for number in range(20):
        with pytest.raises(BadLogin):
            await world.logins.log_in(f"u{number}@example.com", "wrong", address=HERE)

    with pytest.raises(TooManyAttempts):
        await world.enter(ann)
    await world.enter(ann, address="198.51.100.1")


async def test_guesses_at_one_moment_are_all_counted(world: World) -> None:
    ann = await world.own()

    outcomes = await asyncio.gather(
        *(world.logins.log_in(ann.email, "wrong", address=HERE) for _ in range(30)), return_exceptions=True
    )

    assert [type(one) for one in outcomes].count(BadLogin) == 10


async def test_whoever_logs_in_often_is_not_slowed_down(world: World) -> None:
    ann = await world.own()

    for _ in range(60):
        await world.enter(ann)


async def test_a_refused_attempt_costs_no_hash(world: World) -> None:
    await world.own()
    for _ in range(10):
        with pytest.raises(BadLogin):
            await world.logins.log_in("x@example.com", "wrong", address=HERE)
    before = world.passwords.work

    with pytest.raises(TooManyAttempts):
        await world.logins.log_in("x@example.com", "wrong", address=HERE)

    assert world.passwords.work == before


async def test_that_a_user_is_disabled_is_told_to_who_knows_the_password_alone(world: World) -> None:
    await world.own()
    ben = await world.users.add(email="ben@example.com", name="Ben", password=GOOD)
    await world.users.disable(ben.id)

    with pytest.raises(UserDisabled):
        await world.enter(ben)
    with pytest.raises(BadLogin):
        await world.logins.log_in(ben.email, "wrong", address=HERE)


async def test_an_old_hash_is_renewed_by_a_log_in_and_sessions_stay(world: World) -> None:
    ann = await world.own()
    before = await world.enter(ann)
    old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(GOOD)
    await world.kept.users.set_password(ann.id, old, keep=before.session.id)

    await world.enter(ann)

    found = await world.kept.users.with_email(ann.email)
    assert found is not None
    assert QUICK.check_needs_rehash(found[1]) is False
    await world.authentication.by_session(before.token)


async def test_more_log_ins_than_can_be_checked_are_told_to_come_again() -> None:
    passwords = Argon2Passwords(QUICK)

    outcomes = await asyncio.gather(*(passwords.hash("x") for _ in range(100)), return_exceptions=True)

    assert {type(one) for one in outcomes} == {str, LoginsBusy}
    assert await passwords.verify("x", await passwords.hash("x"))
    assert not await passwords.verify("x", "no hash at all")
    passwords.close()
