"""What every store of users does."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from headrace.identity.errors import EmailTaken, SetupDone, UserNotFound
from headrace.identity.public import SessionId
from headrace.kernel.ids import UserId
from headrace.tenancy.errors import LastOwner
from tests.contract.identity.making import ANN, BEN, EVE, NOON, Kept, begin, fill, later, session, user

NOBODY = UserId("nobody")


async def test_a_user_is_found_by_id_and_by_address(kept: Kept) -> None:
    await fill(kept)

    assert await kept.users.get(ANN.id) == ANN
    assert await kept.users.with_email(ANN.email) == (ANN, "hash of ann")
    assert await kept.users.with_email("nobody@example.com") is None
    with pytest.raises(UserNotFound):
        await kept.users.get(NOBODY)


async def test_an_address_is_one_user(kept: Kept) -> None:
    await fill(kept)

    with pytest.raises(EmailTaken):
        await kept.users.add(user("other", email=ANN.email), "theirs")

    assert await kept.users.with_email(ANN.email) == (ANN, "hash of ann")


async def test_of_many_who_would_be_first_one_is(kept: Kept) -> None:
    assert await kept.users.first() is None

    outcomes = await asyncio.gather(
        *(kept.users.add_first(user(f"u{number}"), "hash") for number in range(20)), return_exceptions=True
    )

    assert [type(one) for one in outcomes if one is not None] == [SetupDone] * 19
    assert len(await kept.users.page(after="", limit=50)) == 1


async def test_nobody_is_first_after_anybody(kept: Kept) -> None:
    await kept.users.add(BEN, "hash")

    with pytest.raises(SetupDone):
        await kept.users.add_first(ANN, "hash")

    assert await kept.users.first() == BEN


async def test_the_first_user_is_who_was_there_first(kept: Kept) -> None:
    await kept.users.add(user("a", at=later(1)), "hash")
    await kept.users.add(user("z", at=NOON), "hash")

    found = await kept.users.first()

    assert found is not None
    assert found.id == "z"


async def test_users_are_listed_by_address(kept: Kept) -> None:
    await fill(kept)

    assert await kept.users.list([EVE.id, ANN.id, NOBODY]) == [ANN, EVE]
    assert await kept.users.list([]) == []
    assert await kept.users.page(after="", limit=2) == [ANN, BEN]
    assert await kept.users.page(after=BEN.email, limit=2) == [EVE]


async def test_a_user_changes_and_others_stay(kept: Kept) -> None:
    await fill(kept)

    changed = await kept.users.change(ANN.id, lambda known: replace(known, name="Größe", disabled_at=later(1)))

    assert changed == await kept.users.get(ANN.id) == replace(ANN, name="Größe", disabled_at=later(1))
    assert await kept.users.get(BEN.id) == BEN
    with pytest.raises(UserNotFound):
        await kept.users.change(NOBODY, lambda known: known)


async def test_whoever_is_disabled_has_no_session_left(kept: Kept) -> None:
    await fill(kept)
    await begin(kept, session("s1"))
    await begin(kept, session("s2", BEN))

    disabled = await kept.users.disable(ANN.id, later(1), owners=[BEN.id])

    assert disabled == replace(ANN, disabled_at=later(1))
    assert await kept.sessions.find("s1") is None
    assert await kept.sessions.find("s2") == (session("s2", BEN), BEN)
    assert (await kept.users.disable(ANN.id, later(9), owners=[BEN.id])).disabled_at == later(1)


async def test_the_last_owner_who_can_log_in_is_not_disabled(kept: Kept) -> None:
    await fill(kept)
    owners = [ANN.id, BEN.id, NOBODY]
    await kept.users.disable(BEN.id, NOON, owners=owners)
    await begin(kept, session("s1"))

    with pytest.raises(LastOwner):
        await kept.users.disable(ANN.id, NOON, owners=owners)

    assert await kept.sessions.find("s1") == (session("s1"), ANN)
    await kept.users.disable(EVE.id, NOON, owners=owners)


async def test_of_two_owners_who_disable_each_other_one_stays(kept: Kept) -> None:
    await fill(kept)
    owners = [ANN.id, BEN.id]

    outcomes = await asyncio.gather(
        *(kept.users.disable(one, NOON, owners=owners) for one in owners), return_exceptions=True
    )

    assert [type(one) for one in outcomes].count(LastOwner) == 1


async def test_another_password_ends_all_sessions_but_one(kept: Kept) -> None:
    await fill(kept)
    for one in (session("s1"), session("s2"), session("s3", BEN)):
        await begin(kept, one)

    await kept.users.set_password(ANN.id, "new", keep=SessionId("s2"))

    assert await kept.users.with_email(ANN.email) == (ANN, "new")
    assert [one.id for one in await kept.sessions.list(ANN.id)] == ["s2"]
    assert [one.id for one in await kept.sessions.list(BEN.id)] == ["s3"]
    await kept.users.set_password(ANN.id, "newer", keep=None)
    assert await kept.sessions.list(ANN.id) == []
    with pytest.raises(UserNotFound):
        await kept.users.set_password(NOBODY, "new", keep=None)


async def test_a_better_hash_never_takes_the_place_of_another_password(kept: Kept) -> None:
    await fill(kept)
    await begin(kept, session("s1"))

    await kept.users.rehash(ANN.id, "hash of ann", "better")
    await kept.users.rehash(ANN.id, "hash of ann", "late")

    assert await kept.users.with_email(ANN.email) == (ANN, "better")
    assert await kept.sessions.find("s1") is not None
