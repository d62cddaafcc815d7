"""What every store of sessions does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headrace.identity.domain.sessions import MAX_SESSIONS
from headrace.identity.errors import SessionNotFound
from headrace.identity.public import SessionId
from tests.contract.identity.making import ANN, BEN, LONG_AGO, NOON, Kept, begin, fill, later, session


async def test_a_session_is_found_with_its_user_as_they_are_now(kept: Kept) -> None:
    await fill(kept)
    await begin(kept, session("s1"))
    disabled = await kept.users.change(ANN.id, lambda known: replace(known, disabled_at=NOON))

    assert await kept.sessions.find("s1") == (session("s1"), disabled)
    assert await kept.sessions.find("s2") is None


async def test_sessions_are_listed_by_their_last_use(kept: Kept) -> None:
    await fill(kept)
    for one in (session("s1"), session("s2", at=later(1)), session("s3", BEN)):
        await begin(kept, one)

    await kept.sessions.note(SessionId("s1"), later(2))
    await kept.sessions.note(SessionId("gone"), later(2))

    assert await kept.sessions.list(ANN.id) == [session("s1", seen_at=later(2)), session("s2", at=later(1))]


async def test_a_session_is_ended_by_its_own_user_alone(kept: Kept) -> None:
    await fill(kept)
    await begin(kept, session("s1"))

    with pytest.raises(SessionNotFound):
        await kept.sessions.remove(BEN.id, SessionId("s1"))
    assert await kept.sessions.find("s1") is not None
    await kept.sessions.remove(ANN.id, SessionId("s1"))

    assert await kept.sessions.find("s1") is None
    with pytest.raises(SessionNotFound):
        await kept.sessions.remove(ANN.id, SessionId("s1"))


async def test_sessions_that_are_over_go_when_another_begins(kept: Kept) -> None:
    await fill(kept)
    for one in (
        session("old", at=NOON, seen_at=later(90)),
        session("idle", BEN, at=later(10), seen_at=later(20)),
        session("used", BEN, at=later(10), seen_at=later(90)),
    ):
        await begin(kept, one)

    new = session("new", at=later(100))
    await kept.sessions.add(new, "new", created_after=NOON, seen_after=later(20))

    assert [one.id for one in await kept.sessions.list(ANN.id)] == ["new"]
    assert [one.id for one in await kept.sessions.list(BEN.id)] == ["used"]


async def test_of_too_many_sessions_the_one_not_used_for_longest_goes(kept: Kept) -> None:
    await fill(kept)
    await begin(kept, session("bens", BEN, at=LONG_AGO.replace(month=6)))
    for number in range(MAX_SESSIONS):
        await begin(kept, session(f"s{number}", at=later(number)))
    await kept.sessions.note(SessionId("s0"), later(500))

    await begin(kept, session("more", at=later(400)))

    ids = [one.id for one in await kept.sessions.list(ANN.id)]
    assert (len(ids), "s0" in ids, "s1" in ids, "more" in ids) == (MAX_SESSIONS, True, False, True)
    assert len(await kept.sessions.list(BEN.id)) == 1
